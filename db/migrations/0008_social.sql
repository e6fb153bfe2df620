-- What people add to each other's messages: reactions, mentions, pins; each message knows how many reactions it has and
-- whom it mentions (0 nobody, 1 those in mentions, 2 everybody), so that most messages cost no second look.
ALTER TABLE messages ADD COLUMN reactions INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN mentions INTEGER NOT NULL DEFAULT 0 CHECK (mentions IN (0, 1, 2));
CREATE INDEX messages_mention_all ON messages (conversation_id, seq) WHERE mentions = 2;
DROP VIEW message_rows;
CREATE VIEW message_rows AS
SELECT m.id, m.seq, m.conversation_id, m.sender_id, coalesce(m.client_id, '') AS client_id, m.kind, m.body,
       m.is_private, m.status, m.created_at_ms, m.updated_at_ms, c.user_lo, c.user_hi, c.group_id,
       m.notice, m.subject_id, m.amount, m.extra, m.reply_to_id, m.edited_at_ms, m.reactions, m.mentions
FROM messages m JOIN conversations c ON c.id = m.conversation_id;

CREATE TABLE reactions (
    message_id    INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    user_id       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    emoji         TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (message_id, user_id, emoji)
) STRICT, WITHOUT ROWID;
CREATE INDEX reactions_user ON reactions (user_id);

CREATE TABLE mentions (
    user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq             INTEGER NOT NULL,
    message_id      INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, conversation_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_message ON mentions (message_id);
CREATE INDEX mentions_conversation ON mentions (conversation_id);

CREATE TABLE pins (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    message_id      INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    pinned_by       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    pinned_at_ms    INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pins_message ON pins (message_id);
CREATE INDEX pins_user ON pins (pinned_by);

-- More of a person's place in a conversation.
ALTER TABLE participants ADD COLUMN delivered_seq INTEGER NOT NULL DEFAULT 0;  -- some device of theirs has this; never falls
ALTER TABLE participants ADD COLUMN read_at_ms INTEGER NOT NULL DEFAULT 0;     -- when read_seq last rose; 0: never
ALTER TABLE participants ADD COLUMN cleared_seq INTEGER NOT NULL DEFAULT 0;    -- up to here they have deleted it for themselves
ALTER TABLE participants ADD COLUMN hidden_seq INTEGER NOT NULL DEFAULT -1;    -- hidden while last_seq is not above it
ALTER TABLE participants ADD COLUMN pinned_at_ms INTEGER NOT NULL DEFAULT 0;   -- 0: not pinned
ALTER TABLE participants ADD COLUMN mute_until_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE participants ADD COLUMN notify INTEGER NOT NULL DEFAULT 0;         -- enum notify; 0: the person's own default
ALTER TABLE participants ADD COLUMN marked_unread INTEGER NOT NULL DEFAULT 0 CHECK (marked_unread IN (0, 1));

-- What somebody has written and not sent, by whom it is for: a person or a group. An emptied one stays for a while, so
-- that an older one from another device does not come back.
CREATE TABLE drafts (
    user_id     INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    target_id   INTEGER NOT NULL,
    body        TEXT NOT NULL,
    reply_to_id INTEGER NOT NULL DEFAULT 0,
    at_ms       INTEGER NOT NULL,                          -- when it was typed
    PRIMARY KEY (user_id, target_id)
) STRICT, WITHOUT ROWID;

-- A person's settings (struct settings); no row: all as by default.
CREATE TABLE settings (
    user_id       INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    language      TEXT NOT NULL,
    theme         INTEGER NOT NULL,
    density       INTEGER NOT NULL,
    font_size     INTEGER NOT NULL,
    sounds        INTEGER NOT NULL,
    enter_sends   INTEGER NOT NULL,
    notify        INTEGER NOT NULL,
    quiet_hours   INTEGER NOT NULL,
    quiet_from    INTEGER NOT NULL,                        -- minutes after midnight
    quiet_to      INTEGER NOT NULL,
    read_receipts INTEGER NOT NULL,
    last_seen     INTEGER NOT NULL,                        -- who may know when they were here: enum whom
    directory     INTEGER NOT NULL,
    messages_from INTEGER NOT NULL                         -- enum whom
) STRICT;

-- When a person's last socket closed, and when a session last did something.
CREATE TABLE presence (
    user_id         INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    last_seen_at_ms INTEGER NOT NULL
) STRICT;
ALTER TABLE sessions ADD COLUMN last_seen_at_ms INTEGER NOT NULL DEFAULT 0;    -- 0: when it was made

-- What the managers of a group want everybody to know.
CREATE TABLE group_notices (
    group_id      INTEGER PRIMARY KEY REFERENCES groups (id) ON DELETE CASCADE,
    body          TEXT NOT NULL,
    author_id     INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    updated_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX group_notices_author ON group_notices (author_id);
