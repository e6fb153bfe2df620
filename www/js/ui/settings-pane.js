// The settings tab: my profile, how it looks, what is mine here, and the way out.

import { html, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t, tn } from "../lib/i18n.js";
import { lazy } from "../lib/lazy.js";
import { leave } from "../sync.js";
import { outboxStore } from "../store/outbox.js";
import { nameOf } from "../store/people.js";
import { themeStore } from "../store/prefs.js";
import { go } from "../store/route.js";
import { sessionStore, siteStore } from "../store/session.js";
import { Icon } from "./icons.js";
import { Avatar, Confirm, IconButton, Segments } from "./parts.js";
import { Preferences } from "./preferences.js";
import { chooseTheme, CopyRow, LanguageSelect } from "./settings.js";

const AdminEntry = lazy(() => import("./admin/entry.js"), "AdminEntry");
const Profile = lazy(() => import("./profile.js"), "Profile");

const THEMES = [["system", "screen"], ["light", "sun"], ["dark", "moon"]];

function SignOut() {
    const [isAsking, setAsking] = useState(false);
    const outbox = useStore(outboxStore);
    const unsent = Object.values(outbox).flat().length;
    return html`<section class="section">
        <button type="button" class="button is-wide" data-testid="sign-out"
            onClick=${() => (unsent ? setAsking(true) : leave())}>
            <${Icon} name="leave" size=${20} />${t("settings.signOut")}</button>
        ${isAsking && html`<${Confirm} title=${t("settings.signOut")}
            text=${tn("settings.signOutUnsent", unsent)} action=${t("settings.signOut")}
            onNo=${() => setAsking(false)} onYes=${leave} />`}
    </section>`;
}

const PAGES = [["invite", "addUser", "invite.title"], ["card", "qr", "card.title"],
    ["devices", "screen", "devices.title"], ["storage", "file", "storage.title"],
    ["blocked", "block", "blocked.title"], ["export", "download", "export.title"],
    ["keys", "info", "keys.title"]];

/** What is mine here: each on a page of its own. */
function Mine() {
    return html`<section class="section">
        <h2 class="section-title">${t("settings.mine")}</h2>
        ${PAGES.map(([dialog, icon, label]) => html`<button key=${dialog} type="button"
            class="row is-button" data-testid="settings-${dialog}"
            onClick=${() => go({ dialog })}>
            <${Icon} name=${icon} size=${20} /><span class="row-main">${t(label)}</span>
            <${Icon} name="forth" size=${18} /></button>`)}
    </section>`;
}

/** The settings tab. */
export function SettingsPane() {
    const account = useStore(sessionStore, (state) => state.account);
    const site = useStore(siteStore);
    const theme = useStore(themeStore);
    const [isEditing, setEditing] = useState(false);
    return html`<div class="pane-scroll settings">
        <section class="section profile">
            <${Avatar} name=${nameOf(account)} id=${account.id} image=${account.avatar} size="l" />
            <div>
                <p class="profile-name">${nameOf(account)}</p>
                <p class="row-sub">@${account.username}</p>
            </div>
            <${IconButton} icon="edit" label=${t("profile.title")} testId="edit-profile"
                aria-expanded=${isEditing ? "true" : "false"}
                onClick=${() => setEditing(!isEditing)} />
        </section>
        ${isEditing && html`<${Profile} />`}
        <section class="section">
            <${CopyRow} label=${t("settings.myId")} value=${account.id} testId="my-id" />
        </section>
        <section class="section">
            <h2 class="section-title">${t("settings.appearance")}</h2>
            <${Segments} label=${t("settings.theme")} value=${theme} onChoose=${chooseTheme}
                testId="theme"
                options=${THEMES.map(([value, icon]) => ({
                    value, icon, label: t(`settings.theme.${value}`),
                }))} />
            <div class="row">
                <label class="row-main" for="settings-language">${t("settings.language")}</label>
                <${LanguageSelect} id="settings-language" />
            </div>
        </section>
        <${Preferences} />
        <${Mine} />
        <${AdminEntry} />
        <${SignOut} />
        ${site && html`<p class="about">${site.siteName} · chatd ${site.version}</p>`}
    </div>`;
}
