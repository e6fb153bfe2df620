-- name: call_insert
INSERT INTO calls (creator_id, is_group, group_id, is_video, subject, status, outcome, created_at_ms, ring_until_ms,
                   answered_at_ms, ended_at_ms, seen_at_ms)
VALUES (?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: call_update
UPDATE calls SET is_group = ?2, status = ?3, outcome = ?4, answered_at_ms = ?5, ended_at_ms = ?6, seen_at_ms = ?7
WHERE id = ?1;

-- name: call_by_id
SELECT * FROM call_rows WHERE id = ?;

-- name: call_member_put
INSERT INTO call_participants (call_id, user_id, state, invited_by, joined_at_ms, left_at_ms, session_id, socket_id, deadline_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (call_id, user_id) DO UPDATE
SET state = ?3, invited_by = ?4, joined_at_ms = ?5, left_at_ms = ?6, session_id = ?7, socket_id = ?8, deadline_ms = ?9;

-- name: call_members
SELECT * FROM call_member_rows WHERE call_id = ? ORDER BY user_id;

-- name: call_now
-- The calls in which somebody rings or is in.
SELECT call_id, state FROM call_participants WHERE user_id = ? AND state <= 1 ORDER BY call_id;

-- name: call_history
SELECT * FROM call_rows WHERE id IN
    (SELECT call_id FROM call_participants WHERE user_id = ?1 AND call_id < ?2 ORDER BY call_id DESC LIMIT ?3)
ORDER BY id DESC;

-- name: call_history_members
SELECT * FROM call_member_rows WHERE call_id IN
    (SELECT call_id FROM call_participants WHERE user_id = ?1 AND call_id < ?2 ORDER BY call_id DESC LIMIT ?3)
ORDER BY call_id DESC, user_id;

-- name: call_living
SELECT id FROM calls WHERE status < 2 ORDER BY id;

-- name: call_due
SELECT DISTINCT call_id FROM call_participants WHERE deadline_ms > 0 AND deadline_ms <= ? ORDER BY call_id;

-- name: call_unseen
-- Has any living call not been noted as going on since ??
SELECT count(*) FROM calls WHERE status < 2 AND seen_at_ms < ?;

-- name: call_seen
UPDATE calls SET seen_at_ms = ? WHERE status < 2;

-- name: call_pair
-- Two people of a living call, for what one says to the other.
SELECT a.state, a.session_id, a.socket_id, a.deadline_ms, coalesce(b.state, 2), coalesce(b.session_id, 0)
FROM call_participants a
LEFT JOIN call_participants b ON b.call_id = a.call_id AND b.user_id = ?3
WHERE a.call_id = ?1 AND a.user_id = ?2;
