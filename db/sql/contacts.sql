-- name: contact_find
SELECT is_friend, is_blocked FROM contacts WHERE user_id = ? AND peer_id = ?;

-- name: contact_befriend
-- Keeps remark, label and a standing block.
INSERT INTO contacts (user_id, peer_id, is_friend, created_at_ms, updated_at_ms) VALUES (?1, ?2, 1, ?3, ?3)
ON CONFLICT (user_id, peer_id) DO UPDATE SET is_friend = 1, updated_at_ms = excluded.updated_at_ms;

-- name: contact_block
INSERT INTO contacts (user_id, peer_id, is_friend, is_blocked, created_at_ms, updated_at_ms)
VALUES (?1, ?2, 0, 1, ?3, ?3)
ON CONFLICT (user_id, peer_id) DO UPDATE SET is_blocked = 1, updated_at_ms = excluded.updated_at_ms;

-- name: contact_list
SELECT c.id, c.is_friend, c.is_blocked, c.remark, c.label, u.*
FROM contacts c JOIN user_rows u ON u.id = c.peer_id
WHERE c.user_id = ?1 AND c.is_blocked = ?2 AND (c.is_friend = 1 OR c.is_blocked = 1) ORDER BY c.id;

-- name: contact_request_insert
INSERT INTO contact_requests (from_id, to_id, reason, created_at_ms) VALUES (?, ?, ?, ?);

-- name: contact_request_waiting
SELECT id FROM contact_requests WHERE from_id = ? AND to_id = ? AND status = 0;

-- name: contact_request_answer
UPDATE contact_requests SET status = ?3, deny_reason = ?4, replied_at_ms = ?5
WHERE from_id = ?1 AND to_id = ?2 AND status = 0;

-- name: contact_request_list
SELECT r.id, r.to_id, r.reason, r.deny_reason, r.status, r.created_at_ms, r.replied_at_ms, u.*
FROM contact_requests r JOIN user_rows u ON u.id = r.from_id
WHERE r.to_id = ? AND r.status = 0 ORDER BY r.id DESC LIMIT 500;
