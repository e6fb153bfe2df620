-- What a body alone cannot say (extra, a JSON object or '': db/types.h), what a message answers, and when it was edited.
ALTER TABLE messages ADD COLUMN extra TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN reply_to_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN edited_at_ms INTEGER NOT NULL DEFAULT 0;
DROP VIEW message_rows;
CREATE VIEW message_rows AS
SELECT m.id, m.seq, m.conversation_id, m.sender_id, coalesce(m.client_id, '') AS client_id, m.kind, m.body,
       m.is_private, m.status, m.created_at_ms, m.updated_at_ms, c.user_lo, c.user_hi, c.group_id,
       m.notice, m.subject_id, m.amount, m.extra, m.reply_to_id, m.edited_at_ms
FROM messages m JOIN conversations c ON c.id = m.conversation_id;

-- Who runs the server.
ALTER TABLE users ADD COLUMN is_admin INTEGER NOT NULL DEFAULT 0 CHECK (is_admin IN (0, 1));
DROP VIEW user_rows;
CREATE VIEW user_rows AS
SELECT id, uid, username, nickname, coalesce(email, '') AS email, coalesce(mobile, '') AS mobile, password_hash,
       avatar, gender, birth, intro, longitude, latitude, country, province, city, district, enabled,
       created_at_ms, last_login_at_ms, is_admin
FROM users;
