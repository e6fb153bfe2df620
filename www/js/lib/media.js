// Looks at a file before it is sent: what it is, how large its picture is; pictures are drawn anew,
// which leaves behind where and with what they were taken (EXIF).

const LONGEST_SIDE = 2560;
const QUALITY = 0.86;
const REDRAWN = new Set(["image/jpeg", "image/png", "image/webp"]);
const PROBE_MS = 8000;

/**
 * @typedef {object} Prepared
 * @property {"pic" | "video" | "voice" | "file"} type  of the message
 * @property {Blob} blob
 * @property {Record<string, any>} extra  name, size, width, height, duration (ms)
 */

/** @param {number} width @param {number} height */
function fitted(width, height) {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function encode(canvas, type) {
    return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}

async function preparePicture(file, name) {
    const bitmap = await createImageBitmap(file);
    const size = fitted(bitmap.width, bitmap.height);
    let blob = file;
    if (REDRAWN.has(file.type)) {
        const canvas = document.createElement("canvas");
        Object.assign(canvas, size);
        canvas.getContext("2d").drawImage(bitmap, 0, 0, size.width, size.height);
        blob = await encode(canvas, file.type) || file;
    }
    bitmap.close();
    return { type: "pic", blob, extra: { name, size: blob.size, ...size } };
}

/** Duration and picture size of a film or sound; zeros when the browser cannot play it. */
function probe(file, tag) {
    return new Promise((resolve) => {
        const element = document.createElement(tag);
        const address = URL.createObjectURL(file);
        const finish = () => {
            clearTimeout(timer);
            const { videoWidth = 0, videoHeight = 0, duration } = /** @type {any} */ (element);
            URL.revokeObjectURL(address);
            resolve({
                width: videoWidth, height: videoHeight,
                duration: Number.isFinite(duration) ? Math.round(duration * 1000) : 0,
            });
        };
        const timer = setTimeout(finish, PROBE_MS);
        element.preload = "metadata";
        element.onloadedmetadata = element.onerror = finish;
        element.src = address;
    });
}

/**
 * @param {File} file
 * @param {{ isOriginal?: boolean }} [options]  isOriginal: send the bytes as they are, as a file
 * @returns {Promise<Prepared>}
 */
export async function prepare(file, { isOriginal = false } = {}) {
    const name = file.name || "file";
    const plain = { type: /** @type {const} */ ("file"), blob: file, extra: { name, size: file.size } };
    if (isOriginal) return plain;
    try {
        if (/^image\/(png|jpeg|webp|gif|avif)$/.test(file.type)) {
            return /** @type {Prepared} */ (await preparePicture(file, name));
        }
    } catch {
        return plain; // says it is a picture, but is none the browser can draw
    }
    if (file.type.startsWith("video/")) {
        const facts = await probe(file, "video");
        return facts.width ? { ...plain, type: "video", extra: { ...plain.extra, ...facts } } : plain;
    }
    return plain;
}
