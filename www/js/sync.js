// Ties the socket to the stores: which frame goes where, and what to read again after a reconnect.

import { refreshAccount, expireSession, myId, refreshSite, sessionStore, signOut }
    from "./store/session.js";
import { connect, disconnect, sendFrame } from "./socket.js";
import { conversationsStore, keyOf, keyOfFrame, noteDelivered, noteOnline, noteRead, noteState,
    partsOf, refreshConversations, refreshSoon } from "./store/conversations.js";
import { acceptMessage, acceptReaction, acceptRecall, catchUpAll } from "./store/messages.js";
import { discard, flushOutbox, loadOutbox, wipeOutbox } from "./store/outbox.js";
import { loadDrafts, syncDrafts, takeDraft, wipeDrafts } from "./store/drafts.js";
import { noteTyper, noteTyping } from "./store/typing.js";
import { tellFrame } from "./store/frames.js";
import { contactsStore, groupsStore, loadGroup, meetPeople, refreshContacts, refreshRequests,
    startWith } from "./store/contacts.js";
import { resumeCalls, takeCallFrame } from "./store/calls.js";
import { noteNews } from "./store/notify.js";
import { nameOf } from "./store/people.js";
import { routeStore } from "./store/route.js";
import { loadSettings, takeSettings } from "./store/settings.js";
import { toast } from "./store/toasts.js";
import { t } from "./lib/i18n.js";
import { isNotice, readNotice } from "./lib/notice.js";
import { save } from "./lib/storage.js";

const CONTENT = new Set(["text", "pic", "voice", "video", "geo", "file", "forward", "call"]);
const PRESENCE_MS = 60000;
const NAMED_ROWS = 20;

// What fails here is read again after the next reconnect, which the banner announces.
const quietly = (promise) => promise.catch(() => {});

/** Two ticks for a friend: this device has it. */
function tellDelivered({ ope, fromId, seq }) {
    if (ope === "friend" && fromId !== myId() && seq > 0) {
        sendFrame({ type: "delivered", ope, toId: fromId, seq });
    }
}

function onContent(frame) {
    if (frame.status === "revocation") {
        acceptRecall(frame);
        return;
    }
    const key = keyOfFrame(frame);
    if (!frame.editedAt) noteNews(frame);
    noteTyper(key, frame.fromId, false);
    meetPeople([frame]);
    tellDelivered(frame);
    quietly(acceptMessage(frame).then(() => {
        if (frame.fromId === myId() && frame.clientMsgId) discard(key, frame.clientMsgId);
    }));
}

function readBody(frame) {
    try {
        const body = JSON.parse(frame.body);
        return body && typeof body === "object" ? body : {};
    } catch {
        return {};
    }
}

const isShowingRequests = () => routeStore.get().tab === "contacts" && !routeStore.get().key;

async function onFriendRequest(frame) {
    await refreshRequests();
    const request = contactsStore.get().friendRequests
        .find((item) => item.fromAccount.id === frame.fromId);
    if (request && !isShowingRequests()) {
        toast(t("notice.friendRequest", { name: nameOf(request.fromAccount) }));
    }
}

async function onFriendReply(frame) {
    const isPassed = readBody(frame).status === "pass";
    await Promise.all([refreshContacts(), refreshRequests(), refreshConversations()]);
    // The frame goes to both sides: fromId asked, toId answered.
    const friend = contactsStore.get().friends.find((item) => item.account.id === frame.toId);
    if (friend && isPassed && frame.fromId === myId()) {
        startWith(frame.toId);
        toast(t("notice.friendAccepted", { name: friend.name }));
    }
}

async function onGroupRequest() {
    const before = contactsStore.get().groupRequests.length;
    await refreshRequests();
    const requests = contactsStore.get().groupRequests;
    const newest = requests[requests.length - 1];
    if (newest && requests.length > before && !isShowingRequests()) {
        toast(t("notice.groupRequest",
            { name: nameOf(newest.account), group: newest.chatGroup.name }));
    }
}

async function onGroupReply() {
    const before = contactsStore.get().groups;
    await Promise.all([refreshContacts(), refreshRequests(), refreshConversations()]);
    const joined = contactsStore.get().groups
        .find((group) => !before.some((other) => other.id === group.id));
    if (joined) toast(t("notice.groupJoined", { group: joined.name }));
    const shown = Object.values(groupsStore.get()).filter(Boolean);
    await Promise.all(shown.map((group) => loadGroup(group.id)));
}

