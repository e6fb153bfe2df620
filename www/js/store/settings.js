// What a person wants on all their devices; applied to this page as soon as it is known.

import { call, get } from "../api.js";
import { createStore } from "../lib/store.js";
import { load, save } from "../lib/storage.js";
import { languageTag, setLanguage } from "../lib/i18n.js";
import { setTheme } from "./prefs.js";
import { onSessionEnd } from "./session.js";

/** The answer of GET /settings; null until it came. */
export const settingsStore = createStore(/** @type {any} */ (null));

onSessionEnd(() => settingsStore.set(null));

function show({ density, fontSize }) {
    const { style, dataset } = document.documentElement;
    style.setProperty("--text-size", `${fontSize || 15}px`);
    dataset.density = density || "cosy";
    save("look", { density, fontSize });
}

// The look of the last time, until the server has told.
show(load("look", {}));

/** @param {any} settings  as the server tells them */
export function takeSettings(settings) {
    settingsStore.set(settings);
    show(settings);
    setTheme(settings.theme);
    if (settings.language && settings.language !== languageTag()
        && ["en", "zh-CN"].includes(settings.language)) {
        setLanguage(settings.language, { isChoice: true });
    }
}

export const loadSettings = async () => takeSettings(await get("settings"));

/** @param {Record<string, any>} wanted */
export async function changeSettings(wanted) {
    const flags = Object.fromEntries(Object.entries(wanted)
        .map(([name, value]) => [name, typeof value === "boolean" ? Number(value) : value]));
    takeSettings(await call("PUT", "settings", { body: flags }));
}

/** @returns {boolean} whether now is within the quiet hours */
export function isQuiet() {
    const { quietHours = false, quietFrom = "", quietTo = "" } = settingsStore.get() || {};
    if (!quietHours) return false;
    const now = new Date();
    const time = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
    return quietFrom <= quietTo ? time >= quietFrom && time < quietTo
        : time >= quietFrom || time < quietTo;
}
