// People and groups near me. Being seen is the price of looking, so it is asked each time.

import { html, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { askFriend, askGroup, contactsStore } from "../store/contacts.js";
import { readNearby } from "../store/friends.js";
import { keyOf } from "../store/conversations.js";
import { nameOf } from "../store/people.js";
import { go, goBack } from "../store/route.js";
import { toast, toastError } from "../store/toasts.js";
import { Avatar, Dialog, FormError, Spinner, useAction } from "./parts.js";
import { locate } from "./place.js";

function distanceText(distance) {
    const metres = Number.parseFloat(distance);
    return metres < 1000 ? t("nearby.metres", { count: Math.round(metres) })
        : t("nearby.kilometres", { count: (metres / 1000).toFixed(1) });
}

/** Whoever I know already, and my own groups, are opened instead. */
function Near({ name, avatar, id, distance, ope, onAsk }) {
    const isMine = useStore(contactsStore, ({ friends, groups }) => (ope === "group"
        ? groups.some((group) => group.id === id)
        : friends.some(({ account }) => account.id === id)));
    const [isAsked, setAsked] = useState(false);
    const [isBusy, , run] = useAction();
    return html`<li class="row" data-testid="near" data-id=${id}>
        <${Avatar} name=${name} id=${id} image=${avatar} />
        <span class="row-main"><span class="row-title">${name}</span>
            <span class="row-sub">${distanceText(distance)}</span></span>
        ${isMine ? html`<button type="button" class="button is-small"
                aria-label=${`${t("find.message")}: ${name}`}
                onClick=${() => go({ tab: "chats", key: keyOf(ope, id) }, { isReplace: true })}>
                ${t("find.message")}</button>`
            : isAsked ? html`<span class="tag">${t("find.asked")}</span>`
            : html`<button type="button" class="button is-small" disabled=${isBusy}
                onClick=${() => run(() => onAsk().then(() => setAsked(true)).catch(toastError))}
                aria-label=${t("find.addName", { name })}>${t("find.add")}</button>`}
    </li>`;
}

export function NearbyDialog() {
    const [found, setFound] = useState(null);
    const [isBusy, error, run] = useAction();
    const look = () => run(async () => {
        let coords;
        try {
            coords = await locate();
        } catch {
            toast(t("nearby.noPlace"), { isError: true });
            return;
        }
        setFound(await readNearby({ latitude: coords.latitude, longitude: coords.longitude }));
    });
    return html`<${Dialog} title=${t("nearby.title")} testId="nearby" onClose=${goBack}>
        ${!found && html`<p>${t("nearby.ask")}</p>
            <${FormError} error=${error} />
            <div class="actions">
                <button type="button" class="button" onClick=${goBack}>${t("common.cancel")}</button>
                <button type="button" class="button is-primary" disabled=${isBusy}
                    data-testid="nearby-look" onClick=${look}>
                    ${isBusy ? html`<${Spinner} />` : t("nearby.look")}</button></div>`}
        ${found && html`<h3 class="section-title">${t("nearby.people")}</h3>
            <ul class="list">${found.people.map((account) => html`<${Near} key=${account.id}
                id=${account.id} ope="friend" name=${nameOf(account)} avatar=${account.avatar}
                distance=${account.distance} onAsk=${() => askFriend(account.id, "")} />`)}</ul>
            ${found.people.length === 0 && html`<p class="note">${t("nearby.nobody")}</p>`}
            ${found.groups.length > 0 && html`<h3 class="section-title">${t("contacts.groups")}</h3>
                <ul class="list">${found.groups.map((group) => html`<${Near} key=${group.id}
                    id=${group.id} ope="group" name=${group.name} avatar=${group.avatar}
                    distance=${group.distance} onAsk=${() => askGroup(group.id, "")} />`)}</ul>`}`}
    </${Dialog}>`;
}
