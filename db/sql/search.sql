-- name: search_waiting
-- The last of the next ?1 messages that are not in the index; NULL: all are.
SELECT max(id) FROM (SELECT id FROM messages WHERE id > (SELECT indexed_to FROM search_progress) ORDER BY id LIMIT ?1);

-- name: search_lag
-- How far the index is behind, in ids.
SELECT coalesce((SELECT max(id) FROM messages), 0) - indexed_to FROM search_progress;

-- name: search_index_to
INSERT INTO message_index (rowid, text)
SELECT id, text FROM message_texts WHERE id > (SELECT indexed_to FROM search_progress) AND id <= ?1 ORDER BY id;

-- name: search_flush_begin
SAVEPOINT search_flush;

-- name: search_flush_end
RELEASE search_flush;

-- name: search_set_progress
UPDATE search_progress SET indexed_to = ?1;

-- name: search_empty
INSERT INTO message_index (message_index) VALUES ('delete-all');

-- name: search_groups_of
-- The groups ?1 may search: how many messages there are hidden from them, and the first one that is not.
SELECT group_id, CASE WHEN hidden = 0 THEN 1 ELSE
           (SELECT m.id FROM messages m WHERE m.conversation_id = places.id AND m.seq > hidden ORDER BY m.seq LIMIT 1) END,
       hidden
FROM (SELECT c.group_id, c.id, max(CASE WHEN g.history_before_join = 1 THEN 0 ELSE p.joined_seq END, p.cleared_seq) AS hidden
      FROM members mine
      JOIN groups g ON g.id = mine.group_id
      JOIN conversations c ON c.group_id = mine.group_id
      JOIN participants p ON p.user_id = mine.user_id AND p.conversation_id = c.id
      WHERE mine.user_id = ?1 AND g.dissolved_at_ms IS NULL AND p.left_seq IS NULL) places;

-- name: search_messages
-- Newest first. ?1 the viewer, ?2 what to match, ids between ?3 and ?4, times from ?5 to before ?6. Whether the viewer
-- may see a message (domain/window.c) is decided here once more, whatever the marks in ?2 say; no words where not.
SELECT m.id, c.group_id, u.id, coalesce(g.name, nullif(k.remark, ''), u.nickname, ''), coalesce(g.avatar, u.avatar, ''),
       p.read_seq, CASE WHEN m.seq > p.cleared_seq
           AND (c.group_id IS NULL OR g.history_before_join = 1 OR m.seq > p.joined_seq) THEN t.text END
FROM message_index found
CROSS JOIN messages m ON m.id = found.rowid
CROSS JOIN participants p ON p.user_id = ?1 AND p.conversation_id = m.conversation_id
CROSS JOIN conversations c ON c.id = m.conversation_id
LEFT JOIN groups g ON g.id = c.group_id
LEFT JOIN users u ON u.id = CASE WHEN c.user_lo = ?1 THEN c.user_hi ELSE c.user_lo END
LEFT JOIN contacts k ON k.user_id = ?1 AND k.peer_id = u.id
CROSS JOIN message_texts t ON t.id = m.id
WHERE message_index MATCH ?2 AND found.rowid > ?3 AND found.rowid < ?4
AND m.status = 0 AND m.created_at_ms >= ?5 AND m.created_at_ms < ?6
AND (c.group_id IS NULL OR (g.dissolved_at_ms IS NULL AND p.left_seq IS NULL
     AND EXISTS (SELECT 1 FROM members b WHERE b.group_id = c.group_id AND b.user_id = ?1)))
ORDER BY found.rowid DESC;

-- name: search_time
-- The first message from id ?1 on.
SELECT id, created_at_ms FROM messages WHERE id >= ?1 ORDER BY id LIMIT 1;

-- name: search_last_id
SELECT coalesce(max(id), 0) FROM messages;

-- name: search_mates
-- People who share a group with ?1 and are neither their friends nor blocked by them.
SELECT u.* FROM user_index found CROSS JOIN user_rows u ON u.id = found.rowid
WHERE user_index MATCH ?2 AND u.id <> ?1 AND u.enabled = 1
AND u.id IN (SELECT b.user_id FROM members a JOIN members b ON b.group_id = a.group_id WHERE a.user_id = ?1)
AND NOT EXISTS (SELECT 1 FROM contacts k WHERE k.user_id = ?1 AND k.peer_id = u.id AND (k.is_friend = 1 OR k.is_blocked = 1))
ORDER BY found.rowid LIMIT ?3;

-- name: search_add_message
-- These four are what search_add() and search_drop() run (db/search_functions.c).
INSERT INTO message_index (rowid, text) VALUES (?, ?);

-- name: search_drop_message
INSERT INTO message_index (message_index, rowid, text) VALUES ('delete', ?, ?);

-- name: search_add_user
INSERT INTO user_index (rowid, text) VALUES (?, ?);

-- name: search_drop_user
INSERT INTO user_index (user_index, rowid, text) VALUES ('delete', ?, ?);
