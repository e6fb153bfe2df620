// Finding people, making a group, asking to join one.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { lazy } from "../lib/lazy.js";
import { askFriend, askGroup, contactsStore, createGroup, searchPeople }
    from "../store/contacts.js";
import { ensureConversation, keyOf } from "../store/conversations.js";
import { nameOf } from "../store/people.js";
import { go, goBack, routeStore } from "../store/route.js";
import { toast } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { Avatar, Dialog, Field, FormError, IconButton, useAction } from "./parts.js";

const CHOICES = [["find", "addUser", "find.title"], ["group", "group", "group.new"],
    ["join", "enter", "join.title"], ["nearby", "place", "nearby.title"]];
const TEST_IDS = { find: "find-people", group: "new-group", join: "join-group",
    nearby: "nearby-people" };

/** The plus button and its menu. */
export function AddMenu() {
    const [isOpen, setOpen] = useState(false);
    const box = useRef(null);
    useEffect(() => {
        if (!isOpen) return undefined;
        box.current.querySelector(".menu button").focus();
        const onPress = (event) => {
            if (!box.current.contains(event.target)) setOpen(false);
        };
        addEventListener("pointerdown", onPress, true);
        return () => removeEventListener("pointerdown", onPress, true);
    }, [isOpen]);
    const onKey = (event) => {
        if (!isOpen) return;
        const items = [...box.current.querySelectorAll(".menu button")];
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape" || event.key === "Tab") {
            setOpen(false);
            box.current.querySelector("button").focus();
            event.preventDefault();
        } else if (step) {
            event.preventDefault();
            const at = items.indexOf(document.activeElement);
            items[(at + step + items.length) % items.length].focus();
        }
    };
    return html`<div class="add-menu" ref=${box} onKeyDown=${onKey}>
        <${IconButton} icon="plus" label=${t("nav.add")} testId="add-menu"
            aria-haspopup="menu" aria-expanded=${isOpen ? "true" : "false"}
            onClick=${() => setOpen(!isOpen)} />
        ${isOpen && html`<div class="menu" role="menu" aria-label=${t("nav.add")}>
            ${CHOICES.map(([dialog, icon, label]) => html`<button key=${dialog} type="button"
                class="menu-item" role="menuitem" data-testid=${TEST_IDS[dialog]}
                onClick=${() => {
                    setOpen(false);
                    // The dialog gives the focus back to what had it; this entry will be gone.
                    box.current.querySelector("button").focus();
                    go({ dialog, hasInfo: routeStore.get().hasInfo });
                }}><${Icon} name=${icon} size=${20} />${t(label)}</button>`)}
        </div>`}
    </div>`;
}

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

function FindDialog() {
    const [query, setQuery] = useState("");
    const [found, setFound] = useState(null);
    const [isBusy, error, run] = useAction();
    const submit = (event) => {
        event.preventDefault();
        const wanted = query.trim();
        if (!wanted) return;
        run(async () => setFound(await searchPeople(wanted)));
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

function GroupDialog() {
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

function JoinDialog() {
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

const SearchDialog = lazy(() => import("./search.js"), "SearchDialog");
const NearbyDialog = lazy(() => import("./nearby.js"), "NearbyDialog");
const KeysDialog = lazy(() => import("./keys.js"), "KeysDialog");

const DIALOGS = { find: FindDialog, group: GroupDialog, join: JoinDialog, search: SearchDialog,
    nearby: NearbyDialog, keys: KeysDialog };

/** The dialog the address asks for. */
export function DialogByRoute() {
    const dialog = useStore(routeStore, (route) => route.dialog);
    const View = DIALOGS[dialog];
    return View ? html`<${View} />` : null;
}
