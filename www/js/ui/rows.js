// Turns messages into the rows of a thread: day chips, the unread line, runs by one author.

import { isNews, isNotice } from "../lib/notice.js";
import { isSameDay, parseTime } from "../lib/time.js";

const RUN_MS = 5 * 60 * 1000;

const standsAlone = (message) => message.status === "revocation" || isNotice(message);

function isRun(before, message) {
    if (!before || standsAlone(before) || standsAlone(message)) return false;
    const from = parseTime(before.createdAt);
    const to = parseTime(message.createdAt);
    return before.fromId === message.fromId && to - from < RUN_MS && isSameDay(from, to);
}

/**
 * @param {any} message
 * @param {number} me
 * @returns {string} stays the same from the moment of sending to the stored message
 */
export function rowKeyOf(message, me) {
    return message.clientMsgId && message.fromId === me ? `c${message.clientMsgId}`
        : `m${message.id}`;
}

/**
 * @param {any} unsent
 * @param {{ ope: string, targetId: number }} target
 * @param {number} me
 * @returns {any} a Message as it will be, but without id and seq
 */
export function messageOfUnsent(unsent, { ope, targetId }, me) {
    return {
        fromId: me, toId: targetId, ope, type: unsent.type, body: unsent.body, status: "normal",
        extra: unsent.extra ? JSON.stringify(unsent.extra) : "", replyToId: unsent.replyToId,
        mentions: unsent.mentions, mentionAll: unsent.mentionAll,
        createdAt: new Date(unsent.at).toISOString(), clientMsgId: unsent.clientMsgId,
    };
}

/**
 * @param {object} given
 * @param {any[]} given.messages  what to show, by rising seq, then the unsent ones
 * @param {Map<string, any>} given.unsentById  by clientMsgId
 * @param {number} given.me
 * @param {number | null} given.readSeq  where the unread line goes, null for none
 * @param {any} given.before  the message in front of the first one shown, if any
 * @returns {any[]} rows: {kind: "day", key, at}, {kind: "unread", key} or
 *          {kind: "message", key, message, isFirst, isLast, unsent}
 */
export function buildRows({ messages, unsentById, me, readSeq, before }) {
    const rows = [];
    let isMarked = readSeq === null;
    messages.forEach((message, index) => {
        const previous = index ? messages[index - 1] : before;
        const at = parseTime(message.createdAt);
        const isNewDay = !previous || !isSameDay(parseTime(previous.createdAt), at);
        if (isNewDay) rows.push({ kind: "day", key: `day ${rowKeyOf(message, me)}`, at });
        const isUnread = !isMarked && message.seq > readSeq && isNews(message, me);
        if (isUnread) {
            isMarked = true;
            rows.push({ kind: "unread", key: "unread" });
        }
        rows.push({
            kind: "message", key: rowKeyOf(message, me), message,
            isFirst: isUnread || !isRun(previous, message),
            isLast: !messages[index + 1] || !isRun(message, messages[index + 1]),
            unsent: message.seq ? null : unsentById.get(message.clientMsgId),
        });
    });
    return rows;
}
