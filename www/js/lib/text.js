// Cuts message text into plain pieces and links. By hand, because nothing here may touch markup.

const START = /\bhttps?:\/\//gi;
// Full-width and CJK punctuation ends an address: Chinese text puts no space after a link.
const END = new RegExp("[\\s<>\"'`\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40"
    + "\uff5b-\uff65\u201c\u201d]");
const TRAILING = /[.,;:!?]$/;
const PAIRS = { ")": "(", "]": "[", "}": "{" };

const countOf = (text, char) => text.split(char).length - 1;

function trimAddress(address) {
    for (;;) {
        const last = address.slice(-1);
        const open = PAIRS[last];
        const isUnmatched = open && countOf(address, open) < countOf(address, last);
        if (!TRAILING.test(address) && !isUnmatched) return address;
        address = address.slice(0, -1);
    }
}

function isAddress(text) {
    try {
        return new URL(text).hostname !== "";
    } catch {
        return false;
    }
}

/**
 * @param {string} text
 * @returns {{ text: string, href?: string }[]} in order; joined they are the text again
 */
export function splitLinks(text) {
    const pieces = [];
    let done = 0;
    START.lastIndex = 0;
    for (let match = START.exec(text); match; match = START.exec(text)) {
        const rest = text.slice(match.index);
        const stop = rest.search(END);
        const address = trimAddress(stop < 0 ? rest : rest.slice(0, stop));
        if (!isAddress(address)) continue;
        if (match.index > done) pieces.push({ text: text.slice(done, match.index) });
        pieces.push({ text: address, href: address });
        done = match.index + address.length;
        START.lastIndex = done;
    }
    if (done < text.length) pieces.push({ text: text.slice(done) });
    return pieces;
}

/**
 * @param {string} name
 * @returns {string} what an avatar without a picture shows
 */
export function initials(name) {
    const letters = Array.from(name.trim());
    if (letters.length === 0) return "?";
    const words = name.trim().split(/[\s_.-]+/).filter(Boolean);
    const isLatin = /^[\u0020-\u024f]+$/.test(name.trim());
    if (isLatin && words.length > 1) {
        return (Array.from(words[0])[0] + Array.from(words[1])[0]).toUpperCase();
    }
    return letters[0].toUpperCase();
}

const encoder = new TextEncoder();

/**
 * @param {string} text
 * @returns {number} its length in UTF-8
 */
export function byteLength(text) {
    return encoder.encode(text).length;
}
