// Which picture is shown large, of which conversation.

import { createStore } from "../lib/store.js";
import { contentOf } from "../lib/content.js";
import { keyOfFrame } from "./conversations.js";
import { threadIn, threadsStore } from "./messages.js";

/** The open picture, or null. */
export const lightboxStore = createStore(
    /** @type {{ items: any[], at: number } | null} */ (null));

/** @param {any} message  of the type "pic" */
export function openLightbox(message) {
    const { items } = threadIn(threadsStore.get(), keyOfFrame(message));
    const pictures = items.filter((one) => one.type === "pic" && one.status === "normal"
        && contentOf(one).image);
    const at = pictures.findIndex((one) => one.id === message.id);
    lightboxStore.set(at < 0 ? { items: [message], at: 0 } : { items: pictures, at });
}

/** @param {number} step */
export function turnLightbox(step) {
    lightboxStore.set((open) => {
        const at = open ? open.at + step : -1;
        return open && at >= 0 && at < open.items.length ? { ...open, at } : open;
    });
}

export const closeLightbox = () => lightboxStore.set(null);
