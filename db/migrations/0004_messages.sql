-- Conversations and what is said in them. seq is 1,2,3... without gaps within a conversation: a client that
-- holds 1..k asks for what is above k and misses nothing. id rises over all conversations.
CREATE TABLE conversations (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_lo    INTEGER REFERENCES users (id),              -- a direct conversation: the smaller account id
    user_hi    INTEGER REFERENCES users (id),
    group_id   INTEGER UNIQUE REFERENCES groups (id),      -- or a group's
    last_seq   INTEGER NOT NULL DEFAULT 0 CHECK (last_seq >= 0),
    last_at_ms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (user_lo, user_hi),
    CHECK ((group_id IS NULL) = (user_lo IS NOT NULL AND user_hi IS NOT NULL AND user_lo < user_hi))
) STRICT;
CREATE INDEX conversations_hi ON conversations (user_hi);

CREATE TABLE messages (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    seq             INTEGER NOT NULL CHECK (seq >= 1),
    sender_id       INTEGER NOT NULL REFERENCES users (id),
    client_id       TEXT,                                  -- the sender's own id of the message: makes a resend harmless
    kind            INTEGER NOT NULL,
    body            TEXT NOT NULL,
    is_private      INTEGER NOT NULL DEFAULT 0 CHECK (is_private IN (0, 1)),
    status          INTEGER NOT NULL DEFAULT 0,            -- normal, revoked (body blanked)
    created_at_ms   INTEGER NOT NULL,
    updated_at_ms   INTEGER NOT NULL,
    UNIQUE (conversation_id, seq)
) STRICT;
CREATE UNIQUE INDEX messages_client ON messages (sender_id, client_id) WHERE client_id IS NOT NULL;

-- One person's place in one conversation: which part they may see and how far they have read.
CREATE TABLE participants (
    user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    joined_seq      INTEGER NOT NULL DEFAULT 0,            -- last_seq when they came in
    left_seq        INTEGER,                               -- last_seq when they left; NULL: still in
    read_seq        INTEGER NOT NULL DEFAULT 0,            -- never falls
    updated_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (user_id, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX participants_read ON participants (conversation_id, read_seq, user_id);
-- Recalled messages are few: counting them is how a page number becomes a seq without walking the history.
CREATE INDEX messages_revoked ON messages (conversation_id, seq) WHERE status = 1;

-- A living group (struct group); the column order is what db/groups.c reads.
CREATE VIEW group_rows AS
SELECT g.id, g.handle, g.name, g.avatar, g.intro, g.creator_id, c.id AS conversation_id,
       (SELECT count(*) FROM members m WHERE m.group_id = g.id) AS member_count, g.member_limit,
       g.no_member_contacts, g.no_member_profiles, g.no_join_requests, g.history_before_join,
       g.longitude, g.latitude, g.country, g.province, g.city, g.district, g.address,
       g.created_at_ms, g.updated_at_ms
FROM groups g JOIN conversations c ON c.group_id = g.id
WHERE g.dissolved_at_ms IS NULL;

-- A message with what it needs to know of its conversation (struct message; read by db/messages.c).
CREATE VIEW message_rows AS
SELECT m.id, m.seq, m.conversation_id, m.sender_id, coalesce(m.client_id, '') AS client_id, m.kind, m.body,
       m.is_private, m.status, m.created_at_ms, m.updated_at_ms, c.user_lo, c.user_hi, c.group_id
FROM messages m JOIN conversations c ON c.id = m.conversation_id;
