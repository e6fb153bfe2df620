-- For whoever runs the server: when people were last seen, links that make the first administrator, what files weigh.
ALTER TABLE users ADD COLUMN last_seen_at_ms INTEGER NOT NULL DEFAULT 0; -- give or take a minute
DROP VIEW user_rows;
CREATE VIEW user_rows AS
SELECT id, uid, username, nickname, coalesce(email, '') AS email, coalesce(mobile, '') AS mobile, password_hash,
       avatar, gender, birth, intro, longitude, latitude, country, province, city, district, enabled,
       created_at_ms, last_login_at_ms, is_admin, last_seen_at_ms
FROM users;
CREATE INDEX users_login_time ON users (last_login_at_ms);
CREATE INDEX users_error_time ON users (password_error_at_ms) WHERE password_error_at_ms > 0;
CREATE INDEX users_disabled ON users (id) WHERE enabled = 0;
CREATE INDEX users_admin ON users (id) WHERE is_admin = 1;

-- One-time links to the set-up page; only the hash of what they carry is kept.
CREATE TABLE setup_tokens (
    token_hash    TEXT PRIMARY KEY,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What an administrator has set from the web client rather than in chat.conf.
CREATE TABLE site_settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- All files together, so that counting them is one row and not a walk.
CREATE TABLE file_totals (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    files      INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL
) STRICT;
INSERT INTO file_totals SELECT 1, count(*), coalesce(sum(size_bytes), 0) FROM files;
CREATE TRIGGER files_added AFTER INSERT ON files BEGIN
    UPDATE file_totals SET files = files + 1, size_bytes = size_bytes + new.size_bytes;
END;
CREATE TRIGGER files_removed AFTER DELETE ON files BEGIN
    UPDATE file_totals SET files = files - 1, size_bytes = size_bytes - old.size_bytes;
END;
CREATE INDEX file_usage_size ON file_usage (size_bytes);
