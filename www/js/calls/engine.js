// Makes, takes and ends calls: what the server's frames mean, and what the person wants.

import { get, post } from "../api.js";
import { t } from "../lib/i18n.js";
import { sendFrame } from "../socket.js";
import { nameIn, peopleStore } from "../store/people.js";
import { myId, onSessionEnd } from "../store/session.js";
import { toast, toastError } from "../store/toasts.js";
import { openDevice, openScreen } from "./devices.js";
import { createPeer } from "./peer.js";
import { callStore, changeOther, checkStore, dropOther, dropRing, resetCall, ringsStore }
    from "./store.js";

const ENDED_SHOWN_MS = 2500;

/** @type {Map<number, ReturnType<typeof createPeer>>} */
const peers = new Map();
const own = { mic: null, camera: null, screen: null };
let iceServers = [];
let endTimer = 0;
/** Counts the calls that are over: what was waited for in an earlier one is not wanted any more. */
let era = 0;
/** Frames that came while the request that makes or enters a call was on its way: until it is answered
 *  nobody knows whether they are for this call. null: there is no such request.
 *  @type {any[] | null} */
let early = null;

onSessionEnd(() => closeAll());

const isIn = () => ["calling", "active"].includes(callStore.get().phase);

function closeAll() {
    era += 1;
    early = null;
    for (const peer of peers.values()) peer.close();
    peers.clear();
    for (const track of Object.values(own)) if (track) track.stop();
    own.mic = own.camera = own.screen = null;
    clearTimeout(endTimer);
}

/** @param {string} type @param {number} [toId] @param {any} [body] */
function signal(type, toId = 0, body = undefined) {
    const { callId } = callStore.get();
    sendFrame({ ope: "call", type, callId, toId,
        body: body === undefined ? "" : JSON.stringify(body) });
}

/** Everybody gets what I show now, and is told what it is. */
function share() {
    const { mic } = callStore.get();
    if (own.mic) own.mic.enabled = mic;
    const picture = own.screen || own.camera;
    const words = { mic: Boolean(own.mic && mic), camera: Boolean(own.camera), screen: Boolean(own.screen) };
    for (const peer of peers.values()) peer.send({ audio: own.mic, video: picture }, words).catch(() => {});
    callStore.patch({
        camera: words.camera, screen: words.screen,
        local: picture ? new MediaStream([picture]) : null,
    });
}

/** @param {boolean} isVideo @returns {Promise<boolean>} false: it was hung up before they were open */
async function openOwn(isVideo) {
    const begun = era;
    const [mic, camera] = await Promise.all([
        openDevice("microphone"),
        isVideo ? openDevice("camera") : Promise.resolve({ track: null, problem: "" }),
    ]);
    if (begun !== era) {
        mic.track?.stop();
        camera.track?.stop();
        return false;
    }
    own.mic = mic.track;
    own.camera = camera.track;
    callStore.patch({
        mic: Boolean(mic.track),
        problems: [mic.problem && `microphone.${mic.problem}`, camera.problem && `camera.${camera.problem}`]
            .filter(Boolean),
    });
    share();
    return true;
}

function peerOf(id) {
    if (!peers.has(id)) {
        const peer = createPeer(iceServers, {
            signal: (type, body) => signal(type, id, body),
            change: (part) => {
                if (peers.get(id) === peer) changeOther(id, part);
            },
        });
        peers.set(id, peer);
    }
    return peers.get(id);
}

function dropPeer(id) {
    peers.get(id)?.close();
    peers.delete(id);
}

function takeMembers(members) {
    for (const { id, name, avatar, state } of members) {
        if (id === myId() || (state !== "ringing" && state !== "in")) continue;
        changeOther(id, { name: nameIn(peopleStore.get(), id) || name, avatar,
            connection: state === "ringing" ? "ringing" : "connecting" });
    }
}

function begin(call, title) {
    iceServers = call.iceServers || [];
    callStore.patch({
        callId: call.callId, isVideo: call.video, isGroup: call.group, title,
        phase: call.status === "active" ? "active" : "calling",
        startedAt: call.answeredAt ? Date.parse(call.answeredAt) : 0,
    });
    takeMembers(call.members);
}

