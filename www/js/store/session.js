// Who is signed in here, with which token, and what the site is like.

import { call, get, post, useSession } from "../api.js";
import { browserName } from "../lib/browser.js";
import { createStore } from "../lib/store.js";
import { load, onForeignWrite, save } from "../lib/storage.js";

/** phase: "boot" before anything is known, "out" the sign-in form, "in" the chat. */
export const sessionStore = createStore({
    phase: /** @type {"boot" | "out" | "in"} */ ("boot"),
    account: /** @type {any} */ (null),
    hasExpired: false,
});

/** What GET /api/v1/site/config said, null until it did. */
export const siteStore = createStore(/** @type {any} */ (null));

const SAVED = "session";
let saved = load(SAVED) || { token: "", account: null };
const endings = new Set();

function keep(token, account) {
    saved = { token, account };
    save(SAVED, token ? saved : null);
}

/** @returns {number} the account signed in, 0 when nobody is */
export function myId() {
    return sessionStore.get().account?.id || 0;
}

/**
 * @param {() => void} forget  called when somebody signs out, to drop what belonged to him
 */
export function onSessionEnd(forget) {
    endings.add(forget);
}

function end(hasExpired) {
    keep("", null);
    for (const forget of endings) forget();
    sessionStore.set({ phase: "out", account: null, hasExpired });
}

/** The server no longer takes our token. */
export function expireSession() {
    if (sessionStore.get().phase === "in") end(true);
}

useSession({
    token: () => saved.token,
    renew(token, usedToken) {
        // A late answer of an ended session must not bring it back.
        if (saved.token && usedToken) keep(token, saved.account);
    },
    expire(usedToken) {
        if (usedToken && usedToken === saved.token) expireSession();
        else if (usedToken && saved.token) recheck();
    },
});

async function recheck() {
    try {
        await refreshAccount();
    } catch {
        // A second refusal has ended the session by now; anything else proves nothing.
    }
}

/** Reads the account again from the server. */
export async function refreshAccount() {
    const { account } = await get("me/info");
    if (account.id !== myId()) return;
    keep(saved.token, account);
    sessionStore.patch({ account });
}

/** Whether the server has another client than the one that runs here. */
export const updateStore = createStore(false);

/** Reads the site's settings; rejects with ApiError. */
export async function refreshSite() {
    const site = await call("GET", "site/config", { isPublic: true });
    const before = siteStore.get();
    if (before && before.build !== site.build) updateStore.set(true);
    siteStore.set(site);
}

/** Finds out whether we are signed in. With a kept token the chat opens even while offline. */
export async function startSession() {
    const site = refreshSite();
    if (saved.token && saved.account) {
        sessionStore.set({ phase: "in", account: saved.account, hasExpired: false });
        refreshAccount().catch(() => {});
    } else {
        sessionStore.set({ phase: "out", account: null, hasExpired: false });
    }
    await site;
}

/**
 * @param {"login" | "register"} what
 * @param {{ account: string, password: string, captchaKey?: string, captcha?: string,
 *     inviteCode?: string }} fields
 */
export async function signIn(what, fields) {
    const { token } = await call("POST", `${what}/basic`, {
        isPublic: true,
        body: { ...fields, platform: browserName() },
    });
    await signInWith(token);
}

/** @param {string} token  of a session just opened */
export async function signInWith(token) {
    keep(token, null);
    try {
        const { account } = await get("me/info");
        keep(saved.token, account);
        sessionStore.set({ phase: "in", account, hasExpired: false });
    } catch (error) {
        keep("", null);
        throw error;
    }
}

/** Ends the session here at once, and at the server if it can be reached. */
export async function signOut() {
    const isEnded = post("logout").catch(() => {});
    end(false);
    await isEnded;
}

onForeignWrite(SAVED, () => {
    const other = load(SAVED);
    const before = saved.account?.id;
    if (!other?.token) {
        if (sessionStore.get().phase === "in") end(false);
        return;
    }
    saved = other;
    // Another tab signed in: this one follows, from a clean start.
    if (other.account && other.account.id !== before) location.reload();
});
