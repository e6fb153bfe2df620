// Keeps the shell of the client, so that it opens without the server; never anything of the API.
// The network always comes first: what is kept can only be old.
"use strict";

const CACHE = "chatd-shell";
const PATIENCE_MS = 3000;
const SHELL = /^\/(?:$|index\.html$|manifest\.json$|js\/|css\/|img\/|locales\/|vendor\/)/;

/** @type {any} */
const worker = self;
const base = new URL(worker.registration.scope).pathname.replace(/\/$/, "");
const isShell = (url) => url.origin === location.origin && url.pathname.startsWith(`${base}/`)
    && SHELL.test(url.pathname.slice(base.length));

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

async function fromNetwork(request) {
    const response = await fetch(request);
    if (response.ok) {
        const cache = await caches.open(CACHE);
        await cache.put(request, response.clone());
    }
    return response;
}

async function answer(request) {
    const network = fromNetwork(request);
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    const kept = () => caches.match(request, { ignoreSearch: request.mode === "navigate" });
    try {
        const first = await Promise.race([network, late]);
        return first || await kept() || await network;
    } catch (error) {
        const found = await kept();
        if (found) return found;
        throw error;
    }
}

worker.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method === "GET" && isShell(new URL(request.url))) event.respondWith(answer(request));
});
