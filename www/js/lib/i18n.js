// Words in the reader's language. A locale is a JSON object with flat keys; plural forms are keys
// that end in the category Intl.PluralRules names: "chats.unread.one", "chats.unread.other".

import { createStore } from "./store.js";
import { load, save } from "./storage.js";

const LOCALES = {
    en: { name: "English", file: "locales/en.json" },
    "zh-CN": { name: "简体中文", file: "locales/zh-CN.json" },
};

/** The language in use; `words` is empty until the first `useLanguage` ended. */
export const languageStore = createStore({ tag: "en", words: /** @type {any} */ ({}) });

/** @returns {{ tag: string, name: string }[]} */
export function languages() {
    return Object.entries(LOCALES).map(([tag, { name }]) => ({ tag, name }));
}

/** @returns {string} the chosen language, else the browser's, else English */
export function guessLanguage() {
    const chosen = load("language");
    if (chosen && LOCALES[chosen]) return chosen;
    const wished = navigator.languages && navigator.languages.length ? navigator.languages
        : [navigator.language || "en"];
    for (const tag of wished) {
        if (/^zh\b/i.test(tag)) return "zh-CN";
        if (/^en\b/i.test(tag)) return "en";
    }
    return "en";
}

/**
 * Loads a language and makes it the one in use.
 * @param {string} tag
 * @param {{ isChoice?: boolean }} [options]  isChoice: remember it
 */
export async function setLanguage(tag, { isChoice = false } = {}) {
    const response = await fetch(new URL(LOCALES[tag].file, document.baseURI));
    const words = await response.json();
    if (isChoice) save("language", tag);
    document.documentElement.lang = tag;
    languageStore.set({ tag, words });
}

/** @returns {string} the language in use */
export function languageTag() {
    return languageStore.get().tag;
}

/**
 * @param {string} key
 * @returns {boolean} whether the language in use has it
 */
export function hasText(key) {
    return key in languageStore.get().words;
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values]  for the {names} in the text
 * @returns {string}
 */
export function t(key, values) {
    const text = languageStore.get().words[key];
    if (text === undefined) return key;
    return values ? text.replace(/\{(\w+)\}/g, (all, name) => String(values[name] ?? all)) : text;
}

/**
 * @param {string} key  without the plural category
 * @param {number} count  also the value of {count}
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function tn(key, count, values) {
    const category = new Intl.PluralRules(languageTag()).select(count);
    const exact = `${key}.${category}`;
    return t(hasText(exact) ? exact : `${key}.other`, { count, ...values });
}
