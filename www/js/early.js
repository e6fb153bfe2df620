// Runs before the first paint, as a plain script: a chosen theme must not flash the other one, and
// the list has the width it was given from the start.
(function () {
    "use strict";
    const chosen = (name) => JSON.parse(localStorage.getItem(`chatd.${name}`));
    const { dataset, style } = document.documentElement;
    try {
        const theme = chosen("theme");
        if (theme === "light" || theme === "dark") dataset.theme = theme;
        const width = chosen("listWidth");
        if (width > 0) style.setProperty("--list", `${width}px`);
    } catch {
        // Storage that is switched off means that nothing was chosen.
    }
})();
