// Which part of a long thread is in the document, and how the view stays where it was while that
// part changes. Works on seq numbers, since indexes move whenever an older page arrives.

import { isNews } from "../lib/notice.js";

const MOST_ROWS = 180;
const FIRST_ROWS = 100;
const STEP = 60;
const CONTEXT_ROWS = 10;

/**
 * @typedef {object} Frame  the part wanted
 * @property {number | null} from  seq of the first message, null: a fixed number before the end
 * @property {number | null} to  seq of the last message, null: up to the newest
 */

/** The newest messages. @type {Frame} */
export const TAIL = { from: null, to: null };

// The first index at or after a seq: the exact message may be missing for nobody's fault.
function indexOf(items, seq) {
    const index = items.findIndex((message) => message.seq >= seq);
    return index < 0 ? items.length : index;
}

/**
 * The frame to open a thread with: the newest messages, reaching back to the first unread one.
 * @param {any[]} items
 * @param {number | null} readSeq
 * @param {number} me
 * @returns {Frame}
 */
export function firstFrame(items, readSeq, me) {
    if (readSeq === null) return TAIL;
    const unread = items.findIndex((message) => message.seq > readSeq && isNews(message, me));
    if (unread < 0 || unread >= items.length - FIRST_ROWS) return TAIL;
    const start = Math.max(0, unread - CONTEXT_ROWS);
    const end = Math.min(items.length, start + MOST_ROWS);
    return { from: items[start].seq, to: end < items.length ? items[end - 1].seq : null };
}

/**
 * @param {any[]} items
 * @param {Frame} frame
 * @param {{ isStuck: boolean, heldFrom: number | null }} view  isStuck: follows the newest
 *        message; heldFrom: seq of the first row shown before, kept while the reader is above
 * @returns {{ start: number, end: number }} end is exclusive
 */
export function rangeOf(items, frame, { isStuck, heldFrom }) {
    const end = frame.to === null ? items.length : Math.min(items.length,
        indexOf(items, frame.to) + 1);
    const from = frame.from ?? (isStuck ? null : heldFrom);
    const start = from === null ? Math.max(0, end - FIRST_ROWS) : indexOf(items, from);
    if (end - start <= MOST_ROWS) return { start, end };
    return isStuck ? { start: end - MOST_ROWS, end } : { start, end: start + MOST_ROWS };
}

function frameFor(items, start, end) {
    return { from: items[start].seq, to: end < items.length ? items[end - 1].seq : null };
}

/**
 * @param {any[]} items
 * @param {number} seq
 * @returns {Frame} the rows around a message
 */
export function frameAround(items, seq) {
    const at = indexOf(items, seq);
    const start = Math.max(0, at - STEP);
    return frameFor(items, start, Math.min(items.length, start + 2 * STEP));
}

/**
 * @param {any[]} items
 * @param {{ start: number, end: number }} range
 * @returns {Frame}
 */
export function frameAbove(items, { start, end }) {
    const first = Math.max(0, start - STEP);
    return frameFor(items, first, Math.min(end, first + MOST_ROWS));
}

/**
 * @param {any[]} items
 * @param {{ start: number, end: number }} range
 * @returns {Frame}
 */
export function frameBelow(items, { start, end }) {
    const last = Math.min(items.length, end + STEP);
    return frameFor(items, Math.max(start, last - MOST_ROWS), last);
}

const isMessage = (row) => row.dataset.row && /^[mc]/.test(row.dataset.row);

/**
 * Notes which message is at the top of the view, before the rows change.
 * @param {HTMLElement | null} scroller
 * @returns {{ row: string, offset: number } | null}
 */
export function takeAnchor(scroller) {
    const list = scroller && scroller.querySelector("ol");
    if (!list) return null;
    const top = scroller.scrollTop;
    for (const row of /** @type {any} */ (list.children)) {
        if (isMessage(row) && row.offsetTop + row.offsetHeight > top) {
            return { row: row.dataset.row, offset: row.offsetTop - top };
        }
    }
    return null;
}

/**
 * Puts that message back where it was, after the rows changed.
 * @param {HTMLElement} scroller
 * @param {{ row: string, offset: number } | null} anchor
 */
export function restoreAnchor(scroller, anchor) {
    const list = scroller.querySelector("ol");
    if (!list || !anchor) return;
    for (const row of /** @type {any} */ (list.children)) {
        if (row.dataset.row !== anchor.row) continue;
        const top = row.offsetTop - anchor.offset;
        if (Math.abs(top - scroller.scrollTop) >= 1) scroller.scrollTop = top;
        return;
    }
}
