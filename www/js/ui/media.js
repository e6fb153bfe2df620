// Pictures, films, voice notes, files and places inside a bubble. While one is on its way,
// `progress` is 0..1 and onCancel stops it.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { blobOf } from "../lib/blobs.js";
import { placeOf } from "../lib/content.js";
import { t } from "../lib/i18n.js";
import { durationText, sizeText } from "../lib/size.js";
import { openLightbox } from "../store/lightbox.js";
import { Icon } from "./icons.js";
import { Text } from "./text.js";

const WIDEST = 320;
const TALLEST = 360;
const SMALLEST = 72;
const WAVE_BARS = 36;
const SPEEDS = [1, 1.5, 2];

/** Room on the page before the picture is there, so that nothing jumps when it comes. */
function frameOf({ width, height }) {
    if (!width || !height) return { width: 240, height: 180 };
    const scale = Math.min(1, WIDEST / width, TALLEST / height);
    return {
        width: Math.max(SMALLEST, Math.round(width * scale)),
        height: Math.max(SMALLEST, Math.round(height * scale)),
    };
}

const box = (content) => {
    const { width, height } = frameOf(content);
    return { width: `${width}px`, aspectRatio: `${width} / ${height}` };
};

function Progress({ progress, onCancel }) {
    if (progress === undefined) return null;
    const percent = Math.round(progress * 100);
    return html`<span class="upload" role="progressbar" aria-label=${t("upload.label")}
        aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent} data-testid="upload">
        <span class="upload-bar"><span style=${{ width: `${percent}%` }}></span></span>
        <button type="button" class="upload-cancel" aria-label=${t("upload.cancel")}
            title=${t("upload.cancel")} onClick=${onCancel} data-testid="upload-cancel">
            <${Icon} name="close" size=${16} /></button>
    </span>`;
}

/** The address of what is being sent, from this browser, until the server has it. */
function useLocal(message, isNeeded) {
    const [address, setAddress] = useState("");
    useEffect(() => {
        if (!isNeeded || !message.clientMsgId) return undefined;
        let made = "";
        let isGone = false;
        blobOf(message.clientMsgId).then((blob) => {
            if (!blob || isGone) return;
            made = URL.createObjectURL(blob);
            setAddress(made);
        });
        return () => {
            isGone = true;
            if (made) URL.revokeObjectURL(made);
        };
    }, [message.clientMsgId, isNeeded]);
    return address;
}

function Caption({ content }) {
    return content.text ? html`<${Text} text=${content.text} />` : null;
}

export function Picture({ message, content, progress, onCancel }) {
    const local = useLocal(message, !content.image);
    const [isBroken, setBroken] = useState(false);
    const address = content.image || local;
    return html`<span class="media-message" data-testid="message-card">
        <button type="button" class="media-frame" style=${box(content)} disabled=${!content.image}
            aria-label=${t("media.open", { name: content.text || content.name || t("kind.pic") })}
            data-testid="picture" onClick=${() => openLightbox(message)}>
            ${address && !isBroken ? html`<img src=${address} alt="" loading="lazy"
                decoding="async" onError=${() => setBroken(true)} />`
                : html`<${Icon} name="image" size=${32} />`}
        </button>
        <${Progress} progress=${progress} onCancel=${onCancel} />
        <${Caption} content=${content} />
    </span>`;
}

export function Film({ message, content, progress, onCancel }) {
    const local = useLocal(message, !content.url);
    const address = content.url || local;
    return html`<span class="media-message" data-testid="message-card">
        <span class="media-frame" style=${box(content)}>
            ${address && html`<video src=${address} controls preload="metadata" playsinline
                poster=${content.image || undefined} data-testid="film"
                aria-label=${content.name || t("kind.video")}></video>`}
        </span>
        <${Progress} progress=${progress} onCancel=${onCancel} />
        <${Caption} content=${content} />
    </span>`;
}

function barsOf(wave) {
    if (wave.length === 0) return Array.from({ length: WAVE_BARS }, () => 0.35);
    return Array.from({ length: WAVE_BARS }, (_, index) => {
        const value = wave[Math.floor(index * wave.length / WAVE_BARS)];
        return Math.min(1, Math.max(0.08, value || 0));
    });
}

let playing = null;

