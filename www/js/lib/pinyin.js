// Chinese names by how they sound: "zs" and "zhang" for 张三. Loaded when the first such name is looked
// for.

const LATIN = /^[a-z]+$/i;
const HAN = /\p{sc=Han}/u;

/** @type {((text: string, typed: string) => any) | null} */
let match = null;

/**
 * @param {string[]} names
 * @param {string} typed
 * @returns {Promise<boolean>} resolves, with true when `soundsLike` finds more from now on
 */
export async function learnPinyin(names, typed) {
    if (match || !LATIN.test(typed) || !names.some((name) => HAN.test(name))) return false;
    const module = await import("../../vendor/pinyin-match.js");
    match = module.default.match;
    return true;
}

/**
 * @param {string} name
 * @param {string} typed  the beginnings of syllables, in order
 * @returns {boolean} false too while nothing is learnt
 */
export const soundsLike = (name, typed) => Boolean(match && LATIN.test(typed) && HAN.test(name)
    && match(name, typed));
