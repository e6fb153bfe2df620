// The screen as a whole: sign-in or chat, the panes, and what floats above them.

import { html, useEffect } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { isDeveloping } from "../lib/browser.js";
import { languageStore, t, tn } from "../lib/i18n.js";
import { closeTopmost } from "../lib/escape.js";
import { lazy } from "../lib/lazy.js";
import { pastTime } from "../lib/time.js";
import { socketStore } from "../socket.js";
import { contactsStore, requestCount } from "../store/contacts.js";
import { conversationsStore, unreadTotal } from "../store/conversations.js";
import { callsStore } from "../store/calls.js";
import { lightboxStore } from "../store/lightbox.js";
import { outboxStore, waitingCount } from "../store/outbox.js";
import { go, routeStore } from "../store/route.js";
import { sessionStore, siteStore, updateStore } from "../store/session.js";
import { dismiss, toastsStore } from "../store/toasts.js";
import { AddMenu, DialogByRoute, people } from "./add-menu.js";
import { AuthScreen } from "./auth.js";
import { ChatPane } from "./chat.js";
import { ChatsPane } from "./chats.js";
import { Icon } from "./icons.js";
import { Badge, Empty, IconButton, Spinner } from "./parts.js";
import { ThemeButton } from "./settings.js";

const Admin = lazy(() => import("./admin/admin.js"), "Admin");
const Setup = lazy(() => import("./admin/setup.js"), "Setup");
const Divider = lazy(() => import("./divider.js"), "Divider");
const Calls = lazy(() => import("./call.js"), "Calls");
const contacts = () => import("./contacts.js");
const settings = () => import("./settings-pane.js");
const ContactsPane = lazy(contacts, "ContactsPane");
const SettingsPane = lazy(settings, "SettingsPane");
const Invitation = lazy(() => import("./invitation.js"), "Invitation");
const DevDrawer = lazy(() => import("./dev.js"), "DevDrawer");
const Lightbox = lazy(() => import("./lightbox.js"), "Lightbox");

function Toasts() {
    const toasts = useStore(toastsStore);
    return html`<div class="toasts" role="status" aria-live="polite" data-testid="toasts">
        ${toasts.map(({ id, text, isError }) => html`<div key=${id} data-testid="toast"
            class="toast ${isError ? "is-error" : ""}">
            <span>${text}</span>
            <${IconButton} icon="close" size=${18} label=${t("common.close")}
                onClick=${() => dismiss(id)} />
        </div>`)}
    </div>`;
}

function Banner() {
    const { state, syncedAt } = useStore(socketStore);
    const waiting = useStore(outboxStore, waitingCount);
    const isOld = useStore(updateStore);
    const isAway = state === "waiting" || state === "connecting";
    const words = waiting ? tn("banner.waiting", waiting)
        : t(state === "waiting" ? "banner.offline" : "banner.connecting");
    return html`<div class="banner-slot" role="status" aria-live="polite">
        ${isAway && html`<div class="banner" data-testid="banner" data-state=${state}>
            <span class="banner-dot"></span><span>${words}</span>
            ${syncedAt > 0 && html`<time class="banner-since" data-testid="synced"
                datetime=${new Date(syncedAt).toISOString()}>
                ${t("banner.synced", { time: pastTime(syncedAt) })}</time>`}</div>`}
        ${isOld && !isAway && html`<div class="banner is-update" data-testid="update">
            ${t("banner.update")} <button type="button" class="link"
                onClick=${() => location.reload()}>${t("banner.reload")}</button></div>`}
    </div>`;
}

const SOON_MS = 2000;
const TABS = [["chats", "chats"], ["contacts", "contacts"], ["settings", "settings"]];

function Rail({ tab }) {
    const unread = useStore(conversationsStore, unreadTotal);
    const requests = useStore(contactsStore, requestCount);
    const counts = { chats: unread, contacts: requests, settings: 0 };
    return html`<nav class="rail" aria-label=${t("nav.label")}>
        ${TABS.map(([name, icon]) => html`<button key=${name} type="button" class="rail-tab"
            aria-current=${name === tab ? "page" : undefined} data-testid="tab-${name}"
            onClick=${() => go({ tab: name })}>
            <span class="rail-icon"><${Icon} name=${icon} size=${24} />
                <${Badge} count=${counts[name]}
                    label=${name === "chats" ? tn("chats.unread", unread)
                        : tn("requests.count", requests)} />
            </span>
            <span class="rail-label">${t(`nav.${name}`)}</span>
        </button>`)}
    </nav>`;
}

const PANES = { chats: ChatsPane, contacts: ContactsPane, settings: SettingsPane };

