// Names and pictures of everybody seen so far, by account id.

import { createStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { onSessionEnd } from "./session.js";

/** Record of id to {id, name, username, avatar}. */
export const peopleStore = createStore(/** @type {Record<number, any>} */ ({}));

onSessionEnd(() => peopleStore.set({}));

/**
 * @param {any} account  as the server describes one
 * @param {string} [remark]  the name I gave a friend
 */
export function nameOf(account, remark) {
    return remark || account.nickname || account.username || String(account.id);
}

/**
 * Remembers accounts. A remark once known stays when a list without remarks names the person.
 * @param {{ account: any, remark?: string }[]} entries
 */
export function meet(entries) {
    peopleStore.set((people) => {
        const next = { ...people };
        for (const { account, remark } of entries) {
            const known = remark ?? people[account.id]?.remark ?? "";
            next[account.id] = {
                id: account.id, name: nameOf(account, known), username: account.username,
                avatar: account.avatar, intro: account.intro, remark: known,
            };
        }
        return next;
    });
}

/**
 * @param {Record<number, any>} people
 * @param {number} id
 * @returns {string} a name to show, known or not
 */
export function nameIn(people, id) {
    return people[id]?.name || t("people.unknown", { id });
}
