// Details of a group: what it is, who is in it, and what my role lets me do.

import { html, useEffect, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t, tn } from "../lib/i18n.js";
import { setNickname } from "../store/announcements.js";
import { askFriend, contactsStore, loadGroup, peopleIn } from "../store/contacts.js";
import { keyOf } from "../store/conversations.js";
import { dissolveGroup, kick, leaveGroup, mute, setManager, transfer, updateGroup }
    from "../store/groups.js";
import { nameIn, peopleStore } from "../store/people.js";
import { go } from "../store/route.js";
import { myId } from "../store/session.js";
import { toastError } from "../store/toasts.js";
import { pickAvatar } from "./avatar-picker.js";
import { GroupRequests } from "./contacts.js";
import { GroupNotice } from "./group-notice.js";
import { Icon } from "./icons.js";
import { PopMenu } from "./menu.js";
import { Avatar, Confirm, Empty, Spinner, useAction } from "./parts.js";
import { ActionRow, EditRow } from "./person.js";
import { CopyRow } from "./settings.js";

const RANK = { "": 0, general: 1, manager: 2, owner: 3 };
const MUTE_MINUTES = [10, 60, 24 * 60];
const FLAGS = [["disbaleAddGroup", "group.flag.closed"], ["enbaleBeforeMsg", "group.flag.history"],
    ["disableAddMember", "group.flag.noFriends"], ["disableViewMember", "group.flag.noProfiles"]];

/** What I may do with a member; each asks once more where it hurts. */
function memberActions({ groupId, member, myRole, name, ask }) {
    const { account, role, isBanned } = member;
    const isMe = account.id === myId();
    if (isMe || RANK[myRole] < 2 || RANK[role] >= RANK[myRole]) return [];
    const run = (action) => () => action().catch(toastError);
    const actions = isBanned ? [{ name: "unmute", icon: "voice", label: t("member.unmute"),
        run: run(() => mute(groupId, account.id, 0)) }]
        : MUTE_MINUTES.map((minutes) => ({ name: `mute-${minutes}`, icon: "micOff",
            label: t(`member.mute.${minutes}`), run: run(() => mute(groupId, account.id, minutes)) }));
    if (myRole === "owner") {
        const isManager = role === "manager";
        actions.push({ name: "manager", icon: "contacts",
            label: t(isManager ? "member.noManager" : "member.manager"),
            run: run(() => setManager(groupId, account.id, !isManager)) });
        actions.push({ name: "transfer", icon: "retry", label: t("member.transfer"),
            run: () => ask({ title: t("member.transfer"), text: t("member.transferText", { name }),
                act: run(() => transfer(groupId, account.id)) }) });
    }
    if (role === "general") {
        actions.push({ name: "kick", icon: "trash", label: t("member.kick"), isDanger: true,
            run: () => ask({ title: t("member.kick"), text: t("member.kickText", { name }),
                act: run(() => kick(groupId, account.id)) }) });
    }
    return actions;
}

function Member({ groupId, member, myRole, ask, people }) {
    const { account, role, isBanned } = member;
    const friends = useStore(contactsStore, (state) => state.friends);
    const name = nameIn(people, account.id);
    const isMe = account.id === myId();
    const isFriend = friends.some((friend) => friend.account.id === account.id);
    const isAsked = useStore(contactsStore, (state) => Boolean(state.asked[account.id]));
    const [isBusy, , run] = useAction();
    const actions = memberActions({ groupId, member, myRole, name, ask });
    const inside = html`<${Avatar} name=${name} id=${account.id} image=${account.avatar} size="s" />
        <span class="row-main">
            <span class="row-title">${name}${isMe && html` <span class="row-sub">
                (${t("member.me")})</span>`}</span>
            ${isBanned && html`<span class="row-sub">${t("member.muted")}</span>`}
        </span>
        ${role !== "general" && html`<span class="tag">${t(`role.${role}`)}</span>`}`;
    const adding = isAsked ? html`<span class="tag">${t("find.asked")}</span>`
        : html`<button type="button" class="button is-small" disabled=${isBusy}
            onClick=${() => run(() => askFriend(account.id, "").catch(toastError))}
            aria-label=${t("find.addName", { name })}>${t("find.add")}</button>`;
    return html`<li class="member" data-testid="member" data-id=${account.id} data-role=${role}>
        ${isFriend ? html`<button type="button" class="row is-button"
                onClick=${() => go({ key: keyOf("friend", account.id) })}>${inside}</button>`
            : html`<div class="row">${inside}${!isMe && actions.length === 0 && adding}</div>`}
        ${actions.length > 0 && html`<${PopMenu} icon="more" place="is-right" items=${actions}
            label=${t("member.actions", { name })} testId="member-menu" />`}
    </li>`;
}

function Flag({ groupId, group, name, label }) {
    const [isBusy, , run] = useAction();
    return html`<label class="check"><input type="checkbox" checked=${group[name]}
        disabled=${isBusy} data-testid=${name} onChange=${(event) => {
            const isOn = event.currentTarget.checked;
            run(() => updateGroup(groupId, { [name]: isOn ? 1 : 0 }).catch(toastError));
        }} /><span>${t(label)}</span></label>`;
}

