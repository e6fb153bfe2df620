-- People sort their contacts into groups of contacts; somebody may be in several.
CREATE TABLE contact_groups (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name          TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    UNIQUE (user_id, name)
) STRICT;
CREATE TABLE contact_group_members (
    contact_group_id INTEGER NOT NULL REFERENCES contact_groups (id) ON DELETE CASCADE,
    contact_id       INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    PRIMARY KEY (contact_group_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_group_members_contact ON contact_group_members (contact_id);

-- Notices stand in a group's history like messages: what happened (enum notice), done by sender_id, to subject_id,
-- with a number (minutes of a mute). Each dialect words them itself.
ALTER TABLE messages ADD COLUMN notice INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN subject_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN amount INTEGER NOT NULL DEFAULT 0;
DROP VIEW message_rows;
CREATE VIEW message_rows AS
SELECT m.id, m.seq, m.conversation_id, m.sender_id, coalesce(m.client_id, '') AS client_id, m.kind, m.body,
       m.is_private, m.status, m.created_at_ms, m.updated_at_ms, c.user_lo, c.user_hi, c.group_id,
       m.notice, m.subject_id, m.amount
FROM messages m JOIN conversations c ON c.id = m.conversation_id;
-- Pages of one kind of message.
CREATE INDEX messages_kind ON messages (conversation_id, kind, status, seq);
CREATE INDEX messages_notices ON messages (conversation_id, seq) WHERE notice <> 0;
CREATE INDEX groups_name ON groups (name);

-- Where people and groups are, for "nearby". A person is found for a day after they let themselves be (located_at_ms).
ALTER TABLE users ADD COLUMN located_at_ms INTEGER NOT NULL DEFAULT 0;
CREATE VIRTUAL TABLE user_places USING rtree (id, min_longitude, max_longitude, min_latitude, max_latitude);
CREATE VIRTUAL TABLE group_places USING rtree (id, min_longitude, max_longitude, min_latitude, max_latitude);

-- One-time codes that travelled by mail or SMS; only their hash is kept.
CREATE TABLE codes (
    medium        INTEGER NOT NULL,                        -- 1 mail, 2 SMS
    address       TEXT NOT NULL,
    purpose       TEXT NOT NULL,                           -- 'login', 'reset', or '' for either
    code_hash     TEXT NOT NULL,
    tries_left    INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (medium, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX codes_expiry ON codes (expires_at_ms);
-- When codes went to an address within the last hour: how many more it may get.
CREATE TABLE code_sends (
    medium     INTEGER NOT NULL,
    address    TEXT NOT NULL,
    sent_at_ms INTEGER NOT NULL,
    PRIMARY KEY (medium, address, sent_at_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_sends_age ON code_sends (sent_at_ms);

-- Every one- and two-character piece of a group's name, in lower case: substring search without walking the table.
CREATE TABLE group_grams (
    gram     TEXT NOT NULL,
    group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    PRIMARY KEY (gram, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_grams_group ON group_grams (group_id);
