// Where messages are written. Enter sends, except while an input method is composing.

import { html, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState }
    from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { isTouch } from "../lib/browser.js";
import { contentOf } from "../lib/content.js";
import { lazy } from "../lib/lazy.js";
import { byteLength } from "../lib/text.js";
import { useEscape } from "../lib/escape.js";
import { attach, composingIn, composingStore, editInstead, stopComposing }
    from "../store/composing.js";
import { draftsStore, setDraft } from "../store/drafts.js";
import { forgetPicked, mentionsIn } from "../store/mentions.js";
import { newestEditable, rewrite } from "../store/messages.js";
import { send } from "../store/outbox.js";
import { nameIn, peopleStore } from "../store/people.js";
import { siteStore } from "../store/session.js";
import { toastError } from "../store/toasts.js";
import { settingsStore } from "../store/settings.js";
import { tellFinished, tellTyping } from "../store/typing.js";
import { Icon } from "./icons.js";
import { PopMenu } from "./menu.js";
import { IconButton } from "./parts.js";
import { summaryOf } from "./summary.js";

const COMPOSED_MS = 60;
const TALLEST_PX = 168;
const DEFAULT_BYTES = 65535;
const KEY_OF_INPUT_METHOD = 229;
const LONG_PASTE = 4000;
const AT_CARET = /(?<![\w.@-])@([^\s@]{0,30})$/;

const AttachDialog = lazy(() => import("./attach.js"), "AttachDialog");
const MentionList = lazy(() => import("./mention.js"), "MentionList");
const EmojiPicker = lazy(() => import("./emoji.js"), "EmojiPicker");
const Recorder = lazy(() => import("./recorder.js"), "Recorder");
const PlaceDialog = lazy(() => import("./place.js"), "PlaceDialog");

/**
 * Tells the Enter that ends a composition from the Enter that sends. Safari ends the composition
 * before the key event, and then only the key code, or the short time since, gives it away.
 */
function useComposition() {
    const endedAt = useRef(-Infinity);
    return {
        onCompositionEnd: () => {
            endedAt.current = performance.now();
        },
        isComposing: (event) => event.isComposing || event.keyCode === KEY_OF_INPUT_METHOD
            || performance.now() - endedAt.current < COMPOSED_MS,
    };
}

function Limit({ text, most }) {
    // Counting UTF-8 is only worth it near the limit: a UTF-16 unit is at most three bytes.
    if (text.length * 3 < most * 0.9) return null;
    const left = most - byteLength(text);
    if (left > most * 0.1) return null;
    return html`<p class="limit ${left < 0 ? "is-over" : ""}" role="status">
        ${t(left < 0 ? "composer.tooLong" : "composer.left", { count: Math.abs(left) })}</p>`;
}

/** What the next message answers, or which one is being changed, above the field. */
function AboutBar({ message, isEdit, onClose }) {
    const people = useStore(peopleStore);
    const title = isEdit ? t("composer.edit") : nameIn(people, message.fromId);
    return html`<div class="reply-bar" data-testid=${isEdit ? "edit-bar" : "reply-bar"}>
        <${Icon} name=${isEdit ? "edit" : "reply"} size=${18} />
        <span class="reply-words"><strong>${title}</strong>
            <span>${summaryOf(message)}</span></span>
        <${IconButton} icon="close" size=${18} onClick=${onClose}
            label=${t(isEdit ? "composer.stopEdit" : "reply.stop")} />
    </div>`;
}

let picker = null;

/**
 * Opens the browser's own dialog, or the camera. The field stays in the document: some browsers forget
 * others.
 */
function pick(accept, convKey, capture = "") {
    if (!picker) {
        picker = document.createElement("input");
        Object.assign(picker, { type: "file", hidden: true });
        document.body.append(picker);
    }
    picker.value = "";
    picker.accept = accept;
    picker.multiple = !capture;
    if (capture) picker.setAttribute("capture", capture);
    else picker.removeAttribute("capture");
    picker.onchange = () => attach(convKey, picker.files);
    picker.click();
}

