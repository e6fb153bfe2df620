// Where we are, in the address bar, so that the back button and reload do what people expect:
// #/chats, #/contacts/friend/10000001, #/chats/group/3/info, and a dialog as "~find" behind it.
// What links and QR codes from here lead to: #/invite/TOKEN, and #/add/10000001, somebody's card.

import { createStore } from "../lib/store.js";

const TABS = ["chats", "contacts", "settings", "admin"];
const DIALOGS = ["find", "group", "join", "search", "nearby", "keys", "devices", "storage",
    "blocked", "export", "invite", "groupInvite", "card"];

function parse(hash) {
    const [path, dialog = ""] = hash.replace(/^#\/?/, "").split("~");
    const [tab, ope, id, more] = path.split("/");
    const hasChat = (ope === "friend" || ope === "group") && /^[1-9]\d{0,15}$/.test(id || "");
    const card = tab === "add" && /^[1-9]\d{0,15}$/.test(ope || "") ? ope : "";
    if (card) return { tab: "contacts", key: "", hasInfo: false, dialog: "find", find: card, invite: "" };
    return {
        find: "",
        invite: tab === "invite" && /^\w{16,64}$/.test(ope || "") ? ope : "",
        tab: TABS.includes(tab) ? tab : "chats",
        key: hasChat ? `${ope}:${id}` : "",
        hasInfo: hasChat && more === "info",
        dialog: DIALOGS.includes(dialog) ? dialog : "",
    };
}

function format({ tab, key, hasInfo, dialog }) {
    const chat = key ? `/${key.replace(":", "/")}${hasInfo ? "/info" : ""}` : "";
    return `#/${tab}${chat}${dialog ? `~${dialog}` : ""}`;
}

/**
 * tab; key of the open conversation or ""; hasInfo: its details are open; dialog or ""; find: whom
 * the find dialog looks for at once; invite: token of an invitation, which is all there is then.
 */
export const routeStore = createStore(parse(location.hash));

const depth = () => (history.state && history.state.depth) || 0;

/**
 * @param {Partial<ReturnType<typeof parse>>} part
 * @param {{ isReplace?: boolean }} [options]
 */
export function go(part, { isReplace = false } = {}) {
    const next = { hasInfo: false, dialog: "", ...part };
    const hash = format({ ...routeStore.get(), ...next });
    if (hash === format(routeStore.get())) return;
    if (isReplace) history.replaceState({ depth: depth() }, "", hash);
    else history.pushState({ depth: depth() + 1 }, "", hash);
    routeStore.set(parse(hash));
}

/** One level up: by the browser's history where that is ours, else by the address itself. */
export function goBack() {
    if (depth() > 0) {
        history.back();
        return;
    }
    const { dialog, hasInfo, key } = routeStore.get();
    if (dialog) go({ hasInfo }, { isReplace: true });
    else if (hasInfo) go({}, { isReplace: true });
    else if (key) go({ key: "" }, { isReplace: true });
}

addEventListener("popstate", () => routeStore.set(parse(location.hash)));
