// The emoji picker: by group, by word in the reader's language, and what was used lately.

import { html, useEffect, useMemo, useRef, useState } from "../lib/preact.js";
import { noteEmoji, recentEmoji } from "../lib/emoji.js";
import { useEscape } from "../lib/escape.js";
import { languageTag, t } from "../lib/i18n.js";
import { learnPinyin, soundsLike } from "../lib/pinyin.js";
import { Spinner } from "./parts.js";

const GROUPS = ["smileys", "people", "", "animals", "food", "travel", "activities", "objects",
    "symbols", "flags"];
const MOST_FOUND = 120;
const WAIT_MS = 150;
const tables = new Map();

async function tableFor(language) {
    if (!tables.has(language)) {
        const response = await fetch(new URL(`vendor/emoji-${language}.json`, document.baseURI));
        tables.set(language, await response.json());
    }
    return tables.get(language);
}

/** Words of both languages find an emoji: people mix them. */
async function loadEmoji() {
    const languages = languageTag() === "zh-CN" ? ["zh", "en"] : ["en", "zh"];
    const [own, other] = await Promise.all(languages.map(tableFor));
    const others = new Map(other.map(([emoji, , words]) => [emoji, words]));
    return own.map(([emoji, group, words]) => ({
        emoji, group, label: words.split(" ")[0],
        words: `${words} ${others.get(emoji) || ""}`.toLowerCase(),
    }));
}

/** Those one of whose Chinese words sounds like what was typed: "kx" for 开心. */
function soundingLike(all, wanted) {
    const every = new Set(all.flatMap(({ words }) => words.split(" ")));
    const like = new Set([...every].filter((word) => soundsLike(word, wanted)));
    return all.filter(({ words }) => !words.includes(wanted)
        && words.split(" ").some((word) => like.has(word)));
}

/** By a word or a part of it, and a moment after the last key by the sound, which takes longer. */
function useFound(all, wanted) {
    const [sounding, setSounding] = useState({ wanted: "", list: [] });
    useEffect(() => {
        if (!all || wanted.length < 2) return undefined;
        const timer = setTimeout(async () => {
            await learnPinyin(all.map(({ words }) => words), wanted).catch(() => {});
            setSounding({ wanted, list: soundingLike(all, wanted) });
        }, WAIT_MS);
        return () => clearTimeout(timer);
    }, [all, wanted]);
    if (!all || !wanted) return null;
    const named = all.filter(({ words }) => words.includes(wanted));
    return [...named, ...(sounding.wanted === wanted ? sounding.list : [])].slice(0, MOST_FOUND);
}

function Grid({ list, onPick }) {
    return html`<div class="emoji-grid">${list.map(({ emoji, label }) => html`<button key=${emoji}
        type="button" class="emoji" title=${label} aria-label=${label || emoji}
        data-testid="emoji" onClick=${() => onPick(emoji)}>${emoji}</button>`)}</div>`;
}

/** @param {{ onPick: (emoji: string) => void, onClose: () => void }} props */
export function EmojiPicker({ onPick, onClose }) {
    const [all, setAll] = useState(null);
    const [query, setQuery] = useState("");
    const box = useRef(null);
    useEscape(onClose);
    const lately = useMemo(recentEmoji, []);
    useEffect(() => {
        loadEmoji().then(setAll).catch(() => setAll([]));
        box.current.querySelector("input").focus();
        const onPress = (event) => {
            if (!box.current.contains(event.target)
                && !event.target.closest("[data-testid=emoji-open], textarea")) onClose();
        };
        addEventListener("pointerdown", onPress, true);
        return () => removeEventListener("pointerdown", onPress, true);
    }, []);
    const pickOne = (emoji) => {
        noteEmoji(emoji);
        onPick(emoji);
    };
    const wanted = query.trim().toLowerCase();
    const found = useFound(all, wanted);
    const groups = all && !wanted ? GROUPS.map((name, group) => ({
        name, list: all.filter((one) => one.group === group),
    })).filter(({ name }) => name) : [];
    return html`<div class="emoji-picker" ref=${box} role="dialog" aria-label=${t("emoji.open")}
        data-testid="emoji-picker">
        <input type="search" class="input" value=${query} placeholder=${t("emoji.search")}
            aria-label=${t("emoji.search")} data-testid="emoji-search"
            onInput=${(event) => setQuery(event.currentTarget.value)} />
        <div class="emoji-scroll">
            ${!all && html`<${Spinner} />`}
            ${found && (found.length ? html`<${Grid} list=${found} onPick=${pickOne} />`
                : html`<p class="list-note">${t("emoji.none")}</p>`)}
            ${groups.length > 0 && html`<h3 class="section-title">${t("emoji.recent")}</h3>
                <${Grid} list=${lately.map((emoji) => ({ emoji, label: emoji }))}
                    onPick=${pickOne} />`}
            ${groups.map(({ name, list }) => html`<section key=${name} class="emoji-group">
                <h3 class="section-title">${t(`emoji.group.${name}`)}</h3>
                <${Grid} list=${list} onPick=${pickOne} /></section>`)}
        </div>
    </div>`;
}
