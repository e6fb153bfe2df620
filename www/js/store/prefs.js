// Light or dark. js/early.js applies the same choice before the first paint.

import { createStore } from "../lib/store.js";
import { load, save } from "../lib/storage.js";

/** "system", "light" or "dark". */
export const themeStore = createStore(load("theme", "system"));

/** @param {"system" | "light" | "dark"} theme */
export function setTheme(theme) {
    save("theme", theme === "system" ? null : theme);
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    themeStore.set(theme);
}
