// A picture as large as the screen: turn pages, zoom, rotate, save.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../lib/preact.js";
import { contentOf } from "../lib/content.js";
import { t } from "../lib/i18n.js";
import { fullTime, parseTime } from "../lib/time.js";
import { closeLightbox, turnLightbox } from "../store/lightbox.js";
import { nameIn, peopleStore } from "../store/people.js";
import { Icon } from "./icons.js";
import { IconButton } from "./parts.js";

const ZOOMS = [1, 2, 4];
const AS_IT_IS = { zoom: 1, turn: 0, x: 0, y: 0 };

function useDrag(view, setView) {
    const start = useRef(null);
    return {
        onPointerDown: (event) => {
            if (view.zoom === 1) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            start.current = { x: event.clientX - view.x, y: event.clientY - view.y };
        },
        onPointerMove: (event) => {
            if (!start.current) return;
            const { x, y } = start.current;
            setView((now) => ({ ...now, x: event.clientX - x, y: event.clientY - y }));
        },
        onPointerUp: () => {
            start.current = null;
        },
    };
}

/** @param {{ open: { items: any[], at: number } }} props */
export function Lightbox({ open }) {
    const { items, at } = open;
    const message = items[at];
    const content = contentOf(message);
    const ref = useRef(null);
    const [view, setView] = useState(AS_IT_IS);
    const drag = useDrag(view, setView);
    useLayoutEffect(() => {
        const dialog = ref.current;
        dialog.showModal();
        return () => dialog.close();
    }, []);
    useEffect(() => setView(AS_IT_IS), [message.id]);
    const zoom = () => setView((now) => ({
        ...AS_IT_IS, turn: now.turn, zoom: ZOOMS[(ZOOMS.indexOf(now.zoom) + 1) % ZOOMS.length],
    }));
    const rotate = () => setView((now) => ({ ...now, turn: now.turn + 90 }));
    const onKey = (event) => {
        const act = {
            ArrowLeft: () => turnLightbox(-1), ArrowRight: () => turnLightbox(1),
            "+": zoom, r: rotate,
        }[event.key];
        if (!act) return;
        event.preventDefault();
        act();
    };
    const saved = new URL(content.image, document.baseURI);
    if (content.name) saved.searchParams.set("attname", content.name);
    return html`<dialog ref=${ref} class="lightbox" aria-label=${t("media.viewer")}
        data-testid="lightbox" onKeyDown=${onKey} onCancel=${(event) => {
            event.preventDefault();
            closeLightbox();
        }}>
        <header class="lightbox-bar">
            <span class="lightbox-words"><strong>${nameIn(peopleStore.get(), message.fromId)}</strong>
                <span>${fullTime(parseTime(message.createdAt))}</span></span>
            <${IconButton} icon="zoom" label=${t("media.zoom")} onClick=${zoom} />
            <${IconButton} icon="retry" label=${t("media.rotate")} onClick=${rotate} />
            <a class="icon-button" href=${saved.href} download=${content.name || true}
                aria-label=${t("media.save")} title=${t("media.save")}>
                <${Icon} name="download" /></a>
            <${IconButton} icon="close" label=${t("common.close")} onClick=${closeLightbox}
                testId="lightbox-close" />
        </header>
        <div class="lightbox-stage" onClick=${(event) => {
                if (event.target === event.currentTarget) closeLightbox();
            }}>
            <img src=${content.image} alt=${content.text || content.name || t("kind.pic")}
                class=${view.zoom > 1 ? "is-zoomed" : ""} draggable=${false} onDblClick=${zoom}
                style=${{ transform: `translate(${view.x}px, ${view.y}px) `
                    + `rotate(${view.turn}deg) scale(${view.zoom})` }} ...${drag} />
        </div>
        ${items.length > 1 && html`<${IconButton} icon="back" class="lightbox-turn is-before"
                label=${t("media.before")} disabled=${at === 0}
                onClick=${() => turnLightbox(-1)} />
            <${IconButton} icon="forth" class="lightbox-turn is-after"
                label=${t("media.after")} disabled=${at === items.length - 1}
                onClick=${() => turnLightbox(1)} />`}
    </dialog>`;
}
