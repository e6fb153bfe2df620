-- name: captcha_insert
INSERT INTO captchas (key, purpose, answer, expires_at_ms) VALUES (?, ?, ?, ?);

-- name: captcha_take
-- Any try uses it up, so nobody gets a second guess.
DELETE FROM captchas WHERE key = ? RETURNING purpose, answer, expires_at_ms;

-- name: captcha_delete_expired
DELETE FROM captchas WHERE expires_at_ms <= ?;
