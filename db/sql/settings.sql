-- name: settings_find
SELECT language, theme, density, font_size, sounds, enter_sends, notify, quiet_hours, quiet_from, quiet_to,
       read_receipts, last_seen, directory, messages_from
FROM settings WHERE user_id = ?;

-- name: settings_put
INSERT OR REPLACE INTO settings (user_id, language, theme, density, font_size, sounds, enter_sends, notify, quiet_hours,
    quiet_from, quiet_to, read_receipts, last_seen, directory, messages_from)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: draft_find
SELECT target_id, body, reply_to_id, at_ms FROM drafts WHERE user_id = ? AND target_id = ?;

-- name: draft_list
SELECT target_id, body, reply_to_id, at_ms FROM drafts WHERE user_id = ? AND body <> '' ORDER BY at_ms DESC, target_id;

-- name: draft_count
SELECT count(*) FROM drafts WHERE user_id = ? AND body <> '';

-- name: draft_put
INSERT OR REPLACE INTO drafts (user_id, target_id, body, reply_to_id, at_ms) VALUES (?, ?, ?, ?, ?);

-- name: draft_forget
-- Emptied ones that no device can still bring back.
DELETE FROM drafts WHERE user_id = ? AND body = '' AND at_ms < ?;

-- name: presence_list
-- Of ?2 (a JSON array of ids): when each was last seen, and whether ?1 may know. Whoever shows it to nobody sees
-- nobody's; who has blocked ?1 shows them nothing.
SELECT u.id, u.last_seen_at_ms, u.id = ?1 OR (
    coalesce((SELECT v.last_seen FROM settings v WHERE v.user_id = ?1), 1) <> 3 AND coalesce(k.is_blocked, 0) = 0
    AND (coalesce(s.last_seen, 1) = 1 OR (s.last_seen = 2 AND coalesce(k.is_friend, 0) = 1)))
FROM json_each(?2) wanted JOIN users u ON u.id = wanted.value
LEFT JOIN settings s ON s.user_id = u.id
LEFT JOIN contacts k ON k.user_id = u.id AND k.peer_id = ?1
WHERE u.enabled = 1 ORDER BY u.id;

-- name: presence_watchers
-- Who is told that ?1 comes or goes: those who count them as a friend, as far as ?1 lets it be known and they do themselves.
SELECT w.user_id FROM contacts w
LEFT JOIN settings s ON s.user_id = ?1
LEFT JOIN settings v ON v.user_id = w.user_id
LEFT JOIN contacts k ON k.user_id = ?1 AND k.peer_id = w.user_id
WHERE w.peer_id = ?1 AND w.is_friend = 1 AND coalesce(v.last_seen, 1) <> 3
AND coalesce(k.is_blocked, 0) = 0
AND (coalesce(s.last_seen, 1) = 1 OR (s.last_seen = 2 AND coalesce(k.is_friend, 0) = 1));
