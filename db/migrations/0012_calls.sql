-- Voice and video calls. A living one (status < 2) is as much a row as an ended one: what is true is what is committed, so
-- nothing has to be rebuilt after a crash (domain/call.h). What the clients say to each other is never stored.
CREATE TABLE calls (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    creator_id     INTEGER NOT NULL REFERENCES users (id),
    is_group       INTEGER NOT NULL CHECK (is_group IN (0, 1)),
    group_id       INTEGER REFERENCES groups (id),         -- NULL: of no group
    is_video       INTEGER NOT NULL CHECK (is_video IN (0, 1)),
    subject        TEXT NOT NULL DEFAULT '',
    status         INTEGER NOT NULL CHECK (status BETWEEN 0 AND 2), -- waiting, active, ended
    outcome        INTEGER NOT NULL DEFAULT 0,
    created_at_ms  INTEGER NOT NULL,
    ring_until_ms  INTEGER NOT NULL,
    answered_at_ms INTEGER NOT NULL DEFAULT 0,
    ended_at_ms    INTEGER NOT NULL DEFAULT 0,
    seen_at_ms     INTEGER NOT NULL,                       -- last known to go on
    CHECK ((status = 2) = (outcome <> 0))
) STRICT;
CREATE INDEX calls_living ON calls (status) WHERE status < 2;

CREATE TABLE call_participants (
    call_id      INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    state        INTEGER NOT NULL,                         -- ringing, in, left, declined, missed, busy
    invited_by   INTEGER NOT NULL DEFAULT 0,
    joined_at_ms INTEGER NOT NULL DEFAULT 0,
    left_at_ms   INTEGER NOT NULL DEFAULT 0,
    session_id   INTEGER NOT NULL DEFAULT 0,               -- the device that is in
    socket_id    INTEGER NOT NULL DEFAULT 0,               -- of this run of the server
    deadline_ms  INTEGER NOT NULL DEFAULT 0,               -- rings until, or is missing until
    PRIMARY KEY (call_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_participants_history ON call_participants (user_id, call_id);
CREATE INDEX call_participants_now ON call_participants (user_id) WHERE state <= 1;
CREATE INDEX call_participants_due ON call_participants (deadline_ms) WHERE deadline_ms > 0;

-- struct call and struct call_member; the column order is what db/calls.c reads.
CREATE VIEW call_rows AS
SELECT id, creator_id, is_group, coalesce(group_id, 0) AS group_id, is_video, subject, status, outcome, created_at_ms,
       ring_until_ms, answered_at_ms, ended_at_ms, seen_at_ms
FROM calls;
CREATE VIEW call_member_rows AS
SELECT p.call_id, p.user_id, u.nickname, u.avatar, p.state, p.invited_by,
       p.joined_at_ms, p.left_at_ms, p.session_id, p.socket_id, p.deadline_ms
FROM call_participants p JOIN users u ON u.id = p.user_id;
