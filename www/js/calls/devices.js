// Microphone, camera and screen, and what to say when there is none.

import { load, save } from "../lib/storage.js";

/** @returns {boolean} false on plain http from another machine: browsers keep the devices */
export const canUseDevices = () => Boolean(navigator.mediaDevices?.getUserMedia);
export const canShareScreen = () => Boolean(navigator.mediaDevices?.getDisplayMedia);

/** The devices people chose last: {microphone, camera, speaker} ids. */
export const chosenDevices = () => load("devices", {});

/** @param {Record<string, string>} part */
export const chooseDevices = (part) => save("devices", { ...chosenDevices(), ...part });

const wish = (id) => (id ? { deviceId: { ideal: id } } : true);

/** @param {any} error  of getUserMedia
 *  @returns {string} a word for "device.*" */
function reasonOf(error) {
    if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
    if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "missing";
    if (error.name === "NotReadableError" || error.name === "AbortError") return "taken";
    return "failed";
}

/**
 * @param {"microphone" | "camera"} kind
 * @returns {Promise<{ track: MediaStreamTrack | null, problem: string }>} problem "" when it works;
 *          a call goes on without what does not
 */
export async function openDevice(kind) {
    if (!canUseDevices()) return { track: null, problem: "insecure" };
    const ids = chosenDevices();
    const constraints = kind === "camera"
        ? { video: { .../** @type {any} */ (wish(ids.camera) === true ? {} : wish(ids.camera)),
            width: { ideal: 1280 }, height: { ideal: 720 } } }
        : { audio: wish(ids.microphone) };
    try {
        const stream = await navigator.mediaDevices.getUserMedia(constraints);
        return { track: stream.getTracks()[0], problem: "" };
    } catch (error) {
        return { track: null, problem: reasonOf(error) };
    }
}

/** @returns {Promise<MediaStreamTrack | null>} null when the person thought better of it */
export async function openScreen() {
    try {
        const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
        return stream.getVideoTracks()[0];
    } catch {
        return null;
    }
}

/** @returns {Promise<{ microphones: MediaDeviceInfo[], cameras: MediaDeviceInfo[] }>} */
export async function listDevices() {
    const all = canUseDevices() ? await navigator.mediaDevices.enumerateDevices() : [];
    const named = (kind) => all.filter((one) => one.kind === kind && one.label);
    return { microphones: named("audioinput"), cameras: named("videoinput") };
}
