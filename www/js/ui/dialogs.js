// Finding people, making a group, asking to join one.

import { html, useEffect, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { askFriend, askGroup, contactsStore, createGroup, searchPeople }
    from "../store/contacts.js";
import { ensureConversation, keyOf } from "../store/conversations.js";
import { nameOf } from "../store/people.js";
import { go, goBack, routeStore } from "../store/route.js";
import { toast } from "../store/toasts.js";
import { Avatar, Dialog, Field, FormError, useAction } from "./parts.js";

function openChat(key, about) {
    ensureConversation(key, about);
    go({ key }, { isReplace: true });
}

function Found({ account }) {
    const [reason, setReason] = useState("");
    const [isBusy, error, run] = useAction();
    const isFriend = useStore(contactsStore,
        (state) => state.friends.some((friend) => friend.account.id === account.id));
    const isAsked = useStore(contactsStore, (state) => Boolean(state.asked[account.id]));
    const name = nameOf(account);
    const isOpen = !isFriend && !isAsked;
    const submit = (event) => {
        event.preventDefault();
        run(() => askFriend(account.id, reason.trim()));
    };
    return html`<li class="found" data-testid="search-result" data-id=${account.id}>
        <div class="row">
            <${Avatar} name=${name} id=${account.id} image=${account.avatar} />
            <span class="row-main">
                <span class="row-title">${name}</span>
                <span class="row-sub">@${account.username} · ${account.id}</span>
            </span>
            ${isFriend && html`<button type="button" class="button is-small"
                data-testid="open-chat"
                onClick=${() => openChat(keyOf("friend", account.id), { ...account, name })}>
                ${t("find.message")}</button>`}
            ${!isFriend && isAsked && html`<span class="tag" data-testid="asked">
                ${t("find.asked")}</span>`}
        </div>
        ${isOpen && html`<form class="found-form" onSubmit=${submit}>
            <input class="input" value=${reason} maxlength="100" autocomplete="off"
                aria-label=${t("find.reason")} placeholder=${t("find.reason")}
                data-testid="reason"
                onInput=${(event) => setReason(event.currentTarget.value)} />
            <button type="submit" class="button is-primary" disabled=${isBusy}
                data-testid="add-friend" aria-label=${t("find.addName", { name })}>
                ${t("find.add")}</button>
        </form>`}
        <${FormError} error=${error} />
    </li>`;
}

export function FindDialog() {
    const [query, setQuery] = useState(routeStore.get().find);
    const [found, setFound] = useState(null);
    const [isBusy, error, run] = useAction();
    const look = () => {
        const wanted = query.trim();
        if (wanted) run(async () => setFound(await searchPeople(wanted)));
    };
    // Somebody's QR card was scanned.
    useEffect(look, []);
    const submit = (event) => {
        event.preventDefault();
        look();
    };
    return html`<${Dialog} title=${t("find.title")} testId="find-dialog">
        <form class="search-form" role="search" onSubmit=${submit}>
            <input class="input" type="search" value=${query} autofocus autocomplete="off"
                autocapitalize="none" spellcheck=${false} aria-label=${t("find.label")}
                placeholder=${t("find.placeholder")} data-testid="search-input"
                onInput=${(event) => setQuery(event.currentTarget.value)} />
            <button type="submit" class="button is-primary" disabled=${isBusy || !query.trim()}
                data-testid="search-submit">${t("find.search")}</button>
        </form>
        <${FormError} error=${error} />
        <div class="found-list" aria-live="polite">
            ${!found && html`<p class="note">${t("find.hint")}</p>`}
            ${found && found.length === 0 && html`<p class="note" data-testid="search-empty">
                ${t("find.none")}</p>`}
            ${found && html`<ul class="list">${found.map((account) => html`<${Found}
                key=${account.id} account=${account} />`)}</ul>`}
        </div>
    </${Dialog}>`;
}

export function GroupDialog() {
    const [name, setName] = useState("");
    const [intro, setIntro] = useState("");
    const [isBusy, error, run] = useAction();
    const submit = (event) => {
        event.preventDefault();
        if (!name.trim()) return;
        run(async () => {
            const group = await createGroup({ name: name.trim(), intro: intro.trim() });
            openChat(keyOf("group", group.id), group);
        });
    };
    return html`<${Dialog} title=${t("group.new")} testId="group-dialog">
        <form onSubmit=${submit}>
            <${Field} id="group-name" label=${t("group.name")} value=${name} maxlength="50"
                autocomplete="off" autofocus testId="group-name"
                onInput=${(event) => setName(event.currentTarget.value)} />
            <${Field} id="group-intro" label=${t("group.intro")} value=${intro} maxlength="200"
                autocomplete="off" testId="group-intro" hint=${t("group.newHint")}
                onInput=${(event) => setIntro(event.currentTarget.value)} />
            <${FormError} error=${error} />
            <div class="actions">
                <button type="button" class="button" onClick=${goBack}>
                    ${t("common.cancel")}</button>
                <button type="submit" class="button is-primary" data-testid="create"
                    disabled=${isBusy || !name.trim()}>${t("group.create")}</button>
            </div>
        </form>
    </${Dialog}>`;
}

export function JoinDialog() {
    const [id, setId] = useState("");
    const [reason, setReason] = useState("");
    const [isBusy, error, run] = useAction();
    const isNumber = /^\s*[1-9]\d{0,15}\s*$/.test(id);
    const submit = (event) => {
        event.preventDefault();
        if (!isNumber) return;
        run(async () => {
            await askGroup(Number(id), reason.trim());
            toast(t("join.asked"));
            goBack();
        });
    };
    return html`<${Dialog} title=${t("join.title")} testId="join-dialog">
        <form onSubmit=${submit}>
            <${Field} id="join-id" label=${t("group.id")} value=${id} inputmode="numeric"
                maxlength="16" autocomplete="off" autofocus testId="join-id"
                hint=${t("join.hint")}
                error=${id.trim() && !isNumber ? t("join.notNumber") : ""}
                onInput=${(event) => setId(event.currentTarget.value)} />
            <${Field} id="join-reason" label=${t("join.reason")} value=${reason} maxlength="100"
                autocomplete="off" testId="join-reason"
                onInput=${(event) => setReason(event.currentTarget.value)} />
            <${FormError} error=${error} />
            <div class="actions">
                <button type="button" class="button" onClick=${goBack}>
                    ${t("common.cancel")}</button>
                <button type="submit" class="button is-primary" data-testid="join-submit"
                    disabled=${isBusy || !isNumber}>${t("join.ask")}</button>
            </div>
        </form>
    </${Dialog}>`;
}
