// Days and times in words, by Intl. Formatters are costly to make, so each is made once.

import { languageTag } from "./i18n.js";

// "en" alone means American habits; the browser may know which English its user reads.
function regionTag() {
    const tag = languageTag();
    const [language] = tag.split("-");
    return (navigator.languages || []).find((own) => own.split("-")[0] === language
        && own.includes("-") && !tag.includes("-")) || tag;
}

const formatters = new Map();

function formatter(name, make) {
    const key = `${languageTag()} ${name}`;
    if (!formatters.has(key)) formatters.set(key, make(regionTag()));
    return formatters.get(key);
}

function dateText(name, options, ms) {
    return formatter(name, (tag) => new Intl.DateTimeFormat(tag, options)).format(ms);
}

const capitalised = (text) => text.charAt(0).toLocaleUpperCase(languageTag()) + text.slice(1);

function daysAgo(ms, now) {
    const midnight = (value) => new Date(value).setHours(0, 0, 0, 0);
    return Math.round((midnight(now) - midnight(ms)) / 86400000);
}

function dayWord(days) {
    const relative = formatter("relative",
        (tag) => new Intl.RelativeTimeFormat(tag, { numeric: "auto" }));
    return capitalised(relative.format(-days, "day"));
}

/**
 * @param {string | undefined} text  RFC 3339
 * @returns {number} milliseconds since 1970, 0 when there is no readable time
 */
export function parseTime(text) {
    const ms = Date.parse(text || "");
    return Number.isNaN(ms) ? 0 : ms;
}

/** @param {number} ms */
export function clockTime(ms) {
    return dateText("clock", { timeStyle: "short" }, ms);
}

/**
 * A day to come, or long gone: "3 May", "3 May 2024".
 * @param {number} ms
 */
export function shortDay(ms) {
    const isThisYear = new Date(ms).getFullYear() === new Date().getFullYear();
    return isThisYear ? dateText("short month", { month: "short", day: "numeric" }, ms)
        : dateText("medium date", { dateStyle: "medium" }, ms);
}

/** The time of a moment today, before that with its day. @param {number} ms */
export function pastTime(ms) {
    return isSameDay(ms, Date.now()) ? clockTime(ms) : `${shortDay(ms)} ${clockTime(ms)}`;
}

/** @param {number} ms */
export function fullTime(ms) {
    return dateText("full", { dateStyle: "full", timeStyle: "short" }, ms);
}

/**
 * @param {number} a
 * @param {number} b
 */
export function isSameDay(a, b) {
    return new Date(a).toDateString() === new Date(b).toDateString();
}

/**
 * For a date chip: "Today", "Yesterday", "Tuesday", "3 May 2024".
 * @param {number} ms
 * @param {number} [now]
 */
export function dayTitle(ms, now = Date.now()) {
    const days = daysAgo(ms, now);
    if (days === 0 || days === 1) return dayWord(days);
    if (days > 1 && days < 7) return capitalised(dateText("weekday", { weekday: "long" }, ms));
    if (new Date(ms).getFullYear() === new Date(now).getFullYear()) {
        return dateText("day", { month: "long", day: "numeric", weekday: "short" }, ms);
    }
    return dateText("date", { dateStyle: "long" }, ms);
}

/**
 * For a list: the time today, then "Yesterday", the weekday, the date.
 * @param {number} ms
 * @param {number} [now]
 */
export function listTime(ms, now = Date.now()) {
    if (!ms) return "";
    const days = daysAgo(ms, now);
    if (days <= 0) return clockTime(ms);
    if (days === 1) return dayWord(1);
    if (days < 7) return capitalised(dateText("short day", { weekday: "short" }, ms));
    return dateText("short date", { dateStyle: "short" }, ms);
}
