// What the pages of the operator share: a list that is asked for, searched and continued.

import { html, useEffect, useRef, useState } from "../../lib/preact.js";
import { t } from "../../lib/i18n.js";
import { get } from "../../api.js";
import { clockTime, isSameDay, listTime, parseTime } from "../../lib/time.js";
import { toastError } from "../../store/toasts.js";
import { Icon } from "../icons.js";
import { Empty, Spinner } from "../parts.js";

const TYPING_MS = 250;
const PAGE = 50;

/** @param {string | null} text  RFC 3339, or null for never */
export function when(text) {
    const ms = parseTime(text || "");
    if (!ms) return t("admin.never");
    return isSameDay(ms, Date.now()) ? clockTime(ms) : `${listTime(ms)} ${clockTime(ms)}`;
}

/** Calls back with what was typed, once the typing pauses. */
export function SearchField({ label, onSearch, testId }) {
    const [text, setText] = useState("");
    const latest = useRef(onSearch);
    latest.current = onSearch;
    useEffect(() => {
        const timer = setTimeout(() => latest.current(text.trim()), TYPING_MS);
        return () => clearTimeout(timer);
    }, [text]);
    return html`<label class="filter admin-filter">
        <${Icon} name="search" size=${20} />
        <input type="search" value=${text} placeholder=${label} aria-label=${label}
            data-testid=${testId} onInput=${(event) => setText(event.currentTarget.value)} />
    </label>`;
}

/**
 * Reads a list of the server's and, where it has pages, the rest of it.
 * @param {string} path
 * @param {Record<string, string | number>} query
 * @param {{ hasPages?: boolean }} [options]
 */
export function useList(path, query, { hasPages = false } = {}) {
    const [items, setItems] = useState(/** @type {any[] | null} */ (null));
    const [isDone, setDone] = useState(true);
    const run = useRef(0);
    const key = JSON.stringify([path, query]);
    const read = async (more) => {
        const own = ++run.current;
        try {
            const result = await get(path, { ...query, ...more });
            return own === run.current ? result.items : null;
        } catch (error) {
            if (own === run.current) toastError(error);
            return null;
        }
    };
    const reload = async () => {
        const first = await read({});
        if (!first) return;
        setItems(first);
        setDone(!hasPages || first.length < PAGE);
    };
    useEffect(() => {
        reload();
        return () => {
            run.current++;
        };
    }, [key]);
    const continued = async () => {
        const next = await read({ beforeId: items[items.length - 1].id });
        if (!next) return;
        setItems((now) => [...now, ...next]);
        setDone(next.length < PAGE);
    };
    return { items, reload, more: isDone ? null : continued };
}

/** The rows of a list, or why there are none. */
export function List({ list, row, empty, icon, testId }) {
    const { items, more } = list;
    if (!items) return html`<div class="admin-wait"><${Spinner} /></div>`;
    if (items.length === 0) return html`<${Empty} icon=${icon} title=${empty} />`;
    return html`<ul class="admin-list" data-testid=${testId}>${items.map(row)}</ul>
        ${more && html`<button type="button" class="button admin-more" data-testid="admin-more"
            onClick=${more}>${t("admin.more")}</button>`}`;
}

/** One thing and, once it is opened, what is to be known and done about it. */
export function OpenRow({ id, head, children, testId, isDim = false }) {
    const [isOpen, setOpen] = useState(false);
    return html`<li class="admin-row ${isOpen ? "is-open" : ""} ${isDim ? "is-dim" : ""}"
        data-testid=${testId} data-id=${id}>
        <button type="button" class="admin-row-head" aria-expanded=${isOpen ? "true" : "false"}
            onClick=${() => setOpen(!isOpen)}>
            ${head}
            <span class="admin-row-mark"><${Icon} name="forth" size=${18} /></span>
        </button>
        ${isOpen && html`<div class="admin-row-body">${children}</div>`}
    </li>`;
}

/** Names and values; a value of "" or null is left out. */
export function Facts({ facts }) {
    return html`<dl class="admin-facts">
        ${facts.filter(([, value]) => value !== "" && value !== null).map(([name, value]) => html`<div
            key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>`;
}
