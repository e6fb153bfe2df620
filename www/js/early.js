// Runs before the first paint, as a plain script: a chosen theme must not flash the other one.
(function () {
    "use strict";
    try {
        var theme = JSON.parse(localStorage.getItem("chatd.theme"));
        if (theme === "light" || theme === "dark") {
            document.documentElement.dataset.theme = theme;
        }
    } catch (error) {
        // Storage that is switched off means that nothing was chosen.
    }
})();
