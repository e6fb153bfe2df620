-- Invitations: to this site, or into a group. Only the hash of what their links carry is kept.
CREATE TABLE invites (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash    TEXT NOT NULL UNIQUE,
    inviter_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    group_id      INTEGER REFERENCES groups (id) ON DELETE CASCADE, -- NULL: to the site
    greeting      TEXT NOT NULL,                                    -- the first message to whoever comes
    uses          INTEGER NOT NULL CHECK (uses >= 1),
    used          INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND uses),
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX invites_inviter ON invites (inviter_id, id);
CREATE INDEX invites_group ON invites (group_id, id) WHERE group_id IS NOT NULL;
CREATE INDEX invites_expiry ON invites (expires_at_ms);
