// Starts the client: language first, then the session, then the screen.

import { h, render } from "./lib/preact.js";
import { isDeveloping } from "./lib/browser.js";
import { guessLanguage, setLanguage } from "./lib/i18n.js";
import { startSession } from "./store/session.js";
import { startSync } from "./sync.js";
import { App } from "./ui/app.js";

// The one script that may be named by a text: the page's policy refuses any other.
const scripts = /** @type {any} */ (window).trustedTypes?.createPolicy("chatd", {
    createScriptURL: (url) => (url === "sw.js" ? url : ""),
});

/** In secure contexts the client opens without the server; elsewhere it is the same otherwise. */
function keepShell() {
    if (!("serviceWorker" in navigator)) return;
    navigator.serviceWorker.register(scripts ? scripts.createScriptURL("sw.js") : "sw.js")
        .catch(() => {});
}

async function start() {
    if (isDeveloping) await import("./dev/watch.js").then(({ watch }) => watch()).catch(() => {});
    await setLanguage(guessLanguage());
    // Without the site's settings the forms say so and ask again; an open session goes on.
    startSession().catch(() => {});
    startSync();
    const root = document.getElementById("app");
    root.textContent = "";
    render(h(App, null), root);
    keepShell();
}

start();
