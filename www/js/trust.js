// What a browser sees that comes by plain http from another machine: why https is better, how this
// system is made to trust the server's own CA, and the ways on. A browser that trusts it already is
// sent to https at once.

import { html, render, useEffect, useState } from "./lib/preact.js";
import { allWords, guessLanguage, languageStore, languages, setLanguage, t } from "./lib/i18n.js";
import { useStore } from "./lib/store.js";

const PROBE_MS = 4000;
const PATIENCE_MS = 2000; // a port that a firewall hides answers nothing at all

/**
 * What each system fetches, and how many steps follow (locales: trust.SYSTEM.1, 2, ...).
 * @type {{ id: string, file: string, steps?: number }[]}
 */
const SYSTEMS = [
    { id: "windows", file: "ca.crt", steps: 3 },
    { id: "mac", file: "ca.crt", steps: 2 },
    { id: "ios", file: "ca.mobileconfig", steps: 3 },
    { id: "android", file: "ca.crt", steps: 3 },
    { id: "linux", file: "ca.pem" },
    { id: "firefox", file: "ca.crt", steps: 2 },
];

/** @returns {string} the id of the system this browser runs on */
function detect() {
    const agent = navigator.userAgent;
    if (/Android/.test(agent)) return "android";
    if (/iPhone|iPad|iPod/.test(agent)) return "ios";
    // An iPad says it is a Mac; no Mac has a touch screen.
    if (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1) return "ios";
    if (/Firefox\//.test(agent)) return "firefox";
    if (/Macintosh/.test(agent)) return "mac";
    return /Windows/.test(agent) ? "windows" : "linux";
}

/** Does this browser accept the certificate at the other end? */
async function isTrusted(origin) {
    try {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        return (await fetch(`${origin}/ca.json`, { credentials: "omit", cache: "no-store", signal })).ok;
    } catch {
        return false;
    }
}

/** Where the reader was going: an invitation is behind the #. */
const onward = () => location.search + location.hash;

// ---- pieces ----

function Steps({ system }) {
    if (system.id === "linux") return html`<${Commands} />`;
    const steps = Array.from({ length: system.steps }, (_, i) => t(`trust.${system.id}.${i + 1}`));
    return html`<ol class="trust-steps">
        ${steps.map((text) => html`<li key=${text}>${text}</li>`)}
    </ol>`;
}

function Commands() {
    const get = `curl -so chatd-ca.pem ${location.origin}/ca.pem`;
    const blocks = [
        ["trust.linux.get", get],
        ["trust.linux.debian",
            "sudo cp chatd-ca.pem /usr/local/share/ca-certificates/chatd.crt\nsudo update-ca-certificates"],
        ["trust.linux.fedora",
            "sudo cp chatd-ca.pem /etc/pki/ca-trust/source/anchors/chatd.crt\nsudo update-ca-trust"],
        ["trust.linux.chrome",
            "mkdir -p ~/.pki/nssdb\ncertutil -d sql:$HOME/.pki/nssdb -A -t C,, -n chatd -i chatd-ca.pem"],
    ];
    return html`<dl class="trust-commands">
        ${blocks.map(([key, text]) => html`<div key=${key}>
            <dt>${t(key)}</dt>
            <dd><pre tabindex="0"><code>${text}</code></pre></dd>
        </div>`)}
    </dl>`;
}

/** 32 pairs in lines of eight, so that eyes can follow. */
function Fingerprint({ value }) {
    const pairs = value.split(":");
    const lines = [0, 8, 16, 24].map((at) => pairs.slice(at, at + 8).join(" "));
    return html`<details class="trust-check">
        <summary>${t("trust.check")}</summary>
        <p>${t("trust.checkHow")}</p>
        <code data-testid="fingerprint">${lines.map((line) => html`<span key=${line}>${line}</span>`)}</code>
    </details>`;
}

function Install({ ca }) {
    const [chosen, setChosen] = useState(detect());
    const system = SYSTEMS.find(({ id }) => id === chosen);
    return html`<section class="trust-card" aria-labelledby="trust-install">
        <h2 id="trust-install"><span class="trust-number">1</span>${t("trust.install")}</h2>
        <div class="trust-systems" role="group" aria-label=${t("trust.systems")}>
            ${SYSTEMS.map(({ id }) => html`<button key=${id} type="button" data-testid="system-${id}"
                aria-pressed=${id === chosen} onClick=${() => setChosen(id)}>
                ${t(`trust.${id}`)}</button>`)}
        </div>
        ${/MicroMessenger/.test(navigator.userAgent)
            && html`<p class="trust-warning">${t("trust.wechat")}</p>`}
        ${chosen !== "linux" && html`<a class="button is-wide" href=${system.file} data-testid="fetch-ca">
            ${t(chosen === "ios" ? "trust.fetchProfile" : "trust.fetch")}</a>`}
        <${Steps} system=${system} />
        <${Fingerprint} value=${ca.fingerprint} />
    </section>`;
}

function Continue({ ca, isReady }) {
    return html`<section class="trust-card" aria-labelledby="trust-continue">
        <h2 id="trust-continue">
            ${ca.fingerprint && html`<span class="trust-number">2</span>`}${t("trust.continueTitle")}
        </h2>
        ${!ca.covered && html`<p class="trust-warning">${t("trust.notCovered")}</p>`}
        <p class="trust-state" role="status" data-testid="state">
            ${isReady ? t("trust.ready") : t(ca.fingerprint ? "trust.waiting" : "trust.direct")}
        </p>
        <a class="button is-primary is-wide" data-testid="continue"
            href=${`${ca.https}/${onward()}`}>${t("trust.continue", { url: ca.https })}</a>
        <a class="trust-skip" data-testid="skip" href=${`index.html${onward()}`}>${t("trust.skip")}</a>
    </section>`;
}

function LanguageLinks() {
    const { tag: current } = useStore(languageStore);
    return html`<nav class="trust-languages" aria-label=${t("settings.language")}>
        ${languages().map(({ tag, name }) => html`<button key=${tag} type="button" lang=${tag}
            aria-pressed=${tag === current} onClick=${() => setLanguage(tag, { isChoice: true })}>
            ${name}</button>`)}
    </nav>`;
}

function Trust({ ca }) {
    useStore(languageStore);
    const [isReady, setReady] = useState(false);
    useEffect(() => {
        if (isReady) return undefined;
        const timer = setInterval(async () => {
            if (document.visibilityState === "visible" && await isTrusted(ca.https)) setReady(true);
        }, PROBE_MS);
        return () => clearInterval(timer);
    }, [isReady]);
    useEffect(() => {
        document.title = t("trust.title", { site: ca.siteName });
    });
    return html`
        <header class="trust-head">
            <img src="img/icon.svg" width="40" height="40" alt="" />
            <span class="trust-site">${ca.siteName}</span>
            <${LanguageLinks} />
        </header>
        <div class="trust-why">
            <h1>${t("trust.heading")}</h1>
            <p>${t("trust.why")}</p>
            <p>${t(ca.fingerprint ? "trust.safe" : "trust.own")}</p>
        </div>
        ${ca.fingerprint && html`<${Install} ca=${ca} />`}
        <${Continue} ca=${ca} isReady=${isReady} />`;
}

// ---- start ----

async function start() {
    const root = document.getElementById("trust");
    const [ca] = await Promise.all([
        fetch("ca.json").then((answer) => answer.json()),
        setLanguage(guessLanguage()).then(allWords),
    ]);
    if (!ca.https) {
        location.replace(`index.html${onward()}`);
        return;
    }
    // Whoever opened trust.html itself wants to read it.
    if (!location.pathname.endsWith("/trust.html") && await isTrusted(ca.https)) {
        location.replace(`${ca.https}/${onward()}`);
        return;
    }
    root.textContent = "";
    render(html`<${Trust} ca=${ca} />`, root);
}

start();
