// A button that opens a menu, with the keys people expect of one.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../lib/preact.js";
import { Confirm, IconButton } from "./parts.js";
import { Icon } from "./icons.js";

/**
 * @typedef {object} MenuItem
 * @property {string} name  also its test id
 * @property {string} icon
 * @property {string} label
 * @property {() => void} run
 * @property {boolean} [isDanger]
 * @property {string} [confirm]  what to ask before
 */

/** The list itself, below its children; `onClose(isFocusBack)`. */
export function Menu({ items, label, onClose, place = "", children = null }) {
    const ref = useRef(null);
    useLayoutEffect(() => {
        ref.current.querySelector("button")?.focus({ preventScroll: true });
        const onPress = (event) => {
            if (!ref.current.parentElement.contains(event.target)) onClose(false);
        };
        addEventListener("pointerdown", onPress, true);
        return () => removeEventListener("pointerdown", onPress, true);
    }, []);
    const onKey = (event) => {
        const buttons = [...ref.current.querySelectorAll("button")];
        const at = buttons.indexOf(document.activeElement);
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape" || event.key === "Tab") {
            event.preventDefault();
            event.stopPropagation();
            onClose(true);
        } else if (step) {
            event.preventDefault();
            buttons[(at + step + buttons.length) % buttons.length].focus();
        }
    };
    return html`<div ref=${ref} class="menu ${place}" role="menu" aria-label=${label}
        onKeyDown=${onKey}>
        ${children}
        ${items.map(({ name, icon, label: words, run, isDanger }) => html`<button key=${name}
            type="button" class="menu-item ${isDanger ? "is-danger" : ""}" role="menuitem"
            data-testid=${name} onClick=${(event) => {
                // What stands around the menu may change meanwhile and is not meant.
                event.stopPropagation();
                onClose(true);
                run();
            }}><${Icon} name=${icon} size=${20} />${words}</button>`)}
    </div>`;
}

/** @param {{ icon: string, label: string, items: MenuItem[], testId: string, place?: string }} props */
export function PopMenu({ icon, label, items, testId, place = "is-up" }) {
    const [isOpen, setOpen] = useState(false);
    const [asked, setAsked] = useState(/** @type {MenuItem | null} */ (null));
    const box = useRef(null);
    const asking = items.map((item) => item.confirm ? { ...item, run: () => setAsked(item) } : item);
    useEffect(() => {
        if (isOpen && items.length === 0) setOpen(false);
    });
    const close = (isFocusBack) => {
        setOpen(false);
        if (isFocusBack) box.current.querySelector("button").focus();
    };
    return html`<div class="pop-menu" ref=${box}>
        <${IconButton} icon=${icon} label=${label} testId=${testId} aria-haspopup="menu"
            aria-expanded=${isOpen ? "true" : "false"} onClick=${() => setOpen(!isOpen)} />
        ${isOpen && html`<${Menu} items=${asking} label=${label} onClose=${close} place=${place} />`}
        ${asked && html`<${Confirm} title=${asked.label} text=${asked.confirm} action=${asked.label}
            onNo=${() => setAsked(null)} onYes=${() => {
                setAsked(null);
                asked.run();
            }} />`}
    </div>`;
}
