// The list of conversations.

import { html, memo, useEffect, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { useEscape } from "../lib/escape.js";
import { t, tn } from "../lib/i18n.js";
import { isNotice } from "../lib/notice.js";
import { fullTime, listTime, parseTime } from "../lib/time.js";
import { contactsStore } from "../store/contacts.js";
import { conversationsStore, isMuted, keyOf, refreshConversations }
    from "../store/conversations.js";
import { draftsStore } from "../store/drafts.js";
import { outboxStore, unsentIn } from "../store/outbox.js";
import { nameIn, peopleStore } from "../store/people.js";
import { go } from "../store/route.js";
import { myId } from "../store/session.js";
import { typersIn, typingStore } from "../store/typing.js";
import { Icon, Ticks } from "./icons.js";
import { noticeText } from "./notice.js";
import { Avatar, Badge, Empty, Spinner, useTick } from "./parts.js";
import { conversationActions } from "./conversation-actions.js";
import { PopMenu } from "./menu.js";
import { messageOfUnsent } from "./rows.js";
import { summaryOf } from "./summary.js";

// Friends nobody wrote to yet stand below the conversations, as long as they are few.
const MOST_SILENT = 20;

function lastText(conversation, people) {
    const { last, ope } = conversation;
    if (!last) return t("chats.noMessages");
    if (isNotice(last)) return noticeText(last, people);
    const isMine = last.fromId === myId();
    if (last.status === "revocation") {
        return isMine ? t("message.recalledByMe")
            : t("message.recalledBy", { name: nameIn(people, last.fromId) });
    }
    const text = summaryOf(last);
    if (ope !== "group") return text;
    if (isMine) return t("chats.mine", { text });
    const author = people[last.fromId];
    return author ? t("chats.by", { name: author.name, text }) : text;
}

function LastTick({ conversation }) {
    const { last, peerReadSeq, peerDeliveredSeq, ope } = conversation;
    if (!last || last.fromId !== myId() || last.status === "revocation" || ope === "group") {
        return null;
    }
    const isRead = last.seq <= peerReadSeq;
    const isThere = isRead || last.seq <= (peerDeliveredSeq || 0);
    const words = t(isRead ? "tick.read" : isThere ? "tick.delivered" : "tick.stored");
    return html`<span class="tick ${isRead ? "is-read" : ""}"><${Ticks} isDouble=${isThere} />
        <span class="visually-hidden">${words}</span></span>`;
}

function Preview({ conversation, isChosen }) {
    const { key, ope } = conversation;
    const people = useStore(peopleStore);
    const draft = useStore(draftsStore, (drafts) => drafts[key] || "");
    const typers = useStore(typingStore, (typing) => typersIn(typing, key));
    const unsent = useStore(outboxStore, (outbox) => unsentIn(outbox, key));
    if (typers.length) {
        return html`<span class="row-sub is-typing">${ope === "group"
            ? t("typing.by", { name: nameIn(people, typers[0]) }) : t("typing.now")}</span>`;
    }
    if (draft && !isChosen) {
        return html`<span class="row-sub"><span class="draft-mark">${t("chats.draft")}</span>
            ${" "}${draft}</span>`;
    }
    const newest = unsent[unsent.length - 1];
    if (newest) {
        const hasFailed = newest.state === "failed";
        return html`<span class="row-sub"><span class="inline-icon ${hasFailed ? "is-bad" : ""}">
            <${Icon} name=${hasFailed ? "alert" : "clock"} size=${15} /></span>
            ${" "}${summaryOf(messageOfUnsent(newest, conversation, myId()))}</span>`;
    }
    return html`<span class="row-sub"><${LastTick} conversation=${conversation} />
        ${lastText(conversation, people)}</span>`;
}

const ConversationRow = memo(({ conversation, isChosen, day: _day }) => {
    const { key, name, avatar, ope, targetId, online, unread, last, pinned, markedUnread,
        mentioned } = conversation;
    const at = parseTime(last?.createdAt);
    return html`<li class="conversation-row">
        <button type="button" class="row is-button ${isChosen ? "is-chosen" : ""}"
            aria-current=${isChosen ? "true" : undefined} data-testid="conversation"
            data-key=${key} data-id=${targetId} onClick=${() => go({ key })}>
            <${Avatar} name=${name} image=${avatar} id=${targetId}
                isOnline=${ope === "friend" && online} />
            <span class="row-main">
                <span class="row-line">
                    <span class="row-title">${name}</span>
                    ${ope === "friend" && online && html`<span class="visually-hidden">
                        ${t("presence.online")}</span>`}
                    ${at > 0 && html`<time class="row-time" datetime=${last.createdAt}
                        title=${fullTime(at)}>${listTime(at)}</time>`}
                </span>
                <span class="row-line">
                    <${Preview} conversation=${conversation} isChosen=${isChosen} />
                    ${mentioned > 0 && html`<span class="mention-badge" title=${t("mention.you")}>
                        @<span class="visually-hidden">${t("mention.you")}</span></span>`}
                    ${isMuted(conversation) && html`<${Icon} name="bellOff" size=${16} />`}
                    ${pinned && html`<${Icon} name="pin" size=${16} />`}
                    <${Badge} count=${unread || (markedUnread ? 1 : 0)}
                        class=${isMuted(conversation) ? "is-quiet" : ""} testId="unread-badge"
                        label=${tn("chats.unread", unread || 1)} />
                </span>
            </span>
        </button>
        <${PopMenu} icon="more" place="is-right" testId="conversation-menu"
            label=${t("chats.actions", { name })} items=${conversationActions(conversation)} />
    </li>`;
});

function SilentRow({ friend: { account, name } }) {
    const key = keyOf("friend", account.id);
    return html`<li><button type="button" class="row is-button" data-testid="conversation"
        data-key=${key} data-id=${account.id} onClick=${() => go({ key })}>
        <${Avatar} name=${name} id=${account.id} image=${account.avatar} />
        <span class="row-main"><span class="row-title">${name}</span>
            <span class="row-sub">${t("chats.noMessages")}</span></span>
    </button></li>`;
}

function useMatches(filter) {
    const { byKey, order } = useStore(conversationsStore);
    const friends = useStore(contactsStore, (state) => state.friends);
    const all = order.map((key) => byKey[key]);
    const wanted = filter.trim().toLocaleLowerCase();
    const silent = friends.filter(({ account }) => !byKey[keyOf("friend", account.id)]);
    if (!wanted) return { found: all, others: silent.slice(0, MOST_SILENT) };
    const fits = (name) => name.toLocaleLowerCase().includes(wanted);
    return {
        found: all.filter(({ name }) => fits(name)),
        others: silent.filter(({ account, name }) => fits(name) || fits(account.username)),
    };
}

function Loading() {
    const [hasFailed, setFailed] = useState(false);
    useEffect(() => {
        if (!hasFailed) refreshConversations().catch(() => setFailed(true));
    }, [hasFailed]);
    if (!hasFailed) return html`<div class="empty"><${Spinner} /></div>`;
    return html`<${Empty} icon="alert" title=${t("chats.failed")}>
        <button type="button" class="button" onClick=${() => setFailed(false)}>
            ${t("common.retry")}</button>
    </${Empty}>`;
}

/** The chats tab. */
export function ChatsPane({ chosen }) {
    const [filter, setFilter] = useState("");
    useEscape(() => setFilter(""), filter !== "");
    const isLoaded = useStore(conversationsStore, (state) => state.isLoaded);
    const { found, others } = useMatches(filter);
    useTick(60000);
    const day = new Date().toDateString();
    if (!isLoaded) return html`<${Loading} />`;
    if (!filter && found.length + others.length === 0) {
        return html`<${Empty} icon="chats" title=${t("chats.emptyTitle")}
            text=${t("chats.emptyText")}>
            <button type="button" class="button is-primary" data-testid="empty-find"
                onClick=${() => go({ dialog: "find" })}>${t("find.title")}</button>
            <button type="button" class="button" onClick=${() => go({ dialog: "invite" })}>
                ${t("invite.title")}</button>
        </${Empty}>`;
    }
    return html`<div class="filter">
            <${Icon} name="search" size=${18} />
            <input id="filter" type="search" placeholder=${t("chats.filter")} value=${filter}
                aria-label=${t("chats.filter")} data-testid="filter" autocomplete="off"
                onInput=${(event) => setFilter(event.currentTarget.value)} />
        </div>
        <ul class="pane-scroll list" data-testid="conversations">
            ${found.map((conversation) => html`<${ConversationRow} key=${conversation.key}
                conversation=${conversation} isChosen=${conversation.key === chosen}
                day=${day} />`)}
            ${others.map((friend) => html`<${SilentRow} key=${friend.account.id}
                friend=${friend} />`)}
            ${found.length + others.length === 0 && html`<li class="list-note" role="status">
                ${t("chats.noMatch")}</li>`}
        </ul>`;
}
