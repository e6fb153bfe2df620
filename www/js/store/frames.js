// Frames of the socket for parts of the client that may not be loaded yet.

/** @type {Map<string, Set<(frame: any) => void>>} */
const listeners = new Map();

/**
 * @param {string} type  a frame's, or "open": the connection is back
 * @param {(frame: any) => void} listener
 * @returns {() => void} the way to leave
 */
export function onFrameOf(type, listener) {
    if (!listeners.has(type)) listeners.set(type, new Set());
    listeners.get(type).add(listener);
    return () => {
        listeners.get(type).delete(listener);
    };
}

/** @param {any} frame */
export function tellFrame(frame) {
    for (const listener of listeners.get(frame.type) || []) listener(frame);
}
