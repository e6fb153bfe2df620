// The list on the left: what the server says about every conversation, kept current by frames.

import { call, get, post } from "../api.js";
import { isNews } from "../lib/notice.js";
import { createStore } from "../lib/store.js";
import { fresh } from "./fresh.js";
import { myId, onSessionEnd } from "./session.js";

/**
 * @typedef {object} Conversation
 * @property {string} key  "friend:10000001" or "group:3"
 * @property {"friend" | "group"} ope
 * @property {number} targetId
 * @property {string} name
 * @property {string} avatar
 * @property {boolean} online
 * @property {number} lastSeq
 * @property {number} readSeq
 * @property {number} peerReadSeq
 * @property {number} [peerDeliveredSeq]  some device of the friend has everything up to it
 * @property {number} unread
 * @property {number} [mentioned]  unread messages that mention me
 * @property {boolean} [pinned]
 * @property {boolean} [hidden]
 * @property {boolean} [markedUnread]
 * @property {number} [muteUntil]  ms since 1970, 0: not
 * @property {"default" | "all" | "mentions" | "none"} [notify]
 * @property {number} [clearedSeq]  what is up to here is gone, for me
 * @property {any} last  the newest Message, or null
 * @property {boolean} [isLocal]  opened here before the server lists it
 * @property {boolean} [isNew]  a local one that stands at the top
 */

const EMPTY = {
    byKey: /** @type {Record<string, Conversation>} */ ({}),
    order: /** @type {string[]} */ ([]),
    isLoaded: false,
};

export const conversationsStore = createStore(EMPTY);

const AGAIN_MS = 300;
const REPORT_MS = 200;
const reports = new Map();
let againTimer = 0;
/** Who came or went since the list on its way was asked for: it may not know of it. */
const heard = new Map();

onSessionEnd(() => {
    clearTimeout(againTimer);
    againTimer = 0;
    heard.clear();
    for (const { timer } of reports.values()) clearTimeout(timer);
    reports.clear();
    conversationsStore.set(EMPTY);
});

/**
 * @param {string} ope
 * @param {number} targetId
 */
export const keyOf = (ope, targetId) => `${ope}:${targetId}`;

/**
 * @param {string} key
 * @returns {{ ope: "friend" | "group", targetId: number }}
 */
export function partsOf(key) {
    const [ope, id] = key.split(":");
    return { ope: /** @type {any} */ (ope), targetId: Number(id) };
}

/**
 * @param {{ ope: string, fromId: number, toId: number }} frame
 * @returns {string} the conversation a message or a notice belongs to, from where I stand
 */
export function keyOfFrame({ ope, fromId, toId }) {
    if (ope === "system") return keyOf("group", toId);
    return keyOf(ope, ope === "group" || fromId === myId() ? toId : fromId);
}

/** The pinned ones stay on top, in their order. */
function sorted(order, byKey) {
    const isPinned = (key) => Boolean(byKey[key].pinned);
    return [...order.filter(isPinned), ...order.filter((key) => !isPinned(key))];
}

function change(key, part, { isNewest = false } = {}) {
    conversationsStore.set((state) => {
        const next = { ...state.byKey[key], ...part };
        let { order } = state;
        if (isNewest) order = [key, ...order.filter((other) => other !== key)];
        else if (!state.byKey[key]) order = [...order, key];
        const byKey = { ...state.byKey, [key]: next };
        return { ...state, byKey, order: sorted(order, byKey) };
    });
}

function merged(item, before) {
    const key = keyOf(item.ope, item.targetId);
    const fresh = { key, ...item };
    if (!before) return fresh;
    fresh.readSeq = Math.max(fresh.readSeq, before.readSeq);
    fresh.peerReadSeq = Math.max(fresh.peerReadSeq, before.peerReadSeq);
    fresh.peerDeliveredSeq = Math.max(fresh.peerDeliveredSeq || 0, before.peerDeliveredSeq || 0);
    if (before.lastSeq > fresh.lastSeq) {
        // A frame overtook this answer: what it brought stays, and the next answer settles it.
        refreshSoon();
        return { ...fresh, lastSeq: before.lastSeq, last: before.last, unread: before.unread };
    }
    if (fresh.readSeq >= fresh.lastSeq) fresh.unread = 0;
    return fresh;
}

