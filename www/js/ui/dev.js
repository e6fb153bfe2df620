// The developer drawer of `?dev=1`: every request the page makes, and how to make it oneself.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { copyText } from "../lib/browser.js";
import { addStyle } from "../lib/style.js";
import { curlOf, watchStore } from "../dev/watch.js";
import { toast } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { IconButton } from "./parts.js";

await addStyle("css/dev.css");

function pretty(text) {
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return text;
    }
}

async function copy(entry) {
    const isDone = await copyText(curlOf(entry));
    toast(t(isDone ? "common.copied" : "common.copyFailed"), { isError: !isDone });
}

const outcome = ({ kind, status, ms }) => (kind !== "request" ? t(`dev.${kind}`) : status === null ? "…"
    : status === 0 ? t("dev.noAnswer") : `${status} · ${t("dev.ms", { ms })}`);

function Row({ entry }) {
    const { kind, method, path, status, body } = entry;
    const isRequest = kind === "request";
    const isBad = isRequest && (status === 0 || status >= 400);
    return html`<li class="dev-row ${isBad ? "is-bad" : ""}" data-testid="dev-entry" data-kind=${kind}
        data-method=${method} data-path=${path} data-status=${status}>
        <details>
            <summary><span class="dev-what"><strong>${method}</strong> ${path}</span>
                <span class="dev-outcome">${outcome(entry)}</span></summary>
            ${body && html`<pre tabindex="0">${pretty(body)}</pre>`}
            ${isRequest && html`<pre tabindex="0" data-testid="dev-curl">${curlOf(entry)}</pre>
                <button type="button" class="button is-small" data-testid="dev-copy"
                    onClick=${() => copy(entry)}><${Icon} name="copy" size=${18} />${t("dev.copy")}</button>`}
        </details>
    </li>`;
}

function Drawer({ onClose }) {
    const all = useStore(watchStore);
    const [hasFrames, setFrames] = useState(false);
    const ref = useRef(null);
    useEffect(() => ref.current.querySelector("button").focus(), []);
    const shown = all.filter(({ kind }) => hasFrames || kind === "request").reverse();
    return html`<aside ref=${ref} class="dev" aria-labelledby="dev-title" data-testid="dev"
        onKeyDown=${(event) => {
            if (event.key !== "Escape") return;
            event.preventDefault();
            event.stopPropagation();
            onClose();
        }}>
        <header class="dev-head">
            <h2 id="dev-title">${t("dev.title")}</h2>
            <${IconButton} icon="trash" label=${t("dev.clear")} testId="dev-clear"
                onClick=${() => watchStore.set([])} />
            <${IconButton} icon="close" label=${t("common.close")} testId="dev-close" onClick=${onClose} />
        </header>
        <label class="check"><input type="checkbox" checked=${hasFrames} data-testid="dev-frames"
            onChange=${(event) => setFrames(event.currentTarget.checked)} />
            <span>${t("dev.frames")}</span></label>
        <p class="note">${t("dev.hint")}</p>
        ${shown.length === 0 ? html`<p class="list-note">${t("dev.nothing")}</p>`
            : html`<ol class="dev-list">${shown.map((entry) => html`<${Row} key=${entry.id}
                entry=${entry} />`)}</ol>`}
    </aside>`;
}

export function DevDrawer() {
    const [isOpen, setOpen] = useState(false);
    const button = useRef(null);
    const close = () => {
        setOpen(false);
        requestAnimationFrame(() => button.current?.focus());
    };
    if (isOpen) return html`<${Drawer} onClose=${close} />`;
    return html`<button ref=${button} type="button" class="dev-open" data-testid="dev-open"
        aria-label=${t("dev.title")} title=${t("dev.title")} onClick=${() => setOpen(true)}>
        <${Icon} name="code" size=${20} /></button>`;
}
