// One message, drawn again only when something about it changed.

import { html, memo, useRef, useState } from "../lib/preact.js";
import { t, tn } from "../lib/i18n.js";
import { isTouch } from "../lib/browser.js";
import { lazy } from "../lib/lazy.js";
import { clockTime, fullTime, parseTime } from "../lib/time.js";
import { useStore } from "../lib/store.js";
import { isMention } from "../store/conversations.js";
import { react, recalledText } from "../store/messages.js";
import { discard, retry, uploadsStore } from "../store/outbox.js";
import { nameIn } from "../store/people.js";
import { toggleSelected } from "../store/selection.js";
import { errorText, toastError } from "../store/toasts.js";
import { Icon, Ticks } from "./icons.js";
import { MessageBody } from "./message-body.js";
import { Avatar } from "./parts.js";
import { summaryOf } from "./summary.js";

const MessageMenu = lazy(() => import("./message-menu.js"), "MessageMenu");
const ReadBy = lazy(() => import("./readers.js"), "ReadBy");

function Tick({ state }) {
    const label = t(`tick.${state}`);
    return html`<span class="tick is-${state}" data-testid="tick" data-state=${state}
        title=${label}>
        ${state === "pending" || state === "uploading" ? html`<${Icon} name="clock" size=${14} />`
            : state === "failed" ? html`<${Icon} name="alert" size=${14} />`
                : html`<${Ticks} isDouble=${state === "read" || state === "delivered"} />`}
        <span class="visually-hidden">${label}</span></span>`;
}

function Actions({ message, isMine, author, isOpen, setOpen }) {
    const button = useRef(null);
    const close = (isFocusBack) => {
        setOpen(false);
        if (isFocusBack) button.current?.focus({ preventScroll: true });
    };
    return html`<span class="message-actions">
        <button ref=${button} type="button" class="message-more" tabindex="-1"
            aria-label=${t("message.actionsFor", {
                name: isMine ? t("message.me") : author, text: summaryOf(message),
            })} aria-haspopup="menu" aria-expanded=${isOpen ? "true" : "false"}
            data-testid="message-menu" onClick=${() => setOpen(!isOpen)}>
            <${Icon} name="more" size=${20} /></button>
        ${isOpen && html`<${MessageMenu} message=${message} isMine=${isMine}
            onClose=${close} />`}
    </span>`;
}

function Recalled({ message, isMine, author, onEdit, rowKey }) {
    const text = isMine ? recalledText(message.id) : "";
    return html`<li class="notice-row" data-testid="message" data-recalled="true"
        data-id=${message.id} data-seq=${message.seq} data-row=${rowKey}>
        <span class="chip">${isMine ? t("message.recalledByMe")
            : t("message.recalledBy", { name: author })}
        ${text && html`${" "}<button type="button" class="link" data-testid="edit-again"
            onClick=${() => onEdit(text)}>${t("message.editAgain")}</button>`}</span></li>`;
}

/** What a message answers; pressing it goes there. */
function Quote({ quoted, people, onJump }) {
    const isGone = quoted.status === "revocation";
    return html`<button type="button" class="quote" data-testid="quote" data-id=${quoted.id}
        onClick=${() => onJump(quoted)}>
        <strong>${nameIn(people, quoted.fromId)}</strong>
        <span class="quote-text">${isGone ? t("reply.gone") : summaryOf(quoted)}</span>
    </button>`;
}

function Reactions({ message }) {
    return html`<div class="reactions" data-testid="reactions">
        ${message.reactions.map(({ emoji, count, mine }) => html`<button key=${emoji} type="button"
            class="reaction ${mine ? "is-mine" : ""}" aria-pressed=${mine ? "true" : "false"}
            aria-label=${tn("reaction.count", count, { emoji })} data-testid="reaction"
            data-emoji=${emoji} onClick=${() => react(message, emoji).catch(toastError)}>
            <span aria-hidden="true">${emoji}</span><span>${count}</span></button>`)}
    </div>`;
}

