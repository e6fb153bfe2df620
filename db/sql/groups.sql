-- name: group_insert
INSERT INTO groups (name, avatar, intro, member_limit, no_member_contacts, no_member_profiles, no_join_requests,
                    history_before_join, longitude, latitude, country, province, city, district, address, created_at_ms,
                    is_open, is_private, handle, creator_id, updated_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?16);

-- name: group_by_id
SELECT * FROM group_rows WHERE id = ?;

-- name: group_if_named
-- Unless its name does not hold ?2, which is in lower case.
SELECT * FROM group_rows WHERE id = ?1 AND instr(lower(name), ?2) > 0;

-- name: group_by_handle
SELECT * FROM group_rows WHERE handle = ?;

-- name: group_heir
-- Who owns the group when ?2 goes: a manager before a member, then who came first.
SELECT user_id FROM members WHERE group_id = ?1 AND user_id <> ?2 ORDER BY role DESC, joined_at_ms, user_id LIMIT 1;

-- name: group_list_of_user
SELECT g.* FROM members m JOIN group_rows g ON g.id = m.group_id WHERE m.user_id = ? ORDER BY g.name, g.id;

-- name: group_page_of_user
SELECT g.* FROM members m JOIN group_rows g ON g.id = m.group_id
WHERE m.user_id = ?1 AND m.group_id < ?3 AND (?2 = '' OR instr(lower(g.name), lower(?2)) > 0)
ORDER BY m.group_id DESC LIMIT ?4;

-- name: member_insert
INSERT INTO members (group_id, user_id, role, joined_at_ms, number)
VALUES (?, ?, ?, ?, (SELECT coalesce(max(number), 0) + 1 FROM members));

-- name: member_find
SELECT role, muted_until_ms FROM members WHERE group_id = ? AND user_id = ?;

-- name: member_mute
UPDATE members SET muted_until_ms = ?3 WHERE group_id = ?1 AND user_id = ?2;

-- name: member_list
SELECT m.role, m.remark, m.muted_until_ms, m.joined_at_ms, m.number, u.*
FROM members m JOIN user_rows u ON u.id = m.user_id
WHERE m.group_id = ? ORDER BY m.role DESC, m.joined_at_ms, m.user_id;

-- name: member_page
SELECT m.role, m.remark, m.muted_until_ms, m.joined_at_ms, m.number, u.*
FROM members m JOIN user_rows u ON u.id = m.user_id
WHERE m.group_id = ? AND m.number < ? ORDER BY m.number DESC LIMIT ?;

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

-- name: group_update
UPDATE groups SET name = ?1, avatar = ?2, intro = ?3, member_limit = ?4, no_member_contacts = ?5, no_member_profiles = ?6,
    no_join_requests = ?7, history_before_join = ?8, longitude = ?9, latitude = ?10, country = ?11, province = ?12,
    city = ?13, district = ?14, address = ?15, updated_at_ms = ?16, is_open = ?17, is_private = ?18
WHERE id = ?19;

-- name: group_dissolve
-- The handle is free for another.
UPDATE groups SET dissolved_at_ms = ?2, updated_at_ms = ?2, handle = lower(hex(randomblob(16))) WHERE id = ?1;

-- name: group_delete_members
DELETE FROM members WHERE group_id = ?;

-- name: group_delete_requests
DELETE FROM group_requests WHERE group_id = ? AND status = 0;

-- name: group_delete_gram
DELETE FROM group_grams WHERE gram = ? AND group_id = ?;

-- name: group_add_gram
-- A group with a place has neither coordinate 0.
INSERT OR IGNORE INTO group_grams (gram, group_id, cell)
VALUES (?1, ?2, CASE WHEN ?3 <> 0 AND ?4 <> 0 THEN place_cell(?3, ?4) END);

-- name: group_search
-- ?1 one piece of the text, ?2 the whole of it in lower case.
SELECT g.* FROM group_grams x JOIN group_rows g ON g.id = x.group_id
WHERE x.gram = ?1 AND instr(lower(g.name), ?2) > 0 ORDER BY x.group_id LIMIT 100;

-- name: group_gram_count
SELECT groups FROM gram_counts WHERE gram = ?;

-- name: group_list_common
SELECT g.* FROM members a JOIN members b ON b.group_id = a.group_id AND b.user_id = ?2
JOIN group_rows g ON g.id = a.group_id WHERE a.user_id = ?1 ORDER BY g.name, g.id;

-- name: group_ties
-- Groups two people share: all of them, and those in which plain members may not befriend each other.
SELECT count(*), coalesce(sum(g.no_member_contacts AND a.role = 1 AND b.role = 1), 0)
FROM members a JOIN members b ON b.group_id = a.group_id AND b.user_id = ?2
JOIN groups g ON g.id = a.group_id WHERE a.user_id = ?1;

-- name: member_delete
DELETE FROM members WHERE group_id = ? AND user_id = ?;

-- name: member_set_role
UPDATE members SET role = ?3 WHERE group_id = ?1 AND user_id = ?2;

-- name: participant_leave
UPDATE participants SET left_seq = (SELECT last_seq FROM conversations c WHERE c.id = participants.conversation_id),
    updated_at_ms = ?3 WHERE user_id = ?1 AND conversation_id = ?2;

-- name: group_id_by_name
-- The newest living one.
SELECT id FROM groups WHERE name = ? AND dissolved_at_ms IS NULL ORDER BY id DESC LIMIT 1;

-- name: group_id_of_member
-- The newest of that name in which the person has this role or a higher one.
SELECT g.id FROM members m JOIN groups g ON g.id = m.group_id
WHERE m.user_id = ?1 AND m.role >= ?2 AND g.name = ?3 AND g.dissolved_at_ms IS NULL ORDER BY g.id DESC LIMIT 1;

-- name: group_search_newest
SELECT g.* FROM group_grams x JOIN group_rows g ON g.id = x.group_id
WHERE x.gram = ?1 AND instr(lower(g.name), ?2) > 0 ORDER BY x.group_id DESC LIMIT ?3;

-- name: group_names
SELECT coalesce((SELECT nickname FROM users WHERE id = ?2), ''), coalesce((SELECT nickname FROM users WHERE id = ?3), ''),
       coalesce((SELECT name FROM groups WHERE id = ?1), '');

-- name: member_set_remark
UPDATE members SET remark = ?3 WHERE group_id = ?1 AND user_id = ?2;

-- name: group_notice_find
SELECT body, author_id, updated_at_ms FROM group_notices WHERE group_id = ?;

-- name: group_notice_put
INSERT OR REPLACE INTO group_notices (group_id, body, author_id, updated_at_ms) VALUES (?, ?, ?, ?);
