// Which emoji somebody uses, the latest first: a browser's own habit, not worth a server.

import { load, save } from "./storage.js";

const MOST_RECENT = 24;
const QUICK = 6;
const USUAL = ["👍", "❤️", "😂", "🎉", "😮", "🙏", "👌", "😊"];

/** @returns {string[]} */
export const recentEmoji = () => load("emoji", USUAL);

/** @returns {string[]} the few to react with at once */
export const quickEmoji = () => [...new Set([...recentEmoji(), ...USUAL])].slice(0, QUICK);

/** @param {string} emoji */
export function noteEmoji(emoji) {
    save("emoji", [emoji, ...recentEmoji().filter((one) => one !== emoji)].slice(0, MOST_RECENT));
}
