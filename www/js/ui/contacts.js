// Requests that wait for me, my groups, my friends.

import { html, useEffect } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t, tn } from "../lib/i18n.js";
import { answerFriend, answerGroup, contactsStore } from "../store/contacts.js";
import { keyOf } from "../store/conversations.js";
import { nameOf } from "../store/people.js";
import { go } from "../store/route.js";
import { toastError } from "../store/toasts.js";
import { readAgain } from "../sync.js";
import { Icon } from "./icons.js";
import { Avatar, Empty, Spinner, useAction } from "./parts.js";

function Request({ account, text, reason, onAnswer, kind }) {
    const [isBusy, , run] = useAction();
    const name = nameOf(account);
    const answer = (status) => run(() => onAnswer(status).catch(toastError));
    return html`<li class="request" data-testid="request" data-kind=${kind}
        data-id=${account.id}>
        <${Avatar} name=${name} id=${account.id} image=${account.avatar} />
        <div class="row-main">
            <span class="row-title">${name}</span>
            <span class="row-sub is-wrapping">${text}</span>
            ${reason && html`<q class="request-reason">${reason}</q>`}
            <div class="request-actions">
                <button type="button" class="button is-primary is-small" disabled=${isBusy}
                    data-testid="accept" onClick=${() => answer("pass")}
                    aria-label=${t("requests.acceptFrom", { name })}>
                    ${t("requests.accept")}</button>
                <button type="button" class="button is-small" disabled=${isBusy}
                    data-testid="deny" onClick=${() => answer("deny")}
                    aria-label=${t("requests.denyFrom", { name })}>${t("requests.deny")}</button>
            </div>
        </div>
    </li>`;
}

/** Requests to join a group; of one group only when `groupId` says so. */
export function GroupRequests({ groupId }) {
    const requests = useStore(contactsStore, (state) => state.groupRequests);
    return requests.filter((item) => !groupId || item.chatGroup.id === groupId)
        .map((item) => html`<${Request} key="g${item.chatGroup.id}-${item.account.id}"
            kind="group" account=${item.account} reason=${item.applyReason}
            text=${t("requests.toGroup", { group: item.chatGroup.name })}
            onAnswer=${(status) => answerGroup(item, status)} />`);
}

function Requests() {
    const { friendRequests, groupRequests } = useStore(contactsStore);
    if (friendRequests.length + groupRequests.length === 0) return null;
    return html`<section class="list-section" data-testid="requests">
        <h2 class="list-title">${t("requests.title")}</h2>
        <ul class="list">
            ${friendRequests.map((item) => html`<${Request} key="f${item.fromAccount.id}"
                kind="friend" account=${item.fromAccount} reason=${item.applyReason}
                text=${t("requests.toFriend")}
                onAnswer=${(status) => answerFriend(item, status)} />`)}
            <${GroupRequests} />
        </ul>
    </section>`;
}

function Entry({ id, ope, name, image, sub, chosen, icon }) {
    const key = keyOf(ope, id);
    return html`<li><button type="button" class="row is-button ${key === chosen ? "is-chosen" : ""}"
        aria-current=${key === chosen ? "true" : undefined} data-testid=${`contact-${ope}`}
        data-id=${id} onClick=${() => go({ key })}>
        <${Avatar} name=${name} id=${id} image=${image} />
        <span class="row-main"><span class="row-title">${name}</span>
            <span class="row-sub">${icon && html`<${Icon} name=${icon} size=${15} />`}${sub}</span>
        </span></button></li>`;
}

/** The contacts tab. */
export function ContactsPane({ chosen }) {
    const { friends, groups, isLoaded } = useStore(contactsStore);
    const waiting = useStore(contactsStore, (state) => state.friendRequests.length
        + state.groupRequests.length);
    useEffect(() => {
        readAgain().catch(() => {});
    }, []);
    if (!isLoaded) return html`<div class="empty"><${Spinner} /></div>`;
    if (!friends.length && !groups.length && !waiting) {
        return html`<${Empty} icon="contacts" title=${t("contacts.emptyTitle")}
            text=${t("contacts.emptyText")}>
            <button type="button" class="button is-primary"
                onClick=${() => go({ dialog: "find" })}>${t("find.title")}</button>
            <button type="button" class="button"
                onClick=${() => go({ dialog: "join" })}>${t("join.title")}</button>
        </${Empty}>`;
    }
    return html`<div class="pane-scroll">
        <${Requests} />
        ${groups.length > 0 && html`<section class="list-section">
            <h2 class="list-title">${t("contacts.groups")}</h2>
            <ul class="list">${groups.map((group) => html`<${Entry} key=${group.id} ope="group"
                id=${group.id} name=${group.name} image=${group.avatar} chosen=${chosen}
                sub=${tn("group.members", group.members)} />`)}</ul>
        </section>`}
        ${friends.length > 0 && html`<section class="list-section">
            <h2 class="list-title">${t("contacts.friends")}</h2>
            <ul class="list">${friends.map(({ account, name }) => html`<${Entry}
                key=${account.id} ope="friend" id=${account.id} name=${name} chosen=${chosen}
                image=${account.avatar} sub=${account.intro || `@${account.username}`} />`)}</ul>
        </section>`}
    </div>`;
}
