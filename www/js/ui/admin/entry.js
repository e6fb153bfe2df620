// The way to the operator's page, in the settings of those who may go there.

import { html, useEffect, useState } from "../../lib/preact.js";
import { t } from "../../lib/i18n.js";
import { get } from "../../api.js";
import { go } from "../../store/route.js";
import { Icon } from "../icons.js";

export function AdminEntry() {
    const [isAdmin, setAdmin] = useState(false);
    useEffect(() => {
        let isGone = false;
        get("admin/me").then(({ admin }) => !isGone && setAdmin(admin), () => {});
        return () => {
            isGone = true;
        };
    }, []);
    if (!isAdmin) return null;
    return html`<section class="section">
        <button type="button" class="row is-button" data-testid="admin-entry"
            onClick=${() => go({ tab: "admin" })}>
            <${Icon} name="screen" />
            <span class="row-main"><span class="row-title">${t("admin.title")}</span>
                <span class="row-sub">${t("admin.entry")}</span></span>
            <${Icon} name="forth" size=${18} />
        </button>
    </section>`;
}
