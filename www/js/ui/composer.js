// Where messages are written. Enter sends, except while an input method is composing.

import { html, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { isTouch } from "../lib/browser.js";
import { byteLength } from "../lib/text.js";
import { draftsStore, setDraft } from "../store/drafts.js";
import { send } from "../store/outbox.js";
import { siteStore } from "../store/session.js";
import { tellFinished, tellTyping } from "../store/typing.js";
import { Icon } from "./icons.js";

const COMPOSED_MS = 60;
const TALLEST_PX = 168;
const DEFAULT_BYTES = 65535;
const KEY_OF_INPUT_METHOD = 229;

/**
 * Tells the Enter that ends a composition from the Enter that sends. Safari ends the composition
 * before the key event, and then only the key code, or the short time since, gives it away.
 */
function useComposition() {
    const endedAt = useRef(-Infinity);
    return {
        onCompositionEnd: () => {
            endedAt.current = performance.now();
        },
        isComposing: (event) => event.isComposing || event.keyCode === KEY_OF_INPUT_METHOD
            || performance.now() - endedAt.current < COMPOSED_MS,
    };
}

function Limit({ text, most }) {
    // Counting UTF-8 is only worth it near the limit: a UTF-16 unit is at most three bytes.
    if (text.length * 3 < most * 0.9) return null;
    const left = most - byteLength(text);
    if (left > most * 0.1) return null;
    return html`<p class="limit ${left < 0 ? "is-over" : ""}" role="status">
        ${t(left < 0 ? "composer.tooLong" : "composer.left", { count: Math.abs(left) })}</p>`;
}

/** The text field and its send button. `handle.current.write(text)` puts a text there. */
export function Composer({ convKey, name, handle }) {
    const text = useStore(draftsStore, (drafts) => drafts[convKey] || "");
    const most = useStore(siteStore, (site) => site?.messageBytes || DEFAULT_BYTES);
    const area = useRef(null);
    const { onCompositionEnd, isComposing } = useComposition();

    useLayoutEffect(() => {
        const { style } = area.current;
        style.height = "auto";
        style.height = `${Math.min(area.current.scrollHeight, TALLEST_PX)}px`;
    }, [text]);
    useEffect(() => {
        if (!isTouch()) area.current.focus({ preventScroll: true });
        return () => tellFinished(convKey);
    }, [convKey]);
    useImperativeHandle(handle, () => ({
        write(words) {
            setDraft(convKey, words);
            area.current.focus();
        },
    }), [convKey]);

    const isEmpty = !text.trim();
    const submit = () => {
        if (isEmpty || (text.length * 3 > most && byteLength(text.trim()) > most)) return;
        send(convKey, text.trim());
        setDraft(convKey, "");
        tellFinished(convKey);
    };
    const onInput = (event) => {
        const { value } = event.currentTarget;
        setDraft(convKey, value);
        if (value.trim()) tellTyping(convKey);
        else tellFinished(convKey);
    };
    const onKeyDown = (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
        if (isComposing(event)) return;
        event.preventDefault();
        submit();
    };
    return html`<form class="composer" onSubmit=${(event) => {
            event.preventDefault();
            submit();
        }}>
        <div class="composer-field">
            <textarea ref=${area} rows="1" value=${text} data-testid="composer"
                aria-label=${t("composer.label", { name })}
                placeholder=${t("composer.placeholder")} enterkeyhint="send" autocomplete="off"
                onInput=${onInput} onKeyDown=${onKeyDown} onCompositionEnd=${onCompositionEnd}
                onBlur=${() => tellFinished(convKey)}></textarea>
            <${Limit} text=${text} most=${most} />
        </div>
        <button type="submit" class="send" aria-label=${t("composer.send")} data-testid="send"
            title=${t("composer.send")} disabled=${isEmpty}
            onMouseDown=${(event) => event.preventDefault()}>
            <${Icon} name="send" size=${22} /></button>
    </form>`;
}
