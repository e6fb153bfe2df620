// Messages on their way: shown at once, sent in order, kept over a reload until the server has
// them. A send is repeated under its clientMsgId, which the server stores only once.

import { ApiError, post, serverNow } from "../api.js";
import { blobOf, dropBlob, keepBlob } from "../lib/blobs.js";
import { newId } from "../lib/browser.js";
import { createStore } from "../lib/store.js";
import { load, namesWith, save } from "../lib/storage.js";
import { upload } from "../lib/upload.js";
import { loadGroup } from "./contacts.js";
import { partsOf } from "./conversations.js";
import { mentionsIn } from "./mentions.js";
import { acceptMessage } from "./messages.js";
import { myId, onSessionEnd, sessionStore } from "./session.js";

/**
 * @typedef {object} Unsent
 * @property {string} clientMsgId
 * @property {string} key  the conversation
 * @property {string} type  of the message
 * @property {string} body  "" while its file is not on the server
 * @property {Record<string, any> | null} extra
 * @property {number} replyToId  0: none
 * @property {number[]} mentions
 * @property {boolean} mentionAll
 * @property {boolean} [isOpen]  whom else it names is to be found out (store/mentions.js)
 * @property {number} at
 * @property {"uploading" | "pending" | "failed"} state
 * @property {string} error  the name of what failed, "" until then
 */

const NONE = /** @type {Unsent[]} */ ([]);
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30000;
const MOST_TRIES = 6;

export const outboxStore = createStore(/** @type {Record<string, Unsent[]>} */ ({}));

/** How far each upload is, 0..1, by clientMsgId. */
export const uploadsStore = createStore(/** @type {Record<string, number>} */ ({}));

const sending = new Set();
/** @type {Map<string, AbortController>} */
const uploading = new Map();
const retryTimers = new Map();

const nameFor = (clientMsgId) => `outbox.${myId()}.${clientMsgId}`;

onSessionEnd(() => {
    for (const timer of retryTimers.values()) clearTimeout(timer);
    retryTimers.clear();
    sending.clear();
    for (const abort of uploading.values()) abort.abort();
    outboxStore.set({});
    uploadsStore.set({});
});

/**
 * @param {Record<string, Unsent[]>} outbox
 * @param {string} key
 */
export const unsentIn = (outbox, key) => outbox[key] || NONE;

/** @param {Record<string, Unsent[]>} outbox */
export function waitingCount(outbox) {
    return Object.values(outbox).flat().filter((entry) => entry.state !== "failed").length;
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
    uploading.get(clientMsgId)?.abort();
    dropBlob(clientMsgId);
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

function optional({ extra, replyToId, mentions, mentionAll }) {
    return {
        extra: extra ? JSON.stringify(extra) : undefined,
        replyToId: replyToId || undefined,
        mentions: mentions && mentions.length ? mentions : undefined,
        mentionAll: mentionAll ? 1 : undefined,
    };
}

/** A draft sent right after a reload names people of a group that is not read yet. */
async function withMentions(entry) {
    if (!entry.isOpen) return entry;
    try {
        await loadGroup(partsOf(entry.key).targetId);
    } catch (error) {
        if (error.isTemporary !== false) throw error;
    }
    const mentions = [...entry.mentions, ...mentionsIn(entry.key, entry.body).mentions];
    return { ...entry, mentions: [...new Set(mentions)] };
}

async function sendOne(entry) {
    const { ope, targetId } = partsOf(entry.key);
    const message = await post("chat/send", {
        toId: targetId, ope, type: entry.type, body: entry.body, isPrivate: 0,
        clientMsgId: entry.clientMsgId, ...optional(await withMentions(entry)),
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

const isListed = ({ key, clientMsgId }) => unsentIn(outboxStore.get(), key)
    .some((other) => other.clientMsgId === clientMsgId);

/** Brings the file of an entry to the server, then lets the message follow. */
async function uploadFor(entry) {
    const { clientMsgId, key, extra } = entry;
    const me = myId();
    const abort = new AbortController();
    const onProgress = (share) => uploadsStore.patch({ [clientMsgId]: share });
    uploading.set(clientMsgId, abort);
    try {
        const blob = await blobOf(clientMsgId);
        if (!blob) throw new ApiError("file_gone", "");
        const body = await upload(blob, { name: extra.name, onProgress, signal: abort.signal });
        if (me === myId() && isListed(entry)) put({ ...entry, body, state: "pending" });
    } catch (error) {
        if (typeof error.isTemporary !== "boolean") throw error;
        if (me === myId() && isListed(entry) && error.name !== "cancelled") {
            put({ ...entry, state: "failed", error: error.name });
        }
    } finally {
        uploading.delete(clientMsgId);
        uploadsStore.set(({ [clientMsgId]: _done, ...others }) => others);
    }
    if (me === myId()) pump(key);
}

/**
 * @param {string} key
 * @param {string} body
 * @param {{ type?: string, extra?: Record<string, any> | null, replyToId?: number,
 *           mentions?: number[], mentionAll?: boolean, isOpen?: boolean }} [more]
 */
export function send(key, body,
    { type = "text", extra = null, replyToId = 0, mentions = [], mentionAll = false, isOpen = false } = {}) {
    put({ clientMsgId: newId(), key, type, body, extra, replyToId, mentions, mentionAll, isOpen,
        at: serverNow(), state: "pending", error: "" });
    pump(key);
}

/**
 * @param {string} key
 * @param {import("../lib/media.js").Prepared} prepared
 * @param {{ caption?: string, replyToId?: number }} [more]
 */
export async function sendFile(key, { type, blob, extra }, { caption = "", replyToId = 0 } = {}) {
    const clientMsgId = newId();
    const told = caption ? { ...extra, caption } : extra;
    const entry = { clientMsgId, key, type, body: "", extra: told, replyToId, mentions: [],
        mentionAll: false, at: serverNow(), state: /** @type {const} */ ("uploading"), error: "" };
    await keepBlob(clientMsgId, blob);
    put(entry);
    await uploadFor(entry);
}

/**
 * @param {Unsent} entry  one that failed
 */
export function retry(entry) {
    attempts.delete(entry.clientMsgId);
    const isUpload = entry.type !== "text" && !entry.body;
    const again = /** @type {Unsent} */ ({
        ...entry, state: isUpload ? "uploading" : "pending", error: "",
    });
    put(again);
    if (isUpload) uploadFor(again);
    else pump(entry.key);
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
        .filter((entry) => entry && entry.key && entry.clientMsgId && entry.type)
        .sort((a, b) => a.at - b.at);
    for (const entry of entries) {
        put(entry);
        if (entry.state === "uploading") uploadFor(entry);
    }
    flushOutbox();
}

/** Removes what the account leaves behind in this browser. */
export function wipeOutbox() {
    const start = `outbox.${myId()}.`;
    for (const name of namesWith(start)) {
        save(name, null);
        dropBlob(name.slice(start.length));
    }
}
