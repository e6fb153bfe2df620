// In place of the composer while messages are ticked: what to do with them.

import { html, useEffect, useMemo } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { copyText } from "../lib/browser.js";
import { useEscape } from "../lib/escape.js";
import { t, tn } from "../lib/i18n.js";
import { addStyle } from "../lib/style.js";
import { fullTime, parseTime } from "../lib/time.js";
import { groupsStore, peopleIn } from "../store/contacts.js";
import { partsOf } from "../store/conversations.js";
import { threadIn, threadsStore } from "../store/messages.js";
import { nameIn, peopleStore } from "../store/people.js";
import { MOST_SELECTED, overlayStore, selectionStore, stopSelecting } from "../store/selection.js";
import { toast } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { IconButton } from "./parts.js";
import { summaryOf } from "./summary.js";

await addStyle("css/talk.css");

function Act({ icon, label, testId, isOff, onClick }) {
    return html`<button type="button" class="select-act" disabled=${isOff} data-testid=${testId}
        onClick=${onClick}><${Icon} name=${icon} size=${22} /><span>${label}</span></button>`;
}

/** @param {{ convKey: string }} props */
export function SelectionBar({ convKey }) {
    const picked = useStore(selectionStore);
    const thread = useStore(threadsStore, (threads) => threadIn(threads, convKey));
    const ids = picked ? picked.ids : [];
    useEscape(stopSelecting);
    // The menu this began in is gone: the keys go on at the message.
    useEffect(() => {
        /** @type {any} */ (document.querySelector(".select-box:checked"))?.focus({ preventScroll: true });
    }, []);
    // What was taken back meanwhile is ticked no more.
    const messages = useMemo(() => thread.items.filter((message) => ids.includes(message.id)
        && message.status === "normal"), [thread.items, ids]);
    const isOff = messages.length === 0;
    const forward = (isMerged) => () => overlayStore.set({
        kind: "forward", convKey, messages, isMerged,
    });
    const copy = async () => {
        const group = groupsStore.get()[partsOf(convKey).targetId];
        const people = peopleIn(peopleStore.get(), group);
        const lines = messages.map((message) => `${nameIn(people, message.fromId)} `
            + `(${fullTime(parseTime(message.createdAt))})\n${summaryOf(message)}`);
        const isDone = await copyText(lines.join("\n\n"));
        toast(t(isDone ? "common.copied" : "common.copyFailed"), { isError: !isDone });
        if (isDone) stopSelecting();
    };
    return html`<div class="selection-bar" role="toolbar" aria-label=${t("select.label")}
        data-testid="selection-bar">
        <${IconButton} icon="close" label=${t("select.stop")} testId="select-stop"
            onClick=${stopSelecting} />
        <span class="select-count" role="status" data-testid="select-count">
            ${messages.length >= MOST_SELECTED ? t("select.most", { count: MOST_SELECTED })
                : tn("select.count", messages.length)}</span>
        <${Act} icon="forward" label=${t("select.forward")} testId="forward-each" isOff=${isOff}
            onClick=${forward(false)} />
        <${Act} icon="merge" label=${t("select.merge")} testId="forward-merged" isOff=${isOff}
            onClick=${forward(true)} />
        <${Act} icon="copy" label=${t("message.copy")} testId="copy-selected" isOff=${isOff}
            onClick=${copy} />
    </div>`;
}
