-- name: conversation_direct
SELECT id, last_seq FROM conversations WHERE user_lo = ? AND user_hi = ?;

-- name: conversation_direct_insert
INSERT INTO conversations (user_lo, user_hi) VALUES (?, ?);

-- name: conversation_of_group
SELECT id, last_seq FROM conversations WHERE group_id = ?;

-- name: conversation_group_insert
INSERT INTO conversations (group_id) VALUES (?);

-- name: conversation_advance
UPDATE conversations SET last_seq = last_seq + 1, last_at_ms = ?2 WHERE id = ?1 RETURNING last_seq;

-- name: direct_range
-- ?1 the viewer. When it was begun: with its first message, or when the two came into it.
SELECT c.id, u.id, coalesce(nullif(k.remark, ''), u.nickname), u.avatar,
       coalesce((SELECT m.created_at_ms FROM messages m WHERE m.conversation_id = c.id AND m.seq = 1), p.updated_at_ms),
       c.last_at_ms
FROM participants p JOIN conversations c ON c.id = p.conversation_id AND c.group_id IS NULL
JOIN users u ON u.id = CASE WHEN c.user_lo = ?1 THEN c.user_hi ELSE c.user_lo END
LEFT JOIN contacts k ON k.user_id = ?1 AND k.peer_id = u.id
WHERE p.user_id = ?1 AND p.conversation_id BETWEEN ?2 AND ?3
AND (?4 = '' OR instr(lower(coalesce(nullif(k.remark, ''), u.nickname)), lower(?4)) > 0)
ORDER BY p.conversation_id DESC LIMIT ?5;

-- name: participant_insert
-- Someone who left and comes back sees what came before again, as far as the group lets them.
INSERT INTO participants (user_id, conversation_id, joined_seq, read_seq, updated_at_ms) VALUES (?1, ?2, ?3, ?3, ?4)
ON CONFLICT (user_id, conversation_id) DO UPDATE
SET joined_seq = excluded.joined_seq, left_seq = NULL, updated_at_ms = excluded.updated_at_ms;

-- name: participant_find
SELECT joined_seq, left_seq, read_seq, cleared_seq, delivered_seq FROM participants WHERE user_id = ? AND conversation_id = ?;

-- name: participant_read
UPDATE participants SET read_seq = ?3, updated_at_ms = ?4, read_at_ms = ?4, marked_unread = 0,
    delivered_seq = max(delivered_seq, ?3)
WHERE user_id = ?1 AND conversation_id = ?2 AND read_seq < ?3;

-- name: participant_delivered
UPDATE participants SET delivered_seq = ?3 WHERE user_id = ?1 AND conversation_id = ?2 AND delivered_seq < ?3;

-- name: participant_unmark
UPDATE participants SET marked_unread = 0 WHERE user_id = ?1 AND conversation_id = ?2 AND marked_unread = 1;

-- name: participant_state
SELECT p.mute_until_ms, p.notify, p.pinned_at_ms > 0, p.hidden_seq >= c.last_seq, p.marked_unread, p.cleared_seq
FROM participants p JOIN conversations c ON c.id = p.conversation_id WHERE p.user_id = ? AND p.conversation_id = ?;

-- name: participant_set_state
UPDATE participants SET mute_until_ms = ?3, notify = ?4,
    pinned_at_ms = CASE WHEN ?5 = 0 THEN 0 WHEN pinned_at_ms > 0 THEN pinned_at_ms ELSE ?9 END,
    hidden_seq = CASE WHEN ?6 = 0 THEN -1 ELSE (SELECT last_seq FROM conversations WHERE id = ?2) END,
    marked_unread = ?7, cleared_seq = ?8
WHERE user_id = ?1 AND conversation_id = ?2;

-- name: participant_read_of_others
-- Of those who let it be seen, for one who does: whoever hides theirs sees nobody's.
SELECT p.read_seq FROM participants p WHERE p.conversation_id = ?1 AND p.user_id <> ?2
AND NOT EXISTS (SELECT 1 FROM settings s WHERE s.user_id = p.user_id AND s.read_receipts = 0)
AND NOT EXISTS (SELECT 1 FROM settings s WHERE s.user_id = ?2 AND s.read_receipts = 0)
ORDER BY p.read_seq DESC LIMIT 1;

-- name: message_insert
INSERT INTO messages (conversation_id, seq, sender_id, client_id, kind, body, is_private, created_at_ms, updated_at_ms,
                      notice, subject_id, amount, extra, reply_to_id, mentions, kind_seq)
