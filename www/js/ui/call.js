// Calls on the screen: what rings, the check before, the call itself large or small.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { durationText } from "../lib/size.js";
import { addStyle } from "../lib/style.js";
import { answer, decline, hangUp, startCall, toggleCamera, toggleMic, toggleScreen }
    from "../calls/engine.js";
import { canShareScreen } from "../calls/devices.js";
import { startRinging } from "../calls/sound.js";
import { callStore, checkStore, ringsStore } from "../calls/store.js";
import { toast } from "../store/toasts.js";
import { DeviceCheck } from "./device-check.js";
import { Icon } from "./icons.js";
import { Avatar, Dialog, IconButton, useTick } from "./parts.js";

addStyle("css/call.css");

function useRinging(kind, isOn) {
    useEffect(() => (isOn ? startRinging(kind) : undefined), [isOn]);
}

/** A round button of a call; its words are below it where there is room. */
function Round({ icon, label, onClick, kind = "", isOff = false, testId, hotkey = "" }) {
    return html`<button type="button" class="call-button ${kind} ${isOff ? "is-off" : ""}"
        aria-label=${label} aria-pressed=${kind ? undefined : String(!isOff)}
        title=${hotkey ? `${label} (${hotkey})` : label} data-testid=${testId} onClick=${onClick}>
        <${Icon} name=${icon} size=${24} /></button>`;
}

function Ringing({ ring }) {
    useRinging("ring", true);
    const ref = useRef(null);
    useEffect(() => {
        ref.current.querySelector("[data-testid=call-answer]").focus();
        if (document.visibilityState === "visible" || window.Notification?.permission !== "granted") {
            return undefined;
        }
        const note = new Notification(t("call.rings", { name: ring.name }), { tag: "call" });
        note.onclick = () => window.focus();
        return () => note.close();
    }, []);
    return html`<section class="call-sheet" ref=${ref} role="alertdialog" data-testid="incoming"
        aria-label=${t("call.rings", { name: ring.name })}>
        <${Avatar} name=${ring.name} id=${ring.fromId} image=${ring.avatar} size="l" />
        <div class="call-words"><strong>${ring.name}</strong>
            <span>${t(ring.video ? "call.video" : "call.voice")}</span></div>
        <div class="call-buttons">
            <${Round} icon="hangUp" kind="is-end" label=${t("call.decline")}
                testId="call-decline" onClick=${() => decline(ring.callId)} />
            ${ring.video && html`<${Round} icon="phone" kind="is-go"
                label=${t("call.answerVoice")} testId="call-answer-voice"
                onClick=${() => answer(ring.callId, false)} />`}
            <${Round} icon=${ring.video ? "video" : "phone"} kind="is-go"
                label=${t("call.answer")} testId="call-answer"
                onClick=${() => answer(ring.callId, ring.video)} />
        </div>
    </section>`;
}

/** A live picture; the element is kept and only its source changes. */
function Live({ stream, isMuted = false, isMirrored = false, isWhole = false, testId }) {
    const ref = useRef(null);
    useLayoutEffect(() => {
        if (ref.current.srcObject !== stream) ref.current.srcObject = stream;
    }, [stream]);
    return html`<video ref=${ref} autoplay playsinline muted=${isMuted} data-testid=${testId}
        class="${isMirrored ? "is-mirrored" : ""} ${isWhole ? "is-whole" : ""}"></video>`;
}

function Tile({ other }) {
    const { id, name, avatar, stream, mic, camera, screen, connection } = other;
    const hasPicture = stream && (camera || screen);
    return html`<li class="call-tile ${hasPicture ? "" : "is-plain"}" data-testid="call-tile"
        data-id=${id} data-connection=${connection}>
        ${stream && html`<${Live} stream=${stream} isWhole=${screen} testId="remote" />`}
        ${!hasPicture && html`<${Avatar} name=${name} id=${id} image=${avatar} size="xl" />`}
        <span class="call-name">${!mic && connection === "connected"
            && html`<${Icon} name="micOff" size=${16} />`}${name}
            ${connection !== "connected" && html` <span class="call-state" role="status">
                ${t(`call.connection.${connection}`)}</span>`}</span>
    </li>`;
}

