// "@" in a group: who may be meant, chosen by keys or finger.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { t } from "../lib/i18n.js";
import { groupsStore, peopleIn } from "../store/contacts.js";
import { partsOf } from "../store/conversations.js";
import { nameIn, peopleStore } from "../store/people.js";
import { myId } from "../store/session.js";
import { Icon } from "./icons.js";
import { Avatar } from "./parts.js";

const MOST_SHOWN = 8;
const BEFORE_CARET = /(?:^|[\s(（])@([^\s@]{0,30})$/u;

/** Names written into each conversation's text so far: a name alone does not tell who is meant. */
const meant = new Map();

/** @param {string} convKey @param {string} name @param {number | "all"} id */
function remember(convKey, name, id) {
    if (!meant.has(convKey)) meant.set(convKey, new Map());
    meant.get(convKey).set(name, id);
}

/**
 * @param {string} convKey
 * @param {string} text  about to be sent
 * @returns {{ mentions: number[], mentionAll: boolean }}
 */
export function mentionsIn(convKey, text) {
    const found = [...(meant.get(convKey) || [])].filter(([name]) => text.includes(`@${name}`))
        .map(([, id]) => id);
    meant.delete(convKey);
    return {
        mentions: found.filter((id) => id !== "all"), mentionAll: found.includes("all"),
    };
}

function candidates(convKey, typed) {
    const { ope, targetId } = partsOf(convKey);
    const group = ope === "group" ? groupsStore.get()[targetId] : null;
    if (!group) return [];
    const people = peopleIn(peopleStore.get(), group);
    const wanted = typed.toLowerCase();
    const members = (group.membersList || []).map(({ account }) => ({
        id: account.id, name: nameIn(people, account.id), other: account.username || "",
        avatar: account.avatar,
    })).filter(({ id }) => id !== myId());
    const all = { id: /** @type {const} */ ("all"), name: t("mention.all"), other: "all", avatar: "" };
    return [...members, all]
        .filter(({ name, other }) => `${name} ${other}`.toLowerCase().includes(wanted))
        .slice(0, MOST_SHOWN);
}

/**
 * What is being completed in a text field, and what keys do about it.
 * @param {string} convKey
 * @param {{ current: HTMLTextAreaElement | null }} area
 * @param {(text: string) => void} write
 */
export function useMentions(convKey, area, write) {
    const [state, setState] = useState({ list: [], at: 0, from: 0 });
    const close = () => setState({ list: [], at: 0, from: 0 });
    useEffect(close, [convKey]);
    const look = () => {
        const { value, selectionStart } = area.current;
        const found = BEFORE_CARET.exec(value.slice(0, selectionStart));
        const list = found ? candidates(convKey, found[1]) : [];
        setState({ list, at: 0, from: found ? selectionStart - found[1].length : 0 });
    };
    const pick = (one) => {
        const { value, selectionStart } = area.current;
        const before = `${value.slice(0, state.from)}${one.name} `;
        remember(convKey, one.name, one.id);
        write(before + value.slice(selectionStart));
        close();
        requestAnimationFrame(() => {
            area.current.focus();
            area.current.setSelectionRange(before.length, before.length);
        });
    };
    const onKey = (event) => {
        const { list, at } = state;
        if (list.length === 0) return false;
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) setState({ ...state, at: (at + step + list.length) % list.length });
        else if (event.key === "Enter" || event.key === "Tab") pick(list[at]);
        else if (event.key === "Escape") close();
        else return false;
        event.preventDefault();
        event.stopPropagation();
        return true;
    };
    return { list: state.list, at: state.at, look, pick, onKey, close };
}

/** The list above the field. */
export function MentionList({ list, at, onPick }) {
    const ref = useRef(null);
    useEffect(() => {
        ref.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    }, [at]);
    if (list.length === 0) return null;
    return html`<ul class="mention-list" role="listbox" id="mention-list" ref=${ref}
        aria-label=${t("mention.choose")} data-testid="mention-list">
        ${list.map((one, index) => html`<li key=${one.id} role="option" class="mention-option"
            aria-selected=${index === at ? "true" : "false"} data-testid="mention-option"
            onMouseDown=${(event) => {
                event.preventDefault();
                onPick(one);
            }}>
            ${one.id === "all" ? html`<${Icon} name="group" size=${24} />`
                : html`<${Avatar} name=${one.name} id=${one.id} image=${one.avatar} size="s" />`}
            <span>${one.name}</span></li>`)}
    </ul>`;
}
