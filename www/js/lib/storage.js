// localStorage that never throws: private windows and full quotas must not stop a chat.

const PREFIX = "chatd.";

/**
 * @param {string} name
 * @param {any} [fallback]
 * @returns {any} the stored value, or the fallback when there is none that can be read
 */
export function load(name, fallback = null) {
    try {
        const text = localStorage.getItem(PREFIX + name);
        return text === null ? fallback : JSON.parse(text);
    } catch {
        return fallback;
    }
}

/**
 * @param {string} name
 * @param {any} value  undefined or null removes the name
 * @returns {boolean} whether it was written
 */
export function save(name, value) {
    try {
        if (value === undefined || value === null) localStorage.removeItem(PREFIX + name);
        else localStorage.setItem(PREFIX + name, JSON.stringify(value));
        return true;
    } catch {
        return false;
    }
}

/**
 * @param {string} start
 * @returns {string[]} the stored names that begin so
 */
export function namesWith(start) {
    try {
        return Object.keys(localStorage)
            .filter((key) => key.startsWith(PREFIX + start))
            .map((key) => key.slice(PREFIX.length));
    } catch {
        return [];
    }
}

/**
 * Calls back when another tab of this browser wrote the name.
 * @param {string} name
 * @param {() => void} listener
 */
export function onForeignWrite(name, listener) {
    addEventListener("storage", (event) => {
        if (event.key === PREFIX + name || event.key === null) listener();
    });
}
