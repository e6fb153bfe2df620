// Details of the open conversation, beside the chat where there is room, over it where not.

import { html } from "../lib/preact.js";
import { useEscape } from "../lib/escape.js";
import { t } from "../lib/i18n.js";
import { setConversation } from "../store/conversations.js";
import { goBack } from "../store/route.js";
import { overlayStore } from "../store/selection.js";
import { toastError } from "../store/toasts.js";
import { GroupInfo } from "./group-info.js";
import { conversationActions } from "./conversation-actions.js";
import { Icon } from "./icons.js";
import { IconButton } from "./parts.js";
import { ActionRow, PersonInfo } from "./person.js";

const RULES = ["default", "all", "mentions", "none"];

/** What I want of the conversation, whatever others think of it. */
function Mine({ conversation }) {
    const { key, notify = "default" } = conversation;
    const actions = conversationActions(conversation);
    if (actions.length === 0) return null;
    return html`<section class="section" data-testid="conversation-section">
        <label class="row"><${Icon} name="bell" size=${20} />
            <span class="row-main">${t("preference.notify")}</span>
            <select class="select" value=${notify} data-testid="notify-here"
                onChange=${(event) => setConversation(key, { notify: event.currentTarget.value })
                    .catch(toastError)}>
                ${RULES.map((rule) => html`<option key=${rule} value=${rule}>
                    ${t(`preference.notify.${rule}`)}</option>`)}</select></label>
        <button type="button" class="row is-button" aria-haspopup="dialog" data-testid="here-date"
            onClick=${() => overlayStore.set({ kind: "date", convKey: key })}>
            <${Icon} name="calendar" size=${20} /><span class="row-main">${t("date.title")}</span>
        </button>
        ${actions.map(({ name, icon, label, run, confirm, isDanger = false }) => html`<${ActionRow}
            key=${name} icon=${icon} label=${label} testId="here-${name}" isDanger=${isDanger}
            confirm=${confirm} onRun=${async () => run()} />`)}
    </section>`;
}

export function InfoPane({ conversation, group }) {
    useEscape(goBack);
    const mine = html`<${Mine} conversation=${conversation} />`;
    const { ope, targetId, name, online, avatar } = conversation;
    return html`<aside class="info" data-testid="info" aria-labelledby="info-title">
        <header class="chat-head">
            <${IconButton} icon="back" label=${t("common.back")} class="info-back"
                testId="info-back" onClick=${goBack} />
            <h2 class="chat-title" id="info-title">
                ${t(ope === "group" ? "chat.groupInfo" : "chat.friendInfo")}</h2>
            <${IconButton} icon="close" label=${t("common.close")} class="info-close"
                testId="info-close" onClick=${goBack} />
        </header>
        <div class="pane-scroll">
            ${ope === "group" ? html`<${GroupInfo} group=${group} id=${targetId}>${mine}</${GroupInfo}>`
                : html`<${PersonInfo} id=${targetId} name=${name} online=${online}
                    avatar=${avatar}>${mine}</${PersonInfo}>`}
        </div>
    </aside>`;
}
