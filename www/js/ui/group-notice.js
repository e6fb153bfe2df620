// What a group tells all its members, in its details: read by everybody, written by who runs it.

import { html, useEffect, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { useEscape } from "../lib/escape.js";
import { t } from "../lib/i18n.js";
import { addStyle } from "../lib/style.js";
import { fullTime, parseTime } from "../lib/time.js";
import { announcementsStore, loadAnnouncement, setAnnouncement } from "../store/announcements.js";
import { nameIn } from "../store/people.js";
import { toastError } from "../store/toasts.js";
import { useAction } from "./parts.js";
import { Text } from "./text.js";

await addStyle("css/talk.css");

const MOST_LETTERS = 2000;

function Form({ groupId, notice, onEnd }) {
    const [text, setText] = useState(notice.text);
    const [isBusy, , run] = useAction();
    useEscape(onEnd);
    const submit = (event) => {
        event.preventDefault();
        run(() => setAnnouncement(groupId, text.trim()).then(onEnd).catch(toastError));
    };
    return html`<form class="notice-form" onSubmit=${submit}>
        <textarea class="input" rows="5" maxlength=${MOST_LETTERS} value=${text} autofocus
            aria-label=${t("group.notice")} data-testid="notice-input"
            ref=${(area) => area && !area.dataset.seen && (area.dataset.seen = "1") && area.focus()}
            onInput=${(event) => setText(event.currentTarget.value)}></textarea>
        <div class="actions">
            <button type="button" class="button is-small" onClick=${onEnd}>
                ${t("common.cancel")}</button>
            <button type="submit" class="button is-primary is-small" disabled=${isBusy}
                data-testid="notice-save">${t("common.save")}</button>
        </div>
    </form>`;
}

/** @param {{ groupId: number, canWrite: boolean, people: Record<number, any> }} props */
export function GroupNotice({ groupId, canWrite, people }) {
    const notice = useStore(announcementsStore, (all) => all[groupId]);
    const [isOpen, setOpen] = useState(false);
    useEffect(() => {
        loadAnnouncement(groupId).catch(() => {});
    }, [groupId]);
    if (!notice || (!notice.text && !canWrite)) return null;
    return html`<section class="section" data-testid="group-notice">
        <div class="section-head"><h3 class="section-title">${t("group.notice")}</h3>
            ${canWrite && !isOpen && html`<button type="button" class="link"
                data-testid="notice-edit" onClick=${() => setOpen(true)}>
                ${t(notice.text ? "message.edit" : "group.noticeWrite")}</button>`}</div>
        ${isOpen ? html`<${Form} groupId=${groupId} notice=${notice} onEnd=${() => setOpen(false)} />`
            : notice.text ? html`<div class="notice-text" data-testid="notice-text">
                    <${Text} text=${notice.text} /></div>
                <p class="note">${nameIn(people, notice.byId)} · ${fullTime(parseTime(notice.updatedAt))}</p>`
                : html`<p class="note">${t("group.noticeNone")}</p>`}
    </section>`;
}
