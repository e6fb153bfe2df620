-- The how-manieth of its kind in its conversation a message is, 1, 2, 3... in the order of seq, recalled ones counted:
-- how many of a kind lie in a stretch is then the difference of two of them, found in the index alone.
ALTER TABLE messages ADD COLUMN kind_seq INTEGER NOT NULL DEFAULT 0;
UPDATE messages SET kind_seq = numbered.n
FROM (SELECT id, row_number() OVER (PARTITION BY conversation_id, kind ORDER BY seq) AS n FROM messages) numbered
WHERE numbered.id = messages.id;
DROP INDEX messages_kind;
CREATE INDEX messages_kind ON messages (conversation_id, kind, seq, kind_seq);
DROP INDEX messages_notices;                               -- notices are a kind
DROP INDEX messages_revoked;
CREATE INDEX messages_revoked ON messages (conversation_id, seq, kind) WHERE status = 1;

-- People whose place has become too old to be found by it.
CREATE INDEX users_located ON users (located_at_ms) WHERE located_at_ms > 0;