VALUES (?, ?, ?, ?, ?, ?, ?, ?8, ?8, ?, ?, ?, ?, ?, ?,
        1 + coalesce((SELECT kind_seq FROM messages WHERE conversation_id = ?1 AND kind = ?5 ORDER BY seq DESC LIMIT 1), 0));

-- name: message_by_id
SELECT * FROM message_rows WHERE id = ?;

-- name: message_list
-- ?1 a JSON array of ids.
SELECT r.* FROM json_each(?1) wanted JOIN message_rows r ON r.id = wanted.value ORDER BY r.id;

-- name: message_by_client_id
SELECT * FROM message_rows WHERE id = (SELECT id FROM messages WHERE sender_id = ? AND client_id = ?);

-- name: message_revoke
UPDATE messages SET status = 1, body = '', extra = '', reactions = 0, mentions = 0, updated_at_ms = ?2 WHERE id = ?1 AND status = 0;

-- name: message_edit
UPDATE messages SET body = ?2, extra = ?3, edited_at_ms = ?4, updated_at_ms = ?4 WHERE id = ?1 AND status = 0;

-- name: message_time
SELECT created_at_ms FROM messages WHERE conversation_id = ? AND seq = ?;

-- name: message_page_up
-- ?4 = 1 keeps recalled ones.
SELECT * FROM message_rows WHERE conversation_id = ?1 AND seq BETWEEN ?2 AND ?3
AND (?4 = 1 OR status = 0) ORDER BY seq LIMIT ?5;

-- name: message_page_down
SELECT * FROM message_rows WHERE conversation_id = ?1 AND seq BETWEEN ?2 AND ?3
AND (?4 = 1 OR status = 0) ORDER BY seq DESC LIMIT ?5;

-- name: message_kind_up
-- Of one kind; recalled ones have lost theirs. The page is found in the index, then read.
SELECT r.* FROM (SELECT id FROM messages WHERE conversation_id = ?1 AND kind = ?4 AND status = 0
    AND seq BETWEEN ?2 AND ?3 ORDER BY seq LIMIT ?5) picked
JOIN message_rows r ON r.id = picked.id ORDER BY r.seq;

-- name: message_kind_down
SELECT r.* FROM (SELECT id FROM messages WHERE conversation_id = ?1 AND kind = ?4 AND status = 0
    AND seq BETWEEN ?2 AND ?3 ORDER BY seq DESC LIMIT ?5) picked
JOIN message_rows r ON r.id = picked.id ORDER BY r.seq DESC;

-- name: message_count_kind
-- All up to the end, less those before the start, less the recalled ones.
SELECT coalesce((SELECT kind_seq FROM messages WHERE conversation_id = ?1 AND kind = ?4 AND seq <= ?3 ORDER BY seq DESC LIMIT 1), 0)
     - coalesce((SELECT kind_seq FROM messages WHERE conversation_id = ?1 AND kind = ?4 AND seq < ?2 ORDER BY seq DESC LIMIT 1), 0)
     - (SELECT count(*) FROM messages INDEXED BY messages_revoked
        WHERE conversation_id = ?1 AND seq BETWEEN ?2 AND ?3 AND kind = ?4 AND status = 1);

-- name: message_count_revoked
SELECT count(*) FROM messages INDEXED BY messages_revoked WHERE conversation_id = ? AND seq BETWEEN ? AND ? AND status = 1;

-- name: conversation_list
-- Pinned ones first, then the newest; ?1 the viewer, ?3 = 1 the hidden ones. A conversation nobody has spoken in is left
-- out unless it is a group of theirs or pinned. They are picked first; the rest is looked up for those alone.
-- Unread: above the read position everything is others' (who writes has read; only a call one made with something
-- unread above it is one's own), so all but the recalled ones and the notices (kind 7), which only groups have, like mentions. The last
-- message, as in message_rows: nothing when it is from before the viewer's time, or cleared.
WITH picked AS MATERIALIZED (
    SELECT p.conversation_id, p.read_seq, max(p.read_seq, p.cleared_seq) AS seen_seq, p.joined_seq, p.cleared_seq,
        p.mute_until_ms, p.notify, p.pinned_at_ms > 0 AS is_pinned, p.marked_unread,
        c.user_lo, c.user_hi, c.group_id, c.last_seq, c.last_at_ms, g.name, g.avatar, g.history_before_join
    FROM participants p JOIN conversations c ON c.id = p.conversation_id LEFT JOIN groups g ON g.id = c.group_id
    WHERE p.user_id = ?1 AND p.left_seq IS NULL AND g.dissolved_at_ms IS NULL
    AND (c.last_seq > 0 OR c.group_id IS NOT NULL OR p.pinned_at_ms > 0) AND (p.hidden_seq >= c.last_seq) = ?3
    ORDER BY is_pinned DESC, c.last_at_ms DESC, c.id DESC LIMIT ?2)
