// What is inside a bubble: text with links, media, files, places, other people's messages.

import { html } from "../lib/preact.js";
import { contentOf } from "../lib/content.js";
import { t } from "../lib/i18n.js";
import { groupsStore, peopleIn } from "../store/contacts.js";
import { nameIn, peopleStore } from "../store/people.js";
import { CallCard, ForwardCard } from "./cards.js";
import { FileCard, Film, Picture, PlaceCard, Voice } from "./media.js";
import { Text } from "./text.js";

const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\ufe0f|\u200d\p{Extended_Pictographic}|[\u{1f3fb}-\u{1f3ff}])*|\p{Regional_Indicator}{2}){1,3}$/u;

/** The names a message may call people by: the one I use, those they gave themselves, and everybody's in any language. */
function namesIn({ mentions, mentionAll, toId }) {
    const known = peopleStore.get();
    const names = (mentions || []).flatMap((id) => [known, peopleIn(known, groupsStore.get()[toId])]
        .map((people) => nameIn(people, id)).concat(known[id]?.username || []));
    return mentionAll ? [...names, "all", "所有人", t("mention.all")] : names;
}

/** The content of a message. `file` is the blob of one that is still on its way. */
export function MessageBody({ message, progress, onCancel }) {
    const content = contentOf(message);
    const shared = { message, content, progress, onCancel };
    switch (message.type) {
    case "pic": return content.image || progress !== undefined
        ? html`<${Picture} ...${shared} />` : html`<${FileCard} ...${shared} />`;
    case "video": return html`<${Film} ...${shared} />`;
    case "voice": return html`<${Voice} ...${shared} />`;
    case "file": return html`<${FileCard} ...${shared} />`;
    case "geo": return html`<${PlaceCard} message=${message} />`;
    case "forward": return html`<${ForwardCard} content=${content} />`;
    case "call": return html`<${CallCard} message=${message} content=${content} />`;
    default: return html`<${Text} text=${content.text} names=${namesIn(message)}
        isLarge=${ONLY_EMOJI.test(content.text)} />`;
    }
}
