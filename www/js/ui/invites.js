// Bringing people in: a link with its QR code, into this server or a group of mine; and my own card.

import { html, useEffect, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t, tn } from "../lib/i18n.js";
import { copyText } from "../lib/browser.js";
import { addStyle } from "../lib/style.js";
import { parseTime, shortDay } from "../lib/time.js";
import { call, get, post } from "../api.js";
import { contactsStore } from "../store/contacts.js";
import { partsOf } from "../store/conversations.js";
import { nameOf } from "../store/people.js";
import { routeStore } from "../store/route.js";
import { sessionStore, siteStore } from "../store/session.js";
import { toast, toastError } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { Avatar, Confirm, Dialog, FormError, IconButton, Spinner, useAction } from "./parts.js";

addStyle("css/people.css");

const DAYS = [1, 7, 30];
const USES = [1, 10, 100];

const qrAddress = (url) => new URL(`api/v1/qr?${new URLSearchParams({ text: url })}`,
    document.baseURI).href;

async function copy(text) {
    const isDone = await copyText(text);
    toast(t(isDone ? "common.copied" : "common.copyFailed"), { isError: !isDone });
}

/** A QR code on white, whatever the theme: cameras want it so. */
function QrCode({ url, label }) {
    return html`<img class="qr" src=${qrAddress(url)} alt=${label} width="220" height="220"
        data-testid="qr" data-url=${url} />`;
}

function LinkRow({ url, label }) {
    const share = () => navigator.share({ url }).catch(() => {});
    return html`<div class="link-row">
        <input class="input" readonly value=${url} aria-label=${label} data-testid="invite-url"
            onFocus=${(event) => event.currentTarget.select()} />
        ${"share" in navigator && html`<${IconButton} icon="forward" label=${t("invite.share")}
            onClick=${share} />`}
        <button type="button" class="button is-primary" onClick=${() => copy(url)}
            data-testid="invite-copy"><${Icon} name="copy" size=${20} />
            ${t("common.copy")}</button>
    </div>`;
}

/** The link just made: it is shown this once. */
function Made({ invite, groupName }) {
    return html`<div class="qr-card" data-testid="invite-made">
        ${groupName && html`<p class="qr-title">${groupName}</p>`}
        <${QrCode} url=${invite.url} label=${t("invite.qr")} />
        <p class="note">${t("invite.until", { time: shortDay(parseTime(invite.expiresAt)) })}${" · "}
            ${tn("invite.uses", invite.uses)}</p>
        <${LinkRow} url=${invite.url} label=${t("invite.link")} />
        <p class="note">${t("invite.once")}</p>
    </div>`;
}

function Choice({ id, label, value, options, onChoose }) {
    return html`<label class="field" for=${id}><span>${label}</span>
        <select id=${id} class="select" value=${value} data-testid=${id}
            onChange=${(event) => onChoose(Number(event.currentTarget.value))}>
            ${options.map(([number, text]) => html`<option key=${number} value=${number}
                selected=${number === value}>${text}</option>`)}</select></label>`;
}

function Make({ groupId, onMade }) {
    const [days, setDays] = useState(7);
    const [uses, setUses] = useState(groupId ? 100 : 1);
    const [isBusy, error, run] = useAction();
    const submit = (event) => {
        event.preventDefault();
        run(async () => onMade(await post(groupId ? `groups/${groupId}/invites` : "invites",
            { days, uses })));
    };
    return html`<form onSubmit=${submit}>
        <div class="choices">
            <${Choice} id="invite-days" label=${t("invite.days")} value=${days}
                onChoose=${setDays} options=${DAYS.map((one) => [one, tn("invite.dayCount", one)])} />
            <${Choice} id="invite-uses" label=${t("invite.people")} value=${uses}
                onChoose=${setUses} options=${USES.map((one) => [one, tn("invite.uses", one)])} />
        </div>
        <${FormError} error=${error} />
        <button type="submit" class="button is-primary is-wide" disabled=${isBusy}
            data-testid="invite-make">${isBusy ? html`<${Spinner} />` : t("invite.make")}</button>
    </form>`;
}

