// Who is meant by the "@name"s of a text: whoever was picked from the list, and by hand the one member
// of the group who bears that name.

import { groupsStore, peopleIn } from "./contacts.js";
import { partsOf } from "./conversations.js";
import { nameIn, peopleStore } from "./people.js";
import { myId } from "./session.js";

/** Names picked for each conversation's text so far. @type {Map<string, Map<string, number | "all">>} */
const picked = new Map();

/** Notes whom a name in the text means. @param {string} convKey @param {string} name @param {number | "all"} id */
export function notePicked(convKey, name, id) {
    if (!picked.has(convKey)) picked.set(convKey, new Map());
    picked.get(convKey).set(name.toLowerCase(), id);
}

/** The text is sent. @param {string} convKey */
export const forgetPicked = (convKey) => picked.delete(convKey);

/**
 * @param {string} convKey
 * @returns {{ id: number, name: string, names: string[], avatar: string }[]} the members of a group: the
 *          name shown, and all they may be called by; nobody where it is no group, or not read yet
 */
export function membersOf(convKey) {
    const { ope, targetId } = partsOf(convKey);
    const group = ope === "group" ? groupsStore.get()[targetId] : null;
    const people = peopleIn(peopleStore.get(), group);
    return (group?.membersList || []).map(({ account, remark }) => {
        const name = nameIn(people, account.id);
        const names = [name, remark, account.nickname, account.username].filter(Boolean);
        return { id: account.id, name, names, avatar: account.avatar };
    });
}

/** In lower case, who bears each name; whom it was picked for comes first. */
function bearersIn(convKey) {
    const bearers = new Map();
    for (const { id, names } of membersOf(convKey)) {
        for (const name of names.map((one) => one.toLowerCase())) {
            bearers.set(name, (bearers.get(name) || new Set()).add(id));
        }
    }
    for (const [name, id] of picked.get(convKey) || []) bearers.set(name, new Set([id]));
    return bearers;
}

// Not in an address: "bob@example.org". Chinese is written without a space before or after a name.
const AT = /(?<![\w.@-])@/g;
const GOES_ON = /^[\p{L}\p{N}_]/u;
const IDEOGRAPH = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]/u;

function isWhole(name, rest) {
    return !GOES_ON.test(rest) || IDEOGRAPH.test(rest.slice(0, 2)) || IDEOGRAPH.test(name.slice(-2));
}

/**
 * @param {string} convKey
 * @param {string} text  about to be sent
 * @returns {{ mentions: number[], mentionAll: boolean, isOpen: boolean }} isOpen: it may name more, but the
 *          members are not read yet
 */
export function mentionsIn(convKey, text) {
    const bearers = bearersIn(convKey);
    const names = [...bearers.keys()].sort((a, b) => b.length - a.length);
    const low = text.toLowerCase();
    const found = new Set();
    for (const { index } of low.matchAll(AT)) {
        const rest = low.slice(index + 1);
        const name = names.find((one) => rest.startsWith(one) && isWhole(one, rest.slice(one.length)));
        const meant = [...bearers.get(name) || []];
        // A name of several, written by hand, means none of them.
        if (meant.length === 1 && meant[0] !== myId()) found.add(meant[0]);
    }
    const mentionAll = found.delete("all");
    const { ope, targetId } = partsOf(convKey);
    const isOpen = ope === "group" && !groupsStore.get()[targetId] && low.search(AT) >= 0;
    return { mentions: [...found], mentionAll, isOpen };
}
