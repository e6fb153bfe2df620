// All pinned messages of a conversation.

import { html } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { listTime, parseTime } from "../lib/time.js";
import { groupsStore, peopleIn } from "../store/contacts.js";
import { partsOf } from "../store/conversations.js";
import { aimStore } from "../store/messages.js";
import { nameIn, peopleStore } from "../store/people.js";
import { canPin, pinsIn, pinsStore, setPinned } from "../store/pins.js";
import { closeOverlay } from "../store/selection.js";
import { toastError } from "../store/toasts.js";
import { Avatar, Dialog, IconButton } from "./parts.js";
import { summaryOf } from "./summary.js";

function PinRow({ pin, convKey, people }) {
    const { message, byId } = pin;
    const name = nameIn(people, message.fromId);
    const show = () => {
        closeOverlay();
        aimStore.set({ key: convKey, seq: message.seq });
    };
    return html`<li class="member" data-testid="pin" data-id=${message.id}>
        <button type="button" class="row is-button" data-testid="pin-show" onClick=${show}>
            <${Avatar} name=${name} id=${message.fromId} image=${people[message.fromId]?.avatar}
                size="s" />
            <span class="row-main"><span class="row-line"><span class="row-title">${name}</span>
                    <span class="row-time">${listTime(parseTime(message.createdAt))}</span></span>
                <span class="row-sub is-clamped">${summaryOf(message)}</span>
                <span class="note">${t("pins.by", { name: nameIn(people, byId) })}</span></span>
        </button>
        ${canPin(convKey) && html`<${IconButton} icon="close" label=${t("message.unpin")}
            testId="pin-remove" size=${18}
            onClick=${() => setPinned(convKey, message.id, false).catch(toastError)} />`}
    </li>`;
}

/** @param {{ convKey: string }} props */
export function PinsDialog({ convKey }) {
    const pins = useStore(pinsStore, (all) => pinsIn(all, convKey));
    const known = useStore(peopleStore);
    const group = useStore(groupsStore, (groups) => groups[partsOf(convKey).targetId]);
    const people = peopleIn(known, group);
    return html`<${Dialog} title=${t("pins.title")} onClose=${closeOverlay} testId="pins">
        ${pins.length === 0 ? html`<p class="note">${t("pins.none")}</p>`
            : html`<ul class="list pins">${pins.map((pin) => html`<${PinRow} key=${pin.message.id}
                pin=${pin} convKey=${convKey} people=${people} />`)}</ul>`}
    </${Dialog}>`;
}
