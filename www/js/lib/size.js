// Numbers as people read them.

import { languageTag } from "./i18n.js";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/**
 * @param {number} bytes
 * @returns {string} "3.4 MB" in the reader's language
 */
export function sizeText(bytes) {
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
        value /= 1000;
        unit++;
    }
    return new Intl.NumberFormat(languageTag(), {
        style: "unit", unit: UNITS[unit], unitDisplay: "short",
        maximumFractionDigits: value < 10 && unit ? 1 : 0,
    }).format(value);
}

/**
 * @param {number} ms
 * @returns {string} "1:05", "1:02:03"
 */
export function durationText(ms) {
    const seconds = Math.round(ms / 1000);
    const two = (value) => String(value).padStart(2, "0");
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
