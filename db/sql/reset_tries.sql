-- name: reset_tries_find
SELECT tries, since_ms, banned_until_ms FROM reset_tries WHERE user_id = ?;

-- name: reset_tries_put
INSERT OR REPLACE INTO reset_tries (user_id, tries, since_ms, banned_until_ms) VALUES (?, ?, ?, ?);
