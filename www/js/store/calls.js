// The door to calls: their code is loaded when the first one rings or is made.

import { withWords } from "../lib/lazy.js";
import { createStore } from "../lib/store.js";

/** Whether anything about calls is on the screen or was. */
export const callsStore = createStore(false);

/** @type {Promise<typeof import("../calls/engine.js")> | null} */
let engine = null;

function load() {
    engine ||= withWords(() => import("../calls/engine.js")).catch((error) => {
        engine = null;
        throw error;
    });
    callsStore.set(true);
    return engine;
}

/** @param {any} frame  with ope "call"; frames are handled in the order they came */
export const takeCallFrame = (frame) => load().then((calls) => calls.onCallFrame(frame)).catch(() => {});

/** The socket is back. */
export function resumeCalls() {
    if (engine) engine.then((calls) => calls.resumeCalls()).catch(() => {});
}

/**
 * Opens the check before a call.
 * @param {{ key: string, toIds: number[], groupId: number, isVideo: boolean, title: string,
 *           choices?: { id: number, name: string, avatar: string }[] }} wish
 */
export async function checkCall(wish) {
    await load();
    const { checkStore } = await import("../calls/store.js");
    checkStore.set(wish);
}
