// The one place that speaks HTTP: envelopes in, results or ApiError out, token renewed on the way.

const ROOT = new URL("./", document.baseURI);
const API = "api/v1/";
const TIMEOUT_MS = 15000;

/**
 * A call that did not succeed. `name` is the server's lower-case error name, or one of ours:
 * "network" (never answered), "unauthenticated", "rate_limited", "bad_reply", "unknown".
 */
export class ApiError extends Error {
    /**
     * @param {string} name
     * @param {string} message
     * @param {number} [retryAfterMs]
     */
    constructor(name, message, retryAfterMs = 0) {
        super(message);
        this.name = name;
        this.retryAfterMs = retryAfterMs;
    }

    /** @returns {boolean} whether the same call may succeed later without anybody's doing */
    get isTemporary() {
        return ["network", "rate_limited", "busy", "db", "internal", "bad_reply"]
            .includes(this.name);
    }
}

const hooks = {
    token: () => "",
    renew: (_token, _usedToken) => {},
    expire: (_usedToken) => {},
};

/**
 * @param {object} own
 * @param {() => string} own.token  the newest token, "" when signed out
 * @param {(token: string, usedToken: string) => void} own.renew
 * @param {(usedToken: string) => void} own.expire  the server refused that token
 */
export function useSession(own) {
    Object.assign(hooks, own);
}

let clockOffsetMs = 0;

/** @returns {number} the server's time, as well as its Date header (whole seconds) tells it */
export function serverNow() {
    return Date.now() + clockOffsetMs;
}

function noteClock(response) {
    const ms = Date.parse(response.headers.get("Date") || "");
    // The header is up to a second behind: only a clock that is clearly off is worth correcting.
    if (!Number.isNaN(ms)) clockOffsetMs = Math.abs(ms - Date.now()) > 2000 ? ms - Date.now() : 0;
}

function addressOf(path, query) {
    const url = new URL(API + path, ROOT);
    for (const [name, value] of Object.entries(query || {})) {
        if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
    }
    return url;
}

async function request(method, path, { query, body, token }) {
    const headers = /** @type {Record<string, string>} */ ({});
    if (token) headers.Authorization = token;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
        const response = await fetch(addressOf(path, query), {
            method, headers, cache: "no-store", credentials: "omit", signal: abort.signal,
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        return { response, text: await response.text() };
    } catch (error) {
        throw new ApiError("network", String(error));
    } finally {
        clearTimeout(timer);
    }
}

function readEnvelope(response, text) {
    let reply;
    try {
        reply = JSON.parse(text);
    } catch {
        reply = null;
    }
    if (response.status === 429) {
        const seconds = Number(response.headers.get("Retry-After")) || 1;
        throw new ApiError("rate_limited", reply?.message || "", seconds * 1000);
    }
    if (!reply || typeof reply.code !== "number") {
        throw new ApiError("bad_reply", `HTTP ${response.status}`);
    }
    if (reply.code !== 0) {
        throw new ApiError(reply.result?.error || "unknown", reply.message || "");
    }
    return reply.result;
}

/**
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} path  below /api/v1, without a leading slash
 * @param {{ query?: object, body?: object, isPublic?: boolean }} [options]
 * @returns {Promise<any>} the envelope's result; rejects with ApiError
 */
export async function call(method, path, { query, body, isPublic = false } = {}) {
    const token = isPublic ? "" : hooks.token();
    const { response, text } = await request(method, path, { query, body, token });
    noteClock(response);
    if (response.status === 401 && !isPublic) {
        hooks.expire(token);
        throw new ApiError("unauthenticated", "");
    }
    const renewed = response.headers.get("Authorization");
    if (token && renewed) hooks.renew(renewed, token);
    return readEnvelope(response, text);
}

/**
 * @param {string} path
 * @param {object} [query]
 */
export const get = (path, query) => call("GET", path, { query });

/**
 * @param {string} path
 * @param {object} [body]
 */
export const post = (path, body = {}) => call("POST", path, { body });

/**
 * A file only for who is signed in; rejects with ApiError where there is none.
 * @param {string} path
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
export async function getFile(path, signal) {
    const token = hooks.token();
    const response = await fetch(addressOf(path), {
        headers: { Authorization: token }, cache: "no-store", credentials: "omit", signal,
    }).catch((error) => {
        throw new ApiError("network", String(error));
    });
    if (response.status === 401) hooks.expire(token);
    if (!response.ok || !response.headers.has("Content-Disposition")) {
        readEnvelope(response, await response.text());
    }
    return response;
}

/** @returns {string} where the WebSocket is, with the newest token */
export function socketAddress() {
    const url = addressOf("ws", { t: hooks.token(), platform: "web" });
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
}
