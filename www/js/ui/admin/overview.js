// The server in numbers: what is stored, what the machine has left, what runs.

import { html, useEffect, useState } from "../../lib/preact.js";
import { languageTag, t } from "../../lib/i18n.js";
import { sizeText } from "../../lib/size.js";
import { get } from "../../api.js";
import { toastError } from "../../store/toasts.js";
import { Spinner } from "../parts.js";
import { Backups } from "./backups.js";
import { Facts, when } from "./list.js";

const RENEW_MS = 10000;
const numberText = (value) => new Intl.NumberFormat(languageTag()).format(value);

/** @param {number} seconds */
function spanText(seconds) {
    const units = [{ size: 86400, unit: "day" }, { size: 3600, unit: "hour" }, { size: 60, unit: "minute" }];
    const { size, unit } = units.find((one) => seconds >= one.size) || { size: 1, unit: "second" };
    return new Intl.NumberFormat(languageTag(), {
        style: "unit", unit, unitDisplay: "long",
    }).format(Math.floor(seconds / size));
}

function Card({ label, value, note, testId }) {
    return html`<div class="admin-card" data-testid=${testId}>
        <p class="admin-card-value">${value}</p>
        <p class="admin-card-label">${label}</p>
        ${note && html`<p class="admin-card-note">${note}</p>`}
    </div>`;
}

function Disk({ storage }) {
    const { diskBytes, diskFreeBytes, storeBytes, fileBytes } = storage;
    if (!diskBytes) return null;
    const share = (bytes) => Math.min(100, (bytes / diskBytes) * 100);
    const used = diskBytes - diskFreeBytes;
    return html`<section class="admin-section">
        <h2>${t("admin.disk")}</h2>
        <meter class="admin-disk" min="0" max="100" high="85" value=${share(used)}
            aria-label=${t("admin.disk")}></meter>
        <${Facts} facts=${[
            [t("admin.diskFree"), t("admin.ofTotal",
                { part: sizeText(diskFreeBytes), total: sizeText(diskBytes) })],
            [t("admin.storeSize"), sizeText(storeBytes)],
            [t("admin.filesSize"), sizeText(fileBytes)],
        ]} />
    </section>`;
}

function Owners({ owners }) {
    if (owners.length === 0) return null;
    const most = owners[0].fileBytes;
    return html`<section class="admin-section">
        <h2>${t("admin.largest")}</h2>
        <ul class="admin-owners">${owners.map((one) => html`<li key=${one.id}>
            <span class="row-title">${one.username}</span>
            <span class="admin-bar-track"><span style=${{ width: `${(one.fileBytes / most) * 100}%` }}>
            </span></span>
            <span>${sizeText(one.fileBytes)}</span></li>`)}</ul>
    </section>`;
}

function Numbers({ server, storage }) {
    return html`<div class="admin-cards">
        <${Card} label=${t("admin.card.online")} value=${numberText(server.usersOnline)}
            note=${t("admin.ofTotal", { part: server.sockets, total: server.maxSockets })}
            testId="card-online" />
        <${Card} label=${t("admin.card.accounts")} value=${numberText(storage.accounts)}
            testId="card-accounts" />
        <${Card} label=${t("admin.card.messages")} value=${numberText(storage.messages)}
            testId="card-messages" />
        <${Card} label=${t("admin.card.files")} value=${numberText(storage.files)}
            note=${sizeText(storage.fileBytes)} />
    </div>`;
}

export function OverviewPage() {
    const [facts, setFacts] = useState(null);
    useEffect(() => {
        let isGone = false;
        const read = () => get("admin/overview")
            .then((found) => !isGone && setFacts(found), (error) => !isGone && toastError(error));
        read();
        const timer = setInterval(read, RENEW_MS);
        return () => {
            isGone = true;
            clearInterval(timer);
        };
    }, []);
    if (!facts) return html`<div class="admin-wait"><${Spinner} /></div>`;
    const { server, storage } = facts;
    return html`<${Numbers} server=${server} storage=${storage} />
        <${Disk} storage=${storage} />
        <${Owners} owners=${storage.largestOwners} />
        <${Backups} />
        <section class="admin-section">
            <h2>${t("admin.server")}</h2>
            <${Facts} facts=${[
                [t("admin.version"), server.version],
                [t("admin.started"), when(server.startedAt)],
                [t("admin.uptime"), spanText(server.uptimeSeconds)],
                [t("admin.memory"), sizeText(server.memoryBytes)],
                [t("admin.threads"), numberText(server.threads)],
                [t("admin.cpu"), spanText(server.cpuSeconds)],
                [t("admin.commits"), `${numberText(server.commits)} / ${numberText(server.writes)}`],
                [t("admin.dropped"), numberText(server.socketsDropped)],
                ["SQLite", server.sqlite], ["OpenSSL", server.openssl],
            ]} />
        </section>`;
}
