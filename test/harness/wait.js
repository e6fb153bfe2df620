'use strict';
/* Waiting for things to become true, never for time to pass: every wait has a deadline and says what it waited for. */

/* Sanitizer builds are several times slower; what is measured in memory cannot be measured there at all. */
const SAN = process.env.SAN || '';
const SLOW = SAN ? 4 : 1;
const DEADLINE_MS = 10000 * SLOW;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/* The first truthy value of fn(), asked again and again. */
async function until(fn, what, ms = DEADLINE_MS) {
    const end = Date.now() + ms;
    for (;;) {
        const value = await fn();
        if (value) return value;
        if (Date.now() > end) throw new Error(`waited ${ms} ms in vain: ${what}`);
        await pause(15);
    }
}

/* promise, or an error after ms. */
function within(promise, what, ms = DEADLINE_MS) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`waited ${ms} ms in vain: ${what}`)), ms);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

module.exports = { SAN, SLOW, DEADLINE_MS, pause, until, within };
