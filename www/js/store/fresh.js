// Readings of the server that are never older than the wish for them.

import { onSessionEnd } from "./session.js";

/**
 * One request at a time. Who asks while one is on its way shares the next one with others who do:
 * the one on its way may not know of what they ask about.
 * @param {() => Promise<void>} read
 * @returns {() => Promise<void>}
 */
export function fresh(read) {
    let running = null;
    let next = null;
    onSessionEnd(() => {
        running = null;
        next = null;
    });
    function begin() {
        const own = read().finally(() => {
            if (running === own) running = null;
        });
        running = own;
        return own;
    }
    function follow() {
        const own = running.catch(() => {}).then(() => {
            if (next === own) next = null;
            return running || begin();
        });
        next = own;
        return own;
    }
    return () => (running ? next || follow() : begin());
}
