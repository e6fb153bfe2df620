// Style sheets of what is loaded late.

const added = new Set();

/** @param {string} href  added to the page once */
export function addStyle(href) {
    if (added.has(href)) return;
    added.add(href);
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    document.head.append(link);
}
