// One message, drawn again only when something about it changed.

import { html, memo, useEffect, useLayoutEffect, useRef, useState } from "../lib/preact.js";
import { serverNow } from "../api.js";
import { t } from "../lib/i18n.js";
import { copyText, isTouch } from "../lib/browser.js";
import { clockTime, fullTime, parseTime } from "../lib/time.js";
import { recall, recalledText } from "../store/messages.js";
import { discard, retry } from "../store/outbox.js";
import { siteStore } from "../store/session.js";
import { errorText, toast, toastError } from "../store/toasts.js";
import { Icon, Ticks } from "./icons.js";
import { copyableText, MessageBody, summaryOf } from "./message-body.js";
import { Avatar } from "./parts.js";

const DEFAULT_RECALL_SECONDS = 120;

function Tick({ state }) {
    const label = t(`tick.${state}`);
    return html`<span class="tick is-${state}" data-testid="tick" data-state=${state}
        title=${label}>
        ${state === "pending" ? html`<${Icon} name="clock" size=${14} />`
            : state === "failed" ? html`<${Icon} name="alert" size=${14} />`
                : html`<${Ticks} isDouble=${state === "read"} />`}
        <span class="visually-hidden">${label}</span></span>`;
}

function canRecall(message) {
    const seconds = siteStore.get()?.recallSeconds ?? DEFAULT_RECALL_SECONDS;
    return serverNow() - parseTime(message.createdAt) < seconds * 1000;
}

function actionsFor(message, isMine) {
    const actions = [];
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

function Menu({ actions, onClose }) {
    const ref = useRef(null);
    useLayoutEffect(() => {
        const menu = ref.current;
        const scroller = menu.closest(".messages");
        const box = menu.getBoundingClientRect();
        const room = scroller.getBoundingClientRect();
        menu.classList.toggle("is-above", box.bottom > room.bottom - 8);
        menu.classList.toggle("is-flipped", box.left < room.left + 8
            || box.right > room.right - 8);
        menu.querySelector("button")?.focus({ preventScroll: true });
        const onPress = (event) => {
            if (!menu.parentElement.contains(event.target)) onClose(false);
        };
        addEventListener("pointerdown", onPress, true);
        return () => removeEventListener("pointerdown", onPress, true);
    }, []);
    const onKey = (event) => {
        const items = [...ref.current.querySelectorAll("button")];
        const at = items.indexOf(document.activeElement);
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape" || event.key === "Tab") {
            event.preventDefault();
            event.stopPropagation();
            onClose(true);
        } else if (step) {
            event.preventDefault();
            items[(at + step + items.length) % items.length].focus();
        }
    };
    return html`<div ref=${ref} class="menu message-menu" role="menu" onKeyDown=${onKey}
        aria-label=${t("message.actions")}>
        ${actions.map(({ name, icon, label, run }) => html`<button key=${name} type="button"
            class="menu-item" role="menuitem" data-testid=${name}
            onClick=${() => {
                onClose(true);
                run();
            }}>
            <${Icon} name=${icon} size=${20} />${label}</button>`)}
    </div>`;
}

function Actions({ message, isMine, author, isOpen, setOpen }) {
    const button = useRef(null);
    const close = (isFocusBack) => {
        setOpen(false);
        if (isFocusBack) button.current?.focus({ preventScroll: true });
    };
    const actions = isOpen ? actionsFor(message, isMine) : [];
    useEffect(() => {
        if (isOpen && actions.length === 0) setOpen(false);
    });
    return html`<span class="message-actions">
        <button ref=${button} type="button" class="message-more" tabindex="-1"
            aria-label=${t("message.actionsFor", {
                name: isMine ? t("message.me") : author, text: summaryOf(message),
            })} aria-haspopup="menu" aria-expanded=${isOpen ? "true" : "false"}
            data-testid="message-menu" onClick=${() => setOpen(!isOpen)}>
            <${Icon} name="more" size=${20} /></button>
        ${isOpen && actions.length > 0 && html`<${Menu} actions=${actions} onClose=${close} />`}
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
}) => {
    const [isOpen, setOpen] = useState(false);
    if (message.status === "revocation") {
        return html`<${Recalled} message=${message} isMine=${isMine} author=${author}
            onEdit=${onEdit} rowKey=${rowKey} />`;
    }
    const at = parseTime(message.createdAt);
    const hasFace = isGroup && !isMine;
    const onPress = (event) => {
        const isPlain = !event.target.closest("a, button") && String(getSelection()) === "";
        if (isTouch() && isPlain && !unsent) setOpen(true);
    };
    const classes = ["message", isMine ? "is-mine" : "is-other", isFirst ? "is-first" : "",
        isLast ? "is-last" : "", hasFace ? "has-face" : ""].join(" ");
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
                    <${MessageBody} message=${message} />
                    <span class="meta"><time datetime=${message.createdAt} title=${fullTime(at)}>
                        ${clockTime(at)}</time>${tick && html`<${Tick} state=${tick} />`}</span>
                </div>
                ${!unsent && html`<${Actions} message=${message} isMine=${isMine}
                    author=${author} isOpen=${isOpen} setOpen=${setOpen} />`}
            </div>
            ${tick === "failed" && html`<${Failure} unsent=${unsent} />`}
        </div>
    </li>`;
});
