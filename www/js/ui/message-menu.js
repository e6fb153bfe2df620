// What can be done with a message, and the reactions at hand.

import { html, useLayoutEffect, useRef } from "../lib/preact.js";
import { serverNow } from "../api.js";
import { t } from "../lib/i18n.js";
import { quickEmoji } from "../lib/emoji.js";
import { copyText } from "../lib/browser.js";
import { contentOf } from "../lib/content.js";
import { parseTime } from "../lib/time.js";
import { editInstead, replyTo } from "../store/composing.js";
import { keyOfFrame } from "../store/conversations.js";
import { canEdit, react, recall } from "../store/messages.js";
import { canPin, isPinned, setPinned } from "../store/pins.js";
import { overlayStore, startSelecting } from "../store/selection.js";
import { siteStore } from "../store/session.js";
import { toast, toastError } from "../store/toasts.js";
import { Menu } from "./menu.js";
import { copyableText } from "./summary.js";

const DEFAULT_RECALL_SECONDS = 120;
const EDGE_PX = 8;

function canRecall(message) {
    const seconds = siteStore.get()?.recallSeconds ?? DEFAULT_RECALL_SECONDS;
    return serverNow() - parseTime(message.createdAt) < seconds * 1000;
}

async function copy(message) {
    const isDone = await copyText(copyableText(message));
    toast(t(isDone ? "common.copied" : "common.copyFailed"), { isError: !isDone });
}

/** @returns {import("./menu.js").MenuItem[]} */
function actionsFor(message, isMine) {
    const key = keyOfFrame(message);
    const isCall = message.type === "call";
    const isUp = isPinned(key, message.id);
    const show = (kind) => () => overlayStore.set({ kind, convKey: key, messages: [message] });
    const all = [
        { name: "reply", icon: "reply", label: t("message.reply"), isOffered: true,
            run: () => replyTo(key, message) },
        { name: "edit", icon: "edit", label: t("message.edit"), isOffered: canEdit(message),
            run: () => editInstead(key, message, contentOf(message).text) },
        { name: "copy", icon: "copy", label: t("message.copy"),
            isOffered: Boolean(copyableText(message)), run: () => copy(message) },
        { name: "forward", icon: "forward", label: t("message.forward"), isOffered: !isCall,
            run: show("forward") },
        { name: "select", icon: "checks", label: t("message.select"), isOffered: !isCall,
            run: () => startSelecting(key, message.id) },
        { name: "pin-message", icon: "pin", label: t(isUp ? "message.unpin" : "message.pin"),
            isOffered: canPin(key),
            run: () => setPinned(key, message.id, !isUp).catch(toastError) },
        { name: "readers", icon: "eye", label: t("message.readers"),
            isOffered: isMine && message.ope === "group", run: show("readers") },
        { name: "recall", icon: "recall", label: t("message.recall"),
            isOffered: isMine && canRecall(message), run: () => recall(message).catch(toastError) },
    ];
    return all.filter(({ isOffered }) => isOffered);
}

/** Puts the menu beside its button, wherever the thread has room. */
function place(menu, isMine) {
    const room = menu.closest(".messages").getBoundingClientRect();
    const button = menu.closest(".message-actions").getBoundingClientRect();
    menu.style.maxHeight = `${room.height - 2 * EDGE_PX}px`;
    const height = menu.offsetHeight;
    const below = button.bottom + 4;
    const above = button.top - 4 - height;
    const last = room.bottom - EDGE_PX - height;
    const top = below <= last ? below : above >= room.top + EDGE_PX ? above
        : Math.max(room.top + EDGE_PX, last);
    const width = menu.offsetWidth;
    const wanted = isMine ? button.right - width : button.left;
    const left = Math.max(room.left + EDGE_PX, Math.min(wanted, room.right - EDGE_PX - width));
    menu.style.top = `${top - button.top}px`;
    menu.style.left = `${left - button.left}px`;
}

/** @param {{ message: any, isMine: boolean, onClose: (isFocusBack: boolean) => void }} props */
export function MessageMenu({ message, isMine, onClose }) {
    const box = useRef(null);
    useLayoutEffect(() => place(box.current.firstElementChild, isMine), []);
    return html`<span ref=${box}><${Menu} items=${actionsFor(message, isMine)} onClose=${onClose}
        label=${t("message.actions")} place="message-menu">
        <div class="quick-reactions" role="group" aria-label=${t("reaction.add")}>
            ${quickEmoji().map((emoji) => html`<button key=${emoji} type="button" class="emoji"
                role="menuitem" aria-label=${t("reaction.with", { emoji })} data-testid="react"
                onClick=${() => {
                    onClose(true);
                    react(message, emoji).catch(toastError);
                }}>${emoji}</button>`)}
        </div></${Menu}></span>`;
}