/**
 * Makes or enters a call. The server tells the others before it answers, and they offer at once: what
 * they send may be here first, and is kept until then.
 * @param {string} path @param {object | undefined} body @param {string} title
 */
async function join(path, body, title) {
    const begun = era;
    /** @type {any[]} */
    const kept = [];
    early = kept;
    const call = await post(path, body);
    if (begun !== era) {
        post(`calls/${call.callId}/leave`).catch(() => {});
        return;
    }
    early = null;
    begin(call, title);
    share();
    for (const frame of kept) onCallFrame(frame);
}

/**
 * The way into a call, and back out of it when that fails.
 * @param {boolean} isVideo @param {() => Promise<void>} enter
 */
async function comeIn(isVideo, enter) {
    const begun = era;
    try {
        // The devices first: who rings should be ready to talk, and who answers is sent offers at once.
        if (await openOwn(isVideo)) await enter();
    } catch (error) {
        if (begun !== era) return;
        closeAll();
        resetCall();
        toastError(error);
    }
}

/**
 * Calls people.
 * @param {{ toIds: number[], groupId?: number, isVideo: boolean, title: string }} wish
 */
export async function startCall({ toIds, groupId = 0, isVideo, title }) {
    if (callStore.get().phase !== "idle") return;
    callStore.patch({ phase: "starting", isVideo, title, isSmall: false });
    checkStore.set(null);
    const body = { toIds, video: isVideo ? 1 : 0, groupId: groupId || undefined };
    await comeIn(isVideo, () => join("calls", body, title));
}

/** @param {number} callId @param {boolean} isVideo  with my camera */
export async function answer(callId, isVideo) {
    const ring = ringsStore.get()[callId];
    if (!ring || callStore.get().phase !== "idle") return;
    dropRing(callId);
    callStore.patch({ phase: "starting", isVideo: ring.video, title: ring.name, callId });
    await comeIn(isVideo, () => join(`calls/${callId}/enter`, undefined, ring.name));
}

/** @param {number} callId */
export function decline(callId) {
    dropRing(callId);
    post(`calls/${callId}/reject`).catch(toastError);
}

function finish(ending) {
    closeAll();
    for (const id of Object.keys(callStore.get().others)) dropOther(Number(id));
    callStore.patch({ phase: "ended", ending, local: null, screen: false, camera: false });
    endTimer = setTimeout(resetCall, ENDED_SHOWN_MS);
}

/** Leaves the call; before anybody answered it ends for all. */
export function hangUp() {
    const { callId, phase } = callStore.get();
    if (phase === "ended" || phase === "idle") {
        resetCall();
        return;
    }
    if (callId) post(`calls/${callId}/${phase === "calling" ? "cancel" : "leave"}`).catch(() => {});
    finish("mine");
}

/**
 * Opens a device in the middle of a call.
 * @param {"microphone" | "camera"} kind
 * @returns {Promise<MediaStreamTrack | null>} null: it cannot be, which is said, or the call is over
 */
async function openMore(kind) {
    const begun = era;
    const { track, problem } = await openDevice(kind);
    if (begun !== era) {
        track?.stop();
        return null;
    }
    if (!track) toast(t(`device.${kind}.${problem}`), { isError: true });
    return track;
}

export async function toggleMic() {
    if (!own.mic) {
        const track = await openMore("microphone");
        if (!track) return;
        own.mic = track;
        callStore.patch({ mic: true });
    } else {
        callStore.patch({ mic: !callStore.get().mic });
    }
    share();
}

export async function toggleCamera() {
    if (own.camera) {
        own.camera.stop();
        own.camera = null;
    } else {
        const track = await openMore("camera");
        if (!track) return;
        own.camera = track;
    }
    share();
}

export async function toggleScreen() {
    if (own.screen) {
        own.screen.stop();
        own.screen = null;
    } else {
        const track = await openScreen();
        if (!track) return;
        if (!isIn()) {
            track.stop();
            return;
        }
        own.screen = track;
        // The browser has its own way to stop sharing.
        track.onended = () => {
            if (own.screen !== track) return;
            own.screen = null;
            share();
        };
    }
    share();
}

