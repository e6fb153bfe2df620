// Records a voice note: sound from the microphone, and how loud it was, for the picture of it.

import { meter } from "./meter.js";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const SAMPLE_MS = 100;
const WAVE_POINTS = 64;
export const LONGEST_MS = 10 * 60 * 1000;

/** @returns {boolean} false on plain http from another machine: browsers keep the microphone */
export const canRecord = () => Boolean(navigator.mediaDevices && window.MediaRecorder);

function shorten(levels) {
    const per = Math.max(1, levels.length / WAVE_POINTS);
    const wave = [];
    for (let at = 0; at < levels.length && wave.length < WAVE_POINTS; at += per) {
        const part = levels.slice(Math.floor(at), Math.max(Math.floor(at) + 1, Math.floor(at + per)));
        wave.push(Math.round(Math.max(...part) * 100) / 100);
    }
    return wave;
}

/**
 * Starts recording; asks for the microphone.
 * @param {(state: { ms: number, level: number }) => void} onTick
 * @returns {Promise<{ stop: () => Promise<import("./media.js").Prepared | null>, cancel: () => void }>}
 *          stop gives null for what was too short to be meant; rejects when there is no microphone
 */
export async function record(onTick) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one)) || "";
    const recorder = new MediaRecorder(stream, type ? { mimeType: type } : undefined);
    const levels = meter(stream);
    const chunks = [];
    const wave = [];
    const startedAt = performance.now();
    recorder.ondataavailable = (event) => chunks.push(event.data);
    recorder.start(1000);
    const timer = setInterval(() => {
        const ms = performance.now() - startedAt;
        wave.push(levels.level());
        onTick({ ms, level: wave[wave.length - 1] });
    }, SAMPLE_MS);
    const end = () => {
        clearInterval(timer);
        levels.close();
        for (const track of stream.getTracks()) track.stop();
    };
    return {
        cancel() {
            recorder.onstop = null;
            if (recorder.state !== "inactive") recorder.stop();
            end();
        },
        stop: () => new Promise((resolve) => {
            const duration = Math.round(performance.now() - startedAt);
            recorder.onstop = () => {
                end();
                const blob = new Blob(chunks, { type: recorder.mimeType });
                const name = `voice.${/mp4/.test(blob.type) ? "m4a" : /ogg/.test(blob.type) ? "ogg" : "webm"}`;
                resolve(duration < 700 ? null : {
                    type: "voice", blob,
                    extra: { name, size: blob.size, duration, wave: shorten(wave) },
                });
            };
            recorder.stop();
        }),
    };
}
