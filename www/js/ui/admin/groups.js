// Groups: who is in them, when something was last said, and ending one.

import { html, useState } from "../../lib/preact.js";
import { t, tn } from "../../lib/i18n.js";
import { call } from "../../api.js";
import { toast, toastError } from "../../store/toasts.js";
import { Icon } from "../icons.js";
import { Avatar, Confirm } from "../parts.js";
import { Facts, List, OpenRow, SearchField, useList, when } from "./list.js";

function Members({ id }) {
    const list = useList(`admin/groups/${id}/members`, {});
    return html`<${List} list=${list} icon="contacts" empty=${t("admin.noPeople")}
        testId="admin-members" row=${(one) => html`<li key=${one.id} class="admin-member">
            <${Avatar} name=${one.nickname} id=${one.id} image=${one.avatar} size="s"
                isOnline=${one.online} />
            <span class="row-main"><span class="row-title">${one.nickname}</span>
                <span class="row-sub">@${one.username} · ${one.id}</span></span>
            ${one.role !== "member" && html`<span class="tag">${t(`admin.role.${one.role}`)}</span>`}
            ${!one.enabled && html`<span class="tag is-bad">${t("admin.tag.disabled")}</span>`}
        </li>`} />`;
}

function Group({ group, onChange }) {
    const [isAsking, setAsking] = useState(false);
    const end = async () => {
        setAsking(false);
        try {
            await call("DELETE", `admin/groups/${group.id}`);
            toast(t("admin.done.dissolve", { name: group.name }));
            onChange();
        } catch (error) {
            toastError(error);
        }
    };
    const head = html`<${Avatar} name=${group.name} id=${group.id} image=${group.avatar} />
        <span class="row-main">
            <span class="row-title">${group.name}
                ${group.closed && html` <span class="tag">${t("admin.tag.closed")}</span>`}</span>
            <span class="row-sub">${tn("admin.members", group.members)} · ${group.ownerName}</span>
        </span>
        <span class="admin-row-note">${when(group.lastAt)}</span>`;
    return html`<${OpenRow} id=${group.id} testId="admin-group" head=${head}>
        <${Facts} facts=${[
            [t("admin.number"), group.id],
            [t("admin.handle"), group.handle],
            [t("admin.owner"), `${group.ownerName} · ${group.ownerId}`],
            [t("admin.messages"), group.messages],
            [t("admin.lastActive"), when(group.lastAt)],
            [t("admin.created"), when(group.createdAt)],
        ]} />
        <${Members} id=${group.id} />
        <div class="admin-actions">
            <button type="button" class="button is-small is-danger" data-testid="admin-dissolve"
                onClick=${() => setAsking(true)}>
                <${Icon} name="trash" size=${18} />${t("admin.dissolve")}</button>
        </div>
        ${isAsking && html`<${Confirm} title=${t("admin.dissolve")}
            text=${t("admin.ask.dissolve", { name: group.name })} action=${t("admin.dissolve")}
            onNo=${() => setAsking(false)} onYes=${end} />`}
    </${OpenRow}>`;
}

export function GroupsPage() {
    const [text, setText] = useState("");
    const list = useList("admin/groups", { q: text }, { hasPages: !text });
    return html`<div class="admin-bar">
            <${SearchField} label=${t("admin.findGroups")} onSearch=${setText}
                testId="admin-search" />
        </div>
        <${List} list=${list} icon="group" empty=${t("admin.noGroups")} testId="admin-groups"
            row=${(group) => html`<${Group} key=${group.id} group=${group}
                onChange=${list.reload} />`} />`;
}
