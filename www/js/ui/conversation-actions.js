// What may be done with a conversation as a whole; the list and the details offer the same.

import { t } from "../lib/i18n.js";
import { clearConversation, isMuted, reportRead, setConversation } from "../store/conversations.js";
import { toastError } from "../store/toasts.js";

const HOUR_MS = 3600 * 1000;
const FOREVER = 9e12; // some centuries, in ms

/**
 * @param {import("../store/conversations.js").Conversation} conversation
 * @returns {import("./menu.js").MenuItem[]}
 */
export function conversationActions(conversation) {
    const { key, pinned, unread, markedUnread, lastSeq, isLocal } = conversation;
    if (isLocal) return [];
    const set = (wanted) => () => setConversation(key, wanted).catch(toastError);
    const mutes = isMuted(conversation)
        ? [{ name: "unmute", icon: "bell", label: t("chats.unmute"), run: set({ muteUntil: 0, notify: "default" }) }]
        : [{ name: "mute-8h", icon: "bellOff", label: t("chats.mute8"), run: set({ muteUntil: Date.now() + 8 * HOUR_MS }) },
            { name: "mute", icon: "bellOff", label: t("chats.mute"), run: set({ muteUntil: FOREVER }) }];
    const isNew = unread > 0 || markedUnread;
    return [
        { name: "pin", icon: "pin", label: t(pinned ? "chats.unpin" : "chats.pin"), run: set({ pinned: pinned ? 0 : 1 }) },
        { name: "read", icon: "check", label: t(isNew ? "chats.markRead" : "chats.markUnread"),
            run: isNew ? () => reportRead(key, lastSeq) : set({ markedUnread: 1 }) },
        ...mutes,
        { name: "hide", icon: "close", label: t("chats.hide"), run: set({ hidden: 1 }) },
        { name: "clear", icon: "trash", label: t("chats.clear"), isDanger: true,
            confirm: t("chats.clearText"), run: () => clearConversation(key, false).catch(toastError) },
    ];
}
