// What a link of an invitation opens: who invites whereto, and the shortest way there.

import { html, useEffect, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { addStyle } from "../lib/style.js";
import { call, post } from "../api.js";
import { refreshContacts } from "../store/contacts.js";
import { ensureConversation, keyOf, refreshConversations } from "../store/conversations.js";
import { go } from "../store/route.js";
import { myId, sessionStore, siteStore } from "../store/session.js";
import { AuthForm } from "./auth.js";
import { toastError } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { Avatar, FormError, Spinner, useAction } from "./parts.js";
import { LanguageSelect, ThemeButton } from "./settings.js";

addStyle("css/people.css");

// Whoever is there already has nothing left to accept.
const DONE = ["already_friend", "already_member"];

/** The conversation the invitation is about. */
async function land(invitation) {
    const { group, inviter } = invitation;
    const key = group ? keyOf("group", group.id) : keyOf("friend", inviter.id);
    await Promise.all([refreshContacts(), refreshConversations()]).catch(() => {});
    ensureConversation(key, group || inviter);
    go({ tab: "chats", key }, { isReplace: true });
}

async function accept(token, invitation) {
    try {
        await post(`invites/${token}/accept`);
    } catch (error) {
        if (!DONE.includes(error.name)) throw error;
    }
    await land(invitation);
}

const leaveFor = () => go({ tab: "chats", key: "" }, { isReplace: true });

function Head({ invitation }) {
    const { siteName, inviter, group } = invitation;
    const shown = group || inviter;
    return html`<div class="auth-head">
        <${Avatar} name=${shown.name} id=${shown.id} image=${shown.avatar} size="xl" />
        <h1 id="auth-title">${group ? group.name : siteName}</h1>
        <p class="auth-lead" data-testid="invitation-from">${group
            ? t("invite.fromGroup", { name: inviter.name, site: siteName })
            : t("invite.from", { name: inviter.name })}</p>
    </div>`;
}

/** For who is signed in: one button. */
function Accept({ token, invitation }) {
    const [isBusy, error, run] = useAction();
    const isOwn = !invitation.group && invitation.inviter.id === myId();
    if (isOwn) {
        return html`<p class="auth-switch">${t("invite.own")}</p>
            <button type="button" class="button is-wide" onClick=${leaveFor}>
                ${t("invite.toChats")}</button>`;
    }
    return html`<div class="auth-form"><${FormError} error=${error} />
        <button type="button" class="button is-primary is-wide" disabled=${isBusy}
            data-testid="invitation-accept" onClick=${() => run(() => accept(token, invitation))}>
            ${isBusy ? html`<${Spinner} />`
                : t(invitation.group ? "invite.join" : "invite.accept")}</button>
        <button type="button" class="button is-wide" onClick=${leaveFor}>
            ${t("invite.notNow")}</button></div>`;
}

/** For everybody else: a new account where one may be made, or their own. */
function Enter({ token, invitation, site, onFailed }) {
    const { registers } = invitation;
    const [mode, setMode] = useState(registers ? "register" : "login");
    const isNew = mode === "register";
    const goOn = async () => {
        try {
            await (isNew ? land(invitation) : accept(token, invitation));
        } catch (error) {
            onFailed();
            toastError(error);
        }
    };
    return html`<${AuthForm} key=${mode} mode=${mode} site=${site} invite=${isNew ? token : ""}
            onEntered=${goOn} />
        ${registers ? html`<p class="auth-switch">
            ${t(isNew ? "auth.haveAccount" : "auth.noAccountYet")}${" "}
            <button type="button" class="link" data-testid="switch-mode"
                onClick=${() => setMode(isNew ? "login" : "register")}>
                ${t(isNew ? "auth.signIn" : "auth.register")}</button></p>`
            : html`<p class="auth-switch">${t("invite.onlySignIn")}</p>`}`;
}

function Over({ invitation }) {
    return html`<div class="auth-head">
            <span class="empty-icon over-icon"><${Icon} name="clock" size=${32} /></span>
            <h1 id="auth-title" data-testid="invitation-over">${t("invite.overTitle")}</h1>
            <p class="auth-lead">${t("invite.overText")}</p></div>
        <button type="button" class="button is-wide" onClick=${leaveFor}>
            ${t("invite.toSiteNamed", { site: invitation.siteName })}</button>`;
}

function Body({ token, invitation }) {
    const site = useStore(siteStore);
    const phase = useStore(sessionStore, (state) => state.phase);
    // Who signs in here goes on by itself; the button is for who was signed in before, or could not.
    const [wasIn, setWasIn] = useState(phase === "in");
    if (!invitation.valid) return html`<${Over} invitation=${invitation} />`;
    return html`<${Head} invitation=${invitation} />
        ${wasIn ? html`<${Accept} token=${token} invitation=${invitation} />`
            : site ? html`<${Enter} token=${token} invitation=${invitation} site=${site}
                    onFailed=${() => setWasIn(true)} />`
                : html`<div class="auth-wait"><${Spinner} /></div>`}`;
}

/** @param {{ token: string }} props */
export function Invitation({ token }) {
    const [invitation, setInvitation] = useState(null);
    const [isBusy, error, run] = useAction();
    const look = () => run(async () => setInvitation(await call("GET", `invites/${token}`,
        { isPublic: true })));
    useEffect(() => {
        look();
    }, [token]);
    return html`<main class="auth" data-testid="invitation">
        <div class="auth-tools"><${LanguageSelect} /><${ThemeButton} /></div>
        <div class="auth-card">
            ${invitation ? html`<${Body} token=${token} invitation=${invitation} />`
                : error ? html`<h1 class="visually-hidden">${t("invite.title")}</h1>
                    <${FormError} error=${error} />
                    <button type="button" class="button is-wide" disabled=${isBusy}
                        onClick=${look}>${t("common.retry")}</button>`
                    : html`<div class="auth-wait"><${Spinner} /></div>`}
        </div>
    </main>`;
}
