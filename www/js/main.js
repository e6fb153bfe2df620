// Starts the client: language first, then the session, then the screen.

import { h, render } from "./lib/preact.js";
import { guessLanguage, setLanguage } from "./lib/i18n.js";
import { startSession } from "./store/session.js";
import { startSync } from "./sync.js";
import { App } from "./ui/app.js";

async function start() {
    await setLanguage(guessLanguage());
    // Without the site's settings the forms say so and ask again; an open session goes on.
    startSession().catch(() => {});
    startSync();
    const root = document.getElementById("app");
    root.textContent = "";
    render(h(App, null), root);
    // Secure contexts only; without it the client is the same, but needs the server to open.
    if ("serviceWorker" in navigator) navigator.serviceWorker.register("sw.js").catch(() => {});
}

start();
