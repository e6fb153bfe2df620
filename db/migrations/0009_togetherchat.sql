-- Refresh tokens: what renews a session whose access tokens live half an hour. The tokens themselves are nowhere.
CREATE TABLE refresh_tokens (
    hash          TEXT PRIMARY KEY,                        -- SHA-256 of the token, hex
    session_id    INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    salt          TEXT NOT NULL DEFAULT '',                -- once used: with the token itself it makes the next one
    used_at_ms    INTEGER NOT NULL DEFAULT 0,              -- 0: it is the session's present one
    expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at_ms);

-- A number for each membership, rising in the order people came: what pages of members continue from.
ALTER TABLE members ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE members SET number = o.n
FROM (SELECT group_id, user_id, row_number() OVER (ORDER BY joined_at_ms, group_id, user_id) AS n FROM members) o
WHERE o.group_id = members.group_id AND o.user_id = members.user_id;
CREATE UNIQUE INDEX members_number ON members (number);
CREATE INDEX members_page ON members (group_id, number);
