// Messages ticked to do something with them together, and what is open above a conversation.

import { createStore } from "../lib/store.js";
import { onSessionEnd } from "./session.js";

/** The server forwards no more at once. */
export const MOST_SELECTED = 100;

/** The conversation messages are being ticked in and which, or null. */
export const selectionStore = createStore(
    /** @type {{ key: string, ids: number[] } | null} */ (null));

/**
 * The dialog over the open conversation: its kind (ui/overlay.js) and what that needs; or null.
 */
export const overlayStore = createStore(/** @type {any} */ (null));

/** @param {string} key @param {number} id */
export const startSelecting = (key, id) => selectionStore.set({ key, ids: [id] });

export const stopSelecting = () => selectionStore.set(null);

/** @param {number} id */
export function toggleSelected(id) {
    selectionStore.set((now) => {
        if (!now) return now;
        if (now.ids.includes(id)) return { ...now, ids: now.ids.filter((other) => other !== id) };
        return now.ids.length < MOST_SELECTED ? { ...now, ids: [...now.ids, id] } : now;
    });
}

export const closeOverlay = () => overlayStore.set(null);

onSessionEnd(() => {
    stopSelecting();
    closeOverlay();
});
