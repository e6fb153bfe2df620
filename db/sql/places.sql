-- name: user_place_set
INSERT OR REPLACE INTO user_places (id, min_longitude, max_longitude, min_latitude, max_latitude)
VALUES (?1, ?2, ?2, ?3, ?3);

-- name: user_place_note
UPDATE users SET longitude = ?2, latitude = ?3, located_at_ms = ?4 WHERE id = ?1;

-- name: group_place_set
INSERT OR REPLACE INTO group_places (id, min_longitude, max_longitude, min_latitude, max_latitude)
VALUES (?1, ?2, ?2, ?3, ?3);

-- name: user_places_near
-- Nearest first (db/nearest.c); the index rounds places to 32 bits.
SELECT id FROM user_places WHERE id MATCH nearest(?1, ?2, ?3) LIMIT ?4 OFFSET ?5;

-- name: user_if_near
-- The person, if they may be found by viewer ?2: located since ?3, enabled, and no block either way. The plus keeps
-- SQLite from weighing users_located, whose condition makes it prepare this anew for every value of ?3.
SELECT u.* FROM user_rows u JOIN users l ON l.id = u.id
WHERE u.id = ?1 AND u.id <> ?2 AND +l.located_at_ms > ?3 AND u.enabled = 1
AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.user_id = ?2 AND c.peer_id = ?1 AND c.is_blocked = 1)
AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.user_id = ?1 AND c.peer_id = ?2 AND c.is_blocked = 1);

-- name: user_places_older
SELECT id FROM users WHERE located_at_ms > 0 AND located_at_ms <= ?1 ORDER BY located_at_ms LIMIT ?2;

-- name: user_place_delete
DELETE FROM user_places WHERE id = ?;

-- name: user_place_forget
UPDATE users SET located_at_ms = 0 WHERE id = ?;

-- name: group_places_near
-- Those whose name holds ?6, which is in lower case; '': any.
SELECT p.id FROM group_places p WHERE p.id MATCH nearest(?1, ?2, ?3)
AND (?6 = '' OR (SELECT instr(lower(g.name), ?6) FROM groups g WHERE g.id = p.id) > 0) LIMIT ?4 OFFSET ?5;

-- name: group_places_named
-- ?1 one piece of the text, ?2 the whole of it in lower case.
SELECT g.id, g.longitude, g.latitude FROM group_grams x JOIN groups g ON g.id = x.group_id
WHERE x.gram = ?1 AND instr(lower(g.name), ?2) > 0 AND g.longitude <> 0 AND g.latitude <> 0 AND g.dissolved_at_ms IS NULL;
