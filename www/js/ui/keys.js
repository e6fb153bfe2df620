// The keys there are.

import { html } from "../lib/preact.js";
import { t } from "../lib/i18n.js";
import { goBack } from "../store/route.js";
import { Dialog } from "./parts.js";

const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
const CTRL = IS_APPLE ? "⌘" : "Ctrl";
const ALT = IS_APPLE ? "⌥" : "Alt";

/** @type {[string, string[]][]} */
const KEYS = [
    ["keys.search", [CTRL, "K"]], ["keys.find", ["/"]], ["keys.next", [ALT, "↓"]],
    ["keys.previous", [ALT, "↑"]], ["keys.nextUnread", [ALT, "Shift", "↓"]],
    ["keys.previousUnread", [ALT, "Shift", "↑"]], ["keys.send", ["Enter"]],
    ["keys.line", ["Shift", "Enter"]], ["keys.editLast", ["↑"]], ["keys.messages", ["↑"]], ["keys.reply", ["R"]],
    ["keys.react", ["E"]], ["keys.close", ["Esc"]], ["keys.mute", ["M"]], ["keys.camera", ["V"]],
    ["keys.hangUp", ["H"]], ["keys.this", ["?"]],
];

export function KeysDialog() {
    return html`<${Dialog} title=${t("keys.title")} testId="keys" onClose=${goBack}>
        <dl class="keys">${KEYS.map(([words, keys]) => html`<div key=${words} class="keys-row">
            <dt>${t(words)}</dt><dd>${keys.map((key) => html`<kbd key=${key}>${key}</kbd>`)}</dd>
        </div>`)}</dl>
    </${Dialog}>`;
}
