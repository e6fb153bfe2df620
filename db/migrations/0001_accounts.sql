-- Accounts, the devices people use, and sessions. One account serves every dialect.
CREATE TABLE users (
    id               INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id >= 10000000),
    uid              TEXT NOT NULL UNIQUE,                 -- 32 hex digits: the id in dialects whose ids are text
    username         TEXT NOT NULL UNIQUE COLLATE NOCASE,
    nickname         TEXT NOT NULL,
    email            TEXT UNIQUE COLLATE NOCASE,
    mobile           TEXT UNIQUE,
    password_hash    TEXT NOT NULL DEFAULT '',             -- '' : none set, codes only
    avatar           TEXT NOT NULL DEFAULT '',
    gender           TEXT NOT NULL DEFAULT '',
    birth            TEXT NOT NULL DEFAULT '',             -- YYYY-MM-DD
    intro            TEXT NOT NULL DEFAULT '',
    longitude        REAL NOT NULL DEFAULT 0,
    latitude         REAL NOT NULL DEFAULT 0,
    country          TEXT NOT NULL DEFAULT '',
    province         TEXT NOT NULL DEFAULT '',
    city             TEXT NOT NULL DEFAULT '',
    district         TEXT NOT NULL DEFAULT '',
    enabled          INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    password_errors  INTEGER NOT NULL DEFAULT 0,
    password_error_at_ms INTEGER NOT NULL DEFAULT 0,
    created_at_ms    INTEGER NOT NULL,
    updated_at_ms    INTEGER NOT NULL,
    last_login_at_ms INTEGER NOT NULL DEFAULT 0,
    last_login_address TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO sqlite_sequence (name, seq) VALUES ('users', 9999999);
CREATE INDEX users_nickname ON users (nickname);
CREATE INDEX users_created ON users (created_at_ms);

CREATE TABLE devices (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id          INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device_key       TEXT NOT NULL,                        -- chosen by the client
    name             TEXT NOT NULL DEFAULT '',
    model            TEXT NOT NULL DEFAULT '',
    created_at_ms    INTEGER NOT NULL,
    last_login_at_ms INTEGER NOT NULL,
    UNIQUE (user_id, device_key)
) STRICT;

CREATE TABLE sessions (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id          INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device_id        INTEGER REFERENCES devices (id) ON DELETE SET NULL,
    dialect          TEXT NOT NULL,
    platform         TEXT NOT NULL DEFAULT '',
    address          TEXT NOT NULL DEFAULT '',
    created_at_ms    INTEGER NOT NULL,
    expires_at_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at_ms);

CREATE TABLE captchas (
    key           TEXT PRIMARY KEY,
    purpose       TEXT NOT NULL,                           -- 'login', 'register'
    answer        TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX captchas_expiry ON captchas (expires_at_ms);

-- A person as the domain sees one (struct user); the column order is what db/users.c reads.
CREATE VIEW user_rows AS
SELECT id, uid, username, nickname, coalesce(email, '') AS email, coalesce(mobile, '') AS mobile, password_hash,
       avatar, gender, birth, intro, longitude, latitude, country, province, city, district, enabled,
       created_at_ms, last_login_at_ms
FROM users;
