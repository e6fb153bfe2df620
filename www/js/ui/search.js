// Finding anything I may see: chats to switch to, messages with their words marked, people, groups,
// files. Enter takes the first, the arrows choose, everything leads to its place.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { get } from "../api.js";
import { t } from "../lib/i18n.js";
import { addStyle } from "../lib/style.js";
import { listTime, parseTime } from "../lib/time.js";
import { conversationsStore, ensureConversation, keyOf } from "../store/conversations.js";
import { aimStore } from "../store/messages.js";
import { nameIn, nameOf, peopleStore } from "../store/people.js";
import { go, goBack, routeStore } from "../store/route.js";
import { overlayStore } from "../store/selection.js";
import { errorText } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { Avatar, Dialog, Spinner } from "./parts.js";

addStyle("css/search.css");

const WAIT_MS = 180;
const MOST_CHATS = 6;
const KINDS = ["all", "messages", "people", "groups", "files"];
const HAS = ["", "picture", "video", "voice", "file", "link"];

/** Text with the found words marked. Ranges count characters, not UTF-16 units. */
function Marked({ highlight, fallback = "" }) {
    if (!highlight || !highlight.text) return fallback;
    const letters = Array.from(highlight.text);
    const pieces = [];
    let done = 0;
    for (const [start, end] of highlight.ranges) {
        pieces.push(letters.slice(done, start).join(""),
            html`<mark key=${start}>${letters.slice(start, end).join("")}</mark>`);
        done = end;
    }
    pieces.push(letters.slice(done).join(""));
    return html`${highlight.cutStart && "…"}${pieces}${highlight.cutEnd && "…"}`;
}

function openMessage({ message, conversation }) {
    const key = keyOf(conversation.ope, conversation.targetId);
    ensureConversation(key, conversation);
    aimStore.set({ key, seq: message.seq });
    go({ tab: "chats", key, dialog: "" }, { isReplace: true });
}

function toDate(convKey) {
    go({ dialog: "" }, { isReplace: true });
    overlayStore.set({ kind: "date", convKey });
}

function openTarget(ope, id, about) {
    ensureConversation(keyOf(ope, id), about);
    go({ tab: "chats", key: keyOf(ope, id), dialog: "" }, { isReplace: true });
}

/** @returns {{ id: string, section: string, run: () => void, view: any }[]} one flat list */
function entriesOf(chats, found, people) {
    const row = ({ avatar, title, sub, side = "" }) => html`${avatar}<span class="row-main">
        <span class="row-title">${title}</span><span class="row-sub">${sub}</span></span>
        ${side && html`<span class="row-time">${side}</span>`}`;
    const entries = chats.map((chat) => ({
        id: `c${chat.key}`, section: "chats",
        run: () => go({ tab: "chats", key: chat.key, dialog: "" }, { isReplace: true }),
        view: row({ title: chat.name, sub: t(chat.ope === "group" ? "search.group" : "search.person"),
            avatar: html`<${Avatar} name=${chat.name} id=${chat.targetId} image=${chat.avatar} />` }),
    }));
    for (const { account, remark, relation, highlight } of found.people?.items || []) {
        const name = nameOf(account, remark);
        entries.push({ id: `p${account.id}`, section: "people",
            run: () => openTarget("friend", account.id, { name, avatar: account.avatar }),
            view: row({ title: html`<${Marked} highlight=${highlight} fallback=${name} />`,
                sub: `@${account.username} · ${t(`search.relation.${relation}`)}`,
                avatar: html`<${Avatar} name=${name} id=${account.id} image=${account.avatar} />` }) });
    }
    for (const { group, member, highlight } of found.groups?.items || []) {
        entries.push({ id: `g${group.id}`, section: "groups",
            run: () => (member ? openTarget("group", group.id, group)
                : go({ dialog: "join" }, { isReplace: true })),
            view: row({ title: html`<${Marked} highlight=${highlight} fallback=${group.name} />`,
                sub: t(member ? "search.member" : "search.notMember", { id: group.id }),
                avatar: html`<${Avatar} name=${group.name} id=${group.id} image=${group.avatar} />` }) });
    }
    for (const section of ["messages", "files"]) {
        for (const item of found[section]?.items || []) {
            const { message, conversation, highlight } = item;
            const author = nameIn(people, message.fromId);
            entries.push({ id: `${section}${message.id}`, section, run: () => openMessage(item),
                view: row({ title: html`${conversation.name}${conversation.ope === "group"
                        ? html` <span class="row-sub">${author}</span>` : ""}`,
                    sub: html`<${Marked} highlight=${highlight} fallback=${message.body} />`,
                    side: listTime(parseTime(message.createdAt)),
                    avatar: section === "files" ? html`<span class="card-icon">
                        <${Icon} name=${message.type === "pic" ? "image" : message.type} /></span>`
                        : html`<${Avatar} name=${conversation.name} id=${conversation.targetId}
                            image=${conversation.avatar} />` }) });
        }
    }
    return entries;
}

function chatsFor(state, text) {
    const wanted = text.trim().toLowerCase();
    return state.order.map((key) => state.byKey[key])
        .filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, MOST_CHATS);
}

