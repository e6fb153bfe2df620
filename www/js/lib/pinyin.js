// Chinese words by how they sound: "zs" and "zhang" for 张三. What is known of that is loaded when the
// first such word is looked for.

const LATIN = /^[a-z]+$/i;
const HAN = /\p{sc=Han}/u;

/** @type {((text: string, typed: string) => any) | null} */
let match = null;

/**
 * @param {string[]} words  those that are looked through
 * @param {string} typed
 * @returns {Promise<boolean>} resolves, with true when `soundsLike` finds more from now on
 */
export async function learnPinyin(words, typed) {
    if (match || !LATIN.test(typed) || !words.some((word) => HAN.test(word))) return false;
    const module = await import("../../vendor/pinyin-match.js");
    match = module.default.match;
    return true;
}

/**
 * @param {string} word
 * @param {string} typed  the beginnings of syllables, in order
 * @returns {boolean} false too while nothing is learnt
 */
export const soundsLike = (word, typed) => Boolean(match && LATIN.test(typed) && HAN.test(word)
    && match(word, typed));
