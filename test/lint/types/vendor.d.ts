// What the web client imports from /vendor, as far as it uses it.
declare module "*/vendor/htm-preact.js" {
    export class Component<P = any, S = any> {
        props: P;
        state: S;
        setState(part: Partial<S>): void;
        render(props: P, state?: S): any;
    }
    export function h(view: any, props: any, ...children: any[]): any;
    export function html(strings: TemplateStringsArray, ...values: any[]): any;
    export function render(tree: any, parent: Element): void;
    export function useState<T>(initial: T | (() => T)): [T, (next: T | ((held: T) => T)) => void];
    export function useReducer<S, A>(reduce: (state: S, action: A) => S, initial: S): [S, (action?: A) => void];
    export function useEffect(run: () => void | (() => void), needs?: any[]): void;
    export function useLayoutEffect(run: () => void | (() => void), needs?: any[]): void;
    export function useMemo<T>(make: () => T, needs: any[]): T;
    export function useRef<T = any>(initial: T): { current: any };
    export function useImperativeHandle(ref: any, make: () => any, needs?: any[]): void;
}
declare module "*/vendor/pinyin-match.js" {
    const pinyin: { match(text: string, typed: string): [number, number] | false };
    export default pinyin;
}
