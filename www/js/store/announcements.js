// What each group tells all its members: the notice, and whether I have seen it here.

import { call, get } from "../api.js";
import { createStore } from "../lib/store.js";
import { load, save } from "../lib/storage.js";
import { loadGroup } from "./contacts.js";
import { onFrameOf } from "./frames.js";
import { myId, onSessionEnd } from "./session.js";

/** Record of group id to {text, byId, updatedAt}, of groups that were opened. */
export const announcementsStore = createStore(/** @type {Record<number, any>} */ ({}));

/** Record of group id to the updatedAt of the notice I have put away here. */
export const seenStore = createStore(/** @type {Record<number, string>} */ ({}));

const nameFor = (groupId) => `notice.${myId()}.${groupId}`;

onSessionEnd(() => {
    announcementsStore.set({});
    seenStore.set({});
});

/**
 * @param {number} groupId
 * @returns {Promise<void>} rejects with ApiError
 */
export async function loadAnnouncement(groupId) {
    const me = myId();
    const notice = await get(`groups/${groupId}/notice`);
    if (me !== myId()) return;
    seenStore.patch({ [groupId]: load(nameFor(groupId), "") });
    announcementsStore.patch({ [groupId]: notice });
}

/** @param {number} groupId  whose notice need not be shown again until it changes */
export function putAway(groupId) {
    const { updatedAt } = announcementsStore.get()[groupId];
    save(nameFor(groupId), updatedAt);
    seenStore.patch({ [groupId]: updatedAt });
}

/**
 * @param {number} groupId
 * @param {string} text  "" for none
 * @returns {Promise<void>} rejects with ApiError
 */
export async function setAnnouncement(groupId, text) {
    announcementsStore.patch({
        [groupId]: await call("PUT", `groups/${groupId}/notice`, { body: { text } }),
    });
    putAway(groupId);
}

/**
 * @param {number} groupId
 * @param {string} nickname  what I am called there, "" for my own name
 * @returns {Promise<void>} rejects with ApiError
 */
export async function setNickname(groupId, nickname) {
    await call("PUT", `groups/${groupId}/nickname`, { body: { nickname } });
    await loadGroup(groupId);
}

onFrameOf("groupNotice", ({ toId }) => {
    if (announcementsStore.get()[toId]) loadAnnouncement(toId).catch(() => {});
});
