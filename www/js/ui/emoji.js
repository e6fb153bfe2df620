// The emoji picker: by group, by word in the reader's language, and what was used lately.

import { html, useEffect, useMemo, useRef, useState } from "../lib/preact.js";
import { noteEmoji, recentEmoji } from "../lib/emoji.js";
import { useEscape } from "../lib/escape.js";
import { languageTag, t } from "../lib/i18n.js";
import { Spinner } from "./parts.js";

const GROUPS = ["smileys", "people", "", "animals", "food", "travel", "activities", "objects",
    "symbols", "flags"];
const MOST_FOUND = 120;
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
    const found = all && wanted ? all.filter(({ words }) => words.includes(wanted)).slice(0, MOST_FOUND)
        : null;
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
