// What the page asks of the server, written down for the developer drawer (ui/dev.js). The browser's own
// ways out are wrapped rather than ours, so that no other module knows of it. No token is kept, nor any
// other secret.

import { createStore } from "../lib/store.js";

const MOST = 200;
const LONGEST = 70000; // of a text, in characters: a message and what is around it
const STATIC = /\.(?:js|json|css|svg|png)$/;
const SECRET = /password|token|captcha|secret|invitecode/i;
const HIDDEN = "***";

/**
 * @typedef {object} Entry
 * @property {number} id
 * @property {"request" | "sent" | "received"} kind  the latter two: frames of the socket
 * @property {string} method  of a frame: its type
 * @property {string} path  with its query, from the root of this server; "" for a frame
 * @property {number | null} status  null while it is on its way, 0: never answered
 * @property {number} ms  how long it took
 * @property {string} body  what was sent, or the frame; "" where there is none
 * @property {string[]} form  the fields of a form: "name=value", "name=@file"
 * @property {boolean} isFile  a body that is neither text nor form
 * @property {string} authorization  what stands in that header, with $TOKEN for the token
 */

/** The newest last. */
export const watchStore = createStore(/** @type {Entry[]} */ ([]));

let nextId = 1;

/** @param {Omit<Entry, "id" | "status" | "ms">} entry */
function add(entry) {
    const id = nextId++;
    watchStore.set((all) => [...all, { status: null, ms: 0, ...entry, id }].slice(-MOST));
    return id;
}

function end(id, status, startedAt) {
    const ms = Math.round(performance.now() - startedAt);
    watchStore.set((all) => all.map((one) => (one.id === id ? { ...one, status, ms } : one)));
}

/** JSON without what is secret in it; any other text as it is. */
function withoutSecrets(text) {
    try {
        return JSON.stringify(JSON.parse(text, (key, value) => (SECRET.test(key) ? HIDDEN : value)));
    } catch {
        return text;
    }
}

const shownText = (body) => (typeof body === "string" ? withoutSecrets(body).slice(0, LONGEST) : "");

const fieldsOf = (body) => (body instanceof FormData ? [...body].map(([name, value]) => (
    `${name}=${typeof value !== "string" ? `@${value.name}` : SECRET.test(name) ? HIDDEN : value}`)) : []);

/** What to write down of a request, or null: code, words and pictures of the page are no example. */
function requestOf(method, address, body, authorization) {
    const url = new URL(address, document.baseURI);
    if (url.origin !== location.origin || STATIC.test(url.pathname)) return null;
    for (const name of [...url.searchParams.keys()]) {
        if (SECRET.test(name)) url.searchParams.set(name, HIDDEN);
    }
    return {
        kind: /** @type {const} */ ("request"), method,
        authorization: (authorization || "").replace(/\S+$/, "$TOKEN"),
        path: (url.pathname + url.search).replace(/(invites\/)\w{16,}/, `$1${HIDDEN}`),
        body: shownText(body), form: fieldsOf(body),
        isFile: Boolean(body) && typeof body !== "string" && !(body instanceof FormData),
    };
}

function watchFetch() {
    const own = window.fetch;
    window.fetch = async (input, options = {}) => {
        const address = input instanceof Request ? input.url : input;
        const headers = new Headers(options.headers);
        const request = requestOf(options.method || "GET", address, options.body, headers.get("Authorization"));
        if (!request) return own(input, options);
        const [id, startedAt] = [add(request), performance.now()];
        try {
            const response = await own(input, options);
            end(id, response.status, startedAt);
            return response;
        } catch (error) {
            end(id, 0, startedAt);
            throw error;
        }
    };
}

function watchUploads() {
    const { open, send, setRequestHeader } = XMLHttpRequest.prototype;
    const opened = new WeakMap();
    XMLHttpRequest.prototype.open = function watched(method, url, ...rest) {
        opened.set(this, { method, url, authorization: "" });
        return open.call(this, method, url, ...(rest.length ? rest : [true]));
    };
    XMLHttpRequest.prototype.setRequestHeader = function watched(name, value) {
        if (/^authorization$/i.test(name)) opened.get(this).authorization = value;
        return setRequestHeader.call(this, name, value);
    };
    XMLHttpRequest.prototype.send = function watched(body) {
        const { method, url, authorization } = opened.get(this);
        const request = requestOf(method, url, body, authorization);
        if (request) {
            const [id, startedAt] = [add(request), performance.now()];
            this.addEventListener("loadend", () => end(id, this.status, startedAt));
        }
        return send.call(this, body);
    };
}

/** @param {"sent" | "received"} kind @param {any} data */
function addFrame(kind, data) {
    const text = String(data);
    let type = "";
    try {
        ({ type } = JSON.parse(text));
    } catch {
        // Not ours, but worth seeing.
    }
    if (type === "ping") return;
    add({ kind, method: type, path: "", body: shownText(text), form: [], isFile: false, authorization: "" });
}

function watchSocket() {
    window.WebSocket = class extends WebSocket {
        constructor(url, protocols) {
            super(url, protocols);
            this.addEventListener("message", ({ data }) => addFrame("received", data));
        }

        send(data) {
            addFrame("sent", data);
            super.send(data);
        }
    };
}

/** Begins; once per page. */
export function watch() {
    watchFetch();
    watchUploads();
    watchSocket();
}

const quoted = (text) => `'${text.replace(/'/g, "'\\''")}'`;

/**
 * @param {Entry} entry  a request
 * @returns {string} a command that makes it again; $TOKEN is for the reader to set
 */
export function curlOf({ method, path, body, form, isFile, authorization }) {
    return [
        "curl", ...(method === "GET" ? [] : ["-X", method]),
        quoted(location.origin + path),
        ...(authorization ? [`-H "Authorization: ${authorization}"`] : []),
        ...(body ? ["-H 'Content-Type: application/json'", "-d", quoted(body)] : []),
        ...form.flatMap((field) => ["-F", quoted(field)]),
        ...(isFile ? ["--data-binary @FILE"] : []),
    ].join(" ");
}