function Failure({ unsent }) {
    return html`<div class="failure" data-testid="failure" data-error=${unsent.error}>
        <span>${errorText(unsent.error)}</span>
        <button type="button" class="link" data-testid="retry" onClick=${() => retry(unsent)}>
            ${t("common.retry")}</button>
        <button type="button" class="link" data-testid="discard"
            onClick=${() => discard(unsent.key, unsent.clientMsgId)}>
            ${t("message.discard")}</button>
    </div>`;
}

/**
 * A message in a thread. `isFirst` and `isLast` tell its place among neighbours by one author;
 * `unsent` is set while it is on its way; `tick` is empty for messages of others; `selected` is
 * null unless messages are being ticked; `isNewest`: the last of mine, which tells who has read it.
 */
export const MessageRow = memo(({
    message, rowKey, isMine, isGroup, isFirst, isLast, author, avatar, tick, unsent, onEdit,
    quoted, people, onJump, selected, isNewest,
}) => {
    const [isOpen, setOpen] = useState(false);
    const progress = useStore(uploadsStore, (uploads) => (tick === "uploading"
        ? uploads[message.clientMsgId] || 0 : undefined));
    if (message.status === "revocation") {
        return html`<${Recalled} message=${message} isMine=${isMine} author=${author}
            onEdit=${onEdit} rowKey=${rowKey} />`;
    }
    const at = parseTime(message.createdAt);
    const hasFace = isGroup && !isMine;
    const onPress = (event) => {
        const isPlain = !event.target.closest("a, button, video, audio, .voice") && String(getSelection()) === "";
        if (isTouch() && isPlain && !unsent) setOpen(true);
    };
    const canSelect = selected !== null && message.id && message.type !== "call";
    const classes = ["message", isMine ? "is-mine" : "is-other", isFirst ? "is-first" : "",
        isLast ? "is-last" : "", hasFace ? "has-face" : "",
        isMention(message) ? "is-mentioned" : "",
        selected !== null ? "is-selecting" : "", selected ? "is-selected" : "",
    ].join(" ");
    return html`<li class=${classes} data-testid="message" data-id=${message.id}
        data-seq=${message.seq} data-row=${rowKey}
        onClick=${canSelect ? () => toggleSelected(message.id) : undefined}>
        ${canSelect && html`<input type="checkbox" class="select-box" tabindex="-1"
            checked=${selected} data-testid="select-box"
            aria-label=${t("select.box", { name: isMine ? t("message.me") : author,
                text: summaryOf(message) })} />`}
        ${hasFace && html`<span class="message-face">${isLast && html`<${Avatar} name=${author}
            image=${avatar} id=${message.fromId} size="s" />`}</span>`}
        <div class="message-main">
            <div class="bubble-line">
                <div class="bubble" onClick=${onPress}>
                    ${hasFace && isFirst
                        ? html`<span class="author author-c${message.fromId % 8}">${author}</span>`
                        : html`<span class="visually-hidden">
                            ${isMine ? t("message.me") : author}: </span>`}
                    ${quoted && html`<${Quote} quoted=${quoted} people=${people}
                        onJump=${onJump} />`}
                    <${MessageBody} message=${message} progress=${progress}
                        onCancel=${() => discard(unsent.key, unsent.clientMsgId)} />
                    <span class="meta">${message.editedAt && html`<span data-testid="edited"
                            title=${fullTime(parseTime(message.editedAt))}>
                            ${t("message.edited")}</span>`}<time datetime=${message.createdAt} title=${fullTime(at)}>
                        ${clockTime(at)}</time>${tick && html`<${Tick} state=${tick} />`}</span>
                </div>
                ${!unsent && selected === null && html`<${Actions} message=${message} isMine=${isMine}
                    author=${author} isOpen=${isOpen} setOpen=${setOpen} />`}
            </div>
            ${message.reactions?.length > 0 && html`<${Reactions} message=${message} />`}
            ${isNewest && html`<${ReadBy} message=${message} />`}
            ${tick === "failed" && html`<${Failure} unsent=${unsent} />`}
        </div>
    </li>`;
});
