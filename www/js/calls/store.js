// The call I am in, and the calls that ring for me.

import { createStore } from "../lib/store.js";
import { onSessionEnd } from "../store/session.js";

/**
 * @typedef {object} Other
 * @property {number} id
 * @property {string} name
 * @property {string} avatar
 * @property {"ringing" | "connecting" | "connected" | "reconnecting" | "failed"} connection
 * @property {MediaStream | null} stream
 * @property {boolean} mic
 * @property {boolean} camera
 * @property {boolean} screen
 * @property {"" | "direct" | "relay"} path
 */

/** phase: "idle", "starting", "calling" (nobody has answered), "active", "ended". */
const NOTHING = {
    phase: /** @type {"idle" | "starting" | "calling" | "active" | "ended"} */ ("idle"),
    callId: 0, isVideo: false, isGroup: false, title: "",
    others: /** @type {Record<number, Other>} */ ({}),
    mic: true, camera: false, screen: false,
    local: /** @type {MediaStream | null} */ (null),
    problems: /** @type {string[]} */ ([]),
    startedAt: 0, isSmall: false, ending: "",
};

export const callStore = createStore(NOTHING);

/**
 * Calls that ring, by call id.
 * @typedef {{ callId: number, fromId: number, name: string, avatar: string, video: boolean,
 *             group: boolean, groupId: number, subject: string, ringUntil: number }} Ring
 */
export const ringsStore = createStore(/** @type {Record<number, Ring>} */ ({}));

/** What a call is about to be made with, while the devices are checked; or null. */
export const checkStore = createStore(/** @type {{ key: string, toIds: number[], groupId: number,
    isVideo: boolean, title: string,
    choices?: { id: number, name: string, avatar: string }[] } | null} */ (null));

export const resetCall = () => callStore.set(NOTHING);

onSessionEnd(() => {
    resetCall();
    ringsStore.set({});
    checkStore.set(null);
});

/** @param {number} id @param {Partial<Other>} part */
export function changeOther(id, part) {
    callStore.set((call) => {
        const known = call.others[id] || { id, name: String(id), avatar: "", connection: "connecting",
            stream: null, mic: true, camera: false, screen: false, path: "" };
        return { ...call, others: { ...call.others, [id]: { .../** @type {Other} */ (known), ...part } } };
    });
}

/** @param {number} id */
export function dropOther(id) {
    callStore.set((call) => {
        const { [id]: _gone, ...others } = call.others;
        return { ...call, others };
    });
}

/** @param {number} callId */
export function dropRing(callId) {
    ringsStore.set((rings) => {
        if (!rings[callId]) return rings;
        const { [callId]: _gone, ...others } = rings;
        return others;
    });
}
