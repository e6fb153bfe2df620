-- name: user_place_note
UPDATE users SET longitude = ?2, latitude = ?3, located_at_ms = ?4, cell = place_cell(?2, ?3) WHERE id = ?1;

-- name: user_places
SELECT id, cell FROM users WHERE cell BETWEEN ?1 AND ?2 LIMIT ?3;

-- name: group_places
-- Of the groups with ?4 in their name.
SELECT group_id, cell FROM group_grams WHERE gram = ?4 AND cell BETWEEN ?1 AND ?2 LIMIT ?3;

-- name: user_if_near
-- The person, if they may be found by viewer ?2: located since ?3, enabled, and no block either way. The plus keeps
-- SQLite from weighing users_located, whose condition makes it prepare this anew for every value of ?3.
SELECT u.* FROM user_rows u JOIN users l ON l.id = u.id
WHERE u.id = ?1 AND u.id <> ?2 AND +l.located_at_ms > ?3 AND u.enabled = 1
AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.user_id = ?2 AND c.peer_id = ?1 AND c.is_blocked = 1)
AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.user_id = ?1 AND c.peer_id = ?2 AND c.is_blocked = 1);

-- name: user_places_older
SELECT id FROM users WHERE located_at_ms > 0 AND located_at_ms <= ?1 ORDER BY located_at_ms LIMIT ?2;

-- name: user_place_forget
UPDATE users SET located_at_ms = 0, cell = NULL WHERE id = ?;