/** What only the owner changes. */
function Owned({ group, id }) {
    return html`<section class="section" data-testid="group-settings">
        <h3 class="section-title">${t("group.settings")}</h3>
        <${EditRow} label=${t("group.name")} value=${group.name} most="50" testId="rename"
            onSave=${(name) => (name ? updateGroup(id, { name }) : Promise.resolve())} />
        <${EditRow} label=${t("group.intro")} value=${group.intro} most="200" testId="intro"
            hint=${t("group.introHint")} onSave=${(intro) => updateGroup(id, { name: group.name, intro })} />
        ${FLAGS.map(([name, label]) => html`<${Flag} key=${name} groupId=${id} group=${group}
            name=${name} label=${label} />`)}
    </section>`;
}

function Leaving({ id, group, myRole }) {
    const away = () => go({ key: "" }, { isReplace: true });
    return html`<section class="section">
        ${myRole !== "owner" && html`<${ActionRow} icon="leave" label=${t("group.leave")} isDanger
            testId="leave-group" confirm=${t("group.leaveText", { name: group.name })}
            onRun=${() => leaveGroup(id).then(away)} />`}
        ${myRole === "owner" && html`<${ActionRow} icon="trash" label=${t("group.dissolve")}
            isDanger testId="dissolve-group" confirm=${t("group.dissolveText", { name: group.name })}
            onRun=${() => dissolveGroup(id).then(away)} />`}
    </section>`;
}

/** @param {{ group: any, id: number, children?: any }} props  children: before the ways out */
export function GroupInfo({ group, id, children }) {
    const [isBusy, error, run] = useAction();
    const [asked, ask] = useState(null);
    const requests = useStore(contactsStore, (state) => state.groupRequests);
    const people = peopleIn(useStore(peopleStore), group);
    useEffect(() => {
        run(() => loadGroup(id));
    }, [id]);
    if (!group) {
        if (!error) return html`<div class="empty"><${Spinner} /></div>`;
        return html`<${Empty} icon="alert" title=${t("chat.failed")}>
            <button type="button" class="button" disabled=${isBusy}
                onClick=${() => run(() => loadGroup(id))}>${t("common.retry")}</button></${Empty}>`;
    }
    const myRole = group.selfInfo?.chatGroupMemberRole || "";
    const isOwner = myRole === "owner";
    const mine = (group.membersList || []).find(({ account }) => account.id === myId());
    const hasRequests = requests.some((item) => item.chatGroup.id === group.id);
    return html`<section class="section profile is-tall">
            ${isOwner ? html`<button type="button" class="avatar-button"
                    aria-label=${t("group.avatar")} title=${t("group.avatar")}
                    onClick=${() => pickAvatar((avatar) => updateGroup(id, { name: group.name, avatar }))}>
                    <${Avatar} name=${group.name} id=${id} image=${group.avatar} size="xl" />
                    <span class="avatar-edit"><${Icon} name="edit" size=${16} /></span></button>`
                : html`<${Avatar} name=${group.name} id=${id} image=${group.avatar} size="xl" />`}
            <p class="profile-name">${group.name}</p>
            ${group.intro && html`<p class="profile-intro">${group.intro}</p>`}
        </section>
        <section class="section">
            <${CopyRow} label=${t("group.id")} value=${id} testId="group-id" />
            <p class="note">${t("group.idHint")}</p>
            ${RANK[myRole] >= 2 && html`<${ActionRow} icon="qr" label=${t("invite.title")}
                testId="group-invite" onRun=${async () => go({ dialog: "groupInvite",
                    hasInfo: true })} />`}
            ${myRole && html`<${EditRow} label=${t("group.nickname")} value=${mine?.remark || ""}
                most="50" hint=${t("group.nicknameHint")} testId="group-nickname"
                onSave=${(nickname) => setNickname(id, nickname)} />`}
        </section>
        <${GroupNotice} groupId=${id} canWrite=${RANK[myRole] >= 2} people=${people} />
        ${hasRequests && html`<section class="section" data-testid="group-requests">
            <h3 class="section-title">${t("requests.title")}</h3>
            <ul class="list"><${GroupRequests} groupId=${group.id} /></ul>
        </section>`}
        <section class="section">
            <h3 class="section-title">${tn("group.members", group.members)}</h3>
            <ul class="list" data-testid="members">
                ${(group.membersList || []).map((member) => html`<${Member}
                    key=${member.account.id} member=${member} groupId=${id} myRole=${myRole}
                    ask=${ask} people=${people} />`)}
            </ul>
        </section>
        ${isOwner && html`<${Owned} group=${group} id=${id} />`}
        ${children}
        ${myRole && html`<${Leaving} id=${id} group=${group} myRole=${myRole} />`}
        ${asked && html`<${Confirm} title=${asked.title} text=${asked.text} action=${asked.title}
            onNo=${() => ask(null)} onYes=${() => {
                ask(null);
                asked.act();
            }} />`}`;
}