function Welcome() {
    const isLoaded = useStore(conversationsStore, (state) => state.isLoaded);
    const isNew = useStore(conversationsStore, (state) => state.order.length === 0);
    if (!isLoaded) return html`<div class="welcome"><${Spinner} /></div>`;
    return html`<div class="welcome">
        <${Empty} icon="chats" title=${t(isNew ? "welcome.newTitle" : "welcome.title")}
            text=${t(isNew ? "welcome.newText" : "welcome.text")}>
            <button type="button" class="button is-primary"
                onClick=${() => go({ dialog: "find" })}>
                <${Icon} name="addUser" size=${20} />${t("find.title")}</button>
            <button type="button" class="button" onClick=${() => go({ dialog: "group" })}>
                <${Icon} name="group" size=${20} />${t("group.new")}</button>
            <button type="button" class="button" onClick=${() => go({ dialog: "invite" })}>
                <${Icon} name="qr" size=${20} />${t("invite.title")}</button>
        </${Empty}>
    </div>`;
}

function useTitle() {
    const unread = useStore(conversationsStore, unreadTotal);
    const name = useStore(siteStore, (site) => (site ? site.siteName : "chatd"));
    useEffect(() => {
        document.title = unread ? `(${unread > 99 ? "99+" : unread}) ${name}` : name;
    }, [unread, name]);
}

const isEditing = (target) => target instanceof HTMLTextAreaElement
    || (target instanceof HTMLInputElement && target.type !== "radio");

/** The next conversation in the list, or the next with something new. */
function step(by, isUnread) {
    const { order, byKey } = conversationsStore.get();
    const { key } = routeStore.get();
    const wanted = isUnread ? order.filter((one) => one === key || byKey[one].unread > 0) : order;
    const next = wanted[wanted.includes(key) ? wanted.indexOf(key) + by : 0];
    if (next) go({ tab: "chats", key: next });
}

function onShortcut(event) {
    if (routeStore.get().dialog || event.isComposing || document.querySelector("dialog[open]")) return;
    const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const isArrow = event.key === "ArrowDown" || event.key === "ArrowUp";
    const hasText = isEditing(event.target) && (/** @type {any} */ (event.target).value);
    if (event.key === "Escape") {
        if (event.defaultPrevented || !closeTopmost()) return;
    } else if (isCommand && event.key.toLowerCase() === "k") {
        go({ dialog: "search" });
    } else if (isPlain && event.key === "/" && !isEditing(event.target)) {
        go({ dialog: "search" });
    } else if (isPlain && event.key === "?" && !isEditing(event.target)) {
        go({ dialog: "keys" });
    } else if (event.altKey && !event.ctrlKey && !event.metaKey && isArrow && !hasText) {
        step(event.key === "ArrowDown" ? 1 : -1, event.shiftKey);
    } else {
        return;
    }
    event.preventDefault();
}

function Shell() {
    const { tab, key, hasInfo } = useStore(routeStore);
    useTitle();
    useEffect(() => {
        addEventListener("keydown", onShortcut);
        return () => removeEventListener("keydown", onShortcut);
    }, []);
    // What a press away is, is there before the press, and without the server too.
    useEffect(() => {
        const fetchNext = () => [contacts, settings, people].forEach((load) => load().catch(() => {}));
        const timer = setTimeout(fetchNext, SOON_MS);
        return () => clearTimeout(timer);
    }, []);
    const Pane = PANES[tab];
    const picture = useStore(lightboxStore);
    const hasCall = useStore(callsStore);
    if (tab === "admin") return html`<${Admin} />${hasCall && html`<${Calls} />`}`;
    return html`<div class="shell ${key ? "has-chat" : ""} ${hasInfo ? "has-info" : ""}">
        <${Rail} tab=${tab} />
        <main class="panes">
            <section class="pane" aria-label=${t(`nav.${tab}`)}>
                <header class="pane-head">
                    <h1>${t(`nav.${tab}`)}</h1>
                    ${tab === "settings" ? html`<${ThemeButton} />` : html`<${AddMenu} />`}
                </header>
                <${Pane} chosen=${key} />
            </section>
            <${Divider} />
            <section class="main" aria-label=${t("nav.conversation")}>
                ${key ? html`<${ChatPane} key=${key} convKey=${key} hasInfo=${hasInfo} />`
                    : html`<${Welcome} />`}
            </section>
        </main>
        <${DialogByRoute} />
        ${hasCall && html`<${Calls} />`}
        ${picture && html`<${Lightbox} open=${picture} />`}
    </div>`;
}

/** Everything; a change of language draws it anew, so no text can stay behind. */
export function App() {
    const { tag } = useStore(languageStore);
    const phase = useStore(sessionStore, (state) => state.phase);
    const invite = useStore(routeStore, (route) => route.invite);
    const isSetup = location.pathname.endsWith("/setup");
    const screen = isSetup ? html`<${Setup} />`
        : invite ? html`<${Invitation} key=${invite} token=${invite} />`
            : phase === "in" ? html`<${Shell} />` : html`<${AuthScreen} />`;
    return html`<div class="app" key=${tag}>
        ${screen}
        ${isDeveloping && html`<${DevDrawer} />`}
        <div class="floats">
            ${phase === "in" && html`<${Banner} />`}
            <${Toasts} />
        </div>
    </div>`;
}
