// Choices that stand in more than one place: language, theme, and a number to copy.

import { html } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { languageTag, languages, setLanguage, t } from "../lib/i18n.js";
import { copyText } from "../lib/browser.js";
import { setTheme, themeStore } from "../store/prefs.js";
import { changeSettings, settingsStore } from "../store/settings.js";
import { toast, toastError } from "../store/toasts.js";
import { IconButton } from "./parts.js";

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

/** @param {"system" | "light" | "dark"} theme */
export function chooseTheme(theme) {
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
