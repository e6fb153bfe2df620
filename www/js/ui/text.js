// Text as people wrote it, drawn from pieces: what they typed can never become markup.

import { html } from "../lib/preact.js";
import { splitMarkup } from "../lib/markup.js";

function piece(part, index) {
    const inside = part.marks ? part.marks.map(piece) : part.text;
    switch (part.kind) {
    case "link": return html`<a key=${index} href=${part.href} target="_blank"
        rel="noopener noreferrer">${inside}</a>`;
    case "strong": return html`<strong key=${index}>${inside}</strong>`;
    case "em": return html`<em key=${index}>${inside}</em>`;
    case "code": return html`<code key=${index}>${part.text}</code>`;
    case "block": return html`<pre key=${index}><code>${part.text}</code></pre>`;
    case "quote": return html`<blockquote key=${index}>${inside}</blockquote>`;
    case "mention": return html`<strong key=${index} class="mention">${inside}</strong>`;
    default: return part.text;
    }
}

/** Text as it was written: links, *emphasis*, `code`, > quotes; never markup. */
export function Text({ text, names = [], isLarge = false }) {
    return html`<span class="message-text ${isLarge ? "is-large" : ""}"
        data-testid="message-text">${splitMarkup(text, names).map(piece)}</span>`;
}