/** What the server finds for the query, a moment after the last key. */
function useFound(query) {
    const [state, setState] = useState({ found: {}, isBusy: false, error: null });
    const { text, kind, has, from, inside, after, before } = query;
    useEffect(() => {
        if (!text.trim() && !has) {
            setState({ found: {}, isBusy: false, error: null });
            return undefined;
        }
        let isGone = false;
        setState((now) => ({ ...now, isBusy: true }));
        const timer = setTimeout(async () => {
            try {
                const found = await get("search", {
                    q: text.trim(), type: has ? "messages" : kind, has: has || undefined,
                    from: from || undefined, in: inside || undefined,
                    after: after || undefined, before: before || undefined,
                });
                if (!isGone) setState({ found, isBusy: false, error: null });
            } catch (error) {
                if (!isGone) setState((now) => ({ ...now, isBusy: false, error }));
            }
        }, WAIT_MS);
        return () => {
            isGone = true;
            clearTimeout(timer);
        };
    }, [text, kind, has, from, inside, after, before]);
    return state;
}

const dayStart = (text) => (text ? new Date(`${text}T00:00`).getTime() : 0);

function Filters({ query, change, conversation }) {
    return html`<div class="search-filters">
        <div class="chips is-line" role="group" aria-label=${t("search.kinds")}>
            ${KINDS.map((kind) => html`<button key=${kind} type="button" data-testid="kind-${kind}"
                class="chip-button ${query.kind === kind ? "is-chosen" : ""}"
                aria-pressed=${query.kind === kind ? "true" : "false"}
                onClick=${() => change({ kind, has: "" })}>${t(`search.kind.${kind}`)}</button>`)}
            ${conversation && html`<button type="button" data-testid="in-chat"
                class="chip-button ${query.inside ? "is-chosen" : ""}"
                aria-pressed=${query.inside ? "true" : "false"}
                onClick=${() => change({ inside: query.inside ? 0 : conversation.targetId })}>
                ${t("search.inChat", { name: conversation.name })}</button>`}
        </div>
        <div class="search-more">
            <select class="select is-small" value=${query.has} aria-label=${t("search.has")}
                data-testid="has" onChange=${(event) => change({ has: event.currentTarget.value })}>
                ${HAS.map((has) => html`<option key=${has} value=${has}>
                    ${t(has ? `search.has.${has}` : "search.hasAny")}</option>`)}</select>
            <label class="search-date">${t("search.after")}
                <input type="date" class="select is-small" value=${query.afterDay}
                    onInput=${(event) => change({ afterDay: event.currentTarget.value,
                        after: dayStart(event.currentTarget.value) })} /></label>
            <label class="search-date">${t("search.before")}
                <input type="date" class="select is-small" value=${query.beforeDay}
                    onInput=${(event) => change({ beforeDay: event.currentTarget.value,
                        before: dayStart(event.currentTarget.value) })} /></label>
        </div>
        ${conversation && html`<button type="button" class="link" aria-haspopup="dialog"
            data-testid="search-to-date" onClick=${() => toDate(conversation.key)}>
            ${t("date.in", { name: conversation.name })}</button>`}
    </div>`;
}

/** The search dialog. */
export function SearchDialog() {
    const conversations = useStore(conversationsStore);
    const people = useStore(peopleStore);
    const [openKey] = useState(() => routeStore.get().key);
    const [query, setQuery] = useState({ text: "", kind: "all", has: "", from: 0, inside: 0,
        after: 0, before: 0, afterDay: "", beforeDay: "" });
    const [at, setAt] = useState(0);
    const list = useRef(null);
    const { found, isBusy, error } = useFound(query);
    const change = (part) => {
        setQuery((now) => ({ ...now, ...part }));
        setAt(0);
    };
    const chats = query.kind === "all" && !query.has && !query.inside
        ? chatsFor(conversations, query.text) : [];
    const entries = entriesOf(chats, found, people);
    useEffect(() => {
        list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    }, [at]);
    const onKey = (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step && entries.length) {
            event.preventDefault();
            setAt((at + step + entries.length) % entries.length);
        } else if (event.key === "Enter" && !event.isComposing && entries[at]) {
            event.preventDefault();
            entries[at].run();
        }
    };
    const isEmpty = entries.length === 0 && !isBusy && (query.text.trim() || query.has);
    return html`<${Dialog} title=${t("search.title")} testId="search" onClose=${goBack}>
        <input type="search" class="input" value=${query.text} maxlength="200" autofocus
            role="combobox" aria-expanded="true" aria-controls="search-list" autocomplete="off"
            aria-activedescendant=${entries[at] ? `hit-${entries[at].id}` : undefined}
            aria-label=${t("search.title")} placeholder=${t("search.placeholder")}
            data-testid="search-field" onKeyDown=${onKey}
            onInput=${(event) => change({ text: event.currentTarget.value })} />
        <${Filters} query=${query} change=${change} conversation=${conversations.byKey[openKey]} />
        ${error && html`<p class="note note-error">${errorText(error.name, error.message)}</p>`}
        <div class="search-results" ref=${list} id="search-list" role="listbox"
            aria-label=${t("search.results")} aria-busy=${isBusy ? "true" : "false"}>
            ${entries.map((entry, index) => html`
                ${(index === 0 || entries[index - 1].section !== entry.section)
                    && html`<div key=${`s${entry.section}`} class="section-title" role="presentation">
                        ${t(`search.section.${entry.section}`)}</div>`}
                <div key=${entry.id} id="hit-${entry.id}" role="option" tabindex="-1"
                    class="row is-button ${index === at ? "is-chosen" : ""}" data-testid="hit"
                    data-section=${entry.section} aria-selected=${index === at ? "true" : "false"}
                    onClick=${entry.run}>${entry.view}</div>`)}
            ${isBusy && entries.length === 0 && html`<${Spinner} />`}
        </div>
        ${isEmpty && html`<p class="note" role="status" data-testid="search-nothing">
            ${t("search.nothing")}</p>`}
        ${found.messages?.building && html`<p class="note">${t("search.building")}</p>`}
    </${Dialog}>`;
}
