// People: find somebody; disable, enable, a new password, sign out everywhere, administrator or not.

import { html, useState } from "../../lib/preact.js";
import { t } from "../../lib/i18n.js";
import { call, post } from "../../api.js";
import { myId } from "../../store/session.js";
import { toast, toastError } from "../../store/toasts.js";
import { Icon } from "../icons.js";
import { Avatar, Confirm, Dialog, Segments } from "../parts.js";
import { CopyRow } from "../settings.js";
import { Facts, List, OpenRow, SearchField, useList, when } from "./list.js";

const STATES = ["all", "disabled", "admin"];

const put = (id, what, on) => call("PUT", `admin/people/${id}/${what}`, { body: { on } });

/** What can be done to a person: name, icon, whether it can be undone, and how. */
function actionsOf(person) {
    if (person.id === myId()) return [];
    const { id } = person;
    return [
        person.enabled
            ? { name: "disable", icon: "block", isDanger: true, run: () => put(id, "enabled", false) }
            : { name: "enable", icon: "check", run: () => put(id, "enabled", true) },
        { name: "signOut", icon: "leave", run: () => post(`admin/people/${id}/logout`) },
        { name: "reset", icon: "retry", run: () => post(`admin/people/${id}/password`) },
        person.admin
            ? { name: "noAdmin", icon: "recall", isDanger: true, run: () => put(id, "admin", false) }
            : { name: "makeAdmin", icon: "settings", run: () => put(id, "admin", true) },
    ];
}

function Tags({ person }) {
    return html`${person.admin && html`<span class="tag">${t("admin.tag.admin")}</span>`}
        ${!person.enabled && html`<span class="tag is-bad">${t("admin.tag.disabled")}</span>`}`;
}

function seenText(person) {
    if (person.online) return t("admin.online");
    const last = [person.lastSeenAt, person.lastLoginAt].filter(Boolean).sort().pop();
    return last ? t("admin.seen", { when: when(last) }) : t("admin.neverSeen");
}

/** The new password, which is not to be had again. */
function Fresh({ name, password, onClose }) {
    return html`<${Dialog} title=${t("admin.reset")} onClose=${onClose} testId="fresh-password">
        <p>${t("admin.resetDone", { name })}</p>
        <${CopyRow} label=${t("auth.password")} value=${password} testId="password" />
    </${Dialog}>`;
}

function Person({ person, onChange }) {
    const [asked, setAsked] = useState(null);
    const [fresh, setFresh] = useState("");
    const name = person.nickname || person.username;
    const run = async (action) => {
        setAsked(null);
        try {
            const result = await action.run();
            if (result?.password) setFresh(result.password);
            else toast(t(`admin.done.${action.name}`, { name }));
            onChange();
        } catch (error) {
            toastError(error);
        }
    };
    const head = html`<${Avatar} name=${name} id=${person.id} image=${person.avatar}
            isOnline=${person.online} />
        <span class="row-main">
            <span class="row-title">${name} <${Tags} person=${person} /></span>
            <span class="row-sub">@${person.username} · ${person.id}</span>
        </span>
        <span class="admin-row-note">${seenText(person)}</span>`;
    const actions = actionsOf(person);
    return html`<${OpenRow} id=${person.id} testId="admin-person" head=${head}
        isDim=${!person.enabled}>
        <${Facts} facts=${[
            [t("admin.seenLabel"), seenText(person)],
            [t("admin.email"), person.email], [t("admin.mobile"), person.mobile],
            [t("admin.registered"), when(person.createdAt)],
            [t("admin.lastLogin"), when(person.lastLoginAt)],
            [t("admin.wrongPasswords"), person.passwordErrors || null],
        ]} />
        ${actions.length > 0 ? html`<div class="admin-actions">
            ${actions.map((action) => html`<button key=${action.name} type="button"
                class="button is-small ${action.isDanger ? "is-danger" : ""}"
                data-testid="admin-${action.name}" onClick=${() => setAsked(action)}>
                <${Icon} name=${action.icon} size=${18} />${t(`admin.${action.name}`)}</button>`)}
        </div>` : html`<p class="note">${t("admin.yourself")}</p>`}
        ${asked && html`<${Confirm} title=${t(`admin.${asked.name}`)}
            text=${t(`admin.ask.${asked.name}`, { name })} action=${t(`admin.${asked.name}`)}
            onNo=${() => setAsked(null)} onYes=${() => run(asked)} />`}
        ${fresh && html`<${Fresh} name=${name} password=${fresh}
            onClose=${() => setFresh("")} />`}
    </${OpenRow}>`;
}

export function PeoplePage() {
    const [text, setText] = useState("");
    const [state, setState] = useState("all");
    const list = useList("admin/people", { q: text, state }, { hasPages: !text });
    return html`<div class="admin-bar">
            <${SearchField} label=${t("admin.findPeople")} onSearch=${setText}
                testId="admin-search" />
            <${Segments} label=${t("admin.show")} value=${state} onChoose=${setState}
                testId="admin-state" options=${STATES.map((value) => ({
                    value, label: t(`admin.state.${value}`),
                }))} />
        </div>
        <${List} list=${list} icon="contacts" empty=${t("admin.noPeople")} testId="admin-people"
            row=${(person) => html`<${Person} key=${person.id} person=${person}
                onChange=${list.reload} />`} />`;
}
