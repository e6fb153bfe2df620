-- name: account_by_username
SELECT l.password_errors, l.password_error_at_ms, u.*
FROM users l JOIN user_rows u ON u.id = l.id WHERE l.username = ?;

-- name: account_page_by_register
-- One page of accounts, the newest first, and how many there are (one row with that alone if the page is empty).
-- ?1 offset, ?2 limit; then from and to of: ?3 enabled, ?5 password errors, ?7 registered, ?9 last login, ?11 last
-- wrong password. The three queries of this shape differ in the index they start from.
WITH hits AS (
    SELECT id, created_at_ms FROM users
    WHERE created_at_ms BETWEEN ?7 AND ?8 AND +last_login_at_ms BETWEEN ?9 AND ?10
    AND +password_error_at_ms BETWEEN ?11 AND ?12 AND +enabled BETWEEN ?3 AND ?4 AND password_errors BETWEEN ?5 AND ?6
), page AS (SELECT id, created_at_ms FROM hits ORDER BY created_at_ms DESC, id DESC LIMIT ?2 OFFSET ?1)
SELECT (SELECT count(*) FROM hits), l.password_errors, l.password_error_at_ms, u.*
FROM (SELECT 1) LEFT JOIN page LEFT JOIN users l ON l.id = page.id LEFT JOIN user_rows u ON u.id = page.id
ORDER BY page.created_at_ms DESC, page.id DESC;

-- name: account_page_by_login
WITH hits AS (
    SELECT id, created_at_ms FROM users
    WHERE last_login_at_ms BETWEEN ?9 AND ?10 AND +created_at_ms BETWEEN ?7 AND ?8
    AND +password_error_at_ms BETWEEN ?11 AND ?12 AND +enabled BETWEEN ?3 AND ?4 AND password_errors BETWEEN ?5 AND ?6
), page AS (SELECT id, created_at_ms FROM hits ORDER BY created_at_ms DESC, id DESC LIMIT ?2 OFFSET ?1)
SELECT (SELECT count(*) FROM hits), l.password_errors, l.password_error_at_ms, u.*
FROM (SELECT 1) LEFT JOIN page LEFT JOIN users l ON l.id = page.id LEFT JOIN user_rows u ON u.id = page.id
ORDER BY page.created_at_ms DESC, page.id DESC;

-- name: account_page_by_error
WITH hits AS (
    SELECT id, created_at_ms FROM users
    WHERE password_error_at_ms > 0 AND password_error_at_ms BETWEEN ?11 AND ?12
    AND +created_at_ms BETWEEN ?7 AND ?8 AND +last_login_at_ms BETWEEN ?9 AND ?10
    AND +enabled BETWEEN ?3 AND ?4 AND password_errors BETWEEN ?5 AND ?6
), page AS (SELECT id, created_at_ms FROM hits ORDER BY created_at_ms DESC, id DESC LIMIT ?2 OFFSET ?1)
SELECT (SELECT count(*) FROM hits), l.password_errors, l.password_error_at_ms, u.*
FROM (SELECT 1) LEFT JOIN page LEFT JOIN users l ON l.id = page.id LEFT JOIN user_rows u ON u.id = page.id
ORDER BY page.created_at_ms DESC, page.id DESC;
