// Style sheets of what is loaded late.

/** @type {Map<string, Promise<void>>} */
const added = new Map();

/**
 * Adds a style sheet to the page, once.
 * @param {string} href
 * @returns {Promise<void>} settled when it applies, or could not be read
 */
export function addStyle(href) {
    if (!added.has(href)) {
        added.set(href, new Promise((resolve) => {
            const link = document.createElement("link");
            link.rel = "stylesheet";
            link.href = href;
            link.onload = () => resolve();
            link.onerror = () => resolve();
            document.head.append(link);
        }));
    }
    return added.get(href);
}
