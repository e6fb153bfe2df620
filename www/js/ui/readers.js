// Who has read a message of mine in a group.

import { html, useEffect, useState } from "../lib/preact.js";
import { get } from "../api.js";
import { t, tn } from "../lib/i18n.js";
import { addStyle } from "../lib/style.js";
import { listTime, parseTime } from "../lib/time.js";
import { keyOfFrame } from "../store/conversations.js";
import { onFrameOf } from "../store/frames.js";
import { closeOverlay, overlayStore } from "../store/selection.js";
import { Avatar, Dialog, FormError, Spinner } from "./parts.js";

await addStyle("css/talk.css");

const WAIT_MS = 300;
const AGAIN_MS = 3000;

/**
 * @param {any} message
 * @returns {[any, any]} what GET /messages/{id}/readers says, renewed as others read; the error
 */
function useReaders(message) {
    const [state, setState] = useState([null, null]);
    useEffect(() => {
        let isGone = false;
        let timer = 0;
        const read = async () => {
            timer = 0;
            try {
                const readers = await get(`messages/${message.id}/readers`);
                if (!isGone) setState([readers, null]);
            } catch (error) {
                if (isGone) return;
                setState(([known]) => [known, error]);
                if (error.isTemporary) timer = setTimeout(read, AGAIN_MS);
            }
        };
        const readSoon = () => {
            if (!timer) timer = setTimeout(read, WAIT_MS);
        };
        const isHere = ({ ope, toId }) => ope === "group" && toId === message.toId;
        read();
        const leave = [onFrameOf("open", readSoon),
            onFrameOf("read", (frame) => isHere(frame) && readSoon())];
        return () => {
            isGone = true;
            clearTimeout(timer);
            leave.forEach((stop) => stop());
        };
    }, [message.id]);
    return /** @type {[any, any]} */ (state);
}

/** Below my newest message: how many have read it, and the way to who. */
export function ReadBy({ message }) {
    const [readers] = useReaders(message);
    const total = readers ? readers.read.length + readers.unread.length : 0;
    if (!total) return null;
    const read = readers.read.length;
    return html`<button type="button" class="read-by" data-testid="read-by" data-read=${read}
        onClick=${() => overlayStore.set({ kind: "readers", convKey: keyOfFrame(message),
            messages: [message] })}>
        ${read === total ? t("readers.all") : t("readers.count", { read, total })}</button>`;
}

function People({ title, list, testId }) {
    if (list.length === 0) return null;
    return html`<section data-testid=${testId}>
        <h3 class="section-title">${title} · ${list.length}</h3>
        <ul class="list">${list.map(({ id, name, avatar, readAt }) => html`<li key=${id}
            class="row" data-testid="reader" data-id=${id}>
            <${Avatar} name=${name} id=${id} image=${avatar} size="s" />
            <span class="row-main"><span class="row-title">${name}</span></span>
            ${readAt && html`<time class="row-time" datetime=${readAt}>
                ${listTime(parseTime(readAt))}</time>`}</li>`)}</ul></section>`;
}

/** @param {{ messages: any[] }} props  one of mine */
export function ReadersDialog({ messages }) {
    const [readers, error] = useReaders(messages[0]);
    return html`<${Dialog} title=${t("message.readers")} onClose=${closeOverlay} testId="readers-list">
        <${FormError} error=${readers ? null : error} />
        ${!readers && !error && html`<${Spinner} />`}
        ${readers && html`<div class="readers">
            <${People} title=${t("readers.read")} list=${readers.read} testId="has-read" />
            <${People} title=${t("readers.unread")} list=${readers.unread} testId="has-not-read" />
            ${readers.hidden > 0 && html`<p class="note" data-testid="readers-hidden">
                ${tn("readers.hidden", readers.hidden)}</p>`}
            ${readers.read.length + readers.unread.length + readers.hidden === 0
                && html`<p class="note">${t("readers.nobody")}</p>`}</div>`}
    </${Dialog}>`;
}
