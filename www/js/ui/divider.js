// The edge between the list and the conversation: drawn with the pointer, or moved by keys.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { t } from "../lib/i18n.js";
import { load, save } from "../lib/storage.js";
import { addStyle } from "../lib/style.js";

await addStyle("css/talk.css");

const LEAST = 240;
const MOST = 520;
const STEP = 16;
const NAME = "listWidth";

const fit = (width) => Math.round(Math.min(MOST, Math.max(LEAST, width)));

/** js/early.js does the same before the first paint. @param {number | null} width  null: as usual */
function show(width) {
    const { style } = document.documentElement;
    if (width) style.setProperty("--list", `${width}px`);
    else style.removeProperty("--list");
}

export function Divider() {
    const [width, setWidth] = useState(() => load(NAME));
    const handle = useRef(null);
    const isDragged = useRef(false);
    const widthNow = () => width || handle.current.previousElementSibling.offsetWidth;
    const change = (next) => {
        setWidth(next);
        show(next);
        save(NAME, next);
    };
    const [shown, setShown] = useState(width || LEAST);
    useEffect(() => setShown(fit(widthNow())), [width]);
    const onKey = (event) => {
        const wanted = {
            ArrowLeft: widthNow() - STEP, ArrowRight: widthNow() + STEP, Home: LEAST, End: MOST,
        }[event.key];
        if (wanted === undefined) return;
        event.preventDefault();
        change(fit(wanted));
    };
    const onMove = (event) => {
        if (!isDragged.current) return;
        const { left } = handle.current.previousElementSibling.getBoundingClientRect();
        change(fit(event.clientX - left));
    };
    return html`<div ref=${handle} class="divider" role="separator" tabindex="0"
        aria-orientation="vertical" aria-label=${t("nav.listWidth")} aria-valuemin=${LEAST}
        aria-valuemax=${MOST} aria-valuenow=${shown} data-testid="divider" title=${t("nav.listWidth")}
        onKeyDown=${onKey} onDblClick=${() => change(null)}
        onPointerDown=${(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            isDragged.current = true;
            event.preventDefault();
        }}
        onPointerMove=${onMove}
        onPointerUp=${() => {
            isDragged.current = false;
        }}
        onPointerCancel=${() => {
            isDragged.current = false;
        }}></div>`;
}
