-- name: group_insert
INSERT INTO groups (handle, name, avatar, intro, creator_id, member_limit, no_member_contacts, no_member_profiles,
                    no_join_requests, history_before_join, longitude, latitude, country, province, city, district,
                    address, created_at_ms, updated_at_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?18, ?18);

-- name: group_by_id
SELECT * FROM group_rows WHERE id = ?;

-- name: group_list_of_user
SELECT g.* FROM members m JOIN group_rows g ON g.id = m.group_id WHERE m.user_id = ? ORDER BY g.name, g.id;

-- name: member_insert
INSERT INTO members (group_id, user_id, role, joined_at_ms) VALUES (?, ?, ?, ?);

-- name: member_find
SELECT role, muted_until_ms FROM members WHERE group_id = ? AND user_id = ?;

-- name: member_mute
UPDATE members SET muted_until_ms = ?3 WHERE group_id = ?1 AND user_id = ?2;

-- name: member_list
SELECT m.role, m.remark, m.muted_until_ms, m.joined_at_ms, u.*
FROM members m JOIN user_rows u ON u.id = m.user_id
WHERE m.group_id = ? ORDER BY m.role DESC, m.joined_at_ms, m.user_id;

-- name: member_ids
SELECT user_id FROM members WHERE group_id = ?;

-- name: member_manager_ids
SELECT user_id FROM members WHERE group_id = ? AND role >= 2;

-- name: group_request_insert
INSERT INTO group_requests (group_id, user_id, reason, created_at_ms) VALUES (?, ?, ?, ?);

-- name: group_request_waiting
SELECT id FROM group_requests WHERE group_id = ? AND user_id = ? AND status = 0;

-- name: group_request_answer
UPDATE group_requests SET status = ?3, deny_reason = ?4, replied_at_ms = ?5, replied_by = ?6
WHERE group_id = ?1 AND user_id = ?2 AND status = 0;

-- name: group_request_list
-- What the managers of ?1's groups have to answer. Whoever manages now sees it, whoever did then does not matter.
SELECT r.id, r.group_id, r.reason, r.deny_reason, r.status, r.created_at_ms, r.replied_at_ms, u.*
FROM members m JOIN group_requests r ON r.group_id = m.group_id AND r.status = 0
JOIN user_rows u ON u.id = r.user_id
WHERE m.user_id = ?1 AND m.role >= 2 ORDER BY r.id LIMIT 500;
