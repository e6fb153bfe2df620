-- name: export_place_after
-- The viewer's next conversation by its number, if they are still in it.
SELECT c.id, coalesce(c.group_id, u.id), coalesce(g.name, nullif(k.remark, ''), u.nickname, '')
FROM participants p JOIN conversations c ON c.id = p.conversation_id
LEFT JOIN groups g ON g.id = c.group_id
LEFT JOIN users u ON u.id = CASE WHEN c.user_lo = ?1 THEN c.user_hi ELSE c.user_lo END
LEFT JOIN contacts k ON k.user_id = ?1 AND k.peer_id = u.id
WHERE p.user_id = ?1 AND p.conversation_id > ?2 AND p.left_seq IS NULL AND g.dissolved_at_ms IS NULL
ORDER BY p.conversation_id LIMIT 1;

-- name: user_nicknames
-- ?1 a JSON array of ids.
SELECT u.id, u.nickname FROM json_each(?1) wanted JOIN users u ON u.id = wanted.value;
