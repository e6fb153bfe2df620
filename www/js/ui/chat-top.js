// What stands above the messages: the group's notice until it was read, and the newest pin.

import { html, useEffect, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { addStyle } from "../lib/style.js";
import { fullTime, parseTime } from "../lib/time.js";
import { announcementsStore, loadAnnouncement, putAway, seenStore }
    from "../store/announcements.js";
import { groupsStore, peopleIn } from "../store/contacts.js";
import { partsOf } from "../store/conversations.js";
import { onFrameOf } from "../store/frames.js";
import { aimStore } from "../store/messages.js";
import { nameIn, peopleStore } from "../store/people.js";
import { loadPins, pinsIn, pinsStore } from "../store/pins.js";
import { overlayStore } from "../store/selection.js";
import { myId } from "../store/session.js";
import { Icon } from "./icons.js";
import { IconButton } from "./parts.js";
import { summaryOf } from "./summary.js";
import { Text } from "./text.js";

await addStyle("css/talk.css");

function Announcement({ groupId, people }) {
    const notice = useStore(announcementsStore, (all) => all[groupId]);
    const seen = useStore(seenStore, (all) => all[groupId]);
    const [isWhole, setWhole] = useState(false);
    const isKnown = !notice?.text || notice.updatedAt === seen || notice.byId === myId();
    if (isKnown) return null;
    return html`<section class="announcement" role="region" aria-label=${t("group.notice")}
        data-testid="announcement">
        <${Icon} name="megaphone" size=${20} />
        <div class="announcement-main">
            <p class="announcement-head"><strong>${t("group.notice")}</strong>
                <span title=${fullTime(parseTime(notice.updatedAt))}>
                    ${nameIn(people, notice.byId)}</span></p>
            <div class="announcement-text ${isWhole ? "is-whole" : ""}">
                <${Text} text=${notice.text} /></div>
            <div class="announcement-actions">
                ${notice.text.length > 120 && html`<button type="button" class="link"
                    aria-expanded=${isWhole ? "true" : "false"}
                    onClick=${() => setWhole(!isWhole)}>
                    ${t(isWhole ? "group.noticeLess" : "group.noticeMore")}</button>`}
                <button type="button" class="link" data-testid="announcement-seen"
                    onClick=${() => putAway(groupId)}>${t("group.noticeSeen")}</button>
            </div>
        </div>
    </section>`;
}

function PinBar({ convKey, people }) {
    const pins = useStore(pinsStore, (all) => pinsIn(all, convKey));
    if (pins.length === 0) return null;
    const { message } = pins[0];
    const text = t("chats.by", { name: nameIn(people, message.fromId), text: summaryOf(message) });
    return html`<div class="pin-bar" role="region" aria-label=${t("pins.title")}
        data-testid="pin-bar">
        <button type="button" class="pin-newest" data-testid="pin-newest" title=${text}
            onClick=${() => aimStore.set({ key: convKey, seq: message.seq })}>
            <${Icon} name="pin" size=${18} />
            <span class="pin-words"><strong>${t("pins.newest")}</strong>
                <span>${text}</span></span></button>
        <button type="button" class="pin-all" data-testid="pin-all"
            aria-label=${t("pins.all", { count: pins.length })}
            onClick=${() => overlayStore.set({ kind: "pins", convKey })}>
            <span>${pins.length}</span><${Icon} name="list" size=${20} /></button>
    </div>`;
}

/** @param {{ convKey: string }} props */
export function ChatTop({ convKey }) {
    const { ope, targetId } = partsOf(convKey);
    const known = useStore(peopleStore);
    const group = useStore(groupsStore, (groups) => groups[targetId]);
    const people = peopleIn(known, group);
    useEffect(() => {
        const read = () => {
            loadPins(convKey).catch(() => {});
            if (ope === "group") loadAnnouncement(targetId).catch(() => {});
        };
        read();
        return onFrameOf("open", read);
    }, [convKey]);
    return html`${ope === "group" && html`<${Announcement} groupId=${targetId} people=${people} />`}
        <${PinBar} convKey=${convKey} people=${people} />`;
}
