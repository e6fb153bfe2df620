// Backups: making one, and the stores of those there are.

import { html, useState } from "../../lib/preact.js";
import { t } from "../../lib/i18n.js";
import { sizeText } from "../../lib/size.js";
import { saveAnswer } from "../../lib/save.js";
import { call, getFile } from "../../api.js";
import { toast, toastError } from "../../store/toasts.js";
import { Icon } from "../icons.js";
import { Spinner } from "../parts.js";
import { useList, when } from "./list.js";

function Row({ backup }) {
    const [isBusy, setBusy] = useState(false);
    const save = async () => {
        setBusy(true);
        try {
            const answer = await getFile(`admin/backups/${backup.name}/store`,
                new AbortController().signal);
            await saveAnswer(answer, `chatd-${backup.name}.db`);
        } catch (error) {
            toastError(error);
        }
        setBusy(false);
    };
    return html`<li class="admin-backup">
        <span class="row-title">${when(backup.madeAt)}</span>
        <span class="note">${sizeText(backup.storeBytes)}</span>
        <button type="button" class="icon-button" disabled=${isBusy} onClick=${save}
            title=${t("admin.backup.save")} aria-label=${t("admin.backup.save")}>
            ${isBusy ? html`<${Spinner} />` : html`<${Icon} name="download" size=${20} />`}</button>
    </li>`;
}

export function Backups() {
    const { items, reload } = useList("admin/backups", {});
    const [isBusy, setBusy] = useState(false);
    const make = async () => {
        setBusy(true);
        try {
            const made = await call("POST", "admin/backups");
            toast(t("admin.backup.made", { size: sizeText(made.storeBytes + made.fileBytes) }));
            await reload();
        } catch (error) {
            toastError(error);
        }
        setBusy(false);
    };
    return html`<section class="admin-section">
        <h2>${t("admin.backup.title")}</h2>
        <p class="note">${t("admin.backup.text")}</p>
        <button type="button" class="button" disabled=${isBusy} onClick=${make}
            data-testid="backup-now">${isBusy && html`<${Spinner} />`}${t("admin.backup.now")}</button>
        ${items && items.length > 0 && html`<ul class="admin-backups" data-testid="backups">
            ${items.map((one) => html`<${Row} key=${one.name} backup=${one} />`)}</ul>`}
    </section>`;
}
