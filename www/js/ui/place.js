// Sending where I am: asked each time, shown before it goes.

import { html, useEffect, useState } from "../lib/preact.js";
import { t } from "../lib/i18n.js";
import { send } from "../store/outbox.js";
import { Dialog, Field, Spinner } from "./parts.js";

const PATIENCE_MS = 15000;

/** @returns {Promise<GeolocationCoordinates>} asks the person; rejects where there is none */
export function locate() {
    return new Promise((resolve, reject) => {
        if (!navigator.geolocation || !window.isSecureContext) reject(new Error("none"));
        else navigator.geolocation.getCurrentPosition(({ coords }) => resolve(coords), reject,
            { enableHighAccuracy: true, timeout: PATIENCE_MS });
    });
}

const isNumber = (text, most) => /^-?\d{1,3}(\.\d+)?$/.test(text.trim()) && Math.abs(Number(text)) <= most;

/** @param {{ convKey: string, onClose: () => void }} props */
export function PlaceDialog({ convKey, onClose }) {
    const [state, setState] = useState("asking");
    const [place, setPlace] = useState({ latitude: "", longitude: "", name: "" });
    useEffect(() => {
        locate().then((coords) => {
            setPlace({ latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6), name: "" });
            setState("found");
        }).catch(() => setState("failed"));
    }, []);
    const setter = (name) => (event) => {
        const { value } = event.currentTarget;
        setPlace((now) => ({ ...now, [name]: value }));
    };
    const isReady = isNumber(place.latitude, 90) && isNumber(place.longitude, 180);
    const submit = (event) => {
        event.preventDefault();
        if (!isReady) return;
        send(convKey, JSON.stringify({
            latitude: Number(place.latitude), longitude: Number(place.longitude),
            content: place.name.trim(),
        }), { type: "geo" });
        onClose();
    };
    return html`<${Dialog} title=${t("place.title")} onClose=${onClose} testId="place">
        <form onSubmit=${submit}>
            ${state === "asking" ? html`<p class="note"><${Spinner} /> ${t("place.asking")}</p>`
                : state === "failed" && html`<p class="note">${t("place.failed")}</p>`}
            <${Field} id="place-name" label=${t("place.name")} value=${place.name} maxlength="100"
                onInput=${setter("name")} />
            <${Field} id="latitude" label=${t("place.latitude")} value=${place.latitude}
                inputmode="decimal" onInput=${setter("latitude")} />
            <${Field} id="longitude" label=${t("place.longitude")} value=${place.longitude}
                inputmode="decimal" onInput=${setter("longitude")} />
            <div class="actions">
                <button type="button" class="button" onClick=${onClose}>${t("common.cancel")}</button>
                <button type="submit" class="button is-primary" disabled=${!isReady}
                    data-testid="place-send">${t("composer.send")}</button>
            </div>
        </form>
    </${Dialog}>`;
}
