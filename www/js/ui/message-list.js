// The thread: follows the newest message while the reader is at the end, and stays exactly where
// it is while he reads above. Only a window of rows is in the document.

import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t, tn } from "../lib/i18n.js";
import { useEscape } from "../lib/escape.js";
import { isNews, isNotice } from "../lib/notice.js";
import { lazy } from "../lib/lazy.js";
import { dayTitle } from "../lib/time.js";
import { socketStore } from "../socket.js";
import { replyTo } from "../store/composing.js";
import { groupsStore, meetPeople, peopleIn } from "../store/contacts.js";
import { conversationsStore, partsOf, reportRead } from "../store/conversations.js";
import { aimStore, leavePast, loadAround, loadNewer, loadOlder, openThread, threadIn, threadsStore }
    from "../store/messages.js";
import { outboxStore, unsentIn } from "../store/outbox.js";
import { nameIn, peopleStore } from "../store/people.js";
import { overlayStore, selectionStore } from "../store/selection.js";
import { myId } from "../store/session.js";
import { toast } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { MessageRow } from "./message-row.js";
import { NoticeRow, noticeText } from "./notice.js";
import { Empty, Spinner } from "./parts.js";
import { buildRows, messageOfUnsent } from "./rows.js";
import { summaryOf } from "./summary.js";
import { firstFrame, frameAbove, frameAround, frameBelow, rangeOf, restoreAnchor, TAIL, takeAnchor }
    from "./window.js";

const MentionJump = lazy(() => import("./mention-jump.js"), "MentionJump");

const EDGE_PX = 500;
const AIMED_MS = 2000;
const BOTTOM_PX = 24;

function useVisible() {
    const read = () => document.visibilityState === "visible";
    const [isVisible, setVisible] = useState(read);
    useEffect(() => {
        const listener = () => setVisible(read());
        document.addEventListener("visibilitychange", listener);
        return () => document.removeEventListener("visibilitychange", listener);
    }, []);
    return isVisible;
}

/** Reports as read what is in sight; a seq is reported once per connection. */
function useReadReports(convKey, conversation, items, isSeen) {
    const { state } = useStore(socketStore);
    const reported = useRef(0);
    useEffect(() => {
        if (state === "online") reported.current = 0;
    }, [state]);
    const last = items.length ? items[items.length - 1].seq : 0;
    const me = myId();
    const hasNews = conversation.unread > 0
        || items.some((message) => message.seq > conversation.readSeq && isNews(message, me));
    // Before the paint, so that no badge flashes for what is being looked at.
    useLayoutEffect(() => {
        if (!isSeen || !hasNews || !last || last <= reported.current) return;
        reported.current = last;
        reportRead(convKey, last);
    }, [convKey, isSeen, hasNews, last, state]);
}

function Announcer({ items, people, isVisible }) {
    const last = items[items.length - 1];
    const spoken = useRef(last ? last.seq : 0);
    const [text, setText] = useState("");
    useEffect(() => {
        if (!last || last.seq <= spoken.current) return;
        const isFirst = spoken.current === 0;
        spoken.current = last.seq;
        if (isFirst || last.fromId === myId() || !isVisible || last.status !== "normal") return;
        setText(isNotice(last) ? noticeText(last, people)
            : t("chats.by", { name: nameIn(people, last.fromId), text: summaryOf(last) }));
    }, [last && last.seq]);
    return html`<div class="visually-hidden" aria-live="polite">${text}</div>`;
}

function Top({ thread, isShown, hasFailed, onRetry }) {
    if (!isShown) return null;
    return html`<li class="older" data-testid="older-loader"
        data-state=${thread.loading === "older" ? "loading" : thread.hasOlder ? "idle" : "end"}>
        ${hasFailed ? html`<button type="button" class="link" onClick=${onRetry}>
                ${t("chat.olderFailed")}</button>`
            : thread.hasOlder ? html`<${Spinner} />` : t("chat.beginning")}
    </li>`;
}

function NewPill({ count, isShown, onClick }) {
    if (!isShown) return null;
    const label = count ? tn("chat.newBelow", count) : t("chat.toNewest");
    return html`<button type="button" class="pill" data-testid="new-pill" onClick=${onClick}
        aria-label=${label} title=${label}>
        <${Icon} name="down" size=${20} />${count > 0 && html`<span>${label}</span>`}
    </button>`;
}

