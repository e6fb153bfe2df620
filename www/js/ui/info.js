// Details of the open conversation: a friend, or a group with its members and requests.

import { html, useEffect } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t, tn } from "../lib/i18n.js";
import { askFriend, contactsStore, loadGroup } from "../store/contacts.js";
import { keyOf } from "../store/conversations.js";
import { nameIn, peopleStore } from "../store/people.js";
import { go, goBack } from "../store/route.js";
import { myId } from "../store/session.js";
import { toastError } from "../store/toasts.js";
import { GroupRequests } from "./contacts.js";
import { Avatar, Empty, IconButton, Spinner, useAction } from "./parts.js";
import { CopyRow } from "./settings.js";

function FriendInfo({ id, name, online, avatar }) {
    const person = useStore(peopleStore, (people) => people[id]);
    return html`<section class="section profile is-tall">
            <${Avatar} name=${name} id=${id} image=${avatar} size="xl" isOnline=${online} />
            <p class="profile-name">${name}</p>
            <p class="row-sub">${person?.username ? `@${person.username} · ` : ""}
                ${t(online ? "presence.online" : "presence.offline")}</p>
            ${person?.intro && html`<p class="profile-intro">${person.intro}</p>`}
        </section>
        <section class="section"><${CopyRow} label=${t("friend.id")} value=${id}
            testId="friend-id" /></section>`;
}

function Member({ member }) {
    const { account, role, isBanned } = member;
    const friends = useStore(contactsStore, (state) => state.friends);
    const people = useStore(peopleStore);
    const name = nameIn(people, account.id);
    const isMe = account.id === myId();
    const isFriend = friends.some((friend) => friend.account.id === account.id);
    const isAsked = useStore(contactsStore, (state) => Boolean(state.asked[account.id]));
    const [isBusy, , run] = useAction();
    const ask = () => run(() => askFriend(account.id, "").catch(toastError));
    const inside = html`<${Avatar} name=${name} id=${account.id} image=${account.avatar} />
        <span class="row-main">
            <span class="row-title">${name}${isMe && html` <span class="row-sub">
                (${t("member.me")})</span>`}</span>
            ${isBanned && html`<span class="row-sub">${t("member.muted")}</span>`}
        </span>
        ${role !== "general" && html`<span class="tag">${t(`role.${role}`)}</span>`}`;
    const adding = isAsked ? html`<span class="tag">${t("find.asked")}</span>`
        : html`<button type="button" class="button is-small" disabled=${isBusy} onClick=${ask}
            aria-label=${t("find.addName", { name })}>${t("find.add")}</button>`;
    return html`<li data-testid="member" data-id=${account.id} data-role=${role}>
        ${isFriend ? html`<button type="button" class="row is-button"
                onClick=${() => go({ key: keyOf("friend", account.id) })}>${inside}</button>`
            : html`<div class="row">${inside}${!isMe && adding}</div>`}
    </li>`;
}

function GroupInfo({ group, id }) {
    const [isBusy, error, run] = useAction();
    const requests = useStore(contactsStore, (state) => state.groupRequests);
    useEffect(() => {
        run(() => loadGroup(id));
    }, [id]);
    if (!group) {
        if (!error) {
            return html`<div class="empty"><${Spinner} /></div>`;
        }
        return html`<${Empty} icon="alert" title=${t("chat.failed")}>
            <button type="button" class="button" disabled=${isBusy}
                onClick=${() => run(() => loadGroup(id))}>${t("common.retry")}</button></${Empty}>`;
    }
    const hasRequests = requests.some((item) => item.chatGroup.id === group.id);
    return html`<section class="section profile is-tall">
            <${Avatar} name=${group.name} id=${id} image=${group.avatar} size="xl" />
            <p class="profile-name">${group.name}</p>
            ${group.intro && html`<p class="profile-intro">${group.intro}</p>`}
        </section>
        <section class="section">
            <${CopyRow} label=${t("group.id")} value=${id} testId="group-id" />
            <p class="note">${t("group.idHint")}</p>
        </section>
        ${hasRequests && html`<section class="section" data-testid="group-requests">
            <h3 class="section-title">${t("requests.title")}</h3>
            <ul class="list"><${GroupRequests} groupId=${group.id} /></ul>
        </section>`}
        <section class="section">
            <h3 class="section-title">${tn("group.members", group.members)}</h3>
            <ul class="list" data-testid="members">
                ${(group.membersList || []).map((member) => html`<${Member}
                    key=${member.account.id} member=${member} />`)}
            </ul>
        </section>`;
}

/** Beside the chat where there is room, over it where not. */
export function InfoPane({ conversation, group }) {
    const { ope, targetId, name, online, avatar } = conversation;
    return html`<aside class="info" data-testid="info" aria-labelledby="info-title">
        <header class="chat-head">
            <${IconButton} icon="back" label=${t("common.back")} class="info-back"
                testId="info-back" onClick=${goBack} />
            <h2 class="chat-title" id="info-title">
                ${t(ope === "group" ? "chat.groupInfo" : "chat.friendInfo")}</h2>
            <${IconButton} icon="close" label=${t("common.close")} class="info-close"
                testId="info-close" onClick=${goBack} />
        </header>
        <div class="pane-scroll">
            ${ope === "group" ? html`<${GroupInfo} group=${group} id=${targetId} />`
                : html`<${FriendInfo} id=${targetId} name=${name} online=${online}
                    avatar=${avatar} />`}
        </div>
    </aside>`;
}
