// A value with listeners, and the hook that reads it: all the state handling this client needs.

import { useLayoutEffect, useReducer, useRef } from "./preact.js";

/**
 * @template T
 * @typedef {object} Store
 * @property {() => T} get
 * @property {(next: T | ((current: T) => T)) => void} set  listeners run only when it changed
 * @property {(part: Partial<T>) => void} patch  set some keys of an object value
 * @property {(listener: () => void) => () => void} subscribe  returns the way to leave
 */

/**
 * @template T
 * @param {T} initial
 * @returns {Store<T>}
 */
export function createStore(initial) {
    let state = initial;
    const listeners = new Set();
    const set = (next) => {
        const value = typeof next === "function" ? next(state) : next;
        if (Object.is(value, state)) return;
        state = value;
        for (const listener of [...listeners]) listener();
    };
    return {
        get: () => state,
        set,
        patch: (part) => set({ ...state, ...part }),
        subscribe(listener) {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
    };
}

const identity = (state) => state;

/**
 * Reads a part of a store and renders again when that part changes. The selector must return
 * something that is identical while nothing changed: a member, a number, not a fresh object.
 * @template T, R
 * @param {Store<T>} store
 * @param {(state: T) => R} [select]
 * @returns {R}
 */
export function useStore(store, select = identity) {
    const [, renderAgain] = useReducer((count) => count + 1, 0);
    const selected = select(store.get());
    const current = useRef(null);
    current.current = { select, selected };
    useLayoutEffect(() => {
        const check = () => {
            const { select: pick, selected: shown } = current.current;
            if (!Object.is(pick(store.get()), shown)) renderAgain();
        };
        check();
        return store.subscribe(check);
    }, [store]);
    return selected;
}
