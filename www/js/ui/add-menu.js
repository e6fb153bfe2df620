// The plus button with its menu, and the dialog the address asks for.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { lazy } from "../lib/lazy.js";
import { go, routeStore } from "../store/route.js";
import { Icon } from "./icons.js";
import { IconButton } from "./parts.js";

const CHOICES = [["find", "addUser", "find.title"], ["group", "group", "group.new"],
    ["join", "enter", "join.title"], ["invite", "qr", "invite.title"],
    ["nearby", "place", "nearby.title"]];
const TEST_IDS = { find: "find-people", group: "new-group", join: "join-group",
    invite: "invite-people", nearby: "nearby-people" };

/** The plus button and its menu. */
export function AddMenu() {
    const [isOpen, setOpen] = useState(false);
    const box = useRef(null);
    useEffect(() => {
        if (!isOpen) return undefined;
        box.current.querySelector(".menu button").focus();
        const onPress = (event) => {
            if (!box.current.contains(event.target)) setOpen(false);
        };
        addEventListener("pointerdown", onPress, true);
        return () => removeEventListener("pointerdown", onPress, true);
    }, [isOpen]);
    const onKey = (event) => {
        if (!isOpen) return;
        const items = [...box.current.querySelectorAll(".menu button")];
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape" || event.key === "Tab") {
            setOpen(false);
            box.current.querySelector("button").focus();
            event.preventDefault();
        } else if (step) {
            event.preventDefault();
            const at = items.indexOf(document.activeElement);
            items[(at + step + items.length) % items.length].focus();
        }
    };
    return html`<div class="add-menu" ref=${box} onKeyDown=${onKey}>
        <${IconButton} icon="plus" label=${t("nav.add")} testId="add-menu"
            aria-haspopup="menu" aria-expanded=${isOpen ? "true" : "false"}
            onClick=${() => setOpen(!isOpen)} />
        ${isOpen && html`<div class="menu" role="menu" aria-label=${t("nav.add")}>
            ${CHOICES.map(([dialog, icon, label]) => html`<button key=${dialog} type="button"
                class="menu-item" role="menuitem" data-testid=${TEST_IDS[dialog]}
                onClick=${() => {
                    setOpen(false);
                    // The dialog gives the focus back to what had it; this entry will be gone.
                    box.current.querySelector("button").focus();
                    go({ dialog, hasInfo: routeStore.get().hasInfo });
                }}><${Icon} name=${icon} size=${20} />${t(label)}</button>`)}
        </div>`}
    </div>`;
}

const people = () => import("./dialogs.js");
export { people };

const mine = () => import("./mine.js");
const invites = () => import("./invites.js");

const DIALOGS = {
    find: lazy(people, "FindDialog"), group: lazy(people, "GroupDialog"),
    join: lazy(people, "JoinDialog"), search: lazy(() => import("./search.js"), "SearchDialog"),
    nearby: lazy(() => import("./nearby.js"), "NearbyDialog"),
    keys: lazy(() => import("./keys.js"), "KeysDialog"),
    devices: lazy(mine, "DevicesDialog"), storage: lazy(mine, "StorageDialog"),
    blocked: lazy(mine, "BlockedDialog"), export: lazy(mine, "ExportDialog"),
    invite: lazy(invites, "InviteDialog"),
    groupInvite: lazy(invites, "GroupInviteDialog"), card: lazy(invites, "CardDialog"),
};

/** The dialog the address asks for. */
export function DialogByRoute() {
    const dialog = useStore(routeStore, (route) => route.dialog);
    const View = DIALOGS[dialog];
    return View ? html`<${View} key=${dialog} />` : null;
}
