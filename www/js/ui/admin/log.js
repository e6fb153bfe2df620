// The server's last log lines, by level and by words.

import { html, useState } from "../../lib/preact.js";
import { t } from "../../lib/i18n.js";
import { IconButton, Segments } from "../parts.js";
import { List, SearchField, useList } from "./list.js";

const LEVELS = ["debug", "info", "warn", "error"];
const LINES = 500;

/** "14:03:07" of the server's time as the reader's clock has it; the title says the day too. */
function Time({ at }) {
    const date = new Date(at);
    return html`<time datetime=${at} title=${date.toLocaleString()}>
        ${date.toLocaleTimeString([], { hour12: false })}</time>`;
}

export function LogPage() {
    const [text, setText] = useState("");
    const [level, setLevel] = useState("info");
    const list = useList("admin/log", { q: text, level, limit: LINES });
    return html`<div class="admin-bar">
            <${SearchField} label=${t("admin.findLines")} onSearch=${setText}
                testId="admin-search" />
            <${Segments} label=${t("admin.level")} value=${level} onChoose=${setLevel}
                testId="admin-level" options=${LEVELS.map((value) => ({ value, label: value }))} />
            <${IconButton} icon="retry" label=${t("admin.refresh")} onClick=${list.reload}
                testId="admin-refresh" />
        </div>
        <div class="admin-log"><${List} list=${list} icon="file" empty=${t("admin.noLines")}
            testId="admin-log" row=${(line, i) => html`<li key=${i} class="log-line is-${line.level}">
                <${Time} at=${line.at} />
                <span class="log-level">${line.level}</span>
                <span class="log-event">${line.event}</span>
                <span class="log-text">${line.text}</span>
            </li>`} /></div>`;
}
