// Puts a file on the server the way Qiniu's clients do: one form for small files, parts for large
// ones. XMLHttpRequest, because fetch tells nothing about how far an upload is.

import { ApiError, get } from "../api.js";

const HOST = new URL("qiniu", document.baseURI).href;
const PART_BYTES = 4 * 1024 * 1024;
const PART_TRIES = 3;

const ERROR_NAMES = { 0: "network", 403: "quota", 413: "too_large", 503: "busy", 507: "storage_full" };

/**
 * @param {string} method
 * @param {string} url
 * @param {{ body?: any, token?: string, onSent?: (bytes: number) => void, signal?: AbortSignal }} how
 * @returns {Promise<any>} the JSON answer; rejects with ApiError
 */
function request(method, url, { body, token, onSent, signal } = {}) {
    return new Promise((resolve, reject) => {
        const xhr = new XMLHttpRequest();
        const fail = () => reject(new ApiError(ERROR_NAMES[xhr.status] || "upload_failed",
            xhr.responseText));
        xhr.open(method, url);
        if (typeof body === "string") xhr.setRequestHeader("Content-Type", "application/json");
        if (token) xhr.setRequestHeader("Authorization", `UpToken ${token}`);
        xhr.upload.onprogress = (event) => onSent && onSent(event.loaded);
        xhr.onerror = xhr.ontimeout = fail;
        xhr.onabort = () => reject(new ApiError("cancelled", ""));
        xhr.onload = () => {
            if (xhr.status !== 200) {
                fail();
                return;
            }
            try {
                resolve(JSON.parse(xhr.responseText));
            } catch {
                fail();
            }
        };
        signal?.addEventListener("abort", () => xhr.abort());
        if (signal?.aborted) reject(new ApiError("cancelled", ""));
        else xhr.send(body);
    });
}

function bucketOf(token) {
    const policy = token.split(":")[2].replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(policy)).scope.split(":")[0];
}

function uploadForm(blob, { name, token, onSent, signal }) {
    const form = new FormData();
    form.append("token", token);
    form.append("fname", name);
    form.append("file", blob, name);
    return request("POST", HOST, { body: form, onSent, signal });
}

async function putPart(url, part, how) {
    for (let tries = 1; ; tries++) {
        try {
            return await request("PUT", url, { ...how, body: part });
        } catch (error) {
            if (tries === PART_TRIES || error.name === "cancelled") throw error;
        }
    }
}

async function uploadParts(blob, { name, token, onSent, signal }) {
    const base = `${HOST}/buckets/${encodeURIComponent(bucketOf(token))}/objects/~/uploads`;
    const { uploadId } = await request("POST", base, { token, signal });
    const at = `${base}/${uploadId}`;
    const parts = [];
    try {
        for (let start = 0; start < blob.size; start += PART_BYTES) {
            const partNumber = parts.length + 1;
            const { etag } = await putPart(`${at}/${partNumber}`, blob.slice(start, start + PART_BYTES),
                { token, signal, onSent: (bytes) => onSent(start + bytes) });
            parts.push({ partNumber, etag });
        }
        return await request("POST", at,
            { token, signal, body: JSON.stringify({ parts, fname: name, mimeType: blob.type }) });
    } catch (error) {
        // Left alone the server drops it in a day; a cancelled one need not wait so long.
        request("DELETE", at, { token }).catch(() => {});
        throw error;
    }
}

/**
 * @param {Blob} blob
 * @param {{ name: string, onProgress?: (share: number) => void, signal?: AbortSignal }} options
 *        onProgress gets 0..1
 * @returns {Promise<string>} the file's address; rejects with ApiError ("cancelled" by the signal)
 */
export async function upload(blob, { name, onProgress = () => {}, signal }) {
    const { uploadToken, accessDomain } = await get("upload/qiniu/params");
    const onSent = (bytes) => onProgress(Math.min(1, bytes / Math.max(1, blob.size)));
    const way = blob.size > PART_BYTES ? uploadParts : uploadForm;
    const { key } = await way(blob, { name, token: uploadToken, onSent, signal });
    return `${accessDomain}/${key}`;
}
