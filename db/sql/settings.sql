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
