-- name: refresh_insert
INSERT INTO refresh_tokens (hash, session_id, expires_at_ms) VALUES (?, ?, ?);

-- name: refresh_live
SELECT s.id, s.user_id, u.username, r.salt, r.used_at_ms
FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id JOIN users u ON u.id = s.user_id
WHERE r.hash = ?1 AND r.expires_at_ms > ?2 AND s.expires_at_ms > ?2 AND u.enabled = 1;

-- name: refresh_session
SELECT s.id, s.user_id FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id WHERE r.hash = ?;

-- name: refresh_use
UPDATE refresh_tokens SET salt = ?2, used_at_ms = ?3 WHERE hash = ?1;

-- name: refresh_delete_expired
DELETE FROM refresh_tokens WHERE expires_at_ms <= ?;
