-- Groups that are entered by their handle, as rooms are: is_open ones by anybody who knows it, unasked. Into an
-- is_private one nobody new comes at all, by whatever dialect.
ALTER TABLE groups ADD COLUMN is_open INTEGER NOT NULL DEFAULT 0 CHECK (is_open IN (0, 1));
ALTER TABLE groups ADD COLUMN is_private INTEGER NOT NULL DEFAULT 0 CHECK (is_private IN (0, 1));
-- The newest of those with a name.
CREATE INDEX groups_by_name ON groups (name, id) WHERE dissolved_at_ms IS NULL;
DROP VIEW group_rows;
CREATE VIEW group_rows AS
SELECT g.id, g.handle, g.name, g.avatar, g.intro, g.creator_id, c.id AS conversation_id,
       (SELECT count(*) FROM members m WHERE m.group_id = g.id) AS member_count, g.member_limit,
       g.no_member_contacts, g.no_member_profiles, g.no_join_requests, g.history_before_join,
       g.longitude, g.latitude, g.country, g.province, g.city, g.district, g.address,
       g.created_at_ms, g.updated_at_ms, g.is_open, g.is_private,
       coalesce((SELECT m.user_id FROM members m WHERE m.group_id = g.id AND m.role = 3), 0) AS owner_id
FROM groups g JOIN conversations c ON c.group_id = g.id
WHERE g.dissolved_at_ms IS NULL;

-- How far the one socket a person has for a conversation has brought it to them: where the next one goes on. No row:
-- they have not been there by such a socket.
CREATE TABLE deliveries (
    user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq             INTEGER NOT NULL,                      -- never falls while they stay
    PRIMARY KEY (user_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_conversation ON deliveries (conversation_id);

-- Who tries codes to set a new password: how often since when, and until when no more is heard (domain/reset.h).
CREATE TABLE reset_tries (
    user_id         INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    tries           INTEGER NOT NULL,
    since_ms        INTEGER NOT NULL,
    banned_until_ms INTEGER NOT NULL                       -- 0: not
) STRICT;
