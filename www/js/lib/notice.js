// What happened in a group stands in its history between the messages, as notices the server
// wrote: fromId did it, toId is the group, the body is JSON with the rest.

/**
 * @param {any} message  from a history, a conversation or a frame
 * @returns {boolean} frames of the system that are in no history have no seq
 */
export const isNotice = (message) => message.ope === "system" && message.seq > 0;

/**
 * @param {any} notice
 * @returns {{ accountId: number, isManager: number, minute: number }} accountId: whom it is
 *          about, 0 for nobody
 */
export function readNotice(notice) {
    const empty = { accountId: 0, isManager: 0, minute: 0 };
    try {
        return { ...empty, ...JSON.parse(notice.body) };
    } catch {
        return empty;
    }
}

/**
 * @param {any} message
 * @returns {number[]} the accounts one must know to show it
 */
export function peopleOf(message) {
    if (!isNotice(message)) return [message.fromId];
    return [message.fromId, readNotice(message).accountId].filter((id) => id > 0);
}

/**
 * @param {any} message
 * @param {number} me
 * @returns {boolean} whether it counts as unread until I saw it
 */
export const isNews = (message, me) => message.fromId !== me && !isNotice(message);
