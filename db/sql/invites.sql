-- name: invite_insert
INSERT INTO invites (token_hash, inviter_id, group_id, greeting, uses, created_at_ms, expires_at_ms)
VALUES (?1, ?2, nullif(?3, 0), ?4, ?5, ?6, ?7);

-- name: invite_find
SELECT id, inviter_id, coalesce(group_id, 0), greeting, uses, used, created_at_ms, expires_at_ms
FROM invites WHERE token_hash = ?;

-- name: invite_by_id
SELECT id, inviter_id, coalesce(group_id, 0), greeting, uses, used, created_at_ms, expires_at_ms
FROM invites WHERE id = ?;

-- name: invite_use
UPDATE invites SET used = used + 1 WHERE id = ? AND used < uses;

-- name: invite_list_of_user
SELECT id, inviter_id, coalesce(group_id, 0), greeting, uses, used, created_at_ms, expires_at_ms
FROM invites WHERE inviter_id = ? ORDER BY id DESC LIMIT 200;

-- name: invite_list_of_group
SELECT id, inviter_id, coalesce(group_id, 0), greeting, uses, used, created_at_ms, expires_at_ms
FROM invites WHERE group_id = ? ORDER BY id DESC LIMIT 200;

-- name: invite_delete
DELETE FROM invites WHERE id = ?;

-- name: invite_delete_expired
DELETE FROM invites WHERE expires_at_ms <= ?;
