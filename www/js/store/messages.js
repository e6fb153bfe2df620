// The messages of opened conversations. Each thread is one run of seq numbers without a gap, so
// "what do I lack" is always answered by its first and last seq.

import { call, get, post } from "../api.js";
import { contentOf } from "../lib/content.js";
import { createStore } from "../lib/store.js";
import { conversationsStore, keyOfFrame, noteMessage, partsOf } from "./conversations.js";
import { myId, onSessionEnd } from "./session.js";

/**
 * @typedef {object} Thread
 * @property {any[]} items  Messages by rising seq
 * @property {boolean} isLoaded
 * @property {boolean} hasOlder
 * @property {boolean} hasNewer  the run ends before the newest message: the reader jumped back
 * @property {"" | "newest" | "older" | "newer" | "around"} loading
 * @property {any} error  why the newest page could not be read, or null
 */

/** @type {Thread} */
const EMPTY = {
    items: [], isLoaded: false, hasOlder: false, hasNewer: false, loading: "", error: null,
};
const PAGE = 50;
const CATCH_UP_PAGE = 200;
// With more than this to catch up on, the newest page replaces the thread; and no more than this
// is read again after a reconnect.
const CATCH_UP_MOST = 1000;

export const threadsStore = createStore(/** @type {Record<string, Thread>} */ ({}));

/** A message to show as soon as its conversation is open: {key, seq}, or null. */
export const aimStore = createStore(/** @type {{ key: string, seq: number } | null} */ (null));

const catchingUp = new Map();
const recalledTexts = new Map();

onSessionEnd(() => {
    catchingUp.clear();
    recalledTexts.clear();
    threadsStore.set({});
});

/**
 * @param {Record<string, Thread>} threads
 * @param {string} key
 */
export const threadIn = (threads, key) => threads[key] || EMPTY;

const threadOf = (key) => threadIn(threadsStore.get(), key);
const lastSeqOf = (items) => (items.length ? items[items.length - 1].seq : 0);

function change(key, part) {
    threadsStore.set((threads) => ({ ...threads, [key]: { ...threadIn(threads, key), ...part } }));
}

// What I have cleared, here or on another device, is gone from what is loaded too.
conversationsStore.subscribe(() => {
    const { byKey } = conversationsStore.get();
    for (const [key, { items }] of Object.entries(threadsStore.get())) {
        const cleared = byKey[key]?.clearedSeq || 0;
        if (!items.length || items[0].seq > cleared) continue;
        change(key, { items: items.filter(({ seq }) => seq > cleared), hasOlder: false });
    }
});

// The held object stays when nothing changed, so that its row need not be drawn again.
function preferred(held, fresh, isListed) {
    if (!held || held.status !== fresh.status) return fresh;
    // Frames and answers to a send tell no reactions, lists tell all there are.
    const reactions = isListed ? fresh.reactions : held.reactions;
    const isSame = held.updatedAt === fresh.updatedAt
        && JSON.stringify(held.reactions) === JSON.stringify(reactions);
    if (!isSame) return { ...fresh, reactions };
    return fresh.clientMsgId && !held.clientMsgId ? fresh : held;
}

