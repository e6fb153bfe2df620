-- name: code_put
-- A new code replaces the one before it.
INSERT OR REPLACE INTO codes (medium, address, purpose, code_hash, tries_left, expires_at_ms)
VALUES (?, ?, ?, ?, ?, ?);

-- name: code_find
SELECT purpose, code_hash, tries_left, expires_at_ms FROM codes WHERE medium = ? AND address = ?;

-- name: code_miss
UPDATE codes SET tries_left = tries_left - 1 WHERE medium = ? AND address = ?;

-- name: code_delete
DELETE FROM codes WHERE medium = ? AND address = ?;

-- name: code_delete_expired
DELETE FROM codes WHERE expires_at_ms <= ?;

-- name: code_send_note
INSERT OR IGNORE INTO code_sends (medium, address, sent_at_ms) VALUES (?, ?, ?);

-- name: code_sends_since
SELECT count(*), coalesce(min(sent_at_ms), 0), coalesce(max(sent_at_ms), 0) FROM code_sends
WHERE medium = ? AND address = ? AND sent_at_ms > ?;

-- name: code_sends_delete
DELETE FROM code_sends WHERE sent_at_ms <= ?;
