// What was typed and not sent, per conversation, kept over a reload.

import { createStore } from "../lib/store.js";
import { load, namesWith, save } from "../lib/storage.js";
import { myId, onSessionEnd } from "./session.js";

/** Record of conversation key to text. */
export const draftsStore = createStore(/** @type {Record<string, string>} */ ({}));

onSessionEnd(() => draftsStore.set({}));

const prefix = () => `draft.${myId()}.`;

/** Takes up the drafts of an earlier page. */
export function loadDrafts() {
    const start = prefix();
    /** @type {Record<string, string>} */
    const drafts = {};
    for (const name of namesWith(start)) drafts[name.slice(start.length)] = load(name, "");
    draftsStore.set(drafts);
}

/**
 * @param {string} key
 * @param {string} text
 */
export function setDraft(key, text) {
    if ((draftsStore.get()[key] || "") === text) return;
    save(prefix() + key, text || null);
    draftsStore.patch({ [key]: text });
}

/** Removes what the account leaves behind in this browser. */
export function wipeDrafts() {
    for (const name of namesWith(prefix())) save(name, null);
}
