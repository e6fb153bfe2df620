// Files that wait to be sent, in IndexedDB: too large for localStorage, and a reload must not lose
// them. Where the browser keeps no database (some private windows) they live as long as the page.

const DATABASE = "chatd";
const STORE = "blobs";
const inMemory = new Map();

/** @type {Promise<IDBDatabase | null> | null} */
let opening = null;

function open() {
    opening ||= new Promise((resolve) => {
        let request;
        try {
            request = indexedDB.open(DATABASE, 1);
        } catch {
            resolve(null);
            return;
        }
        request.onupgradeneeded = () => request.result.createObjectStore(STORE);
        request.onsuccess = () => resolve(request.result);
        request.onerror = request.onblocked = () => resolve(null);
    });
    return opening;
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} act
 * @returns {Promise<any>} undefined when there is no database or it failed
 */
async function transact(mode, act) {
    const database = await open();
    if (!database) return undefined;
    return new Promise((resolve) => {
        const request = act(database.transaction(STORE, mode).objectStore(STORE));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(undefined);
    });
}

/**
 * @param {string} name
 * @param {Blob} blob
 */
export async function keepBlob(name, blob) {
    inMemory.set(name, blob);
    await transact("readwrite", (store) => store.put(blob, name));
}

/**
 * @param {string} name
 * @returns {Promise<Blob | null>}
 */
export async function blobOf(name) {
    return inMemory.get(name) || await transact("readonly", (store) => store.get(name)) || null;
}

/** @param {string} name */
export async function dropBlob(name) {
    inMemory.delete(name);
    await transact("readwrite", (store) => store.delete(name));
}