/** Whether the main pointer is a finger now: a tablet may be put on its keyboard. */
function useTouch() {
    const [isOn, setOn] = useState(isTouch());
    useEffect(() => {
        const query = matchMedia("(pointer: coarse)");
        const look = () => setOn(query.matches);
        query.addEventListener("change", look);
        return () => query.removeEventListener("change", look);
    }, []);
    return isOn;
}

function AttachMenu({ convKey, onPlace }) {
    const hasCamera = useTouch();
    const items = [
        // Other machines have no camera behind this, and browsers there take no notice of it.
        ...(hasCamera ? [{ name: "attach-photo", icon: "camera", label: t("attach.photo"),
            run: () => pick("image/*", convKey, "environment") }] : []),
        { name: "attach-media", icon: "image", label: t("attach.media"),
            run: () => pick("image/*,video/*", convKey) },
        { name: "attach-file", icon: "file", label: t("attach.file"), run: () => pick("", convKey) },
        { name: "attach-place", icon: "place", label: t("attach.place"), run: onPlace },
    ];
    return html`<${PopMenu} icon="attach" label=${t("attach.open")} testId="attach-menu"
        items=${items} />`;
}

/** Files out of a paste or a drop; a very long text becomes one. */
function filesOf(data) {
    const files = [...data.files];
    const text = files.length ? "" : data.getData("text/plain");
    return text.length > LONG_PASTE
        ? [new File([text], "text.txt", { type: "text/plain" })] : files;
}

function insertAt(area, text) {
    area.focus();
    // The old command is the one way that keeps the browser's own undo.
    if (!document.execCommand("insertText", false, text)) {
        area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
        area.dispatchEvent(new Event("input", { bubbles: true }));
    }
}

