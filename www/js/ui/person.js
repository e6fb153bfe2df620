// Details of a person: who they are, what I call them, what we share, and how to let go.

import { html, useEffect, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { useEscape } from "../lib/escape.js";
import { t } from "../lib/i18n.js";
import { contactsStore } from "../store/contacts.js";
import { keyOf } from "../store/conversations.js";
import { commonGroups, readBlocked, removeFriend, setBlocked, setLabel, setRemark }
    from "../store/friends.js";
import { peopleStore } from "../store/people.js";
import { go } from "../store/route.js";
import { toast, toastError } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { Avatar, Confirm, useAction } from "./parts.js";
import { CopyRow } from "./settings.js";

/** A line of text that is changed in place. */
export function EditRow({ label, value, most, onSave, testId, hint = "" }) {
    const [text, setText] = useState(null);
    const [isBusy, , run] = useAction();
    useEscape(() => setText(null), text !== null);
    const submit = (event) => {
        event.preventDefault();
        run(() => onSave(text.trim()).then(() => setText(null)).catch(toastError));
    };
    if (text === null) {
        return html`<button type="button" class="row is-button" data-testid=${testId}
            onClick=${() => setText(value)}>
            <span class="row-main"><span class="row-sub">${label}</span>
                <span class="row-title ${value ? "" : "is-unset"}">${value || hint}</span></span>
            <${Icon} name="edit" size=${18} /></button>`;
    }
    return html`<form class="edit-row" onSubmit=${submit}>
        <label><span class="row-sub">${label}</span>
            <input class="input" value=${text} maxlength=${most} autofocus
                data-testid="${testId}-input" ref=${(input) => input && !input.dataset.seen
                    && (input.dataset.seen = "1") && input.focus()}
                onInput=${(event) => setText(event.currentTarget.value)} /></label>
        <button type="submit" class="button is-primary is-small" disabled=${isBusy}
            data-testid="${testId}-save">${t("common.save")}</button>
    </form>`;
}

/** A list entry that does something; asked for once more where it cannot be undone. */
export function ActionRow({ icon, label, onRun, confirm = null, isDanger = false, testId }) {
    const [isAsking, setAsking] = useState(false);
    const [isBusy, , run] = useAction();
    const act = () => {
        setAsking(false);
        run(() => onRun().catch(toastError));
    };
    return html`<button type="button" class="row is-button ${isDanger ? "is-danger" : ""}"
            disabled=${isBusy} data-testid=${testId}
            onClick=${() => (confirm ? setAsking(true) : act())}>
            <${Icon} name=${icon} size=${20} /><span class="row-main">${label}</span></button>
        ${isAsking && html`<${Confirm} title=${label} text=${confirm} action=${label}
            onYes=${act} onNo=${() => setAsking(false)} />`}`;
}

function CommonGroups({ id }) {
    const [groups, setGroups] = useState([]);
    useEffect(() => {
        commonGroups(id).then(setGroups).catch(() => {});
    }, [id]);
    if (groups.length === 0) return null;
    return html`<section class="section"><h3 class="section-title">${t("person.common")}</h3>
        <ul class="list">${groups.map((group) => html`<li key=${group.id}>
            <button type="button" class="row is-button"
                onClick=${() => go({ key: keyOf("group", group.id) })}>
                <${Avatar} name=${group.name} id=${group.id} image=${group.avatar} size="s" />
                <span class="row-main">${group.name}</span></button></li>`)}</ul></section>`;
}

/**
 * @param {{ id: number, name: string, online: boolean, avatar: string, children?: any }} props
 *        children: before the ways to part
 */
export function PersonInfo({ id, name, online, avatar, children }) {
    const person = useStore(peopleStore, (people) => people[id]);
    const friend = useStore(contactsStore,
        (state) => state.friends.find(({ account }) => account.id === id));
    const [isBlocked, setIsBlocked] = useState(false);
    useEffect(() => {
        readBlocked().then((items) => setIsBlocked(items.some(({ account }) => account.id === id)))
            .catch(() => {});
    }, [id]);
    const block = async () => {
        await setBlocked(id, !isBlocked);
        setIsBlocked(!isBlocked);
        toast(t(isBlocked ? "person.unblocked" : "person.blocked", { name }));
    };
    const account = friend ? friend.account : {};
    return html`<section class="section profile is-tall">
            <${Avatar} name=${name} id=${id} image=${avatar} size="xl" isOnline=${online} />
            <p class="profile-name">${name}</p>
            <p class="row-sub">${person?.username ? `@${person.username} · ` : ""}
                ${t(online ? "presence.online" : "presence.offline")}</p>
            ${person?.intro && html`<p class="profile-intro">${person.intro}</p>`}
        </section>
        <section class="section">
            <${CopyRow} label=${t("friend.id")} value=${id} testId="friend-id" />
            ${account.email && html`<${CopyRow} label=${t("profile.email")} value=${account.email}
                testId="friend-email" />`}
            ${account.mobile && html`<${CopyRow} label=${t("profile.mobile")}
                value=${account.mobile} testId="friend-mobile" />`}
            ${friend && html`<${EditRow} label=${t("person.remark")} value=${friend.remark}
                    hint=${t("person.remarkHint")} most="100" testId="remark"
                    onSave=${(text) => setRemark(id, text)} />
                <${EditRow} label=${t("person.label")} value=${friend.label}
                    hint=${t("person.labelHint")} most="200" testId="label"
                    onSave=${(text) => setLabel(id, text)} />`}
        </section>
        <${CommonGroups} id=${id} />
        ${children}
        <section class="section">
            <${ActionRow} icon="block" testId="block" onRun=${block} isDanger=${!isBlocked}
                label=${t(isBlocked ? "person.unblock" : "person.block")}
                confirm=${isBlocked ? null : t("person.blockText", { name })} />
            ${friend && html`<${ActionRow} icon="trash" label=${t("person.remove")} isDanger
                testId="remove-friend" confirm=${t("person.removeText", { name })}
                onRun=${async () => {
                    await removeFriend(id);
                    go({ key: "" }, { isReplace: true });
                }} />`}
        </section>`;
}
