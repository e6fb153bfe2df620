// "@" in a group: who may be meant, chosen by keys or finger.

import { html, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState }
    from "../lib/preact.js";
import { t } from "../lib/i18n.js";
import { learnPinyin, soundsLike } from "../lib/pinyin.js";
import { addStyle } from "../lib/style.js";
import { membersOf, notePicked } from "../store/mentions.js";
import { myId } from "../store/session.js";
import { Icon } from "./icons.js";
import { Avatar } from "./parts.js";

await addStyle("css/talk.css");

const MOST_SHOWN = 8;

/** How well a name fits what was typed: 0 not at all; by its beginning better than by a part of it. */
function fit(names, typed) {
    const low = names.map((name) => name.toLowerCase());
    if (low.some((name) => name.startsWith(typed))) return 3;
    if (low.some((name) => name.includes(typed))) return 2;
    return names.some((name) => soundsLike(name, typed)) ? 1 : 0;
}

function candidates(convKey, text) {
    const typed = text.toLowerCase();
    const all = { id: /** @type {const} */ ("all"), name: t("mention.all"), avatar: "",
        names: [t("mention.all"), "all"] };
    return [...membersOf(convKey).filter(({ id }) => id !== myId()), all]
        .map((one) => ({ ...one, rank: fit(one.names, typed) }))
        .filter(({ rank }) => rank > 0).sort((a, b) => b.rank - a.rank)
        .slice(0, MOST_SHOWN);
}

/**
 * The list above the field while a name is typed. `handle.current.onKey(event)` says whether a key was
 * meant for the list.
 * @param {object} props
 * @param {string} props.convKey
 * @param {{ current: HTMLTextAreaElement | null }} props.area
 * @param {{ text: string, from: number }} props.typed  what stands between "@" and the caret, and where
 * @param {(text: string) => void} props.write
 * @param {() => void} props.onClose
 * @param {any} props.handle
 */
export function MentionList({ convKey, area, typed, write, onClose, handle }) {
    const ref = useRef(null);
    const [at, setAt] = useState(0);
    const list = candidates(convKey, typed.text);
    const [, setLearnt] = useState(0);
    useEffect(() => {
        learnPinyin(membersOf(convKey).flatMap(({ names }) => names), typed.text)
            .then((isNew) => isNew && setLearnt(1)).catch(() => {});
    }, [typed.text]);
    const chosen = list[Math.min(at, list.length - 1)];
    useEffect(() => setAt(0), [typed.text]);
    const pick = (one) => {
        const { value } = area.current;
        const before = `${value.slice(0, typed.from)}${one.name} `;
        notePicked(convKey, one.name, one.id);
        write(before + value.slice(typed.from + typed.text.length));
        onClose();
        requestAnimationFrame(() => {
            area.current.focus();
            area.current.setSelectionRange(before.length, before.length);
        });
    };
    useImperativeHandle(handle, () => ({
        onKey: (event) => {
            if (list.length === 0) return false;
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (step) setAt((list.indexOf(chosen) + step + list.length) % list.length);
            else if (event.key === "Enter" || event.key === "Tab") pick(chosen);
            else if (event.key === "Escape") onClose();
            else return false;
            event.preventDefault();
            event.stopPropagation();
            return true;
        },
    }));
    // The focus stays in the field, so that is where a screen reader hears what is chosen.
    useLayoutEffect(() => {
        const field = area.current;
        if (!chosen) return undefined;
        field.setAttribute("aria-controls", "mention-list");
        field.setAttribute("aria-activedescendant", `mention-${chosen.id}`);
        ref.current.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
        return () => {
            field.removeAttribute("aria-controls");
            field.removeAttribute("aria-activedescendant");
        };
    }, [chosen?.id]);
    if (!chosen) return null;
    return html`<ul class="mention-list" role="listbox" id="mention-list" ref=${ref}
        aria-label=${t("mention.choose")} data-testid="mention-list">
        ${list.map((one) => html`<li key=${one.id} id="mention-${one.id}" role="option"
            class="mention-option" aria-selected=${one === chosen ? "true" : "false"}
            data-testid="mention-option" onMouseDown=${(event) => {
                event.preventDefault();
                pick(one);
            }}>
            ${one.id === "all" ? html`<${Icon} name="group" size=${24} />`
                : html`<${Avatar} name=${one.name} id=${one.id} image=${one.avatar} size="s" />`}
            <span>${one.name}</span></li>`)}
    </ul>`;
}
