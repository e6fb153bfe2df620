// My profile, language, theme, and the way out.

import { html, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { languageTag, languages, setLanguage, t, tn } from "../lib/i18n.js";
import { copyText } from "../lib/browser.js";
import { lazy } from "../lib/lazy.js";
import { leave } from "../sync.js";
import { outboxStore } from "../store/outbox.js";
import { nameOf } from "../store/people.js";
import { askPermission, permissionStore, setSound, soundStore } from "../store/notify.js";
import { setTheme, themeStore } from "../store/prefs.js";
import { go } from "../store/route.js";
import { sessionStore, siteStore } from "../store/session.js";
import { toast } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { Avatar, Confirm, IconButton, Segments } from "./parts.js";

export function LanguageSelect({ id = "language" }) {
    return html`<select id=${id} class="select" aria-label=${t("settings.language")}
        data-testid="language" value=${languageTag()}
        onChange=${(event) => setLanguage(event.currentTarget.value, { isChoice: true })}>
        ${languages().map(({ tag, name }) => html`<option key=${tag} value=${tag} lang=${tag}
            selected=${tag === languageTag()}>${name}</option>`)}
    </select>`;
}

function isDark(theme) {
    return theme === "dark"
        || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
}

/** Turns to the other of light and dark. */
export function ThemeButton() {
    const theme = useStore(themeStore);
    const isNight = isDark(theme);
    return html`<${IconButton} icon=${isNight ? "sun" : "moon"} testId="theme-toggle"
        label=${t(isNight ? "settings.toLight" : "settings.toDark")}
        onClick=${() => setTheme(isNight ? "light" : "dark")} />`;
}

/** Shows a number people pass on, and copies it. */
export function CopyRow({ label, value, testId }) {
    const copy = async () => {
        const isDone = await copyText(String(value));
        toast(t(isDone ? "common.copied" : "common.copyFailed"), { isError: !isDone });
    };
    return html`<div class="row">
        <div class="row-main">
            <span class="row-sub">${label}</span>
            <span class="row-title is-number" data-testid=${testId}>${value}</span>
        </div>
        <${IconButton} icon="copy" label=${t("common.copyThis", { what: label })}
            onClick=${copy} />
    </div>`;
}

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

/** How news is told. */
function Notes() {
    const permission = useStore(permissionStore);
    const hasSound = useStore(soundStore);
    return html`<section class="section">
        <h2 class="section-title">${t("settings.notes")}</h2>
        <label class="check"><input type="checkbox" checked=${hasSound} data-testid="sound"
            onChange=${(event) => setSound(event.currentTarget.checked)} />
            <span>${t("settings.sound")}</span></label>
        ${permission === "default" && html`<button type="button" class="button"
            data-testid="ask-notes" onClick=${askPermission}>${t("settings.askNotes")}</button>`}
        ${permission !== "default" && html`<p class="note">${t(`settings.notes.${permission}`)}</p>`}
        <button type="button" class="button" onClick=${() => go({ dialog: "keys" })}>
            ${t("keys.title")}</button>
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
            <${Segments} label=${t("settings.theme")} value=${theme} onChoose=${setTheme}
                testId="theme"
                options=${THEMES.map(([value, icon]) => ({
                    value, icon, label: t(`settings.theme.${value}`),
                }))} />
            <div class="row">
                <label class="row-main" for="settings-language">${t("settings.language")}</label>
                <${LanguageSelect} id="settings-language" />
            </div>
        </section>
        <${Notes} />
        <${AdminEntry} />
        <${SignOut} />
        ${site && html`<p class="about">${site.siteName} · chatd ${site.version}</p>`}
    </div>`;
}
