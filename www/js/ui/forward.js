// Passing messages on: to whom, with which words, each or all as one.

import { html, useRef, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { post } from "../api.js";
import { newId } from "../lib/browser.js";
import { t, tn } from "../lib/i18n.js";
import { contactsStore, groupsStore, peopleIn } from "../store/contacts.js";
import { conversationsStore, keyOf, partsOf } from "../store/conversations.js";
import { acceptMessage } from "../store/messages.js";
import { send } from "../store/outbox.js";
import { nameIn, peopleStore } from "../store/people.js";
import { closeOverlay, stopSelecting } from "../store/selection.js";
import { myId } from "../store/session.js";
import { errorText, toast } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { Avatar, Dialog, FormError, useAction } from "./parts.js";
import { summaryOf } from "./summary.js";

const MOST_TARGETS = 10;
const MOST_AT_ONCE = 200; // messages times targets, when each goes by itself
const TITLE_LETTERS = 100;

/**
 * @typedef {object} Target
 * @property {string} key
 * @property {string} name
 * @property {string} avatar
 * @property {string} section  its heading's key
 * @property {string} words  what else finds it
 */

/** @returns {Target[]} conversations as they are listed, then friends and groups without one */
function targetsOf({ order, byKey }, { friends, groups }) {
    const chats = order.map((key) => ({
        key, name: byKey[key].name, avatar: byKey[key].avatar, section: "chats", words: "",
    }));
    const people = friends.map(({ account, name }) => ({
        key: keyOf("friend", account.id), name, avatar: account.avatar, section: "people",
        words: `${account.username} ${account.nickname}`,
    }));
    const others = groups.map(({ id, name, avatar }) => ({
        key: keyOf("group", id), name, avatar, section: "groups", words: "",
    }));
    const words = new Map(people.map((target) => [target.key, target.words]));
    const isNew = ({ key }) => !byKey[key];
    return [...chats.map((target) => ({ ...target, words: words.get(target.key) || "" })),
        ...people.filter(isNew), ...others.filter(isNew)];
}

/** What a merged message is called. */
function titleOf(convKey, messages) {
    const conversation = conversationsStore.get().byKey[convKey];
    const known = peopleStore.get();
    const { ope, targetId } = partsOf(convKey);
    const people = ope === "group" ? peopleIn(known, groupsStore.get()[targetId]) : known;
    const names = [...new Set(messages.map(({ fromId }) => nameIn(people, fromId)))];
    const title = ope === "group" ? t("forward.ofGroup", { name: conversation?.name || "" })
        : names.length === 2 ? t("forward.ofTwo", { a: names[0], b: names[1] })
            : t("forward.ofOne", { name: names[0] });
    return Array.from(title).slice(0, TITLE_LETTERS).join("");
}

function What({ messages, isMerged, title }) {
    const line = messages.length === 1 && !isMerged ? summaryOf(messages[0])
        : isMerged ? title : tn("forward.each", messages.length);
    return html`<div class="forward-what"><${Icon} name=${isMerged ? "merge" : "forward"} size=${20} />
        <span>${line}</span>
        ${isMerged && html`<span class="tag">${tn("forward.count", messages.length)}</span>`}</div>`;
}

function TargetRow({ target, isChosen, isOff, onToggle }) {
    return html`<label class="row is-button forward-target ${isChosen ? "is-chosen" : ""}"
        data-testid="forward-target" data-key=${target.key}>
        <input type="checkbox" checked=${isChosen} disabled=${isOff} onChange=${onToggle} />
        <${Avatar} name=${target.name} id=${partsOf(target.key).targetId} image=${target.avatar}
            size="s" />
        <span class="row-title">${target.name}</span>
    </label>`;
}

/** Sends; returns the answer per target. */
async function pass({ messages, isMerged, title, targets, clientMsgId }) {
    const { items } = await post("messages/forward", {
        ids: messages.map(({ id }) => id), clientMsgId,
        to: targets.map(({ key }) => ({ ope: partsOf(key).ope, toId: partsOf(key).targetId })),
        ...(isMerged ? { merged: 1, title } : {}),
    });
    for (const message of items.flatMap((item) => item.messages)) {
        acceptMessage({ ...message }).catch(() => {});
    }
    return items;
}

function tell(targets, items) {
    const names = new Map(targets.map(({ key, name }) => [key, name]));
    const nameFor = ({ ope, toId }) => names.get(keyOf(ope, toId));
    const failed = items.filter(({ error }) => error);
    const done = items.filter(({ error }) => !error);
    if (done.length === 1) toast(t("forward.done", { name: nameFor(done[0]) }));
    else if (done.length) toast(tn("forward.doneMany", done.length));
    for (const item of failed) {
        toast(t("chats.by", { name: nameFor(item), text: errorText(item.error) }), { isError: true });
    }
}

/** @param {{ convKey: string, messages: any[], isMerged?: boolean }} props */
export function ForwardDialog({ convKey, messages, isMerged = false }) {
    const conversations = useStore(conversationsStore);
    const contacts = useStore(contactsStore);
    const [query, setQuery] = useState("");
    const [chosen, setChosen] = useState(/** @type {Target[]} */ ([]));
    const [comment, setComment] = useState("");
    const [isBusy, error, run] = useAction();
    // The same for every try, so that an answer which got lost does not send anything twice.
    const [clientMsgId] = useState(newId);
    const search = useRef(null);
    const [title] = useState(() => titleOf(convKey, messages));
    const wanted = query.trim().toLocaleLowerCase();
    const found = targetsOf(conversations, contacts).filter(({ key, name, words }) =>
        `${name} ${words}`.toLocaleLowerCase().includes(wanted) && key !== keyOf("friend", myId()));
    const isChosen = ({ key }) => chosen.some((target) => target.key === key);
    const most = isMerged ? MOST_TARGETS
        : Math.min(MOST_TARGETS, Math.floor(MOST_AT_ONCE / messages.length));
    const isFull = chosen.length >= most;
    const toggle = (target) => {
        if (isChosen(target)) setChosen(chosen.filter(({ key }) => key !== target.key));
        else if (!isFull) setChosen([...chosen, target]);
    };
    const submit = (event) => {
        event.preventDefault();
        if (chosen.length === 0) return;
        run(async () => {
            const items = await pass({ messages, isMerged, title, targets: chosen, clientMsgId });
            const words = comment.trim();
            for (const { ope, toId, error: refusal } of items) {
                if (words && !refusal) send(keyOf(ope, toId), words);
            }
            tell(chosen, items);
            stopSelecting();
            closeOverlay();
        });
    };
    const onKey = (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        if (wanted && found[0]) {
            toggle(found[0]);
            setQuery("");
        }
    };
    return html`<${Dialog} title=${t("forward.title")} onClose=${closeOverlay} testId="forward-dialog">
        <form class="forward-form" onSubmit=${submit}>
            <${What} messages=${messages} isMerged=${isMerged} title=${title} />
            <input type="search" class="input" value=${query} autofocus autocomplete="off"
                aria-label=${t("forward.search")} placeholder=${t("forward.search")} ref=${search}
                data-testid="forward-search" onKeyDown=${onKey}
                onInput=${(event) => setQuery(event.currentTarget.value)} />
            ${chosen.length > 0 && html`<div class="chips" data-testid="forward-chosen">
                ${chosen.map((target) => html`<button key=${target.key} type="button"
                    class="chip-button is-chosen" aria-label=${t("forward.drop", { name: target.name })}
                    onClick=${() => toggle(target)}>${target.name}
                    <${Icon} name="close" size=${15} /></button>`)}</div>`}
            <div class="forward-targets" role="group" aria-label=${t("forward.title")}>
                ${found.map((target, index) => html`
                    ${(index === 0 || found[index - 1].section !== target.section)
                        && html`<div key=${target.section} class="section-title">
                            ${t(`search.section.${target.section}`)}</div>`}
                    <${TargetRow} key=${target.key} target=${target} isChosen=${isChosen(target)}
                        isOff=${isFull && !isChosen(target)} onToggle=${() => toggle(target)} />`)}
                ${found.length === 0 && html`<p class="note" role="status">
                    ${t("search.nothing")}</p>`}
            </div>
            ${isFull && html`<p class="note">${t("forward.most", { count: most })}</p>`}
            <input class="input" value=${comment} maxlength="2000" autocomplete="off"
                aria-label=${t("forward.comment")} placeholder=${t("forward.comment")}
                data-testid="forward-comment"
                onInput=${(event) => setComment(event.currentTarget.value)} />
            <${FormError} error=${error} />
            <div class="actions">
                <button type="button" class="button" onClick=${closeOverlay}>
                    ${t("common.cancel")}</button>
                <button type="submit" class="button is-primary" data-testid="forward-send"
                    disabled=${isBusy || chosen.length === 0}>${chosen.length > 1
                        ? t("forward.sendTo", { count: chosen.length }) : t("message.forward")}</button>
            </div>
        </form>
    </${Dialog}>`;
}
