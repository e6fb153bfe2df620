// Details of the open conversation, beside the chat where there is room, over it where not.

import { html } from "../lib/preact.js";
import { useEscape } from "../lib/escape.js";
import { t } from "../lib/i18n.js";
import { goBack } from "../store/route.js";
import { GroupInfo } from "./group-info.js";
import { IconButton } from "./parts.js";
import { PersonInfo } from "./person.js";

export function InfoPane({ conversation, group }) {
    useEscape(goBack);
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
            ${ope === "group" ? html`<${GroupInfo} group=${group} id=${targetId} />`
                : html`<${PersonInfo} id=${targetId} name=${name} online=${online}
                    avatar=${avatar} />`}
        </div>
    </aside>`;
}
