// One conversation: heading, thread, composer, and its details beside it.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t, tn } from "../lib/i18n.js";
import { lazy } from "../lib/lazy.js";
import { checkCall } from "../store/calls.js";
import { attach } from "../store/composing.js";
import { contactsStore, groupsStore, loadGroup, peopleIn } from "../store/contacts.js";
import { conversationsStore, ensureConversation, partsOf } from "../store/conversations.js";
import { meet, nameIn, peopleStore } from "../store/people.js";
import { go, goBack } from "../store/route.js";
import { closeOverlay, overlayStore, selectionStore, stopSelecting } from "../store/selection.js";
import { myId, sessionStore } from "../store/session.js";
import { typersIn, typingStore } from "../store/typing.js";
import { Composer } from "./composer.js";
import { MessageList } from "./message-list.js";
import { Avatar, Empty, IconButton, Spinner } from "./parts.js";

function Status({ conversation, group }) {
    const { key, ope, online } = conversation;
    const typers = useStore(typingStore, (typing) => typersIn(typing, key));
    const people = useStore(peopleStore);
    if (typers.length) {
        const words = ope === "group" ? t("typing.by", { name: nameIn(peopleIn(people, group), typers[0]) })
            : t("typing.now");
        return html`<span class="chat-status is-typing" data-testid="typing">${words}</span>`;
    }
    if (ope === "group") {
        return html`<span class="chat-status">
            ${group ? tn("group.members", group.members) : " "}</span>`;
    }
    return html`<span class="chat-status ${online ? "is-online" : ""}" data-testid="presence">
        ${t(online ? "presence.online" : "presence.offline")}</span>`;
}

const MOST_IN_CALL = 4;

/** Voice and video. In a large group the check asks whom. */
function CallButtons({ conversation, group }) {
    const { key, name, targetId, ope } = conversation;
    const call = (isVideo) => {
        const others = ((group && group.membersList) || [])
            .filter(({ account }) => account.id !== myId())
            .map(({ account }) => ({ id: account.id, name: nameIn(peopleStore.get(), account.id),
                avatar: account.avatar }));
        const isLarge = others.length >= MOST_IN_CALL;
        checkCall({
            key, isVideo, title: name, groupId: ope === "group" ? targetId : 0,
            toIds: ope === "friend" ? [targetId] : isLarge ? [] : others.map(({ id }) => id),
            choices: isLarge ? others : undefined,
        });
    };
    if (ope === "group" && (!group || group.members < 2)) return null;
    return html`<${IconButton} icon="phone" label=${t("call.voice")} testId="call-voice"
            onClick=${() => call(false)} />
        <${IconButton} icon="video" label=${t("call.video")} testId="call-video"
            onClick=${() => call(true)} />`;
}

function Head({ conversation, group, hasInfo }) {
    const { name, avatar, targetId, ope, online } = conversation;
    const label = t(ope === "group" ? "chat.groupInfo" : "chat.friendInfo");
    return html`<header class="chat-head">
        <${IconButton} icon="back" label=${t("common.back")} class="back" testId="back"
            onClick=${goBack} />
        <${Avatar} name=${name} image=${avatar} id=${targetId} size="s"
            isOnline=${ope === "friend" && online} />
        <div class="chat-names">
            <h1 class="chat-title" data-testid="chat-title">${name}</h1>
            <${Status} conversation=${conversation} group=${group} />
        </div>
        <${CallButtons} conversation=${conversation} group=${group} />
        <${IconButton} icon="info" label=${label} testId="chat-info"
            aria-pressed=${hasInfo ? "true" : "false"}
            onClick=${() => (hasInfo ? goBack() : go({ hasInfo: true }))} />
    </header>`;
}

const ChatTop = lazy(() => import("./chat-top.js"), "ChatTop");
const SelectionBar = lazy(() => import("./selection-bar.js"), "SelectionBar");
const Overlay = lazy(() => import("./overlay.js"), "Overlay");
const InfoPane = lazy(() => import("./info.js"), "InfoPane");

/** A conversation the list does not have yet: a new friend or group, or an old link. */
function Finding({ convKey }) {
    const { ope, targetId } = partsOf(convKey);
    const isLoaded = useStore(conversationsStore, (state) => state.isLoaded);
    const contacts = useStore(contactsStore);
    const friend = ope === "friend"
        && contacts.friends.find(({ account }) => account.id === targetId);
    const group = ope === "group" && contacts.groups.find(({ id }) => id === targetId);
    useEffect(() => {
        if (!isLoaded) return;
        const person = friend && { name: friend.name, avatar: friend.account.avatar };
        if (person) ensureConversation(convKey, person);
        else if (group) ensureConversation(convKey, group);
    }, [isLoaded, friend, group]);
    if (!isLoaded || !contacts.isLoaded || friend || group) {
        return html`<div class="welcome"><${Spinner} /></div>`;
    }
    return html`<div class="welcome"><${Empty} icon="alert" title=${t("chat.unknownTitle")}
        text=${t("chat.unknownText")}>
        <button type="button" class="button" onClick=${() => go({ key: "" }, { isReplace: true })}>
            ${t("common.back")}</button></${Empty}></div>`;
}

/** Files dropped anywhere on a conversation are meant for it. */
function useDrop(convKey) {
    const [isOver, setOver] = useState(false);
    const hasFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
    const stay = (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
    };
    return [isOver, {
        onDragEnter: stay,
        onDragOver: stay,
        onDragLeave: (event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) setOver(false);
        },
        onDrop: (event) => {
            if (!hasFiles(event)) return;
            event.preventDefault();
            setOver(false);
            attach(convKey, event.dataTransfer.files);
        },
    }];
}

/** The right side of the screen while a conversation is open. */
export function ChatPane({ convKey, hasInfo }) {
    const conversation = useStore(conversationsStore, (state) => state.byKey[convKey]);
    const { ope, targetId } = partsOf(convKey);
    const group = useStore(groupsStore, (groups) => (ope === "group" ? groups[targetId] : null));
    const composer = useRef(null);
    const [onEdit] = useState(() => (text) => composer.current?.write(text));
    const [isDropping, drop] = useDrop(convKey);
    const isKnown = Boolean(conversation);
    const isSelecting = useStore(selectionStore, (picked) => picked?.key === convKey);
    const overlay = useStore(overlayStore);
    useEffect(() => () => {
        stopSelecting();
        closeOverlay();
    }, [convKey]);
    useEffect(() => {
        if (!isKnown) return;
        const { account } = sessionStore.get();
        meet([{ account }]);
        if (ope === "group") loadGroup(targetId).catch(() => {});
    }, [isKnown, convKey]);
    if (!isKnown) return html`<${Finding} convKey=${convKey} />`;
    return html`<div class="chat" data-testid="chat" data-key=${convKey}>
        <div class="chat-main ${isDropping ? "is-dropping" : ""}" data-drop=${t("attach.drop")}
            ...${drop}>
            <${Head} conversation=${conversation} group=${group} hasInfo=${hasInfo} />
            <${ChatTop} key=${convKey} convKey=${convKey} />
            <${MessageList} convKey=${convKey} onEdit=${onEdit} />
            ${isSelecting ? html`<${SelectionBar} convKey=${convKey} />`
                : html`<${Composer} convKey=${convKey} name=${conversation.name}
                    handle=${composer} />`}
        </div>
        ${overlay && html`<${Overlay} key=${overlay.kind} ...${overlay} />`}
        ${hasInfo && html`<${InfoPane} conversation=${conversation} group=${group} />`}
    </div>`;
}