SELECT picked.conversation_id, picked.user_lo, picked.user_hi, picked.group_id, picked.read_seq, picked.last_seq,
    coalesce(picked.name, nullif(k.remark, ''), u.nickname, ''), coalesce(picked.avatar, u.avatar, ''),
    CASE WHEN EXISTS (SELECT 1 FROM settings s WHERE s.user_id = ?1 AND s.read_receipts = 0) THEN 0
         WHEN picked.group_id IS NULL THEN CASE WHEN s.read_receipts = 0 THEN 0 ELSE o.read_seq END
         ELSE (SELECT x.read_seq FROM participants x WHERE x.conversation_id = picked.conversation_id AND x.user_id <> ?1
               AND NOT EXISTS (SELECT 1 FROM settings h WHERE h.user_id = x.user_id AND h.read_receipts = 0)
               ORDER BY x.read_seq DESC LIMIT 1) END,
    CASE WHEN picked.seen_seq >= picked.last_seq THEN 0 ELSE picked.last_seq - picked.seen_seq
        - (SELECT count(*) FROM messages x INDEXED BY messages_revoked
           WHERE x.conversation_id = picked.conversation_id AND x.seq > picked.seen_seq AND x.status = 1)
        - CASE WHEN picked.group_id IS NULL THEN 0 ELSE
            coalesce((SELECT n.kind_seq - coalesce((SELECT e.kind_seq FROM messages e
              WHERE e.conversation_id = picked.conversation_id AND e.kind = 7 AND e.seq <= picked.seen_seq ORDER BY e.seq DESC LIMIT 1), 0)
              FROM messages n WHERE n.conversation_id = picked.conversation_id AND n.kind = 7 ORDER BY n.seq DESC LIMIT 1), 0) END END,
    o.delivered_seq,
    CASE WHEN picked.seen_seq >= picked.last_seq OR picked.group_id IS NULL THEN 0 ELSE
        (SELECT count(*) FROM mentions t WHERE t.user_id = ?1 AND t.conversation_id = picked.conversation_id AND t.seq > picked.seen_seq)
        + (SELECT count(*) FROM messages t WHERE t.conversation_id = picked.conversation_id AND t.mentions = 2 AND t.seq > picked.seen_seq) END,
    picked.mute_until_ms, picked.notify, picked.is_pinned, ?3, picked.marked_unread, picked.cleared_seq,
    m.id, m.seq, m.conversation_id, m.sender_id, coalesce(m.client_id, ''), m.kind, m.body, m.is_private, m.status,
    m.created_at_ms, m.updated_at_ms, picked.user_lo, picked.user_hi, picked.group_id, m.notice, m.subject_id, m.amount, m.extra,
    m.reply_to_id, m.edited_at_ms, m.reactions, m.mentions
FROM picked
LEFT JOIN users u ON u.id = CASE WHEN picked.user_lo = ?1 THEN picked.user_hi ELSE picked.user_lo END
LEFT JOIN contacts k ON k.user_id = ?1 AND k.peer_id = u.id
LEFT JOIN participants o ON o.user_id = u.id AND o.conversation_id = picked.conversation_id
LEFT JOIN settings s ON s.user_id = u.id
LEFT JOIN messages m ON m.conversation_id = picked.conversation_id AND m.seq = picked.last_seq AND picked.last_seq > picked.cleared_seq
    AND (picked.last_seq > picked.joined_seq OR picked.history_before_join = 1)
ORDER BY picked.is_pinned DESC, picked.last_at_ms DESC, picked.conversation_id DESC;

-- name: message_senders
-- Whose messages lie in a stretch of a conversation: the people a read receipt is for. Whoever hides theirs gets none.
SELECT DISTINCT m.sender_id FROM messages m WHERE m.conversation_id = ? AND m.seq BETWEEN ? AND ?
AND NOT EXISTS (SELECT 1 FROM settings s WHERE s.user_id = m.sender_id AND s.read_receipts = 0);
