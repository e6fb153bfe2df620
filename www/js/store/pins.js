// Messages pinned to the top of their conversation, of conversations that were opened.

import { call, get } from "../api.js";
import { createStore } from "../lib/store.js";
import { groupsStore, meetPeople } from "./contacts.js";
import { keyOf, keyOfFrame, partsOf } from "./conversations.js";
import { onFrameOf } from "./frames.js";
import { myId, onSessionEnd } from "./session.js";

/**
 * @typedef {object} Pin
 * @property {any} message
 * @property {number} byId  who pinned it
 * @property {string} pinnedAt
 */

const NONE = /** @type {Pin[]} */ ([]);

/** Record of conversation key to its pins, the newest first. */
export const pinsStore = createStore(/** @type {Record<string, Pin[]>} */ ({}));

const reading = new Map();

onSessionEnd(() => {
    reading.clear();
    pinsStore.set({});
});

/**
 * @param {Record<string, Pin[]>} all
 * @param {string} key
 */
export const pinsIn = (all, key) => all[key] || NONE;

/** @param {string} key @param {number} id  a message's */
export const isPinned = (key, id) => pinsIn(pinsStore.get(), key)
    .some(({ message }) => message.id === id);

/**
 * Reads the pins of a conversation.
 * @param {string} key
 * @returns {Promise<void>} rejects with ApiError
 */
export async function loadPins(key) {
    const { ope, targetId } = partsOf(key);
    const me = myId();
    const run = get(`conversations/${ope}/${targetId}/pins`);
    reading.set(key, run);
    const { items } = await run;
    // An answer that a later one overtook tells how things were before.
    if (me !== myId() || reading.get(key) !== run) return;
    pinsStore.patch({ [key]: items });
    meetPeople(items.map(({ message }) => message));
}

/**
 * @param {string} key
 * @returns {boolean} either of two people may; in a group its owner and managers
 */
export function canPin(key) {
    const { ope, targetId } = partsOf(key);
    const role = groupsStore.get()[targetId]?.selfInfo?.chatGroupMemberRole;
    return ope === "friend" || role === "owner" || role === "manager";
}

/**
 * @param {string} key
 * @param {number} id  a message's
 * @param {boolean} isOn
 * @returns {Promise<void>} rejects with ApiError
 */
export async function setPinned(key, id, isOn) {
    await call(isOn ? "POST" : "DELETE", `messages/${id}/pin`);
    await loadPins(key);
}

const readAgain = (key) => {
    if (pinsStore.get()[key]) loadPins(key).catch(() => {});
};

onFrameOf("pin", (frame) => readAgain(frame.ope === "group" ? keyOf("group", frame.toId)
    : keyOfFrame(frame)));

/** What a pinned message says changed, or it is gone. */
export function noteChange(message) {
    const key = keyOfFrame(message);
    if (isPinned(key, message.id)) readAgain(key);
}
for (const type of ["text", "pic", "video", "voice", "file", "geo", "forward"]) {
    onFrameOf(type, noteChange);
}
