// Words in the reader's language. A locale is two JSON objects with flat keys: locales/TAG.json, what
// the first paint needs, and locales/TAG.more.json, all others. Plural forms are keys that end in the
// category Intl.PluralRules names: "chats.unread.one", "chats.unread.other".

import { createStore } from "./store.js";
import { load, save } from "./storage.js";

const LOCALES = { en: "English", "zh-CN": "简体中文" };

/** The language in use; `words` is empty until the first `setLanguage` ended. */
export const languageStore = createStore({ tag: "en", words: /** @type {any} */ ({}) });

/** The other words on their way into those of the language in use, or null. @type {Promise<void> | null} */
let others = null;

/** @returns {{ tag: string, name: string }[]} */
export function languages() {
    return Object.entries(LOCALES).map(([tag, name]) => ({ tag, name }));
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

async function read(name) {
    const response = await fetch(new URL(`locales/${name}.json`, document.baseURI));
    return response.json();
}

/**
 * Loads a language and makes it the one in use.
 * @param {string} tag
 * @param {{ isChoice?: boolean }} [options]  isChoice: remember it. Whoever chooses sees more than the
 *        first paint, so all words come along.
 */
export async function setLanguage(tag, { isChoice = false } = {}) {
    const [words, more] = await Promise.all([read(tag), isChoice && read(`${tag}.more`)]);
    if (isChoice) save("language", tag);
    document.documentElement.lang = tag;
    others = more ? Promise.resolve() : null;
    languageStore.set({ tag, words: { ...words, ...more } });
}

/**
 * @returns {Promise<void>} resolves when every word is there, for who shows more than the first paint;
 *          rejects when they cannot be read, and the next call tries again
 */
export function allWords() {
    const { tag, words } = languageStore.get();
    if (!others) {
        const reading = read(`${tag}.more`).then((more) => {
            Object.assign(words, more);
        });
        others = reading;
        reading.catch(() => {
            if (others === reading) others = null;
        });
    }
    return others;
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
