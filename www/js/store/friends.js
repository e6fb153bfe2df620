// What I do with people I know: names for them, blocking, letting go; and who is near.

import { call, get, post } from "../api.js";
import { refreshContacts } from "./contacts.js";
import { refreshConversations } from "./conversations.js";
import { meet } from "./people.js";

const change = (method, path, body) => call(method, path, { body });

const readAgain = () => Promise.all([refreshContacts(), refreshConversations()]);

/** @param {number} toId @param {string} remark  "" for none */
export async function setRemark(toId, remark) {
    await change("PUT", "friends/remark", { toId, remark });
    await readAgain();
}

/** @param {number} toId @param {string} label */
export async function setLabel(toId, label) {
    await change("PUT", "friends/label", { toId, label });
    await refreshContacts();
}

/** @param {number} toId */
export async function removeFriend(toId) {
    await change("DELETE", "friends", { toId });
    await readAgain();
}

/** @param {number} toId @param {boolean} isOn */
export async function setBlocked(toId, isOn) {
    await change(isOn ? "POST" : "DELETE", "friends/blaklist", { toId });
    await readAgain();
}

/** @returns {Promise<any[]>} contacts with what I think of them */
export async function readBlocked() {
    const { items } = await get("friends", { blacklist: 1 });
    meet(items);
    return items;
}

/** @param {number} toId @returns {Promise<any[]>} groups we share */
export async function commonGroups(toId) {
    return (await get("chatGroups/common", { toId })).items;
}

/** @param {{ latitude: number, longitude: number }} place */
export async function readNearby(place) {
    const [people, groups] = await Promise.all([
        get("friends/near", place), get("chatGroups/near", place)]);
    meet(people.items.map((account) => ({ account })));
    return { people: people.items, groups: groups.items };
}

/** @param {string} name */
export async function searchGroups(name) {
    return (await post("chatGroups/search", { name })).items;
}
