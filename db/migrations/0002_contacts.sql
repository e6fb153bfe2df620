-- What one person thinks of another: a row per direction. Friendship is two rows.
CREATE TABLE contacts (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    peer_id       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    is_friend     INTEGER NOT NULL CHECK (is_friend IN (0, 1)),
    is_blocked    INTEGER NOT NULL DEFAULT 0 CHECK (is_blocked IN (0, 1)),
    remark        TEXT NOT NULL DEFAULT '',
    label         TEXT NOT NULL DEFAULT '',
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    UNIQUE (user_id, peer_id),
    CHECK (user_id <> peer_id)
) STRICT;
CREATE INDEX contacts_peer ON contacts (peer_id, user_id);

CREATE TABLE contact_requests (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    from_id       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    to_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reason        TEXT NOT NULL DEFAULT '',
    deny_reason   TEXT NOT NULL DEFAULT '',
    status        INTEGER NOT NULL DEFAULT 0 CHECK (status IN (0, 1, 2)), -- waiting, passed, denied
    created_at_ms INTEGER NOT NULL,
    replied_at_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX contact_requests_waiting ON contact_requests (to_id, from_id) WHERE status = 0;
CREATE INDEX contact_requests_from ON contact_requests (from_id);
