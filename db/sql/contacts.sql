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

-- name: contact_by_peer
SELECT c.id, c.is_friend, c.is_blocked, c.remark, c.label, u.*
FROM contacts c JOIN user_rows u ON u.id = c.peer_id WHERE c.user_id = ?1 AND c.peer_id = ?2;

-- name: contact_holders
-- Who counts ?1 as a friend.
SELECT user_id FROM contacts WHERE peer_id = ?1 AND is_friend = 1;

-- name: contact_delete
DELETE FROM contacts WHERE user_id = ? AND peer_id = ?;

-- name: contact_unblock
UPDATE contacts SET is_blocked = 0, updated_at_ms = ?3 WHERE user_id = ?1 AND peer_id = ?2 AND is_blocked = 1;

-- name: contact_delete_empty
-- A stranger who was only blocked leaves no row behind.
DELETE FROM contacts WHERE user_id = ? AND peer_id = ? AND is_friend = 0 AND is_blocked = 0;

-- name: contact_set_remark
UPDATE contacts SET remark = ?3, updated_at_ms = ?4 WHERE user_id = ?1 AND peer_id = ?2 AND is_friend = 1;

-- name: contact_set_label
UPDATE contacts SET label = ?3, updated_at_ms = ?4 WHERE user_id = ?1 AND peer_id = ?2 AND is_friend = 1;

-- name: contact_group_insert
INSERT INTO contact_groups (user_id, name, created_at_ms) VALUES (?, ?, ?);

-- name: contact_group_rename
UPDATE contact_groups SET name = ?3 WHERE id = ?1 AND user_id = ?2;

-- name: contact_group_delete
DELETE FROM contact_groups WHERE id = ? AND user_id = ?;

-- name: contact_group_find
SELECT id, name FROM contact_groups WHERE id = ? AND user_id = ?;

-- name: contact_group_list
SELECT id, name FROM contact_groups WHERE user_id = ? ORDER BY id;

-- name: contact_group_add
-- Only the owner's own friends can be put in.
INSERT OR IGNORE INTO contact_group_members (contact_group_id, contact_id)
SELECT ?1, id FROM contacts WHERE user_id = ?2 AND peer_id = ?3 AND is_friend = 1;

-- name: contact_group_remove
DELETE FROM contact_group_members WHERE contact_group_id = ?1
AND contact_id = (SELECT id FROM contacts WHERE user_id = ?2 AND peer_id = ?3);

-- name: contact_group_members
SELECT c.id, c.is_friend, c.is_blocked, c.remark, c.label, u.*
FROM contact_group_members m JOIN contacts c ON c.id = m.contact_id JOIN user_rows u ON u.id = c.peer_id
WHERE m.contact_group_id = ? ORDER BY c.id;

-- name: contact_groups_of
-- Which groups of contacts a person's contacts are in: (contact, group id, name), for the whole list at once.
SELECT m.contact_id, g.id, g.name FROM contact_groups g
JOIN contact_group_members m ON m.contact_group_id = g.id WHERE g.user_id = ? ORDER BY m.contact_id, g.id;
