// The WebSocket: opens it, notices when it is dead, and comes back with growing patience. Tabs of one
// browser share one: who holds the lock has the socket and passes frames on.

import { socketAddress } from "./api.js";
import { createStore } from "./lib/store.js";
import { load, save } from "./lib/storage.js";

const QUIET_MS = 25000;
const ANSWER_MS = 10000;
const LONGEST_DELAY_MS = 30000;
const SETTLED_MS = 5000;
const CLOSE_COME_BACK = 1013;
const CLOSE_SIGNED_OUT = 4401;

/** @typedef {"idle" | "connecting" | "online" | "waiting"} State */

/**
 * state: "idle" not wanted, "connecting", "online", "waiting" until the next try. syncedAt: until when,
 * in ms, everything had been heard of; 0 while that is now, or not known.
 */
export const socketStore = createStore({ state: /** @type {State} */ ("idle"), syncedAt: 0 });

const handlers = {
    onFrame: (_frame) => {},
    onOpen: () => {},
    onSignedOut: () => {},
    onRefused: () => {},
};

let socket = null;
/** @type {BroadcastChannel | null} */
let bus = null;
let isLeader = false;
/** Gives the lock back, or stops waiting for it. */
let letGo = () => {};
let openedAt = 0;
let isGreeted = false;
let heardAt = 0;
let account = "";
let failures = 0;
let retryTimer = 0;
let quietTimer = 0;

// For a page that is opened while the server is away.
function keepHeard() {
    if (heardAt) save("synced", { account, at: heardAt });
}

const keptHeard = () => {
    const kept = load("synced");
    return kept?.account === account ? kept.at : 0;
};

/** @param {State} state */
function become(state) {
    const isAway = state === "waiting" || state === "connecting";
    const { syncedAt } = socketStore.get();
    if (state === "waiting" && !syncedAt) keepHeard();
    // At the start nothing is missing yet: the first try that fails says so.
    const since = syncedAt || heardAt || (state === "waiting" ? keptHeard() : 0);
    socketStore.set({ state, syncedAt: isAway ? since : 0 });
}

function clearTimers() {
    clearTimeout(retryTimer);
    clearTimeout(quietTimer);
    retryTimer = 0;
}

// Detaching first: a dead connection may report its close minutes later.
function drop() {
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
}

// Nothing heard for a while: ask, and take silence for a dead connection.
function watch(quietMs = QUIET_MS) {
    clearTimeout(quietTimer);
    quietTimer = setTimeout(() => {
        sendFrame({ type: "ping" });
        quietTimer = setTimeout(() => {
            drop();
            retryIn(0);
        }, ANSWER_MS);
    }, quietMs);
}

function retryIn(delayMs) {
    clearTimers();
    become("waiting");
    retryTimer = setTimeout(open, delayMs + Math.random() * Math.min(1000, delayMs / 2 + 200));
}

function onClose(event) {
    const lasted = openedAt ? Date.now() - openedAt : 0;
    const wasOpen = openedAt > 0;
    socket = null;
    openedAt = 0;
    if (event.code === CLOSE_SIGNED_OUT) {
        tell({ kind: "signedOut" });
        disconnect();
        handlers.onSignedOut();
        return;
    }
    failures = lasted > SETTLED_MS ? 0 : failures + 1;
    const isWanted = event.code === CLOSE_COME_BACK && failures < 3;
    retryIn(isWanted ? 0 : Math.min(1000 * 2 ** Math.max(failures - 1, 0), LONGEST_DELAY_MS));
    // A refused upgrade looks like any other failure here; an HTTP call tells a bad token apart.
    if (!wasOpen) handlers.onRefused();
}