function rowView(row, shared) {
    if (row.kind === "day") {
        return html`<li key=${row.key} class="notice-row" data-row=${row.key}>
            <button type="button" class="chip is-day" tabindex="-1" data-testid="day"
                aria-haspopup="dialog" aria-label=${t("date.chip", { day: dayTitle(row.at) })}
                title=${t("date.title")} onClick=${() => overlayStore.set({ kind: "date",
                    convKey: shared.convKey, at: row.at })}>${dayTitle(row.at)}</button></li>`;
    }
    if (row.kind === "unread") {
        return html`<li key="unread" class="unread-line" data-row="unread"
            data-testid="unread-divider"><span>${t("chat.unreadLine")}</span></li>`;
    }
    const { message, unsent } = row;
    const { me, peerReadSeq, peerDeliveredSeq, people, isGroup, onEdit, picked } = shared;
    if (isNotice(message)) {
        return html`<${NoticeRow} key=${row.key} rowKey=${row.key} notice=${message}
            text=${noticeText(message, people)} />`;
    }
    const isMine = message.fromId === me;
    const quoted = message.replyToId
        ? shared.byId.get(message.replyToId) || message.reply || { id: message.replyToId,
            fromId: 0, type: "text", body: "", status: "revocation" } : null;
    const tick = !isMine ? "" : unsent ? unsent.state
        : message.seq <= peerReadSeq ? "read"
            : message.seq <= peerDeliveredSeq ? "delivered" : "stored";
    return html`<${MessageRow} key=${row.key} rowKey=${row.key} message=${message}
        isMine=${isMine} isGroup=${isGroup} isFirst=${row.isFirst} isLast=${row.isLast}
        author=${nameIn(people, message.fromId)} avatar=${people[message.fromId]?.avatar}
        tick=${tick} unsent=${unsent} onEdit=${onEdit} people=${quoted && people}
        quoted=${quoted} onJump=${shared.onJump} isNewest=${message.id === shared.newestMine}
        selected=${picked && message.id ? picked.includes(message.id) : picked && false} />`;
}

/** The unsent messages as rows need them: the same objects while nothing changed. */
function useUnsent(convKey, items) {
    const unsent = useStore(outboxStore, (outbox) => unsentIn(outbox, convKey));
    return useMemo(() => {
        const stored = new Set(items.slice(-100).map((message) => message.clientMsgId));
        const waiting = unsent.filter((entry) => !stored.has(entry.clientMsgId));
        const target = partsOf(convKey);
        return {
            byId: new Map(waiting.map((entry) => [entry.clientMsgId, entry])),
            messages: waiting.map((entry) => messageOfUnsent(entry, target, myId())),
            newest: waiting.length ? waiting[waiting.length - 1].clientMsgId : "",
        };
    }, [unsent, items]);
}

