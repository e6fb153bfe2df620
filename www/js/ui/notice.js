// What happened in a group, in a sentence of its own between the messages.

import { html, memo } from "../lib/preact.js";
import { t, tn } from "../lib/i18n.js";
import { readNotice } from "../lib/notice.js";
import { fullTime, parseTime } from "../lib/time.js";
import { nameIn } from "../store/people.js";
import { myId } from "../store/session.js";

const SENTENCES = {
    groupJoin: "event.joined",
    groupExit: "event.left",
    groupKick: "event.removed",
    groupUpdate: "event.updated",
    groupTransfer: "event.owner",
    groupDissolve: "event.dissolved",
    groupNotice: "event.announced",
};

function sentence(type, { isManager, minute }, values) {
    if (type === "groupManager") return t(isManager ? "event.manager" : "event.noManager", values);
    if (type === "groupBanned") {
        return minute ? tn("event.muted", minute, values) : t("event.unmuted", values);
    }
    return t(SENTENCES[type] || "event.other", values);
}

/**
 * @param {any} notice
 * @param {Record<number, any>} people
 * @returns {string}
 */
export function noticeText(notice, people) {
    const facts = readNotice(notice);
    const { accountId } = facts;
    // Who comes in is what the sentence is about, not who opened the door.
    const first = notice.type === "groupJoin" ? accountId : notice.fromId;
    const named = (id, meKey) => (id === myId() ? t(meKey)
        : t("event.person", { name: nameIn(people, id) }));
    const values = { by: named(first, "event.meFirst"), name: named(accountId, "event.me") };
    return sentence(notice.type, facts, values).trim();
}

/** A notice in a thread. */
export const NoticeRow = memo(({ notice, text, rowKey }) => {
    const at = parseTime(notice.createdAt);
    return html`<li class="notice-row" data-testid="notice" data-type=${notice.type}
        data-id=${notice.id} data-seq=${notice.seq} data-row=${rowKey}>
        <span class="chip" title=${fullTime(at)}>${text}</span></li>`;
});
