// What owners, managers and members do with a group.

import { call, post } from "../api.js";
import { groupsStore, loadGroup, refreshContacts } from "./contacts.js";
import { refreshConversations } from "./conversations.js";

/**
 * @param {number} groupId
 * @param {Promise<any>} action
 */
async function then(groupId, action) {
    await action;
    await Promise.all([loadGroup(groupId), refreshContacts()]);
}

/** @param {number} groupId @param {Record<string, any>} fields */
export async function updateGroup(groupId, fields) {
    await then(groupId, call("PUT", "chatGroups", { body: { groupId, ...fields } }));
    await refreshConversations();
}

/** @param {number} groupId @param {number} toId */
export const kick = (groupId, toId) => then(groupId, post("chatGroups/kick", { groupId, toId }));

/** @param {number} groupId @param {number} toId @param {boolean} isManager */
export const setManager = (groupId, toId, isManager) => then(groupId,
    post("chatGroups/manager", { groupId, toId, isManager: isManager ? 1 : 0 }));

/** @param {number} groupId @param {number} toId @param {number} minute  0 lets them speak again */
export const mute = (groupId, toId, minute) => then(groupId,
    post("chatGroups/banned", { groupId, toId, minute }));

/** @param {number} groupId @param {number} toId */
export const transfer = (groupId, toId) => then(groupId,
    post("chatGroups/transfer", { groupId, toId }));

/** @param {number} groupId @param {"exit" | "dissolve"} how */
async function part(groupId, how) {
    await post(`chatGroups/${how}`, { groupId });
    groupsStore.set(({ [groupId]: _gone, ...others }) => others);
    await Promise.all([refreshContacts(), refreshConversations()]);
}

/** @param {number} groupId */
export const leaveGroup = (groupId) => part(groupId, "exit");

/** @param {number} groupId */
export const dissolveGroup = (groupId) => part(groupId, "dissolve");
