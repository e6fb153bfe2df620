// The one door to the rendering library, so that no other module knows where it is served from.

import { Component, h } from "../../vendor/htm-preact.js";

export {
    h, html, render, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useReducer, useRef,
    useState,
} from "../../vendor/htm-preact.js";

function isShallowEqual(a, b) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]));
}

/**
 * Wraps a function component so that it renders again only when a property changed.
 * @param {(props: any) => any} view
 * @returns {any} a component
 */
export function memo(view) {
    return class Memo extends Component {
        shouldComponentUpdate(next) {
            return !isShallowEqual(this.props, next);
        }

        render(props) {
            return h(view, props);
        }
    };
}
