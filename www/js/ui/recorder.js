// The composer while a voice note is recorded: level, time, drop, send. Escape drops.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { t } from "../lib/i18n.js";
import { LONGEST_MS, record } from "../lib/recorder.js";
import { durationText } from "../lib/size.js";
import { sendFile } from "../store/outbox.js";
import { toast } from "../store/toasts.js";
import { Icon } from "./icons.js";
import { IconButton } from "./parts.js";

/** @param {{ convKey: string, replyToId: number, onEnd: (isSent: boolean) => void }} props */
export function Recorder({ convKey, replyToId, onEnd }) {
    const [{ ms, level }, setState] = useState({ ms: 0, level: 0 });
    const running = useRef(null);
    const box = useRef(null);
    const finish = async () => {
        const own = running.current;
        if (!own) return;
        running.current = null;
        const prepared = await own.stop();
        if (prepared) sendFile(convKey, prepared, { replyToId });
        else toast(t("voice.tooShort"));
        onEnd(Boolean(prepared));
    };
    const drop = () => {
        running.current?.cancel();
        running.current = null;
        onEnd(false);
    };
    useEffect(() => {
        let isGone = false;
        record((state) => setState(state)).then((own) => {
            if (isGone) own.cancel();
            else running.current = own;
        }).catch((error) => {
            if (isGone) return;
            toast(t(error.name === "NotAllowedError" ? "voice.denied" : "voice.noMicrophone"),
                { isError: true });
            onEnd(false);
        });
        box.current.focus();
        return () => {
            isGone = true;
            running.current?.cancel();
        };
    }, []);
    useEffect(() => {
        if (ms > LONGEST_MS) finish();
    }, [ms > LONGEST_MS]);
    return html`<div class="composer recorder" ref=${box} tabindex="-1" role="group"
        aria-label=${t("voice.recording")} data-testid="recorder" onKeyDown=${(event) => {
            if (event.key === "Escape") drop();
            if (event.key === "Enter" && event.target === box.current) finish();
        }}>
        <${IconButton} icon="trash" label=${t("voice.drop")} onClick=${drop}
            testId="recorder-drop" />
        <span class="recorder-dot" aria-hidden="true"></span>
        <span class="recorder-time" role="timer">${durationText(ms)}</span>
        <span class="recorder-level" aria-hidden="true">
            <span style=${{ width: `${Math.round(level * 100)}%` }}></span></span>
        <button type="button" class="send" aria-label=${t("voice.send")} title=${t("voice.send")}
            data-testid="recorder-send" onClick=${finish}><${Icon} name="send" size=${22} /></button>
    </div>`;
}