/** The text field and what stands around it. `handle.current.write(text)` puts a text there. */
export function Composer({ convKey, name, handle }) {
    const draft = useStore(draftsStore, (drafts) => drafts[convKey] || "");
    const { reply, edit, files } = useStore(composingStore, (all) => composingIn(all, convKey));
    const text = edit ? edit.text : draft;
    const about = edit ? edit.message : reply;
    const sendsByEnter = useStore(settingsStore, (settings) => settings?.enterSends !== false);
    const most = useStore(siteStore, (site) => site?.messageBytes || DEFAULT_BYTES);
    const area = useRef(null);
    const [open, setOpen] = useState("");
    const { onCompositionEnd, isComposing } = useComposition();
    // A draft waits, untouched, until what is being changed is done.
    const write = (value) => (edit ? editInstead(convKey, edit.message, value)
        : setDraft(convKey, value));
    const stop = () => stopComposing(convKey);
    const list = useRef(null);
    const [typed, setTyped] = useState(/** @type {any} */ (null));
    const closeList = () => setTyped(null);
    useEffect(closeList, [convKey]);
    useEscape(stop, Boolean(about));
    useLayoutEffect(() => {
        const { style } = area.current || { style: {} };
        style.height = "auto";
        if (area.current) style.height = `${Math.min(area.current.scrollHeight, TALLEST_PX)}px`;
    }, [text, open]);
    useEffect(() => {
        if (!isTouch() || about) area.current?.focus({ preventScroll: true });
        if (edit) area.current?.setSelectionRange(edit.text.length, edit.text.length);
        return () => tellFinished(convKey);
    }, [about]);
    useImperativeHandle(handle, () => ({
        write: (value) => {
            if (edit) stop();
            setDraft(convKey, value);
            area.current?.focus();
        },
    }));
    const isEmpty = !text.trim();
    const saveEdit = async () => {
        const { message } = edit;
        const isSame = text.trim() === contentOf(message).text;
        try {
            if (!isSame) await rewrite(message, text.trim());
            // Meanwhile another one may have been chosen.
            if (composingIn(composingStore.get(), convKey).edit?.message === message) stop();
        } catch (error) {
            toastError(error);
        }
    };
    const submit = () => {
        if (isEmpty || (text.length * 3 > most && byteLength(text.trim()) > most)) return;
        if (edit) {
            saveEdit();
            return;
        }
        send(convKey, text.trim(),
            { replyToId: reply ? reply.id : 0, ...mentionsIn(convKey, text) });
        forgetPicked(convKey);
        closeList();
        stop();
        setDraft(convKey, "");
        tellFinished(convKey);
    };
    const onInput = (event) => {
        const { value } = event.currentTarget;
        write(value);
        const caret = event.currentTarget.selectionStart;
        const name = convKey.startsWith("group") && AT_CARET.exec(value.slice(0, caret));
        setTyped(name ? { text: name[1], from: caret - name[1].length } : null);
        if (edit) return;
        if (value.trim()) {
            tellTyping(convKey);
        } else {
            forgetPicked(convKey);
            tellFinished(convKey);
        }
    };
    const onKeyDown = (event) => {
        if (isComposing(event) || (typed && list.current?.onKey(event))) return;
        const isPlain = !event.shiftKey && !event.altKey;
        const isCommand = event.ctrlKey || event.metaKey;
        if (event.key === "ArrowUp" && isPlain && !isCommand && !text && !about) {
            const newest = newestEditable(convKey);
            if (newest) editInstead(convKey, newest, contentOf(newest).text);
        } else if (event.key === "Enter" && isPlain && (sendsByEnter || isCommand)) {
            submit();
        } else {
            return;
        }
        event.preventDefault();
    };
    const onPaste = (event) => {
        const given = filesOf(event.clipboardData);
        if (given.length === 0) return;
        event.preventDefault();
        attach(convKey, given);
    };
    const sending = edit ? "composer.saveEdit" : "composer.send";
    if (open === "voice") {
        return html`<${Recorder} convKey=${convKey} replyToId=${reply ? reply.id : 0}
            onEnd=${(isSent) => {
                if (isSent) stop();
                setOpen("");
            }} />`;
    }
    return html`<div class="composer-box">
        ${about && html`<${AboutBar} message=${about} isEdit=${Boolean(edit)} onClose=${stop} />`}
        ${typed && html`<${MentionList} convKey=${convKey} area=${area} typed=${typed} write=${write}
            onClose=${closeList} handle=${list} />`}
        ${open === "emoji" && html`<${EmojiPicker} onPick=${(emoji) => insertAt(area.current, emoji)}
            onClose=${() => {
                setOpen("");
                area.current?.focus();
            }} />`}
        <form class="composer" onSubmit=${(event) => {
                event.preventDefault();
                submit();
            }}>
            <${AttachMenu} convKey=${convKey} onPlace=${() => setOpen("place")} />
            <div class="composer-field">
                <textarea ref=${area} rows="1" value=${text} data-testid="composer"
                    aria-label=${t("composer.label", { name })}
                    placeholder=${t("composer.placeholder")} enterkeyhint="send" autocomplete="off"
                    onInput=${onInput} onKeyDown=${onKeyDown} onPaste=${onPaste}
                    onCompositionEnd=${onCompositionEnd}
                    onBlur=${() => {
                        tellFinished(convKey);
                        closeList();
                    }}></textarea>
                <${IconButton} icon="smile" class="composer-emoji" label=${t("emoji.open")}
                    testId="emoji-open" aria-expanded=${open === "emoji" ? "true" : "false"}
                    onClick=${() => setOpen(open === "emoji" ? "" : "emoji")} />
                <${Limit} text=${text} most=${most} />
            </div>
            ${isEmpty && !edit ? html`<${IconButton} icon="voice" label=${t("voice.record")}
                    testId="record" onClick=${() => setOpen("voice")} />` : null}
            <button type="submit" class="send" aria-label=${t(sending)} data-testid="send"
                title=${t(sending)} disabled=${isEmpty} hidden=${isEmpty && !edit}
                onMouseDown=${(event) => event.preventDefault()}>
                <${Icon} name=${edit ? "check" : "send"} size=${22} /></button>
        </form>
        ${files.length > 0 && html`<${AttachDialog} convKey=${convKey} />`}
        ${open === "place" && html`<${PlaceDialog} convKey=${convKey}
            onClose=${() => setOpen("")} />`}
    </div>`;
}
