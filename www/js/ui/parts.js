// Small pieces every view uses.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../lib/preact.js";
import { safeImage } from "../lib/browser.js";
import { initials } from "../lib/text.js";
import { t } from "../lib/i18n.js";
import { goBack } from "../store/route.js";
import { errorText } from "../store/toasts.js";
import { Icon } from "./icons.js";

const COLOURS = 8;

/** A picture, or initials on a colour that stays the same for an id. */
export function Avatar({ name, image, id, size = "m", isOnline = false }) {
    const [isBroken, setBroken] = useState(false);
    const address = isBroken ? "" : safeImage(image);
    return html`<span class="avatar avatar-${size} avatar-c${Number(id) % COLOURS}"
        aria-hidden="true">
        ${address ? html`<img src=${address} alt="" onError=${() => setBroken(true)} />`
            : initials(name)}
        ${isOnline && html`<span class="avatar-online"></span>`}
    </span>`;
}

/** A button that is only an icon; the label is for everybody who cannot see it. */
export function IconButton({ icon, label, onClick, testId, class: extra = "", size, ...rest }) {
    return html`<button type="button" class="icon-button ${extra}" aria-label=${label}
        title=${label} onClick=${onClick} data-testid=${testId} ...${rest}>
        <${Icon} name=${icon} size=${size} />
    </button>`;
}

/** @param {{ count: number, label: string, testId?: string, class?: string }} props */
export function Badge({ count, label, testId, class: extra = "" }) {
    if (!count) return null;
    return html`<span class="badge ${extra}" data-testid=${testId}>
        <span aria-hidden="true">${count > 99 ? "99+" : count}</span>
        <span class="visually-hidden">${label}</span>
    </span>`;
}

export function Spinner({ label }) {
    return html`<span class="spinner" role="status">
        <span class="visually-hidden">${label || t("common.loading")}</span></span>`;
}

/** What stands where nothing is yet: why, and what to do about it. */
export function Empty({ icon, title, text, children }) {
    return html`<div class="empty">
        <div class="empty-icon"><${Icon} name=${icon} size=${32} /></div>
        <p class="empty-title">${title}</p>
        ${text && html`<p class="empty-text">${text}</p>`}
        ${children && html`<div class="empty-actions">${children}</div>`}
    </div>`;
}

/** A labelled text field; `error` is read out with it. */
export function Field({ label, error, hint, id, testId, ...rest }) {
    const note = error || hint;
    return html`<div class="field">
        <label for=${id}>${label}</label>
        <input id=${id} data-testid=${testId} aria-invalid=${error ? "true" : undefined}
            aria-describedby=${note ? `${id}-note` : undefined} ...${rest} />
        ${note && html`<p id="${id}-note" class="note ${error ? "note-error" : ""}">${note}</p>`}
    </div>`;
}

/** Why a form was not accepted. */
export function FormError({ error }) {
    return html`<div class="form-error-slot" aria-live="assertive">
        ${error && html`<p class="form-error" data-testid="form-error" data-error=${error.name}>
            <${Icon} name="alert" size=${18} />
            <span>${errorText(error.name, error.message)}</span></p>`}
    </div>`;
}

/** A choice among a few, as one row of radio buttons. */
export function Segments({ label, value, options, onChoose, testId }) {
    return html`<div class="segments" role="radiogroup" aria-label=${label} data-testid=${testId}>
        ${options.map((option) => html`<label key=${option.value}
            class="segment ${option.value === value ? "is-chosen" : ""}"
            data-value=${option.value}>
            <input type="radio" class="visually-hidden" name=${testId} value=${option.value}
                checked=${option.value === value} onChange=${() => onChoose(option.value)} />
            ${option.icon && html`<${Icon} name=${option.icon} size=${18} />`}
            <span>${option.label}</span>
        </label>`)}
    </div>`;
}

let dialogs = 0;

/**
 * A modal dialog. The element keeps the focus inside, closes on Escape, and gives the focus back.
 */
export function Dialog({ title, onClose = goBack, testId, children }) {
    const ref = useRef(null);
    // One may stand over another.
    const [titleId] = useState(() => `dialog-title-${++dialogs}`);
    const isGone = useRef(false);
    useLayoutEffect(() => {
        const dialog = ref.current;
        dialog.showModal();
        return () => {
            isGone.current = true;
            dialog.close();
        };
    }, []);
    // Browsers close a dialog without asking when Escape is pressed twice in a row.
    const onClosed = (event) => {
        if (!isGone.current && event.target === ref.current) onClose();
    };
    const onCancel = (event) => {
        if (event.target !== ref.current) return;
        event.preventDefault();
        onClose();
    };
    const onPress = (event) => {
        if (event.target === ref.current) onClose();
    };
    return html`<dialog ref=${ref} class="dialog" aria-labelledby=${titleId}
        data-testid=${testId} onCancel=${onCancel} onClose=${onClosed} onMouseDown=${onPress}>
        <div class="dialog-box">
            <header class="dialog-head">
                <h2 id=${titleId}>${title}</h2>
                <${IconButton} icon="close" label=${t("common.close")} onClick=${onClose}
                    testId="dialog-close" />
            </header>
            <div class="dialog-body">${children}</div>
        </div>
    </dialog>`;
}

/** Asks before something that cannot be undone. */
export function Confirm({ title, text, action, onYes, onNo }) {
    return html`<${Dialog} title=${title} onClose=${onNo} testId="confirm">
        <p>${text}</p>
        <div class="actions">
            <button type="button" class="button" onClick=${onNo}>${t("common.cancel")}</button>
            <button type="button" class="button is-danger" data-testid="confirm-yes"
                onClick=${onYes}>${action}</button>
        </div>
    </${Dialog}>`;
}

/** Calls back every so often, to renew what depends on the time of day. */
export function useTick(everyMs) {
    const [, setCount] = useState(0);
    useEffect(() => {
        const timer = setInterval(() => setCount((count) => count + 1), everyMs);
        return () => clearInterval(timer);
    }, [everyMs]);
}

/**
 * Runs an asynchronous action once at a time.
 * @returns {[boolean, any, (action: () => Promise<any>) => Promise<void>, (error: any) => void]}
 *          is running, the ApiError of the last run or null, run, set the error
 */
export function useAction() {
    const [isBusy, setBusy] = useState(false);
    const [error, setError] = useState(null);
    const isGone = useRef(false);
    useEffect(() => () => {
        isGone.current = true;
    }, []);
    const run = async (action) => {
        if (isBusy) return;
        setBusy(true);
        setError(null);
        let failure = null;
        try {
            await action();
        } catch (problem) {
            failure = problem;
        }
        if (!isGone.current) {
            setBusy(false);
            setError(failure);
        }
        if (failure && typeof failure.isTemporary !== "boolean") throw failure;
    };
    return [isBusy, error, run, setError];
}
