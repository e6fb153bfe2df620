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

-- name: participant_insert
-- Someone who left and comes back sees what came before again, as far as the group lets them.
INSERT INTO participants (user_id, conversation_id, joined_seq, read_seq, updated_at_ms) VALUES (?1, ?2, ?3, ?3, ?4)
ON CONFLICT (user_id, conversation_id) DO UPDATE
SET joined_seq = excluded.joined_seq, left_seq = NULL, updated_at_ms = excluded.updated_at_ms;

-- name: participant_find
SELECT joined_seq, left_seq, read_seq, cleared_seq FROM participants WHERE user_id = ? AND conversation_id = ?;

-- name: participant_read
UPDATE participants SET read_seq = ?3, updated_at_ms = ?4
WHERE user_id = ?1 AND conversation_id = ?2 AND read_seq < ?3;

-- name: participant_read_of_others
SELECT read_seq FROM participants WHERE conversation_id = ?1 AND user_id <> ?2 ORDER BY read_seq DESC LIMIT 1;

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
-- Newest first; ?1 the viewer. A conversation nobody has spoken in is left out unless it is a group of theirs.
-- Unread: above the read position everything is others' (who writes has read), so all but the recalled ones and the
-- notices (kind 7). The last message: nothing when it is from before the viewer's time.
SELECT c.id, c.user_lo, c.user_hi, c.group_id, p.read_seq, c.last_seq,
    coalesce(g.name, nullif(k.remark, ''), u.nickname, ''), coalesce(g.avatar, u.avatar, ''),
    (SELECT o.read_seq FROM participants o WHERE o.conversation_id = c.id AND o.user_id <> ?1 ORDER BY o.read_seq DESC LIMIT 1),
    CASE WHEN p.read_seq >= c.last_seq THEN 0 ELSE c.last_seq - p.read_seq
        - (SELECT count(*) FROM messages x INDEXED BY messages_revoked WHERE x.conversation_id = c.id AND x.seq > p.read_seq AND x.status = 1)
        - coalesce((SELECT n.kind_seq - coalesce((SELECT e.kind_seq FROM messages e
              WHERE e.conversation_id = c.id AND e.kind = 7 AND e.seq <= p.read_seq ORDER BY e.seq DESC LIMIT 1), 0)
              FROM messages n WHERE n.conversation_id = c.id AND n.kind = 7 ORDER BY n.seq DESC LIMIT 1), 0) END,
    CASE WHEN c.last_seq > p.joined_seq OR g.history_before_join = 1 THEN (SELECT l.id FROM messages l
        WHERE l.conversation_id = c.id AND l.seq = c.last_seq) END
FROM participants p JOIN conversations c ON c.id = p.conversation_id
LEFT JOIN groups g ON g.id = c.group_id
LEFT JOIN users u ON u.id = CASE WHEN c.user_lo = ?1 THEN c.user_hi ELSE c.user_lo END
LEFT JOIN contacts k ON k.user_id = ?1 AND k.peer_id = u.id
WHERE p.user_id = ?1 AND p.left_seq IS NULL AND g.dissolved_at_ms IS NULL AND (c.last_seq > 0 OR c.group_id IS NOT NULL)
ORDER BY c.last_at_ms DESC, c.id DESC LIMIT ?2;

-- name: message_senders
-- Whose messages lie in a stretch of a conversation: the people a read receipt is for.
SELECT DISTINCT sender_id FROM messages WHERE conversation_id = ? AND seq BETWEEN ? AND ?;
