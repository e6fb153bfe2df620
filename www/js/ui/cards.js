// Cards for what is more than a text or a file: forwarded conversations and calls.

import { html, useState } from "../lib/preact.js";
import { t, tn } from "../lib/i18n.js";
import { durationText } from "../lib/size.js";
import { clockTime, parseTime } from "../lib/time.js";
import { myId } from "../store/session.js";
import { Icon } from "./icons.js";
import { MessageBody } from "./message-body.js";
import { Dialog } from "./parts.js";
import { summaryOf } from "./summary.js";

const PREVIEW_LINES = 3;

function Forwarded({ title, items, onClose }) {
    return html`<${Dialog} title=${title} onClose=${onClose} testId="forwarded">
        <ul class="forwarded">${items.map((item, index) => html`<li key=${index}>
            <div class="forwarded-head"><strong>${item.name || item.fromId}</strong>
                ${item.createdAt && html`<time datetime=${item.createdAt}>
                    ${clockTime(parseTime(item.createdAt))}</time>`}</div>
            <${MessageBody} message=${item} />
        </li>`)}</ul>
    </${Dialog}>`;
}

/** Several messages in one. */
export function ForwardCard({ content }) {
    const [isOpen, setOpen] = useState(false);
    const items = (content.facts.items || []).filter((item) => item && typeof item === "object")
        .map((item) => ({ status: "normal", ...item, body: String(item.body || "") }));
    const title = content.text || t("kind.forward");
    return html`<button type="button" class="forward" data-testid="message-card"
        onClick=${() => setOpen(true)}>
        <span class="card-title">${title}</span>
        ${items.slice(0, PREVIEW_LINES).map((item, index) => html`<span key=${index}
            class="forward-line">${item.name || item.fromId}: ${summaryOf(item)}</span>`)}
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
