// A message in one line, for lists, quotes and reading aloud.

import { contentOf, placeOf } from "../lib/content.js";
import { t } from "../lib/i18n.js";
import { plainText } from "../lib/markup.js";
import { durationText } from "../lib/size.js";

const MEDIA = new Set(["pic", "voice", "video", "geo", "file"]);

const MOST_LETTERS = 400;

const firstLine = (text) => text.replace(/\s+/g, " ").trim();

/** @param {import("../lib/content.js").Content} content  of several messages in one */
export const forwardTitle = ({ facts }) => firstLine(String(facts.title || "")) || t("kind.forward");

/**
 * @param {any} message
 * @returns {string} one line for lists and for reading aloud
 */
export function summaryOf(message) {
    const { type } = message;
    const content = contentOf(message);
    if (type === "call") {
        return t(content.facts.video ? "kind.videoCall" : "kind.call");
    }
    if (type === "forward") {
        return t("kind.with", { kind: t("kind.forward"), detail: forwardTitle(content) });
    }
    if (!MEDIA.has(type)) return firstLine(plainText(content.text.slice(0, MOST_LETTERS)));
    const kind = t(`kind.${type}`);
    const detail = type === "voice" ? content.duration && durationText(content.duration)
        : type === "geo" ? placeOf(message)?.name
            : content.text || (type === "file" && content.name);
    return detail ? t("kind.with", { kind, detail: firstLine(detail) }) : `[${kind}]`;
}

/**
 * @param {any} message
 * @returns {string} what "copy" copies, "" for what has no text
 */
export function copyableText(message) {
    const { text, url } = contentOf(message);
    return MEDIA.has(message.type) ? text || url : message.type === "text" ? text : "";
}