/** Other devices were chosen: they take the place of those in use. */
export async function renewDevices() {
    for (const [name, kind] of [["mic", "microphone"], ["camera", "camera"]]) {
        if (!own[name]) continue;
        const { track } = await openDevice(/** @type {any} */ (kind));
        if (!own[name]) track?.stop();
        if (!track || !own[name]) continue;
        own[name].stop();
        own[name] = track;
    }
    share();
}

/** @param {number} id  somebody in the call; how the connection does, for tests and the curious */
export const statsOf = async (id) => peers.get(id)?.stats();

function onRing(frame, body) {
    if (callStore.get().callId === frame.callId) return;
    ringsStore.patch({ [frame.callId]: {
        callId: frame.callId, fromId: frame.fromId, avatar: body.avatar || "",
        name: nameIn(peopleStore.get(), frame.fromId) || body.name || String(frame.fromId),
        video: Boolean(body.video), group: Boolean(body.group), groupId: body.groupId || 0,
        subject: body.subject || "", ringUntil: body.ringUntil || 0,
    } });
}

async function onEnter(frame, body) {
    dropPeer(frame.fromId);
    changeOther(frame.fromId, { name: nameIn(peopleStore.get(), frame.fromId) || body.name,
        avatar: body.avatar || "", connection: "connecting", stream: null });
    const { startedAt } = callStore.get();
    callStore.patch({ phase: "active", startedAt: startedAt || Date.now() });
    const peer = peerOf(frame.fromId);
    share();
    await peer.begin();
}

const HANDLERS = {
    enter: onEnter,
    offer: async (frame, body) => {
        // A further offer on a connection mends it: how that goes, the connection says itself.
        if (!peers.has(frame.fromId)) changeOther(frame.fromId, { connection: "connecting" });
        const peer = peerOf(frame.fromId);
        share();
        const { startedAt } = callStore.get();
        callStore.patch({ phase: "active", startedAt: startedAt || Date.now() });
        await peer.takeOffer(body);
    },
    answer: (frame, body) => peers.get(frame.fromId)?.takeAnswer(body),
    candidate: (frame, body) => peerOf(frame.fromId).takeCandidate(body),
    leave: (frame) => {
        dropPeer(frame.fromId);
        dropOther(frame.fromId);
    },
    reject: (frame, body) => {
        dropPeer(frame.fromId);
        dropOther(frame.fromId);
        const { name } = { name: nameIn(peopleStore.get(), frame.fromId) };
        if (callStore.get().isGroup) toast(t(`call.not.${body.state === "missed" ? "missed" : "declined"}`, { name }));
    },
};

function readBody(frame) {
    try {
        return frame.body ? JSON.parse(frame.body) : {};
    } catch {
        return {};
    }
}

/** @param {any} frame  with ope "call" */
export async function onCallFrame(frame) {
    const body = readBody(frame);
    if (frame.type === "ring") {
        onRing(frame, body);
        return;
    }
    if (frame.type === "ended" || frame.type === "elsewhere") dropRing(frame.callId);
    if (early) {
        early.push(frame);
        return;
    }
    if (callStore.get().callId !== frame.callId || !isIn()) return;
    if (frame.type === "ended") {
        finish(body.state || "answered");
        return;
    }
    try {
        await HANDLERS[frame.type]?.(frame, body ?? null);
    } catch {
        // A description the browser cannot take: the connection will say that it failed.
        changeOther(frame.fromId, { connection: "failed" });
    }
}

/** The socket is back: take the call up again, and hear of what rang meanwhile. */
export async function resumeCalls() {
    if (isIn()) signal("enter", 0, { resume: true });
    const { items } = await get("calls", { live: 1 });
    const live = new Set(items.map(({ callId }) => callId));
    for (const callId of Object.keys(ringsStore.get())) if (!live.has(Number(callId))) dropRing(Number(callId));
    if (isIn() && !live.has(callStore.get().callId)) finish("failed");
}
