// What is inside a bubble: text with links, or a card for the kinds other clients send.

import { html } from "../lib/preact.js";
import { t } from "../lib/i18n.js";
import { safeImage, safeLink } from "../lib/browser.js";
import { splitLinks } from "../lib/text.js";
import { Icon } from "./icons.js";

const PARTS = new Set(["content", "thumb", "fileUrl", "filePath", "fileName"]);
const ICONS = { pic: "image", voice: "voice", video: "video", geo: "place", file: "file" };
// The first characters tell the kind of picture a bare base64 text holds.
const PICTURES = { "/9j/": "jpeg", iVBO: "png", R0lG: "gif", UklG: "webp" };

function readJson(body) {
    if (!body.startsWith("{")) return null;
    try {
        const parts = JSON.parse(body);
        return parts && typeof parts === "object" ? parts : null;
    } catch {
        return null;
    }
}

const textIn = (parts, name) => (parts && typeof parts[name] === "string" ? parts[name] : "");

// Some clients wrap plain text as {"content": "..."}; other JSON somebody sends stays as it is.
function plainText(body) {
    const parts = readJson(body);
    const isWrapped = parts && textIn(parts, "content")
        && Object.keys(parts).every((name) => PARTS.has(name));
    return isWrapped ? parts.content : body;
}

function thumbOf(parts) {
    const thumb = textIn(parts, "thumb");
    const kind = PICTURES[thumb.slice(0, 4)];
    return safeImage(kind ? `data:image/${kind};base64,${thumb}` : thumb);
}

const isInline = (type) => type === "text" || !ICONS[type];

/**
 * @param {any} message
 * @returns {string} one line for lists and for reading aloud
 */
export function summaryOf(message) {
    if (isInline(message.type)) return plainText(message.body).replace(/\s+/g, " ").trim();
    const parts = readJson(message.body);
    const detail = textIn(parts, "fileName") || textIn(parts, "content");
    const kind = t(`kind.${message.type}`);
    return detail ? t("kind.with", { kind, detail }) : kind;
}

/**
 * @param {any} message
 * @returns {string} what "copy" copies, "" for what has no text
 */
export function copyableText(message) {
    if (isInline(message.type)) return plainText(message.body);
    const parts = readJson(message.body);
    return textIn(parts, "content") || safeLink(textIn(parts, "fileUrl"));
}

function Link({ href, children }) {
    return html`<a href=${href} target="_blank" rel="noopener noreferrer">${children}</a>`;
}

function Text({ text }) {
    return html`<span class="message-text" data-testid="message-text">${splitLinks(text)
        .map((piece) => (piece.href ? html`<${Link} href=${piece.href}>${piece.text}</${Link}>`
            : piece.text))}</span>`;
}

function placeOf(parts, body) {
    const number = (name) => Number(parts?.[name]);
    const latitude = number("latitude");
    const longitude = number("longitude");
    if (!parts || Number.isNaN(latitude) || Number.isNaN(longitude)) {
        return textIn(parts, "content") || (parts ? "" : body);
    }
    return `${textIn(parts, "content")} ${latitude.toFixed(5)}, ${longitude.toFixed(5)}`.trim();
}

function Card({ type, title, detail, link }) {
    const inside = html`<span class="card-icon"><${Icon} name=${ICONS[type]} size=${22} /></span>
        <span class="card-words"><span class="card-title">${title}</span>
            ${detail && html`<span class="card-detail">${detail}</span>`}</span>`;
    return link
        ? html`<a class="card" href=${link} target="_blank" rel="noopener noreferrer"
            data-testid="message-card">${inside}</a>`
        : html`<span class="card" data-testid="message-card">${inside}</span>`;
}

function Picture({ address, link, caption, type }) {
    const picture = html`<span class="picture"><img src=${address} alt=${t(`kind.${type}`)}
        loading="lazy" decoding="async" />
        ${type === "video" && html`<span class="picture-play">
            <${Icon} name="video" size=${26} /></span>`}</span>`;
    return html`<span class="picture-message" data-testid="message-card">
        ${link ? html`<${Link} href=${link}>${picture}</${Link}>` : picture}
        ${caption && html`<${Text} text=${caption} />`}</span>`;
}

/** The content of a message. */
export function MessageBody({ message }) {
    const { type, body } = message;
    if (isInline(type)) return html`<${Text} text=${plainText(body)} />`;
    const parts = readJson(body);
    const link = safeLink(textIn(parts, "fileUrl") || (parts ? "" : body));
    const caption = textIn(parts, "content");
    if (type === "pic" || type === "video") {
        const full = type === "pic" ? safeImage(textIn(parts, "fileUrl") || (parts ? "" : body))
            : "";
        const address = full || thumbOf(parts);
        if (address) {
            return html`<${Picture} address=${address} link=${link} caption=${caption}
                type=${type} />`;
        }
    }
    if (type === "geo") {
        return html`<${Card} type="geo" title=${t("kind.geo")} detail=${placeOf(parts, body)} />`;
    }
    return html`<${Card} type=${type} title=${textIn(parts, "fileName") || t(`kind.${type}`)}
        detail=${caption || (link ? t("kind.open") : "")} link=${link} />`;
}
