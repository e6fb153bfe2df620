// Short notices that go away by themselves.

import { createStore } from "../lib/store.js";
import { hasText, t } from "../lib/i18n.js";

const SHOWN_MS = 5000;
const MOST = 3;
let nextId = 1;

/** The notices shown now, oldest first. */
export const toastsStore = createStore(
    /** @type {{ id: number, text: string, isError: boolean }[]} */ ([]));

/** @param {number} id */
export function dismiss(id) {
    toastsStore.set((toasts) => toasts.filter((shown) => shown.id !== id));
}

/**
 * @param {string} text
 * @param {{ isError?: boolean }} [options]
 */
export function toast(text, { isError = false } = {}) {
    const id = nextId++;
    toastsStore.set((toasts) => [...toasts, { id, text, isError }].slice(-MOST));
    setTimeout(() => dismiss(id), SHOWN_MS);
}

/**
 * @param {string} name  an ApiError's
 * @param {string} [message]  what the server said, for names this client does not know
 * @returns {string}
 */
export function errorText(name, message) {
    const key = `error.${name}`;
    return hasText(key) ? t(key) : message || t("error.unknown");
}

/** @param {any} error  an ApiError; anything else is a defect and thrown on */
export function toastError(error) {
    if (typeof error.isTemporary !== "boolean") throw error;
    if (error.name !== "unauthenticated") toast(errorText(error.name, error.message),
        { isError: true });
}
