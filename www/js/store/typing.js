// Who is typing to me, and telling others that I am. Never stored; a lost "finish" times out.

import { createStore } from "../lib/store.js";
import { sendFrame } from "../socket.js";
import { keyOf, keyOfFrame, partsOf } from "./conversations.js";
import { myId, onSessionEnd } from "./session.js";

const SHOWN_MS = 6000;
const SEND_EVERY_MS = 3000;
const NOBODY = /** @type {number[]} */ ([]);

/** Record of conversation key to the ids of those typing. */
export const typingStore = createStore(/** @type {Record<string, number[]>} */ ({}));

const timers = new Map();
const sentAt = new Map();

onSessionEnd(() => {
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
    sentAt.clear();
    typingStore.set({});
});

/**
 * @param {Record<string, number[]>} typing
 * @param {string} key
 */
export const typersIn = (typing, key) => typing[key] || NOBODY;

function setTyper(key, id, isTyping) {
    const now = typersIn(typingStore.get(), key);
    if (now.includes(id) === isTyping) return;
    typingStore.patch({ [key]: isTyping ? [...now, id] : now.filter((other) => other !== id) });
}

/** @param {any} frame */
export function noteTyping(frame) {
    if (frame.fromId === myId()) return;
    const key = frame.ope === "group" ? keyOf("group", frame.toId) : keyOfFrame(frame);
    noteTyper(key, frame.fromId, frame.status !== "finish");
}

/**
 * @param {string} key
 * @param {number} id
 * @param {boolean} isTyping  false also when a message of his came
 */
export function noteTyper(key, id, isTyping) {
    const timer = `${key} ${id}`;
    clearTimeout(timers.get(timer));
    timers.delete(timer);
    setTyper(key, id, isTyping);
    if (isTyping) timers.set(timer, setTimeout(() => noteTyper(key, id, false), SHOWN_MS));
}

function tell(key, status) {
    const { ope, targetId } = partsOf(key);
    sendFrame({ type: "input", toId: targetId, ope, status });
}

/** @param {string} key */
export function tellTyping(key) {
    const now = Date.now();
    if (now - (sentAt.get(key) || 0) < SEND_EVERY_MS) return;
    sentAt.set(key, now);
    tell(key, "normal");
}

/** @param {string} key */
export function tellFinished(key) {
    if (!sentAt.has(key)) return;
    sentAt.delete(key);
    tell(key, "finish");
}
