-- name: site_setting_get
SELECT value FROM site_settings WHERE name = ?;

-- name: site_setting_set
INSERT OR REPLACE INTO site_settings (name, value) VALUES (?, ?);

-- name: setup_token_insert
INSERT INTO setup_tokens (token_hash, created_at_ms, expires_at_ms) VALUES (?, ?, ?);

-- name: setup_token_find
SELECT 1 FROM setup_tokens WHERE token_hash = ? AND expires_at_ms > ?;

-- name: setup_token_delete_expired
DELETE FROM setup_tokens WHERE expires_at_ms <= ?;

-- name: setup_token_delete_all
DELETE FROM setup_tokens;

-- name: site_has_admin
SELECT EXISTS (SELECT 1 FROM users WHERE is_admin = 1 AND id > 0 AND enabled = 1);

-- name: site_totals
-- Accounts are never deleted, so the last id given away says how many there are.
SELECT max(0, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'users'), 0) - 9999999),
       coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'groups'), 0),
       coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0),
       (SELECT files FROM file_totals WHERE id = 1), (SELECT size_bytes FROM file_totals WHERE id = 1);

-- name: site_file_owners
SELECT u.id, u.username, f.size_bytes FROM file_usage f JOIN users u ON u.id = f.user_id
WHERE f.size_bytes > 0 ORDER BY f.size_bytes DESC LIMIT 10;

-- name: site_group_list
SELECT g.* FROM groups k JOIN group_rows g ON g.id = k.id
WHERE k.id < ?1 AND k.dissolved_at_ms IS NULL ORDER BY k.id DESC LIMIT ?2;

-- name: site_group_facts
SELECT c.last_at_ms, c.last_seq, coalesce(u.id, 0), coalesce(u.username, '')
FROM conversations c LEFT JOIN members m ON m.group_id = c.group_id AND m.role = 3 LEFT JOIN users u ON u.id = m.user_id
WHERE c.group_id = ?;