function merge(items, incoming, isListed = true) {
    const bySeq = new Map(items.map((message) => [message.seq, message]));
    for (const message of incoming) {
        bySeq.set(message.seq, preferred(bySeq.get(message.seq), message, isListed));
    }
    return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

async function fetchPage(key, query) {
    const { ope, targetId } = partsOf(key);
    const { items } = await get("chat/messages", { toId: targetId, ope, ...query });
    return items.filter((message) => message.seq > 0);
}

const fetchNewest = (key, limit) => fetchPage(key, { sort: "seq:desc", limit });

async function loadNewest(key, limit) {
    change(key, { loading: "newest", error: null });
    try {
        const page = await fetchNewest(key, limit);
        change(key, {
            items: merge([], page), isLoaded: true, loading: "",
            hasOlder: page.length >= limit, hasNewer: false,
        });
    } catch (error) {
        change(key, { loading: "", error });
    }
}

/**
 * Makes the newest messages of a conversation available.
 * @param {string} key
 * @param {number} unread  how many to have at least
 */
export async function openThread(key, unread = 0) {
    const thread = threadOf(key);
    if (thread.loading === "newest") return;
    if (thread.isLoaded) await catchUp(key).catch(() => {});
    else await loadNewest(key, Math.min(Math.max(PAGE, unread + 20), CATCH_UP_PAGE));
}

/**
 * Puts an older page in front.
 * @param {string} key
 * @returns {Promise<boolean>} false when it could not be read
 */
export async function loadOlder(key) {
    const { items, hasOlder, loading } = threadOf(key);
    if (!hasOlder || loading || items.length === 0) return true;
    change(key, { loading: "older" });
    try {
        const page = await fetchPage(key,
            { beforeSeq: items[0].seq, sort: "seq:desc", limit: PAGE });
        change(key, {
            items: merge(threadOf(key).items, page), loading: "",
            hasOlder: page.length >= PAGE,
        });
        return true;
    } catch {
        change(key, { loading: "" });
        return false;
    }
}

/**
 * Puts the next newer page at the end of a thread the reader jumped back in.
 * @param {string} key
 */
export async function loadNewer(key) {
    const { items, hasNewer, loading } = threadOf(key);
    if (!hasNewer || loading) return;
    change(key, { loading: "newer" });
    try {
        const page = await fetchPage(key, { afterSeq: lastSeqOf(items), limit: PAGE });
        change(key, {
            items: merge(threadOf(key).items, page), loading: "", hasNewer: page.length >= PAGE,
        });
    } catch {
        change(key, { loading: "" });
    }
}

/**
 * Makes a message and its neighbours available, wherever it stands.
 * @param {string} key
 * @param {number} seq
 * @returns {Promise<boolean>} whether it is there now
 */
export async function loadAround(key, seq) {
    const has = () => threadOf(key).items.some((message) => message.seq === seq);
    if (threadOf(key).isLoaded && has()) return true;
    try {
        const [before, after] = await Promise.all([
            fetchPage(key, { beforeSeq: seq + 1, sort: "seq:desc", limit: PAGE }),
            fetchPage(key, { afterSeq: seq, limit: PAGE }),
        ]);
        change(key, {
            items: merge(before, after), isLoaded: true, loading: "", error: null,
            hasOlder: before.length >= PAGE, hasNewer: after.length >= PAGE,
        });
        return has();
    } catch {
        return false;
    }
}

/**
 * Leaves the past: shows the newest messages again.
 * @param {string} key
 */
export async function leavePast(key) {
    if (threadOf(key).hasNewer) await loadNewest(key, PAGE);
}

async function fetchMissing(key) {
    // The newest page comes first even when nothing seems to lack: it shows what was recalled.
    const newest = await fetchNewest(key, PAGE);
    const isLeft = () => threadOf(key).hasNewer; // the reader has jumped back meanwhile
    if (isLeft()) return;
    const held = lastSeqOf(threadOf(key).items);
    const reached = Math.min(...newest.map((message) => message.seq));
    const gap = newest.length ? reached - held - 1 : 0;
    if (gap > CATCH_UP_MOST) {
        change(key, { items: merge([], newest), hasOlder: true });
        return;
    }
    for (let after = held; after < reached - 1 && newest.length;) {
        const page = await fetchPage(key, { afterSeq: after, limit: CATCH_UP_PAGE });
        if (isLeft()) return;
        change(key, { items: merge(threadOf(key).items, page) });
        if (page.length < CATCH_UP_PAGE) break;
        after = lastSeqOf(merge([], page));
    }
    change(key, { items: merge(threadOf(key).items, newest) });
}

/**
 * Fetches what a loaded thread lacks at its end. Callers at the same time share one run.
 * @param {string} key
 * @returns {Promise<void>} rejects with ApiError
 */
export function catchUp(key) {
    if (!threadOf(key).isLoaded || threadOf(key).hasNewer) return Promise.resolve();
    if (!catchingUp.has(key)) {
        const run = fetchMissing(key).finally(() => {
            if (catchingUp.get(key) === run) catchingUp.delete(key);
        });
        catchingUp.set(key, run);
    }
    return catchingUp.get(key);
}

/** What a page says of the seqs after `after` up to `end`; what it does not list is gone there. */
function replaced(items, page, after, end) {
    const listed = new Set(page.map(({ seq }) => seq));
    return merge(items, page).filter(({ seq }) => seq <= after || seq > end || listed.has(seq));
}

/** Reads a thread again: of what was recalled, changed or reacted to meanwhile nobody told us. */
async function readAgain(key) {
    const end = lastSeqOf(threadOf(key).items);
    const first = threadOf(key).items[0]?.seq || 0;
    for (let after = Math.max(first, end - CATCH_UP_MOST + 1) - 1; after < end;) {
        const page = await fetchPage(key, { afterSeq: after, limit: CATCH_UP_PAGE });
        const reached = page.length < CATCH_UP_PAGE ? end : Math.min(lastSeqOf(page), end);
        const known = page.filter(({ seq }) => seq <= reached);
        const { items } = threadOf(key);
        if (!items.length || items[0].seq > first || lastSeqOf(items) < end) return; // they moved on
        change(key, { items: replaced(items, known, after, reached) });
        after = reached;
    }
}

/** Brings all loaded threads up to date, for after a reconnect. */
export function catchUpAll() {
    for (const key of Object.keys(threadsStore.get())) {
        const { isLoaded, error } = threadOf(key);
        if (isLoaded) catchUp(key).then(() => readAgain(key)).catch(() => {});
        else if (error) openThread(key);
    }
}

/**
 * Takes a message in: from a frame, or the answer to a send.
 * @param {any} message
 * @returns {Promise<void>} resolves when the thread, if loaded, holds it
 */
export async function acceptMessage(message) {
    const key = keyOfFrame(message);
    noteMessage(message);
    const { items, isLoaded, hasNewer } = threadOf(key);
    const held = lastSeqOf(items);
    if (!isLoaded || (hasNewer && message.seq > held)) return;
    if (message.seq > held + 1) {
        // A page on its way may have been cut before this message: look once more after it.
        if (catchingUp.has(key)) await catchUp(key).catch(() => {});
        if (lastSeqOf(threadOf(key).items) < message.seq) await catchUp(key);
    } else if (items.length === 0 || message.seq >= items[0].seq) {
        change(key, { items: merge(items, [message], false) });
    }
}

/**
 * A message was recalled, here or elsewhere.
 * @param {any} message
 */
export function acceptRecall(message) {
    const key = keyOfFrame(message);
    const { items, isLoaded } = threadOf(key);
    const known = items.find((other) => other.id === message.id);
    const recalled = { ...known, ...message, status: "revocation", body: "" };
    noteMessage(recalled);
    if (isLoaded && known) change(key, { items: merge(items, [recalled]) });
}

function changeMessage(key, id, change_) {
    const { items, isLoaded } = threadOf(key);
    const at = isLoaded ? items.findIndex((message) => message.id === id) : -1;
    if (at < 0) return;
    change(key, { items: items.with(at, change_(items[at])) });
}

function withReaction(reactions, { emoji, on, count }, isMine) {
    const known = reactions.find((one) => one.emoji === emoji);
    const mine = isMine ? on : Boolean(known?.mine);
    if (!known) return count ? [...reactions, { emoji, count, mine }] : reactions;
    return reactions.map((one) => (one === known ? { emoji, count, mine } : one))
        .filter((one) => one.count > 0);
}

/**
 * Somebody reacted to a message, or took it back.
 * @param {any} frame
 */
export function acceptReaction(frame) {
    const body = JSON.parse(frame.body);
    changeMessage(keyOfFrame(frame), body.messageId, (message) => ({
        ...message,
        reactions: withReaction(message.reactions || [], body, frame.fromId === myId()),
    }));
}

/**
 * @param {any} message
 * @param {string} emoji
 * @returns {Promise<void>} rejects with ApiError
 */
export async function react(message, emoji) {
    const isOn = !(message.reactions || []).some((one) => one.emoji === emoji && one.mine);
    const { reactions } = await call(isOn ? "POST" : "DELETE",
        `messages/${message.id}/reactions`, { body: { emoji } });
    changeMessage(keyOfFrame(message), message.id, (held) => ({ ...held, reactions }));
}

const CAPTIONED = new Set(["pic", "video", "file"]);

/**
 * @param {any} message
 * @returns {boolean} whether I can change what it says
 */
export function canEdit(message) {
    if (message.fromId !== myId() || !message.id || message.status !== "normal") return false;
    return message.type === "text"
        || (CAPTIONED.has(message.type) && Boolean(contentOf(message).facts.caption));
}

/**
 * @param {string} key
 * @returns {any} my newest message that can be changed, if it is loaded
 */
export const newestEditable = (key) => threadOf(key).items.findLast(canEdit);

/**
 * Changes what a message of mine says: its text, or the words under its file.
 * @param {any} message
 * @param {string} text
 * @returns {Promise<void>} rejects with ApiError
 */
export async function rewrite(message, text) {
    const { facts } = contentOf(message);
    const changed = message.type === "text" ? { body: text }
        : { body: message.body, extra: JSON.stringify({ ...facts, caption: text }) };
    await acceptMessage(await post(`messages/${message.id}/edit`, changed));
}

/**
 * @param {any} message  one of mine
 * @returns {Promise<void>} rejects with ApiError
 */
export async function recall(message) {
    // Kept first: the frame that blanks the message may come before the answer to this call.
    if (message.type === "text") recalledTexts.set(message.id, message.body);
    await post("chat/revocation", { toId: message.toId, id: message.id, ope: message.ope });
    acceptRecall(message);
}

/**
 * @param {number} id
 * @returns {string} the text of a message recalled in this tab, to write it anew
 */
export const recalledText = (id) => recalledTexts.get(id) || "";
