// Who is connected now, from where, and by which of the APIs.

import { html, useEffect } from "../../lib/preact.js";
import { t, tn } from "../../lib/i18n.js";
import { Avatar, IconButton } from "../parts.js";
import { List, useList, when } from "./list.js";

const RENEW_MS = 10000;

/** Sockets by person, in the order in which they came. */
function byPerson(sockets) {
    const people = new Map();
    for (const socket of sockets || []) {
        const person = people.get(socket.id) || { ...socket, sockets: [] };
        person.sockets.push(socket);
        people.set(socket.id, person);
    }
    return [...people.values()];
}

export function OnlinePage() {
    const list = useList("admin/online", {});
    useEffect(() => {
        const timer = setInterval(list.reload, RENEW_MS);
        return () => clearInterval(timer);
    }, []);
    const people = list.items && byPerson(list.items);
    return html`<div class="admin-bar">
            <p class="admin-count" data-testid="online-count">${people
                ? `${tn("admin.people", people.length)} · ${tn("admin.sockets", list.items.length)}` : ""}</p>
            <${IconButton} icon="retry" label=${t("admin.refresh")} onClick=${list.reload} />
        </div>
        <${List} list=${{ items: people, more: null }} icon="chats" empty=${t("admin.nobodyOnline")}
            testId="admin-online" row=${(person) => html`<li key=${person.id}
                class="admin-row admin-online" data-id=${person.id}>
                <${Avatar} name=${person.nickname} id=${person.id} image=${person.avatar}
                    isOnline=${true} />
                <span class="row-main"><span class="row-title">${person.nickname}</span>
                    <span class="row-sub">@${person.username} · ${person.id}</span></span>
                <ul class="admin-sockets">${person.sockets.map((one, i) => html`<li key=${i}>
                    <span class="tag">${one.dialect}</span> ${one.address}
                    <span class="admin-since">${t("admin.since", { when: when(one.since) })}</span>
                </li>`)}</ul>
            </li>`} />`;
}
