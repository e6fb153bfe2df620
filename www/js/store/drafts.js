// What was typed and not sent, per conversation: kept over a reload at once, on all my devices a
// moment later. What was typed last wins, wherever that was.

import { call, get, serverNow } from "../api.js";
import { createStore } from "../lib/store.js";
import { load, namesWith, save } from "../lib/storage.js";
import { keyOf, partsOf } from "./conversations.js";
import { myId, onSessionEnd } from "./session.js";

const SYNC_MS = 2000;

/** Record of conversation key to text. */
export const draftsStore = createStore(/** @type {Record<string, string>} */ ({}));

/** When each was typed, in ms; and the timers of those the server has not heard of. */
const typedAt = new Map();
const timers = new Map();

onSessionEnd(() => {
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
    typedAt.clear();
    draftsStore.set({});
});

const prefix = () => `draft.${myId()}.`;

function keep(key, text, at) {
    typedAt.set(key, at);
    save(prefix() + key, text ? { text, at } : null);
    draftsStore.patch({ [key]: text });
}

/** Takes up the drafts of an earlier page. */
export function loadDrafts() {
    const start = prefix();
    /** @type {Record<string, string>} */
    const drafts = {};
    for (const name of namesWith(start)) {
        const { text = "", at = 0 } = load(name, {}) || {};
        drafts[name.slice(start.length)] = text;
        typedAt.set(name.slice(start.length), at);
    }
    draftsStore.set(drafts);
}

async function sync(key) {
    timers.delete(key);
    const { ope, targetId } = partsOf(key);
    const body = { ope, toId: targetId, text: draftsStore.get()[key] || "", at: typedAt.get(key) };
    try {
        await call("PUT", "drafts", { body });
    } catch (error) {
        // Tried again with the next key or the next connection; the text is kept here meanwhile.
        if (typeof error.isTemporary !== "boolean") throw error;
    }
}

/**
 * @param {string} key
 * @param {string} text
 */
export function setDraft(key, text) {
    if ((draftsStore.get()[key] || "") === text) return;
    keep(key, text, Math.round(serverNow()));
    clearTimeout(timers.get(key));
    timers.set(key, setTimeout(() => sync(key), SYNC_MS));
}

/**
 * A draft from another device.
 * @param {{ ope: string, targetId: number, text: string, at: number }} draft
 */
export function takeDraft({ ope, targetId, text, at }) {
    const key = keyOf(ope, targetId);
    if (at > (typedAt.get(key) || 0)) keep(key, text, at);
}

/** Brings both sides together after a connection. */
export async function syncDrafts() {
    const { items } = await get("drafts");
    const theirs = new Map(items.map((draft) => [keyOf(draft.ope, draft.targetId), draft.at]));
    items.forEach(takeDraft);
    for (const [key, at] of typedAt) {
        if (draftsStore.get()[key] && at > (theirs.get(key) || 0)) await sync(key);
    }
}

/** Removes what the account leaves behind in this browser. */
export function wipeDrafts() {
    for (const name of namesWith(prefix())) save(name, null);
}
