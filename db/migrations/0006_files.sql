-- Uploaded files. On disk a file is called by the 32 hex digits its key begins with, below DATA_DIR/files.
CREATE TABLE files (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    key           TEXT NOT NULL UNIQUE,                -- what its URL ends with: 32 hex digits and an extension
    user_id       INTEGER NOT NULL REFERENCES users (id),
    name          TEXT NOT NULL,                       -- what the sender called it; never used as a path
    type          TEXT NOT NULL,                       -- media type by its first bytes, not by the sender
    size_bytes    INTEGER NOT NULL,
    etag          TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX files_user ON files (user_id);

-- What each person's files weigh, so that the quota is one row and not a sum.
CREATE TABLE file_usage (
    user_id    INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    size_bytes INTEGER NOT NULL
) STRICT;

-- Uploads that come in parts: begun, and for a while after their end, when key names the file they became.
CREATE TABLE uploads (
    id            TEXT PRIMARY KEY,                    -- 32 hex digits
    user_id       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key           TEXT NOT NULL DEFAULT '',
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_user ON uploads (user_id);
CREATE INDEX uploads_expiry ON uploads (expires_at_ms);

-- Their parts, each a file of that name below DATA_DIR/parts until the upload is complete.
CREATE TABLE upload_parts (
    upload_id     TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL,
    file          TEXT NOT NULL UNIQUE,
    size_bytes    INTEGER NOT NULL,
    etag          TEXT NOT NULL,
    crc32         INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (upload_id, number)
) STRICT, WITHOUT ROWID;