/** Where the reader is, and everything that moves the view. */
function useView({ thread, convKey, marker, newestUnsent }) {
    const { items, isLoaded } = thread;
    const scroller = useRef(null);
    const view = useRef({
        isStuck: true, heldFrom: null, isPlaced: false, opening: null, size: "", aim: 0,
    });
    const [frame, setFrame] = useState(null);
    const [isAtEnd, setAtEnd] = useState(true);
    const [hasFailed, setFailed] = useState(false);
    const now = view.current;
    if (isLoaded && !now.opening) now.opening = firstFrame(items, marker, myId());
    const range = rangeOf(items, frame || now.opening || TAIL, now);
    const anchor = now.isPlaced ? takeAnchor(scroller.current) : null;

    const look = () => {
        const box = scroller.current;
        if (!box || !now.isPlaced) return;
        // Only scrolling leaves the end: a keyboard or a taller composer takes the end along.
        const size = `${box.clientHeight} ${box.scrollHeight}`;
        if (now.isStuck && size !== now.size) box.scrollTop = box.scrollHeight;
        now.size = size;
        const below = box.scrollHeight - box.scrollTop - box.clientHeight;
        now.isStuck = below <= BOTTOM_PX && range.end === items.length && !thread.hasNewer;
        setAtEnd(now.isStuck);
        if (box.scrollTop < EDGE_PX && range.start > 0) {
            setFrame(frameAbove(items, range));
        } else if (box.scrollTop < EDGE_PX && thread.hasOlder && !thread.loading && !hasFailed) {
            loadOlder(convKey).then((isDone) => setFailed(!isDone));
        } else if (below < EDGE_PX && range.end < items.length) {
            setFrame(frameBelow(items, range));
        } else if (below < EDGE_PX && thread.hasNewer && !thread.loading) {
            loadNewer(convKey);
        }
    };
    const looking = useRef(look);
    looking.current = look;

    useLayoutEffect(() => {
        const box = scroller.current;
        if (!box || !isLoaded) return;
        const line = now.isPlaced ? null : box.querySelector("[data-row=unread]");
        const aim = now.aim && box.querySelector(`[data-seq="${now.aim}"]`);
        if (aim) {
            now.isStuck = false;
            now.aim = 0;
            box.scrollTop = aim.offsetTop - box.clientHeight / 3;
            aim.classList.add("is-aimed");
            setTimeout(() => aim.classList.remove("is-aimed"), AIMED_MS);
        } else if (line) {
            now.isStuck = false;
            box.scrollTop = line.offsetTop - box.clientHeight / 4;
        } else if (!now.isPlaced || now.isStuck) {
            box.scrollTop = box.scrollHeight;
        } else {
            restoreAnchor(box, anchor);
        }
        now.isPlaced = true;
        now.heldFrom = items.length ? items[range.start]?.seq ?? null : null;
        look();
    });

    useLayoutEffect(() => {
        const box = scroller.current;
        if (!box || typeof ResizeObserver !== "function") return undefined;
        const observer = new ResizeObserver(() => looking.current());
        observer.observe(box);
        if (box.firstElementChild) observer.observe(box.firstElementChild);
        return () => observer.disconnect();
    }, [isLoaded && items.length > 0]);

    const jump = async (seq) => {
        if (!seq || !await loadAround(convKey, seq)) return false;
        now.aim = seq;
        now.isStuck = false;
        setFrame(frameAround(threadIn(threadsStore.get(), convKey).items, seq));
        return true;
    };
    const toEnd = () => {
        leavePast(convKey);
        now.isStuck = true;
        setFrame({ ...TAIL });
        setAtEnd(true);
    };
    useLayoutEffect(() => {
        if (newestUnsent && now.isPlaced) toEnd();
    }, [newestUnsent]);
    return {
        scroller, range, isAtEnd, hasFailed, toEnd, look, jump,
        retryOlder: () => setFailed(false),
    };
}

// One tab stop for the whole thread; the arrow keys go from message to message.
function onArrow(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.defaultPrevented || event.altKey) return;
    const log = event.currentTarget;
    const stops = [...log.querySelectorAll(".message-more, .select-box, .is-day")];
    const at = stops.indexOf(document.activeElement);
    if (at < 0 && step > 0) return;
    event.preventDefault();
    const next = at < 0 ? stops[stops.length - 1] : stops[at + step];
    if (next) next.focus();
    else if (step > 0) log.focus();
}

/** R answers the message that has the focus, E opens its menu at the reactions. */
function onLetter(event, byId, convKey) {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const stop = isPlain && event.target.closest(".message-more");
    if (!stop) return;
    const letter = event.key.toLowerCase();
    const message = byId.get(Number(stop.closest("[data-id]").dataset.id));
    if (letter === "r" && message) replyTo(convKey, message);
    else if (letter === "e") stop.click();
    else return;
    event.preventDefault();
}

function useUnreadMarker(conversation, isVisible) {
    const [marker, setMarker] = useState(
        () => (conversation.unread > 0 ? conversation.readSeq : null));
    useEffect(() => {
        if (isVisible && conversation.unread > 0) setMarker(conversation.readSeq);
    }, [isVisible]);
    return marker;
}

/** How many messages of others came since the reader left the end. */
function useNewCount(items, isAtEnd, marker) {
    const last = items.length ? items[items.length - 1].seq : 0;
    const seen = useRef(marker);
    if (isAtEnd || seen.current === null) seen.current = last;
    const me = myId();
    let count = 0;
    for (let index = items.length - 1; index >= 0 && items[index].seq > seen.current; index--) {
        if (isNews(items[index], me)) count++;
    }
    return count;
}

const isMyMessage = (message) => message.fromId === myId() && message.status === "normal"
    && !isNotice(message) && message.type !== "call";