async function fetchAll() {
    const me = myId();
    heard.clear();
    const { items } = await get("conversations");
    if (me !== myId()) return;
    conversationsStore.set((state) => {
        /** @type {Record<string, Conversation>} */
        const byKey = {};
        for (const item of items) {
            const fresh = merged(item, state.byKey[keyOf(item.ope, item.targetId)]);
            byKey[fresh.key] = { ...fresh, online: heard.get(item.targetId) ?? fresh.online };
        }
        const listed = Object.keys(byKey);
        const opened = state.order.filter((key) => state.byKey[key].isLocal && !byKey[key]);
        for (const key of opened) byKey[key] = state.byKey[key];
        const isNew = (key) => byKey[key].isNew;
        const order = [...opened.filter(isNew), ...listed, ...opened.filter((key) => !isNew(key))];
        return { byKey, order: sorted(order, byKey), isLoaded: true };
    });
}

/** Reads the list from the server. */
export const refreshConversations = fresh(fetchAll);

/** Reads the list shortly; many reasons at once make one request. */
export function refreshSoon() {
    if (againTimer) return;
    againTimer = setTimeout(() => {
        againTimer = 0;
        refreshConversations().catch(() => {});
    }, AGAIN_MS);
}

/** @param {any} message */
export const isMention = ({ fromId, mentions, mentionAll }) => fromId !== myId()
    && (Boolean(mentionAll) || (mentions || []).includes(myId()));

/**
 * A message came, was sent, or changed.
 * @param {any} message
 */
export function noteMessage(message) {
    const key = keyOfFrame(message);
    const known = conversationsStore.get().byKey[key];
    if (!known || !(message.seq > 0)) {
        refreshSoon();
        return;
    }
    if (message.seq <= known.lastSeq) {
        if (known.last && known.last.id === message.id) change(key, { last: message });
        return;
    }
    if (message.seq > known.lastSeq + 1) refreshSoon();
    const isOther = message.fromId !== myId();
    const isUnread = isNews(message, myId()) && message.seq > known.readSeq;
    change(key, {
        last: message,
        lastSeq: message.seq,
        unread: known.unread + (isUnread ? 1 : 0),
        mentioned: (known.mentioned || 0) + (isUnread && isMention(message) ? 1 : 0),
        online: known.online || (isOther && message.ope === "friend"),
    }, { isNewest: true });
}

/**
 * Somebody read: I on another device, or the other side.
 * @param {any} frame
 */
export function noteRead(frame) {
    const isMine = frame.fromId === myId();
    const key = isMine || frame.ope === "group" ? keyOf(frame.ope, frame.toId)
        : keyOf(frame.ope, frame.fromId);
    const known = conversationsStore.get().byKey[key];
    const seq = frame.seq || 0;
    if (!known) return;
    if (!isMine) {
        if (seq > known.peerReadSeq) change(key, { peerReadSeq: seq });
        return;
    }
    if (seq <= known.readSeq) return;
    if (seq >= known.lastSeq) {
        change(key, { readSeq: seq, unread: 0, mentioned: 0, markedUnread: false });
    } else {
        change(key, { readSeq: seq });
        refreshSoon();
    }
}

async function postRead(key) {
    const { seq, before } = reports.get(key);
    reports.delete(key);
    const { ope, targetId } = partsOf(key);
    try {
        await post("chat/read", { toId: targetId, ope, seq });
    } catch {
        // The list read after the next connect must be able to say "unread" again.
        const now = conversationsStore.get().byKey[key];
        if (now && now.readSeq === seq) change(key, { readSeq: before });
    }
}

/**
 * Everything up to seq was seen here: no longer unread at once, and the server hears of it
 * shortly, once for a burst. When that fails the next list from the server counts the messages
 * as unread again, and an open chat reports anew.
 * @param {string} key
 * @param {number} seq
 */
