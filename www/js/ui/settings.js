// My profile, language, theme, and the way out.

import { html, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { languageTag, languages, setLanguage, t, tn } from "../lib/i18n.js";
import { copyText } from "../lib/browser.js";
import { lazy } from "../lib/lazy.js";
import { leave } from "../sync.js";
import { outboxStore } from "../store/outbox.js";
import { nameOf } from "../store/people.js";
import { setTheme, themeStore } from "../store/prefs.js";
import { sessionStore, siteStore } from "../store/session.js";
import { changeSettings, settingsStore } from "../store/settings.js";
import { toast, toastError } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { Avatar, Confirm, IconButton, Segments } from "./parts.js";

async function chooseLanguage(tag) {
    await setLanguage(tag, { isChoice: true });
    if (settingsStore.get()) await changeSettings({ language: tag }).catch(toastError);
}

export function LanguageSelect({ id = "language" }) {
    return html`<select id=${id} class="select" aria-label=${t("settings.language")}
        data-testid="language" value=${languageTag()}
        onChange=${(event) => chooseLanguage(event.currentTarget.value)}>
        ${languages().map(({ tag, name }) => html`<option key=${tag} value=${tag} lang=${tag}
            selected=${tag === languageTag()}>${name}</option>`)}
    </select>`;
}

function isDark(theme) {
    return theme === "dark"
        || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
}

function chooseTheme(theme) {
    setTheme(theme);
    if (settingsStore.get()) changeSettings({ theme }).catch(toastError);
}

/** Turns to the other of light and dark. */
export function ThemeButton() {
    const theme = useStore(themeStore);
    const isNight = isDark(theme);
    return html`<${IconButton} icon=${isNight ? "sun" : "moon"} testId="theme-toggle"
        label=${t(isNight ? "settings.toLight" : "settings.toDark")}
        onClick=${() => chooseTheme(isNight ? "light" : "dark")} />`;
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
const Preferences = lazy(() => import("./preferences.js"), "Preferences");
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
        <${AdminEntry} />
        <${SignOut} />
        ${site && html`<p class="about">${site.siteName} · chatd ${site.version}</p>`}
    </div>`;
}
