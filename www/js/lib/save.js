// Saving an answer of the server as a file.

/**
 * Reads the whole of it, telling how much has come; rejects if it breaks off.
 * @param {Response} response
 * @param {(bytes: number) => void} onBytes
 * @returns {Promise<Blob>}
 */
async function readAll(response, onBytes) {
    const reader = response.body.getReader();
    const parts = [];
    let bytes = 0;
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return new Blob(parts, { type: response.headers.get("Content-Type") || "" });
        parts.push(value);
        bytes += value.length;
        onBytes(bytes);
    }
}

/**
 * @param {Response} response
 * @param {string} name
 * @param {(bytes: number) => void} [onBytes]
 */
export async function saveAnswer(response, name, onBytes = () => {}) {
    const url = URL.createObjectURL(await readAll(response, onBytes));
    const link = document.createElement("a");
    Object.assign(link, { href: url, download: name, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
}