/** Something changed in a group of mine, by whomever. */
function onNotice(frame) {
    const { type } = frame;
    const isAboutMe = readNotice(frame).accountId === myId();
    const isLeaving = type === "groupExit" || type === "groupKick";
    const isOver = type === "groupDissolve" || (isLeaving && isAboutMe);
    if (isOver || type === "groupUpdate" || (type === "groupJoin" && isAboutMe)) {
        quietly(refreshContacts());
        refreshSoon();
    }
    if (isOver) return;
    if (groupsStore.get()[frame.toId]) quietly(loadGroup(frame.toId));
    meetPeople([frame]);
    quietly(acceptMessage(frame));
}

/** How somebody is shown, or what is mine here, changed elsewhere. */
async function onChanged({ fromId, body }) {
    if (JSON.parse(body).what === "profile" && fromId === myId()) await refreshAccount();
    else await Promise.all([refreshContacts(), refreshConversations()]);
}

/** By the type of a frame that is neither a message nor a notice nor of a call. */
const HANDLERS = {
    addFriend: onFriendRequest,
    addFriendReply: onFriendReply,
    joinGroup: onGroupRequest,
    joinGroupReply: onGroupReply,
    reaction: acceptReaction,
    delivered: noteDelivered,
    read: noteRead,
    input: noteTyping,
    changed: onChanged,
    presence: ({ fromId, body }) => noteOnline(fromId, JSON.parse(body).online),
    conversation: ({ ope, toId, body }) => noteState(keyOf(ope, toId), JSON.parse(body)),
    draft: ({ body }) => takeDraft(JSON.parse(body)),
    settings: ({ body }) => takeSettings(JSON.parse(body)),
    groupNickname: ({ toId }) => (groupsStore.get()[toId] ? loadGroup(toId) : undefined),
};

function handle(frame) {
    const reading = HANDLERS[frame.type]?.(frame);
    if (reading) quietly(reading);
}

function onFrame(frame) {
    if (frame.ope === "call") takeCallFrame(frame);
    else if (isNotice(frame)) onNotice(frame);
    else if (CONTENT.has(frame.type)) onContent(frame);
    else handle(frame);
    tellFrame(frame);
}

// For the names in front of the last messages in the list.
function meetAuthors() {
    const { byKey, order } = conversationsStore.get();
    const shown = order.slice(0, NAMED_ROWS).map((key) => byKey[key].last).filter(Boolean);
    shown.forEach((message) => meetPeople([message]));
}

// What a group's members and rules are comes with the notices of its changes, and those were missed.
function readOpenGroup() {
    const { ope, targetId } = partsOf(routeStore.get().key || "");
    if (ope === "group" && groupsStore.get()[targetId]) quietly(loadGroup(targetId));
}

function onOpen() {
    quietly(refreshAccount());
    quietly(refreshSite());
    quietly(loadSettings());
    quietly(syncDrafts());
    quietly(refreshConversations().then(meetAuthors));
    quietly(refreshContacts());
    quietly(refreshRequests());
    readOpenGroup();
    catchUpAll();
    flushOutbox();
    resumeCalls();
    tellFrame({ type: "open" });
}

/** Tries now what could not be read at the start. */
export function readAgain() {
    return Promise.all([refreshConversations(), refreshContacts(), refreshRequests()]);
}

/** Signs out and leaves nothing of the account in this browser. */
export function leave() {
    save("synced", null);
    wipeOutbox();
    wipeDrafts();
    return signOut();
}

// Where sockets do not get through at all, the lists still come by HTTP.
function readLacking() {
    return contactsStore.get().isLoaded ? null : readAgain();
}

let runningFor = 0;

function follow() {
    const { phase } = sessionStore.get();
    const wanted = phase === "in" ? myId() : 0;
    if (wanted === runningFor) return;
    runningFor = wanted;
    disconnect();
    if (!wanted) return;
    loadDrafts();
    connect(`chatd.socket.${wanted}`, {
        onFrame, onOpen, onSignedOut: expireSession,
        onRefused: () => quietly(refreshAccount().then(readLacking)),
    });
    loadOutbox();
    quietly(refreshConversations());
}

/** Starts following the session: connected while signed in. */
export function startSync() {
    sessionStore.subscribe(follow);
    follow();
    // Frames tell who comes and goes among contacts; of others, and of what was missed, the list.
    const refreshPresence = () => {
        if (runningFor && document.visibilityState === "visible") quietly(refreshConversations());
    };
    setInterval(refreshPresence, PRESENCE_MS);
    document.addEventListener("visibilitychange", refreshPresence);
}