function Invite({ invite, groups, onGone }) {
    const [isAsking, setAsking] = useState(false);
    const [isBusy, , run] = useAction();
    const { id, groupId, uses, used, expiresAt, valid } = invite;
    const group = groups.find((one) => one.id === groupId);
    const title = !groupId ? t("invite.toSite") : t("invite.toGroup",
        { group: group ? group.name : String(groupId) });
    const end = () => {
        setAsking(false);
        run(() => call("DELETE", `invites/${id}`).then(() => onGone(id)).catch(toastError));
    };
    return html`<li class="row" data-testid="invite" data-id=${id}>
        <span class="row-icon"><${Icon} name=${groupId ? "group" : "addUser"} /></span>
        <span class="row-main"><span class="row-title">${title}</span>
            <span class="row-sub is-wrapping">${t("invite.used", { used, uses })} · ${valid
                ? t("invite.until", { time: shortDay(parseTime(expiresAt)) }) : t("invite.over")}
            </span></span>
        <button type="button" class="button is-small" disabled=${isBusy}
            aria-label=${`${t("invite.revoke")}: ${title}`} data-testid="invite-revoke"
            onClick=${() => (valid ? setAsking(true) : end())}>${t("invite.revoke")}</button>
        ${isAsking && html`<${Confirm} title=${t("invite.revoke")} text=${t("invite.revokeText")}
            action=${t("invite.revoke")} onYes=${end} onNo=${() => setAsking(false)} />`}
    </li>`;
}

/** @param {{ groupId: number }} props  0: into the server */
function Invites({ groupId }) {
    const groups = useStore(contactsStore, (state) => state.groups);
    const site = useStore(siteStore);
    const [made, setMade] = useState(null);
    const [invites, setInvites] = useState([]);
    const load = async () => {
        const { items } = await get(groupId ? `groups/${groupId}/invites` : "invites");
        setInvites(items);
    };
    useEffect(() => {
        load().catch(toastError);
    }, [groupId]);
    const group = groups.find(({ id }) => id === groupId);
    const lead = group ? t("invite.leadGroup", { group: group.name })
        : t(site?.registration === "closed" ? "invite.leadClosed" : "invite.lead",
            { site: site ? site.siteName : "" });
    return html`<${Dialog} title=${t("invite.title")} testId="invite-dialog">
        <p>${lead}</p>
        ${made ? html`<${Made} invite=${made} groupName=${group ? group.name : ""} />`
            : html`<${Make} groupId=${groupId} onMade=${(invite) => {
                setMade(invite);
                load().catch(toastError);
            }} />`}
        ${invites.length > 0 && html`<h3 class="section-title is-flush">
                ${t(groupId ? "invite.ofGroup" : "invite.mine")}</h3>
            <ul class="list is-flush">${invites.map((invite) => html`<${Invite} key=${invite.id}
                invite=${invite} groups=${groups} onGone=${(id) => {
                    setInvites((now) => now.filter((one) => one.id !== id));
                    if (made && made.id === id) setMade(null);
                }} />`)}</ul>`}
    </${Dialog}>`;
}

export const InviteDialog = () => html`<${Invites} groupId=${0} />`;

/** Into the group whose conversation it is opened over. */
export function GroupInviteDialog() {
    const key = useStore(routeStore, (route) => route.key);
    return html`<${Invites} groupId=${key ? partsOf(key).targetId : 0} />`;
}

/** My card: who scans it finds me here and may ask to be a contact. */
export function CardDialog() {
    const account = useStore(sessionStore, (state) => state.account);
    const name = nameOf(account);
    const url = new URL(`#/add/${account.id}`, document.baseURI).href;
    return html`<${Dialog} title=${t("card.title")} testId="card">
        <div class="qr-card">
            <div class="qr-person"><${Avatar} name=${name} id=${account.id} image=${account.avatar} />
                <div><p class="profile-name">${name}</p>
                    <p class="row-sub">@${account.username} · ${account.id}</p></div></div>
            <${QrCode} url=${url} label=${t("card.qr", { name })} />
            <p class="note">${t("card.text")}</p>
            <${LinkRow} url=${url} label=${t("card.link")} />
        </div>
    </${Dialog}>`;
}
