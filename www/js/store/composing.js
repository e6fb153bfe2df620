// What is attached to the next message of a conversation beside its text: what it answers, which
// message it corrects, and files that were chosen and not sent.

import { createStore } from "../lib/store.js";
import { onSessionEnd } from "./session.js";

/**
 * @typedef {object} Composing
 * @property {any} reply  the message answered, or null
 * @property {{ message: any, text: string } | null} edit  the message corrected, and how far
 * @property {{ id: number, file: File }[]} files
 */

/** @type {Composing} */
const NOTHING = { reply: null, edit: null, files: [] };
let nextId = 1;

export const composingStore = createStore(/** @type {Record<string, Composing>} */ ({}));

onSessionEnd(() => composingStore.set({}));

/**
 * @param {Record<string, Composing>} all
 * @param {string} key
 */
export const composingIn = (all, key) => all[key] || NOTHING;

function change(key, part) {
    composingStore.set((all) => ({ ...all, [key]: { ...composingIn(all, key), ...part } }));
}

/** @param {string} key @param {any} message */
export const replyTo = (key, message) => change(key, { reply: message, edit: null });

/** @param {string} key @param {any} message  one of mine @param {string} text  to go on from */
export const editInstead = (key, message, text) => change(key,
    { edit: { message, text }, reply: null });

/** @param {string} key */
export const stopComposing = (key) => change(key, { reply: null, edit: null });

/** @param {string} key @param {Iterable<File>} files */
export function attach(key, files) {
    const added = [...files].map((file) => ({ id: nextId++, file }));
    if (added.length) change(key, { files: [...composingIn(composingStore.get(), key).files, ...added] });
}

/** @param {string} key @param {number} [id]  none: all of them */
export function detach(key, id) {
    const { files } = composingIn(composingStore.get(), key);
    change(key, { files: id ? files.filter((one) => one.id !== id) : [] });
}
