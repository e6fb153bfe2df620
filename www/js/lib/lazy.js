// Components that are loaded when first shown, so that the first paint does not wait for them.

import { allWords } from "./i18n.js";
import { h, useEffect, useState } from "./preact.js";

/**
 * @template T
 * @param {() => Promise<T>} load  imports a module
 * @returns {Promise<T>} the module, when the words it says are there too
 */
export const withWords = (load) => Promise.all([load(), allWords()]).then(([module]) => module);

/**
 * @param {() => Promise<any>} load  imports the module
 * @param {string} name  what it exports
 * @returns {(props: any) => any} a component that is empty until the module is there
 */
export function lazy(load, name) {
    let View = null;
    return function Lazy(props) {
        const [, setLoaded] = useState(Boolean(View));
        useEffect(() => {
            let isGone = false;
            // Between the drawing and this, another one of the kind may have brought the module.
            if (View) setLoaded(true);
            else {
                withWords(load).then((module) => {
                    View = module[name];
                    if (!isGone) setLoaded(true);
                }).catch(() => {}); // shown again, it is tried again
            }
            return () => {
                isGone = true;
            };
        }, []);
        return View ? h(View, props) : null;
    };
}
