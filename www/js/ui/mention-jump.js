// The way through the unread messages that mention me, one after the other.

import { html, useEffect, useState } from "../lib/preact.js";
import { get } from "../api.js";
import { t, tn } from "../lib/i18n.js";
import { addStyle } from "../lib/style.js";
import { isMention, partsOf } from "../store/conversations.js";

await addStyle("css/talk.css");

/** Seqs of messages that mention me above `after`, oldest first, wherever they stand. */
async function fetchMentions(convKey, after) {
    const { ope, targetId } = partsOf(convKey);
    const { items } = await get(`conversations/${ope}/${targetId}/mentions`, { afterSeq: after });
    return items.map(({ seq }) => seq);
}

function isInSight(scroller, seq) {
    const row = scroller.querySelector(`[data-seq="${seq}"]`);
    if (!row) return false;
    const room = scroller.getBoundingClientRect();
    const at = row.getBoundingClientRect();
    return at.top >= room.top - 1 && Math.min(at.bottom, at.top + 40) <= room.bottom + 1;
}

/**
 * @param {object} props
 * @param {string} props.convKey
 * @param {any[]} props.items  the messages loaded
 * @param {number} props.after  the seq everything up to which was read before
 * @param {{ current: HTMLElement | null }} props.scroller
 * @param {(seq: number) => Promise<boolean>} props.onJump
 */
export function MentionJump({ convKey, items, after, scroller, onJump }) {
    const [told, setTold] = useState(/** @type {number[]} */ ([]));
    const [seen, setSeen] = useState(/** @type {number[]} */ ([]));
    useEffect(() => {
        let isGone = false;
        fetchMentions(convKey, after).then((seqs) => !isGone && setTold(seqs)).catch(() => {});
        return () => {
            isGone = true;
        };
    }, [convKey, after]);
    const held = items.filter((message) => message.seq > after && isMention(message))
        .map(({ seq }) => seq);
    const taken = new Set(items.filter(({ status }) => status !== "normal").map(({ seq }) => seq));
    const open = [...new Set([...told, ...held])].sort((a, b) => a - b)
        .filter((seq) => !seen.includes(seq) && !taken.has(seq));
    useEffect(() => {
        const box = scroller.current;
        if (!box || open.length === 0) return undefined;
        const look = () => {
            const now = open.filter((seq) => isInSight(box, seq));
            if (now.length && document.visibilityState === "visible") {
                setSeen((before) => [...before, ...now]);
            }
        };
        look();
        box.addEventListener("scroll", look, { passive: true });
        return () => box.removeEventListener("scroll", look);
    });
    if (open.length === 0) return null;
    const next = async () => {
        const [seq] = open;
        if (!await onJump(seq)) setSeen((before) => [...before, seq]);
    };
    return html`<button type="button" class="pill mention-jump" data-testid="mention-jump"
        data-count=${open.length} onClick=${next}
        aria-label=${tn("mention.next", open.length)} title=${tn("mention.next", open.length)}>
        ${t("mention.chip", { count: open.length })}</button>`;
}
