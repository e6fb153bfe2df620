// Ringing, made on the spot: no file to load, and silent when the page may not sound yet.

const RING = [[0, 0.4, 660], [0.5, 0.4, 660]];
const WAITING = [[0, 0.9, 440]];
const RING_EVERY_MS = 2600;

/**
 * @param {"ring" | "waiting"} kind
 * @returns {() => void} stops it
 */
export function startRinging(kind) {
    let context = null;
    try {
        context = new AudioContext();
    } catch {
        return () => {};
    }
    const play = () => {
        for (const [at, length, pitch] of kind === "ring" ? RING : WAITING) {
            const tone = context.createOscillator();
            const volume = context.createGain();
            const start = context.currentTime + at;
            tone.frequency.value = pitch;
            volume.gain.setValueAtTime(0, start);
            volume.gain.linearRampToValueAtTime(kind === "ring" ? 0.14 : 0.05, start + 0.04);
            volume.gain.linearRampToValueAtTime(0, start + length);
            tone.connect(volume).connect(context.destination);
            tone.start(start);
            tone.stop(start + length);
        }
    };
    play();
    const timer = setInterval(play, RING_EVERY_MS);
    return () => {
        clearInterval(timer);
        context.close();
    };
}
