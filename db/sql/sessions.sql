-- name: session_insert
INSERT INTO sessions (user_id, dialect, platform, address, created_at_ms, expires_at_ms)
VALUES (?, ?, ?, ?, ?, ?);

-- name: session_live
-- A session counts while it has not expired and its account is enabled.
SELECT s.id, s.user_id, s.dialect, s.platform, s.created_at_ms, s.expires_at_ms, s.last_seen_at_ms
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = ? AND s.user_id = ? AND s.expires_at_ms > ? AND u.enabled = 1;

-- name: session_extend
UPDATE sessions SET expires_at_ms = max(expires_at_ms, ?2), last_seen_at_ms = ?3 WHERE id = ?1;

-- name: session_list
SELECT id, user_id, dialect, platform, created_at_ms, expires_at_ms, last_seen_at_ms, address
FROM sessions WHERE user_id = ? AND expires_at_ms > ? ORDER BY id DESC;

-- name: session_delete_own
DELETE FROM sessions WHERE id = ? AND user_id = ?;

-- name: session_delete
DELETE FROM sessions WHERE id = ?;

-- name: session_delete_of_user
DELETE FROM sessions WHERE user_id = ?;

-- name: session_delete_others
DELETE FROM sessions WHERE user_id = ? AND id <> ? RETURNING id, user_id;

-- name: session_delete_expired
DELETE FROM sessions WHERE expires_at_ms <= ? RETURNING id, user_id;

-- name: session_ids
SELECT id, user_id FROM sessions WHERE user_id = ? AND dialect = ?;