function onMessage(event) {
    heardAt = Date.now();
    watch();
    // The server's first frame says that we are registered: what comes from now on reaches us, so
    // what came before is to be caught up on now and not a moment earlier.
    if (!isGreeted) {
        isGreeted = true;
        tell({ kind: "open" });
        handlers.onOpen();
    }
    let frame;
    try {
        frame = JSON.parse(event.data);
    } catch {
        return;
    }
    if (!frame || frame.type === "ping") return;
    tell({ kind: "frame", frame });
    handlers.onFrame(frame);
}

function open() {
    clearTimers();
    drop();
    openedAt = 0;
    become("connecting");
    const own = new WebSocket(socketAddress());
    socket = own;
    own.onopen = () => {
        openedAt = Date.now();
        isGreeted = false;
        heardAt = Date.now();
        become("online");
        watch();
    };
    own.onmessage = onMessage;
    own.onclose = onClose;
    quietTimer = setTimeout(() => {
        drop();
        failures += 1;
        retryIn(Math.min(1000 * 2 ** failures, LONGEST_DELAY_MS));
    }, ANSWER_MS);
}

const tell = (message) => bus && bus.postMessage(message);

/** What the tab with the socket tells the others, and what they ask of it. */
function onTold({ data }) {
    const { kind } = data;
    if (isLeader) {
        if (kind === "send") sendFrame(data.frame);
        else if (kind === "hello") tell({ kind: "state", ...socketStore.get() });
        return;
    }
    if (kind === "frame") {
        handlers.onFrame(data.frame);
    } else if (kind === "open") {
        become("online");
        handlers.onOpen();
    } else if (kind === "state") {
        const isNew = data.state === "online" && socketStore.get().state !== "online";
        socketStore.set({ state: data.state, syncedAt: data.syncedAt });
        // Whoever comes in while the socket stands has missed what came before.
        if (isNew) handlers.onOpen();
    } else if (kind === "signedOut") {
        disconnect();
        handlers.onSignedOut();
    }
}

socketStore.subscribe(() => {
    if (isLeader) tell({ kind: "state", ...socketStore.get() });
});

/** Waits for its turn to hold the socket; the lock falls to the next when this tab closes. */
function share(name) {
    const abort = new AbortController();
    bus = new BroadcastChannel(name);
    bus.onmessage = onTold;
    letGo = () => abort.abort();
    navigator.locks.request(name, { signal: abort.signal }, () => new Promise((resolve) => {
        isLeader = true;
        letGo = () => resolve(undefined);
        open();
    })).catch(() => {}); // signed out while waiting
    tell({ kind: "hello" });
}

/**
 * Connects and stays connected until `disconnect`.
 * @param {string} name  the same in all tabs that may share the socket
 * @param {Partial<typeof handlers>} own
 */
export function connect(name, own) {
    Object.assign(handlers, own);
    failures = 0;
    heardAt = 0;
    account = name;
    become("connecting");
    // Locks exist in secure contexts only; elsewhere each tab has a socket of its own.
    if (navigator.locks && typeof BroadcastChannel === "function") share(name);
    else open();
}

/** Closes the connection for good. */
export function disconnect() {
    clearTimers();
    drop();
    openedAt = 0;
    become("idle");
    isLeader = false;
    letGo();
    letGo = () => {};
    if (bus) bus.close();
    bus = null;
}

/**
 * @param {object} frame
 * @returns {boolean} whether it left; transient frames are not worth keeping
 */
export function sendFrame(frame) {
    if (bus && !isLeader) {
        tell({ kind: "send", frame });
        return socketStore.get().state === "online";
    }
    if (!socket || socket.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(frame));
    return true;
}

function comeBackNow() {
    if (bus && !isLeader) return;
    if (socketStore.get().state === "waiting") {
        failures = 0;
        open();
    } else if (socketStore.get().state === "online") {
        // After sleep or a change of network the connection may be dead without knowing.
        watch(0);
    }
}

addEventListener("online", comeBackNow);
addEventListener("pagehide", () => socketStore.get().state === "online" && keepHeard());
document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") comeBackNow();
});
