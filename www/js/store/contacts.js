// Friends, groups, and the requests that wait for my answer.

import { get, post } from "../api.js";
import { peopleOf } from "../lib/notice.js";
import { createStore } from "../lib/store.js";
import { ensureConversation, keyOf, refreshConversations } from "./conversations.js";
import { fresh } from "./fresh.js";
import { meet, nameOf, peopleStore } from "./people.js";
import { myId, onSessionEnd } from "./session.js";

const EMPTY = {
    friends: /** @type {any[]} */ ([]),
    groups: /** @type {any[]} */ ([]),
    friendRequests: /** @type {any[]} */ ([]),
    groupRequests: /** @type {any[]} */ ([]),
    asked: /** @type {Record<number, true>} */ ({}),
    isLoaded: false,
};

export const contactsStore = createStore(EMPTY);

/** Record of group id to what GET /chatGroups/info said. */
export const groupsStore = createStore(/** @type {Record<number, any>} */ ({}));

// So many who are in a group no more are looked up by their ids; for the rest the id must do.
const MOST_LOOKUPS = 20;
const loading = new Map();
const lookedUp = new Set();

onSessionEnd(() => {
    contactsStore.set(EMPTY);
    groupsStore.set({});
    loading.clear();
    lookedUp.clear();
});

async function fetchContacts() {
    const me = myId();
    const [friends, groups] = await Promise.all([get("friends", { blacklist: 0 }),
        get("chatGroups")]);
    if (me !== myId()) return;
    meet(friends.items);
    const named = friends.items.map((friend) => ({
        ...friend, name: nameOf(friend.account, friend.remark),
    }));
    named.sort((a, b) => a.name.localeCompare(b.name));
    contactsStore.patch({ friends: named, groups: groups.items, isLoaded: true });
}

/** Reads the friends and the groups I am in. */
export const refreshContacts = fresh(fetchContacts);

async function fetchRequests() {
    const me = myId();
    const [friends, groups] = await Promise.all([get("friends/add/applies"),
        get("chatGroups/join")]);
    if (me !== myId()) return;
    meet([...friends.items.map((item) => ({ account: item.fromAccount })),
        ...groups.items.map((item) => ({ account: item.account }))]);
    contactsStore.patch({ friendRequests: friends.items, groupRequests: groups.items });
}

/** Reads the requests waiting for my answer. */
export const refreshRequests = fresh(fetchRequests);

/** @param {typeof EMPTY} state */
export const requestCount = (state) => state.friendRequests.length + state.groupRequests.length;

/**
 * @param {string} account  id, user name or nickname, exactly
 * @returns {Promise<any[]>}
 */
export async function searchPeople(account) {
    const { items } = await get("friends/search", { account });
    meet(items.map((item) => ({ account: item })));
    return items;
}

/**
 * @param {number} id
 * @param {string} reason
 */
export async function askFriend(id, reason) {
    try {
        await post("friends/add", { toId: id, reason });
    } catch (error) {
        if (error.name !== "request_exists") throw error;
    }
    contactsStore.patch({ asked: { ...contactsStore.get().asked, [id]: true } });
}

async function answer(path, body, isSame, list) {
    try {
        await post(path, body);
    } catch (error) {
        // Answered on another device: the list below tells.
        if (error.name !== "no_request") throw error;
    }
    const state = contactsStore.get();
    contactsStore.patch({ [list]: state[list].filter((item) => !isSame(item)) });
    await Promise.all([refreshRequests(), refreshContacts(), refreshConversations()]);
}

/**
 * @param {any} request
 * @param {"pass" | "deny"} status
 */
export async function answerFriend(request, status) {
    const { id } = request.fromAccount;
    await answer("friends/add/reply", { toId: id, status, reason: "" },
        (item) => item.fromAccount.id === id, "friendRequests");
    if (status === "pass") startWith(id);
}

/**
 * Puts a new friend at the top of the conversations.
 * @param {number} id
 */
export function startWith(id) {
    const friend = contactsStore.get().friends.find(({ account }) => account.id === id);
    if (!friend) return;
    const about = { name: friend.name, avatar: friend.account.avatar };
    ensureConversation(keyOf("friend", id), about, { isNew: true });
}

/**
 * @param {any} request
 * @param {"pass" | "deny"} status
 */
export async function answerGroup(request, status) {
    const body = {
        groupId: request.chatGroup.id, accountId: request.account.id, status, reason: "",
    };
    await answer("chatGroups/join/reply", body, (item) => item.account.id === body.accountId
        && item.chatGroup.id === body.groupId, "groupRequests");
    if (groupsStore.get()[body.groupId]) await loadGroup(body.groupId);
}

/**
 * @param {{ name: string, intro: string }} fields
 * @returns {Promise<any>} the group
 */
export async function createGroup(fields) {
    const group = await post("chatGroups", { ...fields, avatar: "" });
    await Promise.all([refreshContacts(), refreshConversations()]).catch(() => {});
    return group;
}

/**
 * @param {number} groupId
 * @param {string} reason
 */
export async function askGroup(groupId, reason) {
    await post("chatGroups/join", { groupId, reason });
}

/**
 * Reads a group and its members.
 * @param {number} id
 */
export async function loadGroup(id) {
    const run = get("chatGroups/info", { groupId: id });
    loading.set(id, run);
    try {
        const group = await run;
        meet((group.membersList || []).map(({ account }) => ({ account })));
        // An answer that a later one overtook would show the group as it was before.
        if (loading.get(id) === run) groupsStore.patch({ [id]: group });
        return group;
    } finally {
        if (loading.get(id) === run) loading.delete(id);
    }
}

const named = new WeakMap();

/**
 * Names as they are in a group: the one I gave somebody, else the one they go by there.
 * @param {Record<number, any>} people  the content of peopleStore
 * @param {any} group  of groupsStore
 * @returns {Record<number, any>} the same object while nothing changed
 */
export function peopleIn(people, group) {
    const own = (group?.membersList || [])
        .filter(({ account, remark }) => remark && !people[account.id]?.remark);
    if (own.length === 0) return people;
    const last = named.get(group);
    if (last?.people === people) return last.result;
    const result = { ...people };
    for (const { account, remark } of own) result[account.id] = { ...people[account.id], name: remark };
    named.set(group, { people, result });
    return result;
}

async function lookUp(id) {
    lookedUp.add(id);
    if (lookedUp.size <= MOST_LOOKUPS) await searchPeople(String(id));
}

const isStranger = (id) => id !== myId() && !peopleStore.get()[id] && !lookedUp.has(id);

/**
 * Finds out the names of those who wrote in a group, or to whom something happened there, once
 * for each.
 * @param {any[]} messages  of one conversation
 */
export async function meetPeople(messages) {
    if (messages.length === 0 || messages[0].ope === "friend") return;
    const groupId = messages[0].toId;
    const strangers = () => [...new Set(messages.flatMap(peopleOf))].filter(isStranger);
    if (strangers().length === 0) return;
    try {
        await (loading.get(groupId) || loadGroup(groupId));
        // Who left or was removed is among the members no more, but in the history.
        for (let [id] = strangers(); id; [id] = strangers()) await lookUp(id);
    } catch {
        // A group that cannot be read now is tried again with the next message.
    }
}
