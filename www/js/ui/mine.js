// What is mine on this server: my devices, my files, whom I have blocked, and all of it to take along.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { t, tn } from "../lib/i18n.js";
import { safeImage, safeLink } from "../lib/browser.js";
import { saveAnswer } from "../lib/save.js";
import { sizeText } from "../lib/size.js";
import { addStyle } from "../lib/style.js";
import { fullTime, listTime, parseTime } from "../lib/time.js";
import { call, get, getFile } from "../api.js";
import { readBlocked, setBlocked } from "../store/friends.js";
import { nameOf } from "../store/people.js";
import { myId } from "../store/session.js";
import { toast, toastError } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { Avatar, Confirm, Dialog, Empty, FormError, IconButton, Spinner, useAction }
    from "./parts.js";
import { ActionRow } from "./person.js";

addStyle("css/people.css");

const FILES_PAGE = 50;

/**
 * A list that is read when first shown.
 * @param {() => Promise<any[]>} read
 * @returns {[any[] | null, any, () => Promise<void>]} items, null until they came; error; read again
 */
function useList(read) {
    const [items, setItems] = useState(null);
    const [, error, run] = useAction();
    const load = () => run(async () => setItems(await read()));
    useEffect(() => {
        load();
    }, []);
    return [items, error, load];
}

function Loading({ error, onRetry }) {
    if (!error) return html`<div class="empty"><${Spinner} /></div>`;
    return html`<${FormError} error=${error} />
        <button type="button" class="button" onClick=${onRetry}>${t("common.retry")}</button>`;
}

/** A button at the end of a row; asks once more where it cannot be undone. */
function RowButton({ label, name, confirm, onRun, testId, icon }) {
    const [isAsking, setAsking] = useState(false);
    const [isBusy, , run] = useAction();
    const act = () => {
        setAsking(false);
        run(() => onRun().catch(toastError));
    };
    const press = () => (confirm ? setAsking(true) : act());
    return html`${icon ? html`<${IconButton} icon=${icon} label=${`${label}: ${name}`}
                disabled=${isBusy} testId=${testId} onClick=${press} />`
            : html`<button type="button" class="button is-small" disabled=${isBusy}
                aria-label=${`${label}: ${name}`} data-testid=${testId} onClick=${press}>
                ${label}</button>`}
        ${isAsking && html`<${Confirm} title=${label} text=${confirm} action=${label}
            onYes=${act} onNo=${() => setAsking(false)} />`}`;
}

// ---- devices ----

const KINDS = { web: "devices.web", h5: "devices.web", android: "Android", ios: "iOS" };

/** What a device calls itself, in words where it is only a kind. */
function deviceName({ platform, dialect }) {
    const kind = KINDS[platform.toLowerCase()];
    return kind ? (kind.includes(".") ? t(kind) : kind) : platform || dialect;
}

function Device({ device, onEnded }) {
    const { id, address, online, current, lastSeenAt, createdAt } = device;
    const name = deviceName(device);
    const seen = current ? t("devices.current") : online ? t("presence.online")
        : t("devices.seen", { time: listTime(parseTime(lastSeenAt)) });
    return html`<li class="row" data-testid="device" data-id=${id} data-current=${current}>
        <span class="row-icon ${current ? "is-current" : ""}"><${Icon} name="screen" /></span>
        <span class="row-main"><span class="row-title">${name}</span>
            <span class="row-sub ${current || online ? "is-good" : ""}">${seen}</span>
            <span class="row-sub is-small is-wrapping" title=${fullTime(parseTime(createdAt))}>
                ${t("devices.since", { time: listTime(parseTime(createdAt)), address })}</span></span>
        ${!current && html`<${RowButton} label=${t("devices.end")} name=${name}
            testId="device-end" onRun=${async () => {
                await call("DELETE", `devices/${id}`);
                onEnded();
            }} />`}
    </li>`;
}

export function DevicesDialog() {
    const [items, error, load] = useList(async () => (await get("devices")).items);
    if (!items) {
        return html`<${Dialog} title=${t("devices.title")} testId="devices">
            <${Loading} error=${error} onRetry=${load} /></${Dialog}>`;
    }
    const sorted = [...items].sort((a, b) => Number(b.current) - Number(a.current));
    return html`<${Dialog} title=${t("devices.title")} testId="devices">
        <p class="note">${t("devices.text")}</p>
        <ul class="list is-flush">${sorted.map((device) => html`<${Device} key=${device.id}
            device=${device} onEnded=${load} />`)}</ul>
        ${items.length > 1 && html`<${ActionRow} icon="leave" label=${t("devices.endOthers")}
            isDanger testId="devices-end-others" confirm=${t("devices.endOthersText")}
            onRun=${async () => {
                await call("DELETE", "devices");
                await load();
            }} />`}
    </${Dialog}>`;
}

// ---- files ----