export function reportRead(key, seq) {
    const known = conversationsStore.get().byKey[key];
    if (!known || (seq <= known.readSeq && known.unread === 0 && !known.markedUnread)) return;
    change(key, {
        readSeq: Math.max(seq, known.readSeq),
        unread: seq >= known.lastSeq ? 0 : known.unread,
        mentioned: seq >= known.lastSeq ? 0 : known.mentioned,
        markedUnread: false,
    });
    const waiting = reports.get(key);
    if (waiting) {
        waiting.seq = Math.max(waiting.seq, seq);
        return;
    }
    const timer = setTimeout(() => postRead(key), REPORT_MS);
    reports.set(key, { seq, before: known.readSeq, timer });
}

/**
 * Makes sure that a conversation nobody wrote in yet can be opened: the server does not list it.
 * @param {string} key
 * @param {{ name: string, avatar?: string }} about
 * @param {{ isNew?: boolean }} [options]  isNew: just became possible, so it goes to the top
 */
export function ensureConversation(key, about, { isNew = false } = {}) {
    if (conversationsStore.get().byKey[key]) return;
    change(key, {
        key, ...partsOf(key), name: about.name, avatar: about.avatar || "", online: false,
        lastSeq: 0, readSeq: 0, peerReadSeq: 0, unread: 0, last: null, isLocal: true, isNew,
    }, { isNewest: isNew });
    const { ope, targetId } = partsOf(key);
    if (ope === "friend") get("presence", { ids: targetId }).then(takePresence).catch(() => {});
}

/** Of somebody whom the list does not tell about. */
function takePresence({ items: [{ id, online }] }) {
    const key = keyOf("friend", id);
    const known = conversationsStore.get().byKey[key];
    if (known && known.isLocal) change(key, { online: heard.get(id) ?? online });
}

/**
 * A friend's device has everything up to here.
 * @param {any} frame
 */
export function noteDelivered(frame) {
    if (frame.ope !== "friend" || frame.fromId === myId()) return;
    const key = keyOf("friend", frame.fromId);
    const known = conversationsStore.get().byKey[key];
    if (known && frame.seq > (known.peerDeliveredSeq || 0)) change(key, { peerDeliveredSeq: frame.seq });
}

/**
 * @param {number} id  a contact who came or went
 * @param {boolean} isOnline
 */
export function noteOnline(id, isOnline) {
    const key = keyOf("friend", id);
    heard.set(id, Boolean(isOnline));
    if (conversationsStore.get().byKey[key]) change(key, { online: Boolean(isOnline) });
}

/**
 * What I want of a conversation changed, here or on another device.
 * @param {string} key
 * @param {Partial<Conversation>} state
 */
export function noteState(key, state) {
    if (!conversationsStore.get().byKey[key]) refreshSoon();
    else if (state.hidden || state.clearedSeq) refreshSoon();
    if (conversationsStore.get().byKey[key]) change(key, state);
}

const pathOf = (key) => {
    const { ope, targetId } = partsOf(key);
    return `conversations/${ope}/${targetId}`;
};

/**
 * @param {string} key
 * @param {Partial<Conversation>} wanted  any of pinned, hidden, markedUnread, muteUntil, notify
 */
export async function setConversation(key, wanted) {
    noteState(key, await call("PUT", `${pathOf(key)}/settings`, { body: wanted }));
}

/**
 * Forgets what was said until now, for me alone.
 * @param {string} key
 * @param {boolean} isHidden  and takes the conversation off the list
 */
export async function clearConversation(key, isHidden) {
    const state = await (isHidden ? call("DELETE", pathOf(key)) : post(`${pathOf(key)}/clear`));
    noteState(key, state);
    await refreshConversations();
}

/** @param {Conversation} conversation */
export const isMuted = ({ muteUntil, notify }) => notify === "none" || (muteUntil || 0) > Date.now();

/** What the number on the page counts: muted conversations only when they mention me.
 *  @param {typeof EMPTY} state */
export function unreadTotal(state) {
    return state.order.reduce((sum, key) => {
        const conversation = state.byKey[key];
        return sum + (isMuted(conversation) ? conversation.mentioned || 0 : conversation.unread);
    }, 0);
}
