// What a message says, whoever's client wrote it: ours put the facts into extra, others into a JSON
// body, and some send nothing but an address.

import { safeImage, safeLink } from "./browser.js";

const PARTS = new Set(["content", "thumb", "fileUrl", "filePath", "fileName"]);
const OWN_FILE = /\/files\/[0-9a-f]{32}(\.[a-z0-9]{1,8})?$/;
// The first characters tell the kind of picture a bare base64 text holds.
const PICTURES = { "/9j/": "jpeg", iVBO: "png", R0lG: "gif", UklG: "webp" };

/**
 * @typedef {object} Content
 * @property {string} type  the message's
 * @property {string} text  what was written; the caption of a file
 * @property {string} url  of the file, safe to link to; ""
 * @property {string} image  of a picture or a film's still, safe to show; ""
 * @property {string} name
 * @property {number} size  bytes, 0 unknown
 * @property {number} width
 * @property {number} height
 * @property {number} duration  ms
 * @property {number[]} wave  how loud a voice note is along its length, 0..1
 * @property {any} facts  everything in extra
 */

/** @param {string | undefined} text */
function readObject(text) {
    if (!text || !text.startsWith("{")) return null;
    try {
        const value = JSON.parse(text);
        return value && typeof value === "object" ? value : null;
    } catch {
        return null;
    }
}

const textIn = (parts, name) => (parts && typeof parts[name] === "string" ? parts[name] : "");
const numberIn = (parts, name) => {
    const value = Number(parts?.[name]);
    return Number.isFinite(value) && value > 0 ? value : 0;
};

/**
 * A file of this server, under the address this page has for it: the sender may know the server
 * by another name.
 * @param {string} address
 */
export function ownAddress(address) {
    let path;
    try {
        path = new URL(address, document.baseURI).pathname;
    } catch {
        return "";
    }
    const found = OWN_FILE.exec(path);
    return found ? new URL(found[0].slice(1), document.baseURI).href : "";
}

function thumbOf(parts) {
    const thumb = textIn(parts, "thumb");
    const kind = PICTURES[thumb.slice(0, 4)];
    return safeImage(kind ? `data:image/${kind};base64,${thumb}` : thumb);
}

// Some clients wrap plain text as {"content": "..."}; other JSON somebody sends stays as it is.
function plainText(body) {
    const parts = readObject(body);
    const isWrapped = parts && textIn(parts, "content")
        && Object.keys(parts).every((name) => PARTS.has(name));
    return isWrapped ? parts.content : body;
}

function fileContent(message, facts) {
    const parts = readObject(message.body);
    const given = textIn(parts, "fileUrl") || textIn(facts, "url") || (parts ? "" : message.body);
    const own = ownAddress(given);
    const url = own || safeLink(given);
    return {
        text: textIn(facts, "caption") || textIn(parts, "content"),
        url,
        image: (message.type === "pic" && (own || safeImage(given))) || thumbOf(parts),
        name: textIn(facts, "name") || textIn(parts, "fileName"),
    };
}

const readContents = new WeakMap();

/**
 * @param {any} message
 * @returns {Content} the same object as long as it is the same message
 */
export function contentOf(message) {
    const known = readContents.get(message);
    if (known) return known;
    const facts = readObject(message.extra) || {};
    const isFile = ["pic", "video", "voice", "file"].includes(message.type);
    const content = {
        type: message.type,
        text: plainText(message.body), url: "", image: "", name: "",
        ...(isFile ? fileContent(message, facts) : {}),
        size: numberIn(facts, "size"), width: numberIn(facts, "width"),
        height: numberIn(facts, "height"), duration: numberIn(facts, "duration"),
        wave: Array.isArray(facts.wave) ? facts.wave.slice(0, 128).map(Number) : [],
        facts,
    };
    readContents.set(message, content);
    return content;
}

/**
 * @param {any} message  of the type "geo"
 * @returns {{ latitude: number, longitude: number, name: string } | null}
 */
export function placeOf(message) {
    const parts = readObject(message.body) || readObject(message.extra);
    if (!parts || parts.latitude === undefined || parts.longitude === undefined) return null;
    const latitude = Number(parts.latitude);
    const longitude = Number(parts.longitude);
    const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
    return isPlace ? { latitude, longitude, name: textIn(parts, "name") || textIn(parts, "content") }
        : null;
}
