// Cards for what is more than a text or a file: forwarded conversations and calls.

import { html, useMemo, useState } from "../lib/preact.js";
import { t, tn } from "../lib/i18n.js";
import { lazy } from "../lib/lazy.js";
import { durationText } from "../lib/size.js";
import { parseTime } from "../lib/time.js";
import { myId } from "../store/session.js";
import { Icon } from "./icons.js";
import { forwardTitle, summaryOf } from "./summary.js";

const PREVIEW_LINES = 3;

const Forwarded = lazy(() => import("./forwarded.js"), "Forwarded");

/** What a merged message holds, as messages. */
function itemsOf({ facts }) {
    if (!Array.isArray(facts.items)) return [];
    return facts.items.filter((item) => item && typeof item === "object").map((item) => {
        const at = Number(item.at) || parseTime(item.createdAt);
        const { extra, fromId } = item;
        return {
            ...item, at, status: "normal", body: String(item.body || ""), fromId: Number(fromId) || 0,
            name: String(item.name || fromId || ""),
            createdAt: at ? new Date(at).toISOString() : "",
            extra: extra && typeof extra === "object" ? JSON.stringify(extra) : String(extra || ""),
        };
    });
}

/** Several messages in one. */
export function ForwardCard({ content }) {
    const [isOpen, setOpen] = useState(false);
    const items = useMemo(() => itemsOf(content), [content]);
    const title = forwardTitle(content);
    return html`<button type="button" class="forward" data-testid="message-card"
        onClick=${() => setOpen(true)}>
        <span class="card-title">${title}</span>
        ${items.slice(0, PREVIEW_LINES).map((item, index) => html`<span key=${index}
            class="forward-line">${item.name}: ${summaryOf(item)}</span>`)}
        <span class="card-detail">${tn("forward.count", items.length)}</span>
    </button>
    ${isOpen && html`<${Forwarded} title=${title} items=${items}
        onClose=${() => setOpen(false)} />`}`;
}

const MISSED = new Set(["missed", "declined", "cancelled", "busy", "failed"]);

/** How a call went. */
export function CallCard({ message, content }) {
    const { video, state } = content.facts;
    const isMine = message.fromId === myId();
    const words = state === "answered" && content.duration
        ? t("call.lasted", { duration: durationText(content.duration) })
        : t(`call.state.${MISSED.has(state) ? state : "ended"}${isMine ? "Mine" : ""}`);
    return html`<span class="card is-call ${MISSED.has(state) && !isMine ? "is-missed" : ""}"
        data-testid="call-card" data-state=${state}>
        <span class="card-icon"><${Icon} name=${video ? "video" : "phone"} size=${22} /></span>
        <span class="card-words"><span class="card-title">
            ${t(video ? "kind.videoCall" : "kind.call")}</span>
            <span class="card-detail">${words}</span></span>
    </span>`;
}
