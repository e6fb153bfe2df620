-- Search. The index of messages is filled by a background job (domain/search.c), in the order of their ids: everything up
-- to indexed_to is in it. What changes or goes later is followed in the same transaction by the triggers below, so
-- nothing is indexed that cannot be read. It keeps which terms a message holds and nothing of their order. When
-- db/tokenizer.c, search_words() or the view makes something else of a text, a migration must empty the index ('delete-all') and set
-- indexed_to to 0. search_words(), search_add() and search_drop() are in
-- db/search_functions.c.
CREATE TABLE search_progress (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    indexed_to INTEGER NOT NULL
) STRICT;
INSERT INTO search_progress (id, indexed_to) VALUES (1, 0);

CREATE VIRTUAL TABLE message_index USING fts5 (text, content='', columnsize=0, detail=none, tokenize='chatd');

-- What of a message can be found: marks (db/tokenizer.h), then its words. Marks: u and both people of a direct
-- conversation, or g and the group; s and the sender; k and the kind; l where there is a link.
CREATE VIEW message_texts AS
SELECT m.id,
    CASE WHEN c.group_id IS NULL THEN char(1) || 'u' || c.user_lo || char(1) || 'u' || c.user_hi
         ELSE char(1) || 'g' || c.group_id END
    || char(1) || 's' || m.sender_id || char(1) || 'k' || m.kind
    || CASE WHEN m.kind = 1 AND (m.body LIKE '%http://%' OR m.body LIKE '%https://%') THEN char(1) || 'l' ELSE '' END
    || char(2) || search_words(m.kind, m.body, m.extra) AS text
FROM messages m JOIN conversations c ON c.id = m.conversation_id
WHERE m.status = 0 AND m.kind <> 7;

CREATE TRIGGER message_index_before_change BEFORE UPDATE OF kind, body, extra, status ON messages
WHEN old.id <= (SELECT indexed_to FROM search_progress) BEGIN
    SELECT search_drop('message', id, text) FROM message_texts WHERE id = old.id;
END;
CREATE TRIGGER message_index_after_change AFTER UPDATE OF kind, body, extra, status ON messages
WHEN new.id <= (SELECT indexed_to FROM search_progress) BEGIN
    SELECT search_add('message', id, text) FROM message_texts WHERE id = new.id;
END;
CREATE TRIGGER message_index_before_delete BEFORE DELETE ON messages
WHEN old.id <= (SELECT indexed_to FROM search_progress) BEGIN
    SELECT search_drop('message', id, text) FROM message_texts WHERE id = old.id;
END;

-- People by name.
CREATE VIRTUAL TABLE user_index USING fts5 (text, content='', columnsize=0, detail=none, tokenize='chatd');
INSERT INTO user_index (rowid, text) SELECT id, char(10) || nickname || char(10) || username FROM users;
CREATE TRIGGER user_index_after_insert AFTER INSERT ON users BEGIN
    SELECT search_add('user', new.id, char(10) || new.nickname || char(10) || new.username);
END;
CREATE TRIGGER user_index_after_change AFTER UPDATE OF username, nickname ON users BEGIN
    SELECT search_drop('user', old.id, char(10) || old.nickname || char(10) || old.username);
    SELECT search_add('user', new.id, char(10) || new.nickname || char(10) || new.username);
END;
CREATE TRIGGER user_index_after_delete AFTER DELETE ON users BEGIN
    SELECT search_drop('user', old.id, char(10) || old.nickname || char(10) || old.username);
END;
