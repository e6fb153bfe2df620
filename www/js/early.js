// Runs before the first paint, as a plain script: a chosen theme must not flash the other one.
(function () {
    "use strict";
    try {
        const theme = JSON.parse(localStorage.getItem("chatd.theme"));
        if (theme === "light" || theme === "dark") {
            document.documentElement.dataset.theme = theme;
        }
    } catch {
        // Storage that is switched off means that nothing was chosen.
    }
})();
