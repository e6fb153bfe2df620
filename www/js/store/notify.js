// Telling somebody who is not looking: a note of the system, a sound, the number on the icon.

import { load, save } from "../lib/storage.js";
import { createStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { summaryOf } from "../ui/summary.js";
import { conversationsStore, keyOfFrame, unreadTotal } from "./conversations.js";
import { nameIn, peopleStore } from "./people.js";
import { go, routeStore } from "./route.js";
import { myId, onSessionEnd } from "./session.js";
import { isQuiet, settingsStore } from "./settings.js";

const SOUND_EVERY_MS = 1500;
let soundedAt = 0;

/** "default" (not asked yet), "granted", "denied" or "absent". */
export const permissionStore = createStore(
    "Notification" in window ? Notification.permission : "absent");

/** Whether news may sound in this browser. */
export const soundStore = createStore(load("sound", true));

/** @param {boolean} isOn */
export function setSound(isOn) {
    save("sound", isOn ? null : false);
    soundStore.set(isOn);
}

/** Asks the browser; only ever after the person wanted it. */
export async function askPermission() {
    permissionStore.set(await Notification.requestPermission());
}

function sound() {
    const now = Date.now();
    const isSilent = !soundStore.get() || settingsStore.get()?.sounds === false;
    if (isSilent || now - soundedAt < SOUND_EVERY_MS) return;
    soundedAt = now;
    try {
        const context = new AudioContext();
        const tone = context.createOscillator();
        const volume = context.createGain();
        tone.frequency.setValueAtTime(620, context.currentTime);
        tone.frequency.setValueAtTime(830, context.currentTime + 0.08);
        volume.gain.setValueAtTime(0.06, context.currentTime);
        volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.25);
        tone.connect(volume).connect(context.destination);
        tone.onended = () => context.close();
        tone.start();
        tone.stop(context.currentTime + 0.26);
    } catch {
        // No sound here: the badge has to do.
    }
}

const isSeen = (key) => document.visibilityState === "visible" && document.hasFocus()
    && routeStore.get().key === key;

function isWanted(conversation, message) {
    const settings = settingsStore.get() || { notify: "all" };
    const { muteUntil = 0, notify: own = "default" } = conversation || {};
    const notify = own === "default" ? settings.notify : own;
    const isForMe = message.mentionAll || (message.mentions || []).includes(myId());
    if (notify === "none" || isQuiet()) return false;
    if (muteUntil > Date.now() || notify === "mentions") return isForMe;
    return true;
}

/** @param {any} message  that has just come */
export function noteNews(message) {
    const key = keyOfFrame(message);
    const conversation = conversationsStore.get().byKey[key];
    if (message.fromId === myId() || isSeen(key) || !isWanted(conversation, message)) return;
    sound();
    if (permissionStore.get() !== "granted" || document.hasFocus()) return;
    const author = nameIn(peopleStore.get(), message.fromId);
    const text = summaryOf(message);
    const note = new Notification(conversation?.name || author, {
        body: message.ope === "group" ? t("chats.by", { name: author, text }) : text,
        tag: key, icon: "img/icon-192.png",
    });
    note.onclick = () => {
        window.focus();
        go({ tab: "chats", key });
        note.close();
    };
}

function showBadge() {
    const count = unreadTotal(conversationsStore.get());
    const badge = /** @type {any} */ (navigator);
    if (!badge.setAppBadge) return;
    (count ? badge.setAppBadge(count) : badge.clearAppBadge()).catch(() => {});
}

let shown = -1;
conversationsStore.subscribe(() => {
    const count = unreadTotal(conversationsStore.get());
    if (count !== shown) showBadge();
    shown = count;
});
onSessionEnd(showBadge);
