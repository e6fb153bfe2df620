// The little markup people type: *emphasis*, **more**, `code`, ``` blocks, > quotes, - lists, links.
// Text in, pieces out; by hand, because nothing here may ever become markup of the page.

import { splitLinks } from "./text.js";

/**
 * @typedef {object} Piece
 * @property {"text" | "link" | "mention" | "strong" | "em" | "code" | "block" | "quote"} kind
 * @property {string} text  as it is shown
 * @property {string} [href]
 * @property {Piece[]} [marks]  what is inside, where marks may stand in marks
 */

/** @type {{ kind: Piece["kind"], pattern: RegExp, isFlat?: boolean }[]} */
const INLINE = [
    { kind: "code", pattern: /`([^`\n]+)`/, isFlat: true },
    { kind: "strong", pattern: /(?<![*\w])\*\*(?=\S)([^\n]*?\S)\*\*(?![*\w])/ },
    { kind: "em", pattern: /(?<![*\w])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![*\w])/ },
    { kind: "em", pattern: /(?<![_\w/])_(?=[^\s_])([^_\n]*?[^\s_])_(?![_\w/])/ },
];
const FENCE = /(^|\n)```[^\n`]*\n([\s\S]*?)\n?```(?=\n|$)\n?/;
const QUOTE = /(^|\n)((?:> ?[^\n]*(?:\n|$))+)/;
const BULLET = /(^|\n)( *)[-*] (?=\S)/g;

/** @returns {Piece[]} */
function mentions(text, names) {
    /** @type {Piece[]} */
    const pieces = [];
    let rest = text;
    for (;;) {
        const low = rest.toLowerCase();
        const found = names.map((name) => [low.indexOf(`@${name.toLowerCase()}`), name])
            .filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0] || b[1].length - a[1].length)[0];
        if (!found) break;
        const [at, name] = found;
        if (at) pieces.push({ kind: "text", text: rest.slice(0, at) });
        const end = at + name.length + 1;
        pieces.push({ kind: "mention", text: rest.slice(at, end) });
        rest = rest.slice(end);
    }
    return rest ? [...pieces, { kind: "text", text: rest }] : pieces;
}

/** @returns {Piece[]} */
function links(text, names) {
    return splitLinks(text).flatMap((part) => (part.href
        ? [{ kind: /** @type {const} */ ("link"), text: part.text, href: part.href }]
        : mentions(part.text, names)));
}

/**
 * @param {string} text
 * @param {string[]} names
 * @param {number} from  which rules are left: what is inside a mark cannot hold the same again
 * @returns {Piece[]}
 */
function inline(text, names, from = 0) {
    if (from === INLINE.length) return links(text, names);
    const { kind, pattern, isFlat } = INLINE[from];
    /** @type {Piece[]} */
    const pieces = [];
    let rest = text;
    for (let found = pattern.exec(rest); found; found = pattern.exec(rest)) {
        if (found.index) pieces.push(...inline(rest.slice(0, found.index), names, from + 1));
        pieces.push(isFlat ? { kind, text: found[1] }
            : { kind, text: found[1], marks: inline(found[1], names, from + 1) });
        rest = rest.slice(found.index + found[0].length);
    }
    if (rest) pieces.push(...inline(rest, names, from + 1));
    return pieces;
}

const lines = (text, names) => inline(text.replace(BULLET, "$1$2\u2022 "), names);

function quotes(text, names) {
    /** @type {Piece[]} */
    const pieces = [];
    let rest = text;
    for (let found = QUOTE.exec(rest); found; found = QUOTE.exec(rest)) {
        if (found.index) pieces.push(...lines(rest.slice(0, found.index), names));
        const said = found[2].replace(/\n$/, "").replace(/(^|\n)> ?/g, "$1");
        pieces.push({ kind: "quote", text: said, marks: lines(said, names) });
        rest = rest.slice(found.index + found[0].length);
    }
    if (rest) pieces.push(...lines(rest, names));
    return pieces;
}

/**
 * @param {string} text
 * @param {string[]} [names]  who is mentioned in it
 * @returns {Piece[]}
 */
export function splitMarkup(text, names = []) {
    /** @type {Piece[]} */
    const pieces = [];
    let rest = text;
    for (let found = FENCE.exec(rest); found; found = FENCE.exec(rest)) {
        if (found.index) pieces.push(...quotes(rest.slice(0, found.index), names));
        pieces.push({ kind: "block", text: found[2] });
        rest = rest.slice(found.index + found[0].length);
    }
    if (rest) pieces.push(...quotes(rest, names));
    return pieces;
}

/** @param {Piece} piece */
function bare({ kind, text, marks }) {
    const inside = marks ? marks.map(bare).join("") : text;
    return kind === "block" || kind === "quote" ? ` ${inside} ` : inside;
}

/**
 * @param {string} text
 * @returns {string} the words without the marks around them
 */
export const plainText = (text) => splitMarkup(text).map(bare).join("");
