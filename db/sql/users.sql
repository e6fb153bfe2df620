-- name: user_by_id
SELECT * FROM user_rows WHERE id = ?;

-- name: user_by_login
-- A login name is a username, an e-mail address or a mobile number; the username wins, then the oldest account.
SELECT u.* FROM user_rows u JOIN (
    SELECT id, 0 AS rank FROM users WHERE username = ?1
    UNION ALL SELECT id, 1 FROM users WHERE email = ?1
    UNION ALL SELECT id, 1 FROM users WHERE mobile = ?1
) found ON found.id = u.id ORDER BY found.rank, u.id LIMIT 1;

-- name: user_search
-- Exact matches only, by any name a person goes by; ?2 is the id when the text is all digits, ?3 the searcher.
SELECT u.* FROM user_rows u JOIN (
    SELECT id FROM users WHERE username = ?1
    UNION SELECT id FROM (SELECT id FROM users WHERE nickname = ?1 AND id <> ?3 AND enabled = 1 ORDER BY id LIMIT 100)
    UNION SELECT id FROM users WHERE email = ?1
    UNION SELECT id FROM users WHERE mobile = ?1
    UNION SELECT id FROM users WHERE id = ?2
) found ON found.id = u.id WHERE u.id <> ?3 AND u.enabled = 1
AND NOT EXISTS (SELECT 1 FROM settings s WHERE s.user_id = u.id AND s.directory = 0
    AND NOT EXISTS (SELECT 1 FROM contacts k WHERE k.user_id = u.id AND k.peer_id = ?3 AND k.is_friend = 1))
ORDER BY u.id LIMIT 100;

-- name: user_insert
INSERT INTO users (uid, username, nickname, email, mobile, password_hash, created_at_ms, updated_at_ms, email_proven)
VALUES (?, ?, ?, ?, ?, ?, ?7, ?7, ?8);

-- name: user_logged_in
UPDATE users SET last_login_at_ms = ?2, last_login_address = ?3, password_errors = 0 WHERE id = ?1;

-- name: user_set_password
UPDATE users SET password_hash = ?2, updated_at_ms = ?3 WHERE id = ?1;

-- name: user_by_email
SELECT u.* FROM user_rows u JOIN users found ON found.id = u.id WHERE found.email = ?;

-- name: user_by_mobile
SELECT u.* FROM user_rows u JOIN users found ON found.id = u.id WHERE found.mobile = ?;

-- name: user_update
-- An empty text, and 0 for a coordinate, leave what there is.
UPDATE users SET nickname = coalesce(nullif(?2, ''), nickname), avatar = coalesce(nullif(?3, ''), avatar),
    gender = coalesce(nullif(?4, ''), gender), birth = coalesce(nullif(?5, ''), birth),
    intro = coalesce(nullif(?6, ''), intro), country = coalesce(nullif(?7, ''), country),
    province = coalesce(nullif(?8, ''), province), city = coalesce(nullif(?9, ''), city),
    district = coalesce(nullif(?10, ''), district), longitude = coalesce(nullif(?11, 0.0), longitude),
    latitude = coalesce(nullif(?12, 0.0), latitude), updated_at_ms = ?13
WHERE id = ?1;

-- name: user_by_name
-- The username wins: nobody can register what is somebody's uid by chance.
SELECT u.* FROM user_rows u JOIN (
    SELECT id, 0 AS rank FROM users WHERE username = ?1
    UNION ALL SELECT id, 1 FROM users WHERE uid = ?1
) found ON found.id = u.id ORDER BY found.rank LIMIT 1;

-- name: user_set_email
UPDATE users SET email = ?2, email_proven = 0, updated_at_ms = ?3 WHERE id = ?1;

-- name: user_email_proven
SELECT email_proven FROM users WHERE id = ?;

-- name: user_prove_email
-- Every way in but by this address ends; sessions are another table's.
UPDATE users SET email_proven = 1, password_hash = '', mobile = NULL, updated_at_ms = ?2 WHERE id = ?1 AND email_proven = 0;

-- name: user_by_username
SELECT * FROM user_rows WHERE username = ?;

-- name: user_seen
UPDATE users SET last_seen_at_ms = ?2 WHERE id = ?1 AND last_seen_at_ms < ?2;

-- name: user_password_error
UPDATE users SET password_errors = password_errors + 1, password_error_at_ms = ?2 WHERE id = ?1;

-- name: user_set_enabled
UPDATE users SET enabled = ?2, updated_at_ms = ?3 WHERE id = ?1;

-- name: user_set_admin
UPDATE users SET is_admin = ?2, updated_at_ms = ?3 WHERE id = ?1;