/** The messages of a conversation. */
export function MessageList({ convKey, onEdit }) {
    const thread = useStore(threadsStore, (threads) => threadIn(threads, convKey));
    const conversation = useStore(conversationsStore, (state) => state.byKey[convKey]);
    const known = useStore(peopleStore);
    const group = useStore(groupsStore, (groups) => groups[conversation.targetId]);
    const people = peopleIn(known, group);
    const aimed = useStore(aimStore);
    const isVisible = useVisible();
    const marker = useUnreadMarker(conversation, isVisible);
    const { items } = thread;
    const unsent = useUnsent(convKey, items);
    const view = useView({ thread, convKey, marker, newestUnsent: unsent.newest });
    const { start, end } = view.range;
    useEffect(() => {
        openThread(convKey, conversation.unread);
    }, [convKey]);
    useEffect(() => {
        meetPeople(items);
    }, [items]);
    useReadReports(convKey, conversation, items, isVisible && view.isAtEnd && thread.isLoaded);
    const byId = useMemo(() => new Map(items.map((message) => [message.id, message])), [items]);
    const looked = useRef(view);
    looked.current = view;
    const [onJump] = useState(() => async (quoted) => {
        const isThere = quoted.seq ? await looked.current.jump(quoted.seq) : false;
        if (!isThere) toast(t("reply.notFound"));
    });
    useEffect(() => {
        if (aimed && aimed.key === convKey) {
            aimStore.set(null);
            onJump({ seq: aimed.seq });
        }
    }, [aimed, thread.isLoaded]);
    // Mentions stay to be gone through although everything else counts as read at the end.
    const [firstUnread] = useState(conversation.readSeq);
    const wasCalled = useRef(false);
    const isCalled = wasCalled.current || conversation.mentioned > 0;
    wasCalled.current = isCalled;
    const newCount = useNewCount(items, view.isAtEnd, marker);
    const picked = useStore(selectionStore, (now) => (now?.key === convKey ? now.ids : null));
    useEscape(() => {
        const field = /** @type {any} */ (document.querySelector("[data-testid=composer]"));
        if (!field || document.activeElement === field) view.toEnd();
        else field.focus();
    }, true, true);

    if (!thread.isLoaded) {
        return html`<div class="messages-wrap"><div class="messages is-waiting">
            ${thread.error ? html`<${Empty} icon="alert" title=${t("chat.failed")}>
                <button type="button" class="button" onClick=${() => openThread(convKey)}>
                    ${t("common.retry")}</button></${Empty}>` : html`<${Spinner} />`}
        </div></div>`;
    }
    const isTail = end === items.length && !thread.hasNewer;
    const rows = buildRows({
        messages: isTail ? [...items.slice(start, end), ...unsent.messages]
            : items.slice(start, end),
        unsentById: unsent.byId, me: myId(), readSeq: marker, before: items[start - 1],
    });
    const newestMine = conversation.ope === "group" && isTail && unsent.messages.length === 0
        ? items.findLast(isMyMessage)?.id : 0;
    const shared = {
        convKey, me: myId(), peerReadSeq: conversation.peerReadSeq,
        peerDeliveredSeq: conversation.peerDeliveredSeq || 0, people, onEdit,
        isGroup: conversation.ope === "group", byId, onJump, picked, newestMine,
    };
    const isEmpty = rows.length === 0;
    return html`<div class="messages-wrap">
        <div ref=${view.scroller} class="messages" role="log" aria-live="off" tabindex="0"
            aria-label=${t("chat.history", { name: conversation.name })}
            onScroll=${view.look} data-testid="messages" onKeyDown=${(event) => {
                onArrow(event);
                onLetter(event, byId, convKey);
            }}>
            ${isEmpty ? html`<${Empty} icon="chats" title=${t("chat.emptyTitle")}
                    text=${t("chat.emptyText", { name: conversation.name })} />`
                : html`<ol class="thread">
                    <${Top} thread=${thread} isShown=${start === 0} hasFailed=${view.hasFailed}
                        onRetry=${view.retryOlder} />
                    ${rows.map((row) => rowView(row, shared))}
                </ol>`}
        </div>
        ${isCalled && html`<${MentionJump} convKey=${convKey} items=${items} after=${firstUnread}
            scroller=${view.scroller} onJump=${view.jump} />`}
        <${NewPill} count=${newCount} isShown=${!view.isAtEnd} onClick=${view.toEnd} />
        <${Announcer} items=${items} people=${people} isVisible=${isVisible} />
    </div>`;
}
