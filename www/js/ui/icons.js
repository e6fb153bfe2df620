// Line icons, drawn here so that they follow the text colour and need no request.

import { html } from "../lib/preact.js";

const PATHS = {
    chats: "M4 5.5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-8l-4.5 3.5v-3.5H4a1 1 0 0 1-1-1v-9a1 1 0 0 1 "
        + "1-1z",
    contacts: "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.4-3.4 3-5.5 6.5-5.5s6.1 2.1 "
        + "6.5 5.5M16 5a3.2 3.2 0 0 1 0 6.2M18 14.4c2 .7 3.2 2.5 3.5 5.1",
    settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM9 19.2a"
        + "2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
    back: "M15 5l-7 7 7 7",
    close: "M6 6l12 12M18 6L6 18",
    plus: "M12 5v14M5 12h14",
    search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
    send: "M4 12l16-7.5-5.5 16-3.2-6.3L4 12zM11.3 14.2L20 4.5",
    down: "M12 5v14M6 13l6 6 6-6",
    more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
    info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.5h.01",
    addUser: "M10 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 19.5c.4-3.4 3-5.5 6.5-5.5 1.4 0 "
        + "2.6.3 3.6.9M18 14v6M15 17h6",
    group: "M12 11a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM5.5 19c.5-3.3 3-5.2 6.5-5.2s6 1.9 6.5 "
        + "5.2M5 6.5a2.6 2.6 0 0 0 0 4.6M19 6.5a2.6 2.6 0 0 1 0 4.6",
    enter: "M10 5H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h4M13 8l4 4-4 4M17 12H9",
    leave: "M14 5h4a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-4M9 8l-4 4 4 4M5 12h9",
    copy: "M9 9h10v11H9zM15 9V4H5v11h4",
    recall: "M8 5L4 9l4 4M4 9h9.5a5.5 5.5 0 0 1 0 11H8",
    check: "M5 12.5l4.5 4.5L19 7.5",
    merge: "M5 4h14v16H5zM8.5 8.5h7M8.5 12h7M8.5 15.5h4",
    list: "M8.5 6.5h12M8.5 12h12M8.5 17.5h12M4 6.5h.01M4 12h.01M4 17.5h.01",
    megaphone: "M4 10v4h3l9 4.5v-13L7 10zM18.5 9.5a4 4 0 0 1 0 5M8 14.5l1.2 4.5h2.3l-1-3.5",
    checks: "M3.5 6.5l2 2 3.5-4M3.5 15.5l2 2 3.5-4M13 7h7.5M13 16h7.5",
    eye: "M2.5 12c2.5-4.5 5.7-6.5 9.5-6.5s7 2 9.5 6.5c-2.5 4.5-5.7 6.5-9.5 6.5s-7-2-9.5-6.5zM12 14.8a2.8"
        + " 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z",
    calendar: "M4.5 6.5h15v13h-15zM4.5 10.5h15M8.5 3.5v5M15.5 3.5v5",
    clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5v5l3 2",
    alert: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5v5.5M12 16.2h.01",
    retry: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v4h-4",
    file: "M7 3.5h7l4 4v13H7zM14 3.5v4h4",
    voice: "M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM5.5 11.5a6.5 6.5 0 0 0 13 0M"
        + "12 18v3",
    video: "M4 6.5h11v11H4zM15 10.5l5-3v9l-5-3",
    place: "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 12.2a2.2 2.2 0 1 0 0-4."
        + "4 2.2 2.2 0 0 0 0 4.4z",
    code: "M8.5 8L4 12l4.5 4M15.5 8l4.5 4-4.5 4M13.5 5.5l-3 13",
    camera: "M4 8h3.5l1.7-2.5h5.6L16.5 8H20v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
    image: "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9.5h.01",
    sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 "
        + "1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
    moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
    screen: "M4 5h16v11H4zM9 20h6M12 16v4",
    attach: "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-"
        + "2.4-2.4l7.8-7.8",
    smile: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM8.5 14.2c1.7 2.4 5.3 2.4 7 0M9 9.8h.01M15 "
        + "9.8h.01",
    trash: "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
    reply: "M9 7L4 12l5 5M4 12h9a7 7 0 0 1 7 7",
    forward: "M15 7l5 5-5 5M20 12h-9a7 7 0 0 0-7 7",
    download: "M12 4v11M7 11l5 5 5-5M5 20h14",
    play: "M8 5.5v13l10.5-6.5z",
    pause: "M8.5 5.5v13M15.5 5.5v13",
    phone: "M6.5 4h3l1.6 4.2-2 1.6a12 12 0 0 0 5.1 5.1l1.6-2 4.2 1.6v3a2 2 0 0 1-2.2 2A15.6 15.6 0 0 1 "
        + "4.5 6.2a2 2 0 0 1 2-2.2z",
    micOff: "M9 6.5a3 3 0 0 1 6 0v4.5M12 14.5a3 3 0 0 1-3-3v-1.5M5.5 11.5a6.5 6.5 0 0 0 10.5 5.2M18.5 11.5"
        + "v.5M12 18v3M4 4l16 16",
    videoOff: "M8 6.5h7v7M15 17.5H4v-11h1M15 10.5l5-3v9l-3-1.8M4 4l16 16",
    picture: "M4 5h16v14H4zM12.5 12.5H20V19h-7.5z",
    larger: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
    smaller: "M20 10h-6V4M14 10l6-6M4 14h6v6M10 14l-6 6",
    hangUp: "M3 14.5c5-5 13-5 18 0l-1.8 2.6-4-1.4v-2.9a11 11 0 0 0-6.4 0v2.9l-4 1.4z",
    zoom: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5M11 8v6M8 11h6",
    forth: "M9 5l7 7-7 7",
    edit: "M4 20l1-4L16.5 4.5l3 3L8 19z",
    pin: "M9 4h6l-.7 6.2 3.2 3.3h-11l3.2-3.3zM12 13.5V20",
    bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4",
    bellOff: "M6 16.5V11a6 6 0 0 1 9-5.2M18 11v5.5l1.5 1.5h-13M10 20.5h4M4 4l16 16",
    block: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM6 6l12 12",
    qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2M14 18h2v2M20 18v2h-2",
    link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 "
        + "5.7l1-1",
};

/** A drawing that says nothing by itself: the element around it carries the words. */
export function Icon({ name, size = 22 }) {
    return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" fill="none"
        stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"
        aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>`;
}

/** One or two check marks. */
export function Ticks({ isDouble }) {
    return html`<svg class="icon" width="18" height="14" viewBox="0 0 18 14" fill="none"
        stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"
        aria-hidden="true" focusable="false"><path d=${isDouble
            ? "M1.5 7.5l3.5 3.5 7-8M8.5 10.5l.7.7 7-8" : "M4 7.5l3.5 3.5 7-8"} /></svg>`;
}

/** The site's mark. */
export function Logo({ size = 56 }) {
    return html`<svg class="logo" width=${size} height=${size} viewBox="0 0 64 64"
        aria-hidden="true" focusable="false">
        <rect class="logo-ground" width="64" height="64" rx="16" />
        <path class="logo-sign" d="M18 19h28a5 5 0 0 1 5 5v14a5 5 0 0 1-5 5H32l-9 7.5V43h-5a5 5 0 0 
            1-5-5V24a5 5 0 0 1 5-5z" />
        <path class="logo-lines" d="M22 28h20M22 35h12" /></svg>`;
}
