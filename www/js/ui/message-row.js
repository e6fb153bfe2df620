// One message, drawn again only when something about it changed.

import { html, memo, useLayoutEffect, useRef, useState } from "../lib/preact.js";
import { serverNow } from "../api.js";
import { t, tn } from "../lib/i18n.js";
import { quickEmoji } from "../lib/emoji.js";
import { copyText, isTouch } from "../lib/browser.js";
import { clockTime, fullTime, parseTime } from "../lib/time.js";
import { useStore } from "../lib/store.js";
import { replyTo } from "../store/composing.js";
import { keyOfFrame } from "../store/conversations.js";
import { react, recall, recalledText } from "../store/messages.js";
import { discard, retry, uploadsStore } from "../store/outbox.js";
import { nameIn } from "../store/people.js";
import { myId, siteStore } from "../store/session.js";
import { errorText, toast, toastError } from "../store/toasts.js";
import { Icon, Ticks } from "./icons.js";
import { Menu } from "./menu.js";
import { MessageBody } from "./message-body.js";
import { Avatar } from "./parts.js";
import { copyableText, summaryOf } from "./summary.js";

const DEFAULT_RECALL_SECONDS = 120;

function Tick({ state }) {
    const label = t(`tick.${state}`);
    return html`<span class="tick is-${state}" data-testid="tick" data-state=${state}
        title=${label}>
        ${state === "pending" || state === "uploading" ? html`<${Icon} name="clock" size=${14} />`
            : state === "failed" ? html`<${Icon} name="alert" size=${14} />`
                : html`<${Ticks} isDouble=${state === "read" || state === "delivered"} />`}
        <span class="visually-hidden">${label}</span></span>`;
}

function canRecall(message) {
    const seconds = siteStore.get()?.recallSeconds ?? DEFAULT_RECALL_SECONDS;
    return serverNow() - parseTime(message.createdAt) < seconds * 1000;
}

function actionsFor(message, isMine) {
    const key = keyOfFrame(message);
    const actions = [{
        name: "reply", icon: "reply", label: t("message.reply"), run: () => replyTo(key, message),
    }];
    if (copyableText(message)) {
        actions.push({
            name: "copy", icon: "copy", label: t("message.copy"),
            run: async () => {
                const isDone = await copyText(copyableText(message));
                toast(t(isDone ? "common.copied" : "common.copyFailed"), { isError: !isDone });
            },
        });
    }
    if (isMine && message.id && canRecall(message)) {
        actions.push({
            name: "recall", icon: "recall", label: t("message.recall"),
            run: () => recall(message).catch(toastError),
        });
    }
    return actions;
}

/** Above or below its button, wherever the thread has room. */
function MessageMenu({ message, actions, onClose }) {
    const box = useRef(null);
    useLayoutEffect(() => {
        const menu = box.current.firstElementChild;
        const at = menu.getBoundingClientRect();
        const room = menu.closest(".messages").getBoundingClientRect();
        menu.classList.toggle("is-above", at.bottom > room.bottom - 8);
        menu.classList.toggle("is-flipped", at.left < room.left + 8 || at.right > room.right - 8);
    }, []);
    return html`<span ref=${box}><${Menu} items=${actions} label=${t("message.actions")}
        onClose=${onClose} place="message-menu">
        <div class="quick-reactions" role="group" aria-label=${t("reaction.add")}>
            ${quickEmoji().map((emoji) => html`<button key=${emoji} type="button" class="emoji"
                role="menuitem" aria-label=${t("reaction.with", { emoji })} data-testid="react"
                onClick=${() => {
                    onClose(true);
                    react(message, emoji).catch(toastError);
                }}>${emoji}</button>`)}
        </div></${Menu}></span>`;
}

function Actions({ message, isMine, author, isOpen, setOpen }) {
    const button = useRef(null);
    const close = (isFocusBack) => {
        setOpen(false);
        if (isFocusBack) button.current?.focus({ preventScroll: true });
    };
    const actions = isOpen ? actionsFor(message, isMine) : [];
    return html`<span class="message-actions">
        <button ref=${button} type="button" class="message-more" tabindex="-1"
            aria-label=${t("message.actionsFor", {
                name: isMine ? t("message.me") : author, text: summaryOf(message),
            })} aria-haspopup="menu" aria-expanded=${isOpen ? "true" : "false"}
            data-testid="message-menu" onClick=${() => setOpen(!isOpen)}>
            <${Icon} name="more" size=${20} /></button>
        ${isOpen && html`<${MessageMenu} message=${message} actions=${actions}
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
 * `unsent` is set while it is on its way; `tick` is empty for messages of others.
 */
export const MessageRow = memo(({
    message, rowKey, isMine, isGroup, isFirst, isLast, author, avatar, tick, unsent, onEdit,
    quoted, people, onJump,
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
    const classes = ["message", isMine ? "is-mine" : "is-other", isFirst ? "is-first" : "",
        isLast ? "is-last" : "", hasFace ? "has-face" : "",
        !isMine && (message.mentionAll || message.mentions?.includes(myId())) ? "is-mentioned" : "",
    ].join(" ");
    return html`<li class=${classes} data-testid="message" data-id=${message.id}
        data-seq=${message.seq} data-row=${rowKey}>
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
                    <span class="meta"><time datetime=${message.createdAt} title=${fullTime(at)}>
                        ${clockTime(at)}</time>${tick && html`<${Tick} state=${tick} />`}</span>
                </div>
                ${!unsent && html`<${Actions} message=${message} isMine=${isMine}
                    author=${author} isOpen=${isOpen} setOpen=${setOpen} />`}
            </div>
            ${message.reactions?.length > 0 && html`<${Reactions} message=${message} />`}
            ${tick === "failed" && html`<${Failure} unsent=${unsent} />`}
        </div>
    </li>`;
});
