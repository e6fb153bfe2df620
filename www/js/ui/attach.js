// Before files are sent: what they look like, a caption, and whether as they are.

import { html, useEffect, useMemo, useRef, useState } from "../lib/preact.js";
import { t, tn } from "../lib/i18n.js";
import { prepare } from "../lib/media.js";
import { sizeText } from "../lib/size.js";
import { composingIn, composingStore, detach, stopComposing } from "../store/composing.js";
import { sendFile } from "../store/outbox.js";
import { toast } from "../store/toasts.js";
import { useStore } from "../lib/store.js";
import { Icon } from "./icons.js";
import { Dialog, IconButton } from "./parts.js";

function Chosen({ file, onRemove }) {
    const isPicture = file.type.startsWith("image/");
    const address = useMemo(() => (isPicture ? URL.createObjectURL(file) : ""), [file]);
    useEffect(() => () => {
        if (address) URL.revokeObjectURL(address);
    }, [address]);
    return html`<li class="chosen" data-testid="chosen-file">
        ${isPicture ? html`<img src=${address} alt="" />`
            : html`<span class="card-icon"><${Icon} name="file" size=${24} /></span>`}
        <span class="card-words"><span class="card-title">${file.name}</span>
            <span class="card-detail">${sizeText(file.size)}</span></span>
        <${IconButton} icon="close" size=${18} onClick=${onRemove}
            label=${t("attach.remove", { name: file.name })} />
    </li>`;
}

async function sendAll(convKey, files, options) {
    const { reply } = composingIn(composingStore.get(), convKey);
    stopComposing(convKey);
    let caption = options.caption;
    let replyToId = reply ? reply.id : 0;
    for (const { file } of files) {
        if (file.size === 0) {
            toast(t("attach.empty", { name: file.name }), { isError: true });
            continue;
        }
        const prepared = await prepare(file, options);
        // Each starts once the one before is listed: they stand in the order they were chosen.
        sendFile(convKey, prepared, { caption, replyToId });
        caption = "";
        replyToId = 0;
    }
}

/** Shown while files are chosen for a conversation. */
export function AttachDialog({ convKey }) {
    const { files } = useStore(composingStore, (all) => composingIn(all, convKey));
    const [caption, setCaption] = useState("");
    const [isOriginal, setOriginal] = useState(false);
    const field = useRef(null);
    useEffect(() => field.current?.focus(), []);
    const hasPicture = files.some(({ file }) => file.type.startsWith("image/"));
    const submit = (event) => {
        event.preventDefault();
        detach(convKey);
        sendAll(convKey, files, { caption: caption.trim(), isOriginal });
    };
    return html`<${Dialog} title=${tn("attach.title", files.length)} testId="attach"
        onClose=${() => detach(convKey)}>
        <form onSubmit=${submit}>
            <ul class="chosen-list">${files.map(({ id, file }) => html`<${Chosen} key=${id}
                file=${file} onRemove=${() => detach(convKey, id)} />`)}</ul>
            ${hasPicture && html`<label class="check"><input type="checkbox" checked=${isOriginal}
                onChange=${(event) => setOriginal(event.currentTarget.checked)} />
                <span>${t("attach.original")}</span></label>
                <p class="note">${t("attach.originalHint")}</p>`}
            <div class="actions is-row">
                <input ref=${field} class="input" value=${caption} maxlength="1000"
                    placeholder=${t("attach.caption")} aria-label=${t("attach.caption")}
                    onInput=${(event) => setCaption(event.currentTarget.value)} />
                <button type="submit" class="button is-primary" data-testid="attach-send">
                    <${Icon} name="send" size=${20} />${t("composer.send")}</button>
            </div>
        </form>
    </${Dialog}>`;
}
