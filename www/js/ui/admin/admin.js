// The operator's page: people, groups, who is online, what is stored, the log. Only accounts that
// may run the server get here; the server asks that again of every request.

import { html, useEffect, useState } from "../../lib/preact.js";
import { t } from "../../lib/i18n.js";
import { addStyle } from "../../lib/style.js";
import { load, save } from "../../lib/storage.js";
import { get } from "../../api.js";
import { go } from "../../store/route.js";
import { toastError } from "../../store/toasts.js";
import { IconButton, Segments } from "../parts.js";
import { ThemeButton } from "../settings.js";
import { GroupsPage } from "./groups.js";
import { LogPage } from "./log.js";
import { OnlinePage } from "./online.js";
import { OverviewPage } from "./overview.js";
import { PeoplePage } from "./people.js";

addStyle("css/admin.css");

const PAGES = {
    people: PeoplePage, groups: GroupsPage, online: OnlinePage, overview: OverviewPage, log: LogPage,
};
const ICONS = {
    people: "contacts", groups: "group", online: "chats", overview: "screen", log: "file",
};
const SAVED = "adminPage";

/** @returns {keyof typeof PAGES} the page shown last */
function lastPage() {
    const name = load(SAVED);
    return name in PAGES ? name : "people";
}

export function Admin() {
    const [page, setPage] = useState(lastPage);
    const [isAdmin, setAdmin] = useState(false);
    useEffect(() => {
        save(SAVED, page);
    }, [page]);
    useEffect(() => {
        get("admin/me").then(({ admin }) => {
            if (admin) setAdmin(true);
            else go({ tab: "settings" }, { isReplace: true });
        }, toastError);
    }, []);
    const Page = PAGES[page];
    return html`<div class="admin" data-testid="admin">
        <header class="admin-head">
            <${IconButton} icon="back" label=${t("common.back")} testId="admin-back"
                onClick=${() => go({ tab: "settings" })} />
            <h1>${t("admin.title")}</h1>
            <${ThemeButton} />
        </header>
        <nav class="admin-tabs" aria-label=${t("admin.title")}>
            <${Segments} label=${t("admin.title")} value=${page} onChoose=${setPage}
                testId="admin-pages" options=${Object.keys(PAGES).map((name) => ({
                    value: name, icon: ICONS[name], label: t(`admin.page.${name}`),
                }))} />
        </nav>
        <main class="admin-main" tabindex="0" key=${page}>${isAdmin && html`<${Page} />`}</main>
    </div>`;
}
