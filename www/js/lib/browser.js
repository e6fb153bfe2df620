// Browser abilities that are absent on plain-http LAN addresses or in old browsers, made safe.

/** Whether the page was opened with `?dev=1`, to see what it asks of the server. */
export const isDeveloping = new URLSearchParams(location.search).get("dev") === "1";

/**
 * A random id. crypto.randomUUID exists in secure contexts only; getRandomValues everywhere.
 * @returns {string}
 */
export function newId() {
    if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function copyBySelection(text) {
    const area = document.createElement("textarea");
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    area.value = text;
    area.className = "visually-hidden";
    area.readOnly = true;
    // Inside an open modal dialog everything else is inert and cannot be selected.
    (document.querySelector("dialog[open]") || document.body).append(area);
    area.select();
    let isDone = false;
    try {
        isDone = document.execCommand("copy");
    } catch {
        isDone = false;
    }
    area.remove();
    if (focused) focused.focus();
    return isDone;
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether the clipboard holds it now
 */
export async function copyText(text) {
    if (navigator.clipboard) {
        try {
            await navigator.clipboard.writeText(text);
            return true;
        } catch {
            return copyBySelection(text);
        }
    }
    return copyBySelection(text);
}

/** @returns {boolean} whether the main pointer is a finger */
export function isTouch() {
    return matchMedia("(pointer: coarse)").matches;
}

/**
 * The address to show an image from, or "" when the page may not load it: images come from this
 * server or from inside the message, so that reading a message tells no third party about it.
 * @param {string | undefined} address
 * @returns {string}
 */
export function safeImage(address) {
    if (!address) return "";
    if (/^data:image\/(png|jpeg|gif|webp);base64,/i.test(address)) return address;
    try {
        const url = new URL(address, document.baseURI);
        return url.origin === location.origin ? url.href : "";
    } catch {
        return "";
    }
}

/**
 * @param {string | undefined} address
 * @returns {string} an absolute http(s) address, or ""
 */
export function safeLink(address) {
    if (!address) return "";
    try {
        const url = new URL(address, document.baseURI);
        return url.protocol === "http:" || url.protocol === "https:" ? url.href : "";
    } catch {
        return "";
    }
}

const BROWSERS = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox|FxiOS", "Firefox"],
    ["Chrome|CriOS", "Chrome"], ["Safari", "Safari"]];
const SYSTEMS = [["Android"], ["iPhone|iPad", "iOS"], ["Windows"], ["Mac OS", "macOS"],
    ["CrOS", "ChromeOS"], ["Linux"]];

/** @returns {string} "Firefox, Windows": what this device is called in the list of devices */
export function browserName() {
    const named = (list) => {
        const found = list.find(([mark]) => new RegExp(mark).test(navigator.userAgent));
        return found && (found[1] || found[0]);
    };
    return [named(BROWSERS) || "web", named(SYSTEMS)].filter(Boolean).join(", ");
}
