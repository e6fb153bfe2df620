// Escape closes what was opened last: whatever opens says here how it is closed.

import { useLayoutEffect, useRef } from "./preact.js";

/** @type {(() => void)[]} */
const stack = [];

/**
 * @param {() => void} close
 * @param {boolean} [isOpen]
 * @param {boolean} [isGround]  what Escape does when nothing is open
 */
export function useEscape(close, isOpen = true, isGround = false) {
    const now = useRef(close);
    now.current = close;
    useLayoutEffect(() => {
        if (!isOpen) return undefined;
        const entry = () => now.current();
        if (isGround) stack.unshift(entry);
        else stack.push(entry);
        return () => {
            stack.splice(stack.indexOf(entry), 1);
        };
    }, [isOpen]);
}

/** @returns {boolean} whether there was something to close */
export function closeTopmost() {
    const close = stack.at(-1);
    if (close) close();
    return Boolean(close);
}
