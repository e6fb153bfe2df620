// Choosing microphone and camera, with the level and the picture to see that they work.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../lib/preact.js";
import { t } from "../lib/i18n.js";
import { meter } from "../lib/meter.js";
import { chooseDevices, chosenDevices, listDevices, openDevice } from "../calls/devices.js";
import { Icon } from "./icons.js";

const METER_MS = 100;

function Level({ track }) {
    const [level, setLevel] = useState(0);
    useEffect(() => {
        if (!track) return undefined;
        const gauge = meter(new MediaStream([track]));
        const timer = setInterval(() => setLevel(gauge.level()), METER_MS);
        return () => {
            clearInterval(timer);
            gauge.close();
        };
    }, [track]);
    return html`<span class="recorder-level" role="meter" aria-label=${t("device.level")}
        aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(level * 100)}>
        <span style=${{ width: `${Math.round(level * 100)}%` }}></span></span>`;
}

/** A track of the kind wanted, opened anew when another device is chosen, closed with the view. */
function useTrack(kind, isWanted, choice) {
    const [state, setState] = useState({ track: null, problem: "" });
    useEffect(() => {
        if (!isWanted) return undefined;
        let isGone = false;
        let opened = null;
        openDevice(kind).then((found) => {
            opened = found.track;
            if (isGone) opened?.stop();
            else setState(found);
        });
        return () => {
            isGone = true;
            opened?.stop();
        };
    }, [isWanted, choice]);
    return state;
}

/** Here before the devices are known: nothing moves under the pointer when they are. */
function Choice({ id, label, devices, value, onChoose }) {
    return html`<div class="field"><label for=${id}>${label}</label>
        <select id=${id} class="input" value=${value} disabled=${devices.length < 2}
            onChange=${(event) => onChoose(event.currentTarget.value)}>
            ${devices.length === 0 && html`<option>—</option>`}
            ${devices.map(({ deviceId, label: name }) => html`<option key=${deviceId}
                value=${deviceId}>${name}</option>`)}</select></div>`;
}

/** @param {{ isVideo: boolean, onChange?: () => void }} props */
export function DeviceCheck({ isVideo, onChange = () => {} }) {
    const [chosen, setChosen] = useState(chosenDevices);
    const [devices, setDevices] = useState({ microphones: [], cameras: [] });
    const microphone = useTrack("microphone", true, chosen.microphone);
    const camera = useTrack("camera", isVideo, chosen.camera);
    const picture = useRef(null);
    useEffect(() => {
        listDevices().then(setDevices);
    }, [microphone.track, camera.track]);
    useLayoutEffect(() => {
        if (picture.current) {
            picture.current.srcObject = camera.track ? new MediaStream([camera.track]) : null;
        }
    }, [camera.track]);
    const choose = (part) => {
        chooseDevices(part);
        setChosen(chosenDevices());
        onChange();
    };
    const problems = [
        microphone.problem && `microphone.${microphone.problem}`,
        camera.problem && `camera.${camera.problem}`,
    ].filter(Boolean);
    return html`<div class="device-check" data-testid="device-check">
        ${isVideo && html`<div class="device-picture">
            <video ref=${picture} autoplay playsinline muted class="is-mirrored"></video>
            ${!camera.track && html`<${Icon} name="videoOff" size=${40} />`}</div>`}
        <div class="device-level"><${Icon} name="voice" size=${20} />
            <${Level} track=${microphone.track} /></div>
        <${Choice} id="microphone" label=${t("device.microphone")} devices=${devices.microphones}
            value=${chosen.microphone} onChoose=${(microphone_) => choose({ microphone: microphone_ })} />
        ${isVideo && html`<${Choice} id="camera" label=${t("device.camera")}
            devices=${devices.cameras} value=${chosen.camera}
            onChoose=${(camera_) => choose({ camera: camera_ })} />`}
        ${problems.map((problem) => html`<p key=${problem} class="note note-error"
            data-testid="device-problem">${t(`device.${problem}`)}</p>`)}
        ${problems.length > 0 && html`<p class="note">${t("device.without")}</p>`}
    </div>`;
}