/** A voice note: one plays at a time. */
export function Voice({ message, content, progress, onCancel }) {
    const local = useLocal(message, !content.url);
    const audio = useRef(null);
    const [state, setState] = useState({ isPlaying: false, at: 0, length: content.duration });
    const [speed, setSpeed] = useState(1);
    const patch = (part) => setState((now) => ({ ...now, ...part }));
    const address = content.url || local;
    const toggle = () => {
        const own = audio.current;
        if (!own.paused) {
            own.pause();
            return;
        }
        if (playing && playing !== own) playing.pause();
        playing = own;
        own.playbackRate = speed;
        own.play().catch(() => patch({ isPlaying: false }));
    };
    const faster = () => {
        const next = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
        setSpeed(next);
        audio.current.playbackRate = next;
    };
    const share = state.length ? state.at / state.length : 0;
    const seek = (event) => {
        const { left, width } = event.currentTarget.getBoundingClientRect();
        audio.current.currentTime = (event.clientX - left) / width * state.length / 1000;
    };
    return html`<span class="voice" data-testid="message-card" data-playing=${state.isPlaying}>
        <button type="button" class="voice-play" disabled=${!address} onClick=${toggle}
            data-testid="voice-play"
            aria-label=${t(state.isPlaying ? "voice.pause" : "voice.play")}>
            <${Icon} name=${state.isPlaying ? "pause" : "play"} size=${20} /></button>
        <span class="voice-wave" onClick=${seek} aria-hidden="true">
            ${barsOf(content.wave).map((height, index) => html`<span key=${index}
                class=${index / WAVE_BARS < share ? "is-heard" : ""}
                style=${{ height: `${Math.round(height * 100)}%` }}></span>`)}
        </span>
        <span class="voice-time">${durationText(state.isPlaying ? state.at : state.length)}</span>
        <button type="button" class="voice-speed" onClick=${faster}
            aria-label=${t("voice.speed", { speed })}>${speed}×</button>
        <${Progress} progress=${progress} onCancel=${onCancel} />
        ${address && html`<audio ref=${audio} src=${address} preload="none"
            onPlay=${() => patch({ isPlaying: true })} onPause=${() => patch({ isPlaying: false })}
            onEnded=${() => patch({ isPlaying: false, at: 0 })}
            onTimeUpdate=${(event) => patch({ at: event.currentTarget.currentTime * 1000 })}
            onLoadedMetadata=${({ currentTarget: { duration } }) => {
                if (!state.length && Number.isFinite(duration)) patch({ length: duration * 1000 });
            }}></audio>`}
    </span>`;
}

/** Any other file: its name, its size, and a way to save it. */
export function FileCard({ content, progress, onCancel }) {
    const { name, size, url } = content;
    const saved = new URL(url || "about:blank", document.baseURI);
    if (name) saved.searchParams.set("attname", name);
    const detail = [size ? sizeText(size) : "", progress === undefined ? "" : t("upload.label")]
        .filter(Boolean);
    const inside = html`<span class="card-icon"><${Icon} name="file" size=${22} /></span>
        <span class="card-words"><span class="card-title">${name || t("kind.file")}</span>
            <span class="card-detail">${detail.join(" · ")}</span></span>
        ${url && html`<${Icon} name="download" size=${20} />`}`;
    return html`<span class="media-message" data-testid="message-card">
        ${url ? html`<a class="card" href=${saved.href} rel="noopener noreferrer" target="_blank"
            download=${name || true} data-testid="file">${inside}</a>`
            : html`<span class="card">${inside}</span>`}
        <${Progress} progress=${progress} onCancel=${onCancel} />
        <${Caption} content=${content} />
    </span>`;
}

/** Where somebody is: the numbers, and a link other programs understand. */
export function PlaceCard({ message }) {
    const place = placeOf(message);
    const title = place?.name || t("kind.geo");
    const numbers = place && `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
    const inside = html`<span class="card-icon"><${Icon} name="place" size=${22} /></span>
        <span class="card-words"><span class="card-title">${title}</span>
            <span class="card-detail">${numbers || message.body}</span></span>`;
    return place ? html`<a class="card" href="geo:${place.latitude},${place.longitude}"
        data-testid="message-card">${inside}</a>`
        : html`<span class="card" data-testid="message-card">${inside}</span>`;
}
