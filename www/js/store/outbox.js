// Messages on their way: shown at once, sent in order, kept over a reload until the server has
// them. A send is repeated under its clientMsgId, which the server stores only once.

import { post, serverNow } from "../api.js";
import { newId } from "../lib/browser.js";
import { createStore } from "../lib/store.js";
import { load, namesWith, save } from "../lib/storage.js";
import { partsOf } from "./conversations.js";
import { acceptMessage } from "./messages.js";
import { myId, onSessionEnd, sessionStore } from "./session.js";

/**
 * @typedef {object} Unsent
 * @property {string} clientMsgId
 * @property {string} key  the conversation
 * @property {string} body
 * @property {number} at
 * @property {"pending" | "failed"} state
 * @property {string} error  the name of what failed, "" while pending
 */

const NONE = /** @type {Unsent[]} */ ([]);
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30000;
const MOST_TRIES = 6;

export const outboxStore = createStore(/** @type {Record<string, Unsent[]>} */ ({}));

const sending = new Set();
const retryTimers = new Map();

const nameFor = (clientMsgId) => `outbox.${myId()}.${clientMsgId}`;

onSessionEnd(() => {
    for (const timer of retryTimers.values()) clearTimeout(timer);
    retryTimers.clear();
    sending.clear();
    outboxStore.set({});
});

/**
 * @param {Record<string, Unsent[]>} outbox
 * @param {string} key
 */
export const unsentIn = (outbox, key) => outbox[key] || NONE;

/** @param {Record<string, Unsent[]>} outbox */
export function waitingCount(outbox) {
    return Object.values(outbox).flat().filter((entry) => entry.state === "pending").length;
}

function put(entry) {
    save(nameFor(entry.clientMsgId), entry);
    outboxStore.set((outbox) => {
        const list = unsentIn(outbox, entry.key);
        const isKnown = list.some((other) => other.clientMsgId === entry.clientMsgId);
        const next = isKnown
            ? list.map((other) => (other.clientMsgId === entry.clientMsgId ? entry : other))
            : [...list, entry];
        return { ...outbox, [entry.key]: next };
    });
}

/**
 * @param {string} key
 * @param {string} clientMsgId
 */
export function discard(key, clientMsgId) {
    save(nameFor(clientMsgId), null);
    outboxStore.set((outbox) => {
        const list = unsentIn(outbox, key);
        const next = list.filter((entry) => entry.clientMsgId !== clientMsgId);
        return next.length === list.length ? outbox : { ...outbox, [key]: next };
    });
}

function retryLater(key, delayMs) {
    clearTimeout(retryTimers.get(key));
    retryTimers.set(key, setTimeout(() => {
        retryTimers.delete(key);
        pump(key);
    }, delayMs));
}

async function sendOne(entry) {
    const { ope, targetId } = partsOf(entry.key);
    const message = await post("chat/send", {
        toId: targetId, ope, type: "text", body: entry.body, isPrivate: 0,
        clientMsgId: entry.clientMsgId,
    });
    await acceptMessage({ clientMsgId: entry.clientMsgId, ...message });
    discard(entry.key, entry.clientMsgId);
}

function noteFailure(entry, error, tries) {
    const isHopeless = !error.isTemporary
        || (tries >= MOST_TRIES && error.name !== "network" && error.name !== "rate_limited");
    if (error.name === "unauthenticated") return false;
    if (isHopeless) {
        put({ ...entry, state: "failed", error: error.name });
        return true;
    }
    const delay = Math.min(FIRST_DELAY_MS * 2 ** (tries - 1), LONGEST_DELAY_MS);
    retryLater(entry.key, Math.max(delay, error.retryAfterMs));
    return false;
}

const attempts = new Map();

// One message at a time per conversation keeps them in the order they were written.
async function pump(key) {
    if (sending.has(key) || retryTimers.has(key) || !myId()) return;
    sending.add(key);
    const me = myId();
    for (;;) {
        const entry = unsentIn(outboxStore.get(), key).find((one) => one.state === "pending");
        if (!entry || me !== myId()) break;
        const tries = (attempts.get(entry.clientMsgId) || 0) + 1;
        attempts.set(entry.clientMsgId, tries);
        try {
            await sendOne(entry);
            attempts.delete(entry.clientMsgId);
        } catch (error) {
            if (me !== myId() || !noteFailure(entry, error, tries)) break;
        }
    }
    sending.delete(key);
}

/**
 * @param {string} key
 * @param {string} body
 */
export function send(key, body) {
    put({ clientMsgId: newId(), key, body, at: serverNow(), state: "pending", error: "" });
    pump(key);
}

/**
 * @param {Unsent} entry  one that failed
 */
export function retry(entry) {
    attempts.delete(entry.clientMsgId);
    put({ ...entry, state: "pending", error: "" });
    pump(entry.key);
}

/** Sends everything that waits, without waiting longer: the connection is back. */
export function flushOutbox() {
    for (const key of Object.keys(outboxStore.get())) {
        clearTimeout(retryTimers.get(key));
        retryTimers.delete(key);
        pump(key);
    }
}

/** Takes up what an earlier page left unsent. */
export function loadOutbox() {
    const entries = namesWith(`outbox.${sessionStore.get().account.id}.`)
        .map((name) => load(name))
        .filter((entry) => entry && entry.key && entry.clientMsgId)
        .sort((a, b) => a.at - b.at);
    for (const entry of entries) put(entry);
    flushOutbox();
}

/** Removes what the account leaves behind in this browser. */
export function wipeOutbox() {
    for (const name of namesWith(`outbox.${myId()}.`)) save(name, null);
}
