-- name: reaction_insert
INSERT OR IGNORE INTO reactions (message_id, user_id, emoji, created_at_ms) VALUES (?, ?, ?, ?);

-- name: reaction_delete
DELETE FROM reactions WHERE message_id = ? AND user_id = ? AND emoji = ?;

-- name: reaction_delete_of_message
DELETE FROM reactions WHERE message_id = ?;

-- name: reaction_count
-- How many there are of ?3, of different ones by ?2, and of different ones in all.
SELECT coalesce(sum(emoji = ?3), 0), coalesce(sum(user_id = ?2), 0), count(DISTINCT emoji)
FROM reactions WHERE message_id = ?1;

-- name: message_add_reactions
UPDATE messages SET reactions = reactions + ?2 WHERE id = ?1;

-- name: reaction_list
-- Of all messages ?1 (a JSON array of ids) at once, each message's in the order its emoji first came; ?2 the viewer.
SELECT r.message_id, r.emoji, count(*), max(r.user_id = ?2)
FROM json_each(?1) wanted JOIN reactions r ON r.message_id = wanted.value
GROUP BY r.message_id, r.emoji ORDER BY r.message_id, min(r.created_at_ms), r.emoji;

-- name: member_ids_seeing
-- Members of group ?1 who may see what stands at ?3 of its conversation ?2.
SELECT m.user_id FROM members m JOIN participants p ON p.user_id = m.user_id AND p.conversation_id = ?2
JOIN groups g ON g.id = m.group_id
WHERE m.group_id = ?1 AND (p.joined_seq < ?3 OR g.history_before_join = 1);

-- name: member_filter
-- Those of ?2 (a JSON array of ids) who are members of group ?1.
SELECT DISTINCT m.user_id FROM json_each(?2) wanted
JOIN members m ON m.group_id = ?1 AND m.user_id = wanted.value ORDER BY m.user_id;

-- name: mention_insert
INSERT OR IGNORE INTO mentions (user_id, conversation_id, seq, message_id) VALUES (?, ?, ?, ?);

-- name: mention_delete_of_message
DELETE FROM mentions WHERE message_id = ?;

-- name: mention_list
-- Of all messages ?1 (a JSON array of ids) at once.
SELECT n.message_id, n.user_id FROM json_each(?1) wanted
JOIN mentions n ON n.message_id = wanted.value ORDER BY n.message_id, n.user_id;

-- name: mention_ids_of
-- The first ?5 messages of conversation ?2, seq ?3 to ?4, in which others mention ?1 or everybody.
SELECT id FROM (
    SELECT t.message_id AS id, t.seq FROM mentions t WHERE t.user_id = ?1 AND t.conversation_id = ?2 AND t.seq BETWEEN ?3 AND ?4
    UNION ALL
    SELECT m.id, m.seq FROM messages m INDEXED BY messages_mention_all
    WHERE m.conversation_id = ?2 AND m.mentions = 2 AND m.seq BETWEEN ?3 AND ?4 AND m.sender_id <> ?1
) ORDER BY seq LIMIT ?5;

-- name: pin_insert
INSERT OR IGNORE INTO pins (conversation_id, message_id, pinned_by, pinned_at_ms) VALUES (?, ?, ?, ?);

-- name: pin_delete
DELETE FROM pins WHERE conversation_id = ? AND message_id = ?;

-- name: pin_delete_of_message
DELETE FROM pins WHERE message_id = ?;

-- name: pin_count
SELECT count(*) FROM pins WHERE conversation_id = ?;

-- name: pin_list
SELECT message_id, pinned_by, pinned_at_ms FROM pins WHERE conversation_id = ? ORDER BY pinned_at_ms DESC, message_id DESC;

-- name: reader_list
-- Who could have read what stands at ?3 of conversation ?1, but for ?2, who asks; ?4 the group, or 0.
SELECT u.id, coalesce(nullif(k.remark, ''), nullif(m.remark, ''), u.nickname), u.avatar, p.read_seq >= ?3, p.read_at_ms,
       coalesce(s.read_receipts, 1)
FROM participants p JOIN users u ON u.id = p.user_id
LEFT JOIN members m ON m.group_id = ?4 AND m.user_id = u.id
LEFT JOIN settings s ON s.user_id = u.id
LEFT JOIN contacts k ON k.user_id = ?2 AND k.peer_id = u.id
WHERE p.conversation_id = ?1 AND p.user_id <> ?2 AND p.left_seq IS NULL AND p.joined_seq < ?3
ORDER BY p.read_at_ms DESC, u.id;
