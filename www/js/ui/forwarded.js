// Several messages in one, opened: who said what, and when.

import { html } from "../lib/preact.js";
import { addStyle } from "../lib/style.js";
import { clockTime, dayTitle, fullTime, isSameDay } from "../lib/time.js";
import { peopleStore } from "../store/people.js";
import { MessageBody } from "./message-body.js";
import { Avatar, Dialog } from "./parts.js";

await addStyle("css/talk.css");

function Item({ item, isFirst, isNewDay }) {
    return html`${isNewDay && html`<li class="notice-row"><span class="chip">
            ${dayTitle(item.at)}</span></li>`}
        <li class="forwarded-item" data-testid="forwarded-item">
            ${isFirst ? html`<${Avatar} name=${item.name} id=${item.fromId} size="s"
                    image=${peopleStore.get()[item.fromId]?.avatar} />`
                : html`<span class="forwarded-gap"></span>`}
            <div class="forwarded-main">
                ${isFirst && html`<div class="forwarded-head"><strong>${item.name}</strong></div>`}
                <${MessageBody} message=${item} />
            </div>
            ${item.at > 0 && html`<time class="row-time" datetime=${item.createdAt}
                title=${fullTime(item.at)}>${clockTime(item.at)}</time>`}
        </li>`;
}

/** @param {{ title: string, items: any[], onClose: () => void }} props */
export function Forwarded({ title, items, onClose }) {
    return html`<${Dialog} title=${title} onClose=${onClose} testId="forwarded">
        <ul class="forwarded">${items.map((item, index) => {
            const before = items[index - 1];
            const isNewDay = item.at > 0 && (!before || !isSameDay(before.at, item.at));
            return html`<${Item} key=${index} item=${item} isNewDay=${isNewDay}
                isFirst=${isNewDay || !before || before.fromId !== item.fromId} />`;
        })}</ul>
    </${Dialog}>`;
}