function File({ file, onGone }) {
    const { key, url, name, type, size, createdAt } = file;
    const label = name || key;
    const picture = type.startsWith("image/") ? safeImage(url) : "";
    return html`<li class="row" data-testid="file" data-key=${key}>
        <span class="row-icon">${picture ? html`<img src=${picture} alt="" loading="lazy" />`
            : html`<${Icon} name="file" />`}</span>
        <span class="row-main">
            <a class="row-title" href="${safeLink(url)}?attname=${encodeURIComponent(label)}"
                download=${label} title=${label}>${label}</a>
            <span class="row-sub">${sizeText(size)} · ${listTime(parseTime(createdAt))}</span></span>
        <${RowButton} label=${t("storage.delete")} name=${label} icon="trash"
            testId="file-delete" confirm=${t("storage.deleteText", { name: label })}
            onRun=${async () => {
                await call("DELETE", `files/${key}`);
                onGone(file);
            }} />
    </li>`;
}

function Usage({ storage }) {
    const { bytes, quota, count } = storage;
    return html`<div class="usage" data-testid="usage">
        <p class="usage-line"><strong>${sizeText(bytes)}</strong>
            <span>${quota ? t("storage.of", { quota: sizeText(quota) }) : ""}</span></p>
        <meter min="0" max=${quota || 1} high=${(quota || 1) * 0.9} optimum="0" value=${bytes}
            aria-label=${t("storage.title")}></meter>
        <p class="note">${tn("storage.files", count)}</p></div>`;
}

export function StorageDialog() {
    const [storage, setStorage] = useState(null);
    const [files, setFiles] = useState([]);
    const [hasMore, setMore] = useState(false);
    const [isBusy, error, run] = useAction();
    const loadMore = () => run(async () => {
        const beforeId = files.length ? files[files.length - 1].id : 0;
        const [used, page] = await Promise.all([get("storage"),
            get("files", { beforeId, limit: FILES_PAGE })]);
        setStorage(used);
        setFiles([...files, ...page.items]);
        setMore(page.items.length === FILES_PAGE);
    });
    useEffect(() => {
        loadMore();
    }, []);
    const drop = (gone) => {
        setFiles((now) => now.filter(({ id }) => id !== gone.id));
        setStorage((now) => ({ ...now, bytes: Math.max(0, now.bytes - gone.size),
            count: now.count - 1 }));
    };
    return html`<${Dialog} title=${t("storage.title")} testId="storage">
        ${storage ? html`<${Usage} storage=${storage} />`
            : html`<${Loading} error=${error} onRetry=${loadMore} />`}
        ${storage && files.length === 0 && html`<${Empty} icon="file"
            title=${t("storage.emptyTitle")} text=${t("storage.emptyText")} />`}
        <ul class="list is-flush">${files.map((file) => html`<${File} key=${file.id} file=${file}
            onGone=${drop} />`)}</ul>
        ${hasMore && html`<button type="button" class="button" disabled=${isBusy}
            data-testid="files-more" onClick=${loadMore}>${t("storage.more")}</button>`}
    </${Dialog}>`;
}

// ---- blocked people ----

export function BlockedDialog() {
    const [items, error, load] = useList(readBlocked);
    return html`<${Dialog} title=${t("blocked.title")} testId="blocked">
        ${!items && html`<${Loading} error=${error} onRetry=${load} />`}
        ${items && items.length === 0 && html`<${Empty} icon="block"
            title=${t("blocked.emptyTitle")} text=${t("blocked.emptyText")} />`}
        ${items && items.length > 0 && html`<p class="note">${t("blocked.text")}</p>
            <ul class="list is-flush">${items.map(({ account, remark }) => {
                const name = nameOf(account, remark);
                return html`<li class="row" key=${account.id} data-testid="blocked-person"
                    data-id=${account.id}>
                    <${Avatar} name=${name} id=${account.id} image=${account.avatar} />
                    <span class="row-main"><span class="row-title">${name}</span>
                        <span class="row-sub">@${account.username}</span></span>
                    <${RowButton} label=${t("person.unblock")} name=${name} testId="unblock"
                        onRun=${async () => {
                            await setBlocked(account.id, false);
                            toast(t("person.unblocked", { name }));
                            await load();
                        }} /></li>`;
            })}</ul>`}
    </${Dialog}>`;
}

// ---- everything to take along ----

export function ExportDialog() {
    const [bytes, setBytes] = useState(0);
    const [isBusy, error, run] = useAction();
    const abort = useRef(null);
    useEffect(() => () => abort.current && abort.current.abort(), []);
    const start = () => run(async () => {
        abort.current = new AbortController();
        setBytes(0);
        const response = await getFile("export", abort.current.signal);
        try {
            await saveAnswer(response, `chatd-${myId()}.json`, setBytes);
            toast(t("export.done"));
        } catch {
            if (!abort.current.signal.aborted) toast(t("export.broken"), { isError: true });
        }
    });
    return html`<${Dialog} title=${t("export.title")} testId="export">
        <p>${t("export.text")}</p>
        <p class="note">${t("export.privacy")}</p>
        <${FormError} error=${error} />
        <p class="note" role="status">${isBusy ? t("export.reading", { size: sizeText(bytes) }) : ""}</p>
        <button type="button" class="button is-primary is-wide" disabled=${isBusy}
            data-testid="export-start" onClick=${start}>
            ${isBusy ? html`<${Spinner} />` : html`<${Icon} name="download" size=${20} />`}
            ${t("export.start")}</button>
    </${Dialog}>`;
}
