// What a person wants: how it looks, when it makes itself heard, who learns what.

import { html } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { askPermission, permissionStore, setSound, soundStore } from "../store/notify.js";
import { changeSettings, settingsStore } from "../store/settings.js";
import { toastError } from "../store/toasts.js";
import { Segments, Spinner } from "./parts.js";

const SIZES = [14, 16, 18, 20];
const set = (wanted) => changeSettings(wanted).catch(toastError);

function Check({ name, settings, testId = name }) {
    return html`<label class="check"><input type="checkbox" checked=${settings[name]}
        data-testid=${testId}
        onChange=${(event) => set({ [name]: event.currentTarget.checked })} />
        <span>${t(`preference.${name}`)}</span></label>`;
}

function Choice({ name, settings, options }) {
    return html`<div class="row"><label class="row-main" for="pref-${name}">
            ${t(`preference.${name}`)}</label>
        <select id="pref-${name}" class="select" value=${settings[name]} data-testid=${name}
            onChange=${(event) => set({ [name]: event.currentTarget.value })}>
            ${options.map((option) => html`<option key=${option} value=${option}
                selected=${option === settings[name]}>
                ${t(`preference.${name}.${option}`)}</option>`)}</select></div>`;
}

function Quiet({ settings }) {
    return html`<${Check} name="quietHours" settings=${settings} />
        ${settings.quietHours && html`<div class="row">
            ${["quietFrom", "quietTo"].map((name) => html`<label key=${name} class="row-main">
                <span class="row-sub">${t(`preference.${name}`)}</span>
                <input type="time" class="select" value=${settings[name]} data-testid=${name}
                    onChange=${(event) => event.currentTarget.value
                        && set({ [name]: event.currentTarget.value })} /></label>`)}</div>`}`;
}

export function Preferences() {
    const settings = useStore(settingsStore);
    const permission = useStore(permissionStore);
    const hasSound = useStore(soundStore);
    if (!settings) return html`<div class="empty"><${Spinner} /></div>`;
    return html`<section class="section" data-testid="preferences">
            <p class="note">${t("preference.density")}</p>
            <${Segments} label=${t("preference.density")} value=${settings.density}
                testId="density" onChoose=${(density) => set({ density })}
                options=${["cosy", "compact"].map((value) => ({ value,
                    label: t(`preference.density.${value}`) }))} />
            <p class="note">${t("preference.fontSize")}</p>
            <${Segments} label=${t("preference.fontSize")} value=${settings.fontSize}
                testId="font-size" onChoose=${(fontSize) => set({ fontSize })}
                options=${SIZES.map((value) => ({ value, label: String(value) }))} />
            <${Check} name="enterSends" settings=${settings} />
        </section>
        <section class="section"><h2 class="section-title">${t("settings.notes")}</h2>
            <${Choice} name="notify" settings=${settings} options=${["all", "mentions", "none"]} />
            <${Check} name="sounds" settings=${settings} />
            <label class="check"><input type="checkbox" checked=${hasSound} data-testid="sound"
                onChange=${(event) => setSound(event.currentTarget.checked)} />
                <span>${t("settings.sound")}</span></label>
            <${Quiet} settings=${settings} />
            ${permission === "default" ? html`<button type="button" class="button"
                    data-testid="ask-notes" onClick=${askPermission}>
                    ${t("settings.askNotes")}</button>`
                : html`<p class="note">${t(`settings.notes.${permission}`)}</p>`}
        </section>
        <section class="section"><h2 class="section-title">${t("preference.privacy")}</h2>
            <${Check} name="readReceipts" settings=${settings} />
            <p class="note">${t("preference.readReceiptsHint")}</p>
            <${Choice} name="lastSeen" settings=${settings}
                options=${["everyone", "contacts", "nobody"]} />
            <${Choice} name="messagesFrom" settings=${settings}
                options=${["everyone", "contacts"]} />
            <${Check} name="directory" settings=${settings} />
        </section>`;
}
