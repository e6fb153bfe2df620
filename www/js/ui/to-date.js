// Where to in the history: a day, and the first message said on it or later.

import { html, useEffect, useState } from "../lib/preact.js";
import { get } from "../api.js";
import { t } from "../lib/i18n.js";
import { parseTime } from "../lib/time.js";
import { partsOf } from "../store/conversations.js";
import { aimStore } from "../store/messages.js";
import { goBack, routeStore } from "../store/route.js";
import { closeOverlay } from "../store/selection.js";
import { Dialog, Field, FormError, useAction } from "./parts.js";

/** @param {number} ms @returns {string} as a date field holds it, in this browser's time zone */
function dayOf(ms) {
    const at = new Date(ms);
    const two = (number) => String(number).padStart(2, "0");
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The first message said at that time (ms) or later, or undefined. */
async function firstSince(convKey, sinceAt) {
    const { ope, targetId } = partsOf(convKey);
    const { items } = await get("chat/messages",
        { toId: targetId, ope, sort: "seq:asc", limit: 1, sinceAt });
    return items[0];
}

/** On narrow screens the details lie over the conversation. */
function uncover() {
    if (routeStore.get().hasInfo && !matchMedia("(min-width: 1100px)").matches) goBack();
}

/** @param {{ convKey: string, at?: number }} props  at: ms of the day to begin with */
export function ToDateDialog({ convKey, at = Date.now() }) {
    const [day, setDay] = useState(dayOf(at));
    const [first, setFirst] = useState(/** @type {any} */ (null));
    const [isNothing, setNothing] = useState(false);
    const [isBusy, error, run] = useAction();
    useEffect(() => {
        let isGone = false;
        firstSince(convKey, 0).then((message) => !isGone && setFirst(message)).catch(() => {});
        return () => {
            isGone = true;
        };
    }, [convKey]);
    const show = ({ seq }) => {
        closeOverlay();
        uncover();
        aimStore.set({ key: convKey, seq });
        // The dialog gives the focus back to what had it, which may be gone by then.
        setTimeout(() => /** @type {any} */ (document.querySelector("[data-testid=messages]"))
            ?.focus({ preventScroll: true }));
    };
    const submit = (event) => {
        event.preventDefault();
        const since = new Date(`${day}T00:00`).getTime();
        if (!Number.isNaN(since)) {
            run(async () => {
                const found = await firstSince(convKey, Math.max(since, 0));
                if (found) show(found);
                else setNothing(true);
            });
        }
    };
    return html`<${Dialog} title=${t("date.title")} onClose=${closeOverlay} testId="to-date">
        <form onSubmit=${submit} noValidate>
            <${Field} id="to-date-day" type="date" label=${t("date.day")} value=${day} autofocus
                min=${first ? dayOf(parseTime(first.createdAt)) : undefined} max=${dayOf(Date.now())}
                testId="to-date-day" onInput=${(event) => {
                    setDay(event.currentTarget.value);
                    setNothing(false);
                }} />
            <p class="note" role="status" data-testid="to-date-nothing">
                ${isNothing ? t("date.nothing") : t("date.hint")}</p>
            <${FormError} error=${error} />
            <div class="actions">
                <button type="button" class="button" data-testid="to-first" disabled=${!first}
                    onClick=${() => show(first)}>${t("date.first")}</button>
                <button type="submit" class="button is-primary" data-testid="to-date-go"
                    disabled=${isBusy || !day}>${t("date.go")}</button>
            </div>
        </form>
    </${Dialog}>`;
}