const quality = (others) => {
    const list = Object.values(others);
    if (list.some(({ connection }) => connection === "failed")) return "failed";
    if (list.some(({ connection }) => connection === "reconnecting")) return "reconnecting";
    if (list.some(({ path }) => path === "relay")) return "relay";
    return list.some(({ connection }) => connection === "connected") ? "direct" : "";
};

function Status({ call }) {
    useTick(1000);
    const { phase, startedAt, ending, others } = call;
    if (phase === "ended") return t(`call.ending.${ending || "answered"}`);
    if (phase === "starting") return t("call.starting");
    if (phase === "calling") return t("call.calling");
    const badge = quality(others);
    return html`<span data-testid="call-time">${durationText(Date.now() - startedAt)}</span>
        ${badge && html` <span class="call-badge is-${badge}" data-testid="call-badge"
            data-quality=${badge}>${t(`call.path.${badge}`)}</span>`}`;
}

const KEYS = { m: toggleMic, v: toggleCamera, s: toggleScreen, h: hangUp };

function onKey(event) {
    const act = KEYS[event.key.toLowerCase()];
    const isTyping = event.target.closest?.("input, textarea, select");
    if (!act || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
}

/** The other's picture in a window of its own, over other programs, where the browser offers it. */
function PictureButton({ call, box }) {
    const [isOut, setOut] = useState(false);
    const hasPicture = call.phase === "active"
        && Object.values(call.others).some(({ stream, camera, screen }) => stream && (camera || screen));
    useEffect(() => {
        const own = box.current;
        const look = () => setOut(own.contains(document.pictureInPictureElement));
        const changes = ["enterpictureinpicture", "leavepictureinpicture"];
        for (const change of changes) own.addEventListener(change, look, true);
        return () => {
            for (const change of changes) own.removeEventListener(change, look, true);
            if (own.contains(document.pictureInPictureElement)) document.exitPictureInPicture().catch(() => {});
        };
    }, []);
    // A window that shows nothing any more is in the way.
    useEffect(() => {
        if (isOut && !hasPicture) document.exitPictureInPicture().catch(() => {});
    }, [hasPicture]);
    if (!document.pictureInPictureEnabled || !hasPicture) return null;
    const label = t(isOut ? "call.pictureBack" : "call.picture");
    const toggle = async () => {
        const video = box.current.querySelector(".call-tile:not(.is-plain) video");
        try {
            if (isOut) await document.exitPictureInPicture();
            else await video.requestPictureInPicture();
        } catch {
            toast(t("call.pictureFailed"), { isError: true });
        }
    };
    return html`<${IconButton} icon="picture" label=${label} testId="call-picture"
        aria-pressed=${isOut ? "true" : "false"} onClick=${toggle} />`;
}

function Controls({ call }) {
    const { phase, mic, camera, screen } = call;
    if (phase === "ended") return null;
    return html`<div class="call-buttons">
        <${Round} icon=${mic ? "voice" : "micOff"} isOff=${!mic} hotkey="M" testId="call-mic"
            label=${t(mic ? "call.mute" : "call.unmute")} onClick=${toggleMic} />
        <${Round} icon=${camera ? "video" : "videoOff"} isOff=${!camera} hotkey="V"
            testId="call-camera" label=${t(camera ? "call.cameraOff" : "call.cameraOn")}
            onClick=${toggleCamera} />
        ${canShareScreen() && html`<${Round} icon="screen" isOff=${!screen} hotkey="S"
            testId="call-screen" label=${t(screen ? "call.stopSharing" : "call.share")}
            onClick=${toggleScreen} />`}
        <${Round} icon="hangUp" kind="is-end" hotkey="H" testId="call-hang-up"
            label=${t("call.hangUp")} onClick=${hangUp} />
    </div>`;
}

function Current({ call }) {
    const { others, local, isSmall, title, problems, screen, phase } = call;
    const list = Object.values(others);
    const ref = useRef(null);
    useRinging("waiting", phase === "calling");
    useEffect(() => {
        if (!isSmall) ref.current.focus();
    }, [isSmall]);
    return html`<section ref=${ref} class="call ${isSmall ? "is-small" : ""}" tabindex="-1"
        role="dialog" aria-label=${t("call.with", { name: title })} data-testid="call"
        data-phase=${phase} onKeyDown=${onKey}>
        <header class="call-head">
            <div class="call-words"><strong>${title}</strong><span role="status">
                <${Status} call=${call} /></span></div>
            <${PictureButton} call=${call} box=${ref} />
            <button type="button" class="icon-button" data-testid="call-size"
                aria-label=${t(isSmall ? "call.larger" : "call.smaller")}
                title=${t(isSmall ? "call.larger" : "call.smaller")}
                onClick=${() => callStore.patch({ isSmall: !isSmall })}>
                <${Icon} name=${isSmall ? "larger" : "smaller"} /></button>
        </header>
        <ul class="call-tiles" data-count=${list.length}>
            ${list.map((other) => html`<${Tile} key=${other.id} other=${other} />`)}
        </ul>
        ${local && html`<div class="call-own"><${Live} stream=${local} isMuted isMirrored=${!screen}
            isWhole=${screen} testId="local" /></div>`}
        ${problems.length > 0 && phase !== "ended" && html`<ul class="call-problems">
            ${problems.map((problem) => html`<li key=${problem} data-testid="call-problem">
                <${Icon} name="alert" size=${18} />${t(`device.${problem}`)}</li>`)}</ul>`}
        <${Controls} call=${call} />
    </section>`;
}

const MOST_OTHERS = 3;

/** Whom to call of a large group. */
function Choose({ choices, chosen, onChange }) {
    const isFull = chosen.length >= MOST_OTHERS;
    return html`<fieldset class="choose"><legend class="note">
            ${t("call.choose", { count: MOST_OTHERS })}</legend>
        ${choices.map(({ id, name, avatar }) => html`<label key=${id} class="check">
            <input type="checkbox" checked=${chosen.includes(id)}
                disabled=${isFull && !chosen.includes(id)}
                onChange=${(event) => onChange(event.currentTarget.checked
                    ? [...chosen, id] : chosen.filter((one) => one !== id))} />
            <${Avatar} name=${name} id=${id} image=${avatar} size="s" /><span>${name}</span>
        </label>`)}</fieldset>`;
}

function Check({ check }) {
    const [toIds, setToIds] = useState(check.toIds);
    return html`<${Dialog} title=${t(check.isVideo ? "call.video" : "call.voice")}
        testId="call-check" onClose=${() => checkStore.set(null)}>
        <p class="note">${t("call.checkText", { name: check.title })}</p>
        ${check.choices && html`<${Choose} choices=${check.choices} chosen=${toIds}
            onChange=${setToIds} />`}
        <${DeviceCheck} isVideo=${check.isVideo} />
        <div class="actions">
            <button type="button" class="button" onClick=${() => checkStore.set(null)}>
                ${t("common.cancel")}</button>
            <button type="button" class="button is-primary" data-testid="call-start"
                disabled=${toIds.length === 0} onClick=${() => startCall({ ...check, toIds })}>
                <${Icon} name=${check.isVideo ? "video" : "phone"} size=${20} />
                ${t("call.start")}</button>
        </div>
    </${Dialog}>`;
}

/** Everything about calls that floats over the rest. */
export function Calls() {
    const call = useStore(callStore);
    const check = useStore(checkStore);
    const rings = useStore(ringsStore);
    const ring = call.phase === "idle" ? Object.values(rings)[0] : null;
    return html`
        ${check && html`<${Check} check=${check} />`}
        ${ring && html`<${Ringing} key=${ring.callId} ring=${ring} />`}
        ${call.phase !== "idle" && html`<${Current} call=${call} />`}`;
}
