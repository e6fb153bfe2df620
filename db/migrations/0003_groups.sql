-- Groups: a room's RoomId, a node's group name and a group_no are all `handle`.
CREATE TABLE groups (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id < 10000000), -- below the account ids
    handle              TEXT NOT NULL UNIQUE,
    name                TEXT NOT NULL,
    avatar              TEXT NOT NULL DEFAULT '',
    intro               TEXT NOT NULL DEFAULT '',
    creator_id          INTEGER NOT NULL REFERENCES users (id),
    member_limit        INTEGER NOT NULL CHECK (member_limit >= 1),
    no_member_contacts  INTEGER NOT NULL DEFAULT 0 CHECK (no_member_contacts IN (0, 1)),
    no_member_profiles  INTEGER NOT NULL DEFAULT 0 CHECK (no_member_profiles IN (0, 1)),
    no_join_requests    INTEGER NOT NULL DEFAULT 0 CHECK (no_join_requests IN (0, 1)),
    history_before_join INTEGER NOT NULL DEFAULT 0 CHECK (history_before_join IN (0, 1)),
    longitude           REAL NOT NULL DEFAULT 0,
    latitude            REAL NOT NULL DEFAULT 0,
    country             TEXT NOT NULL DEFAULT '',
    province            TEXT NOT NULL DEFAULT '',
    city                TEXT NOT NULL DEFAULT '',
    district            TEXT NOT NULL DEFAULT '',
    address             TEXT NOT NULL DEFAULT '',
    created_at_ms       INTEGER NOT NULL,
    updated_at_ms       INTEGER NOT NULL,
    dissolved_at_ms     INTEGER                            -- NULL while it lives
) STRICT;

CREATE TABLE members (
    group_id       INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    user_id        INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role           INTEGER NOT NULL CHECK (role IN (1, 2, 3)), -- member, manager, owner
    remark         TEXT NOT NULL DEFAULT '',
    muted_until_ms INTEGER NOT NULL DEFAULT 0,
    joined_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_user ON members (user_id, group_id);
CREATE UNIQUE INDEX members_owner ON members (group_id) WHERE role = 3;

CREATE TABLE group_requests (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id      INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    user_id       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reason        TEXT NOT NULL DEFAULT '',
    deny_reason   TEXT NOT NULL DEFAULT '',
    status        INTEGER NOT NULL DEFAULT 0 CHECK (status IN (0, 1, 2)), -- waiting, passed, denied
    created_at_ms INTEGER NOT NULL,
    replied_at_ms INTEGER NOT NULL DEFAULT 0,
    replied_by    INTEGER REFERENCES users (id) ON DELETE SET NULL
) STRICT;
CREATE UNIQUE INDEX group_requests_waiting ON group_requests (group_id, user_id) WHERE status = 0;
CREATE INDEX group_requests_user ON group_requests (user_id);
