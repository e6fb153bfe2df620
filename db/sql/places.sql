-- name: user_place_set
INSERT OR REPLACE INTO user_places (id, min_longitude, max_longitude, min_latitude, max_latitude)
VALUES (?1, ?2, ?2, ?3, ?3);

-- name: user_place_note
UPDATE users SET longitude = ?2, latitude = ?3, located_at_ms = ?4 WHERE id = ?1;

-- name: group_place_set
INSERT OR REPLACE INTO group_places (id, min_longitude, max_longitude, min_latitude, max_latitude)
VALUES (?1, ?2, ?2, ?3, ?3);

-- name: user_places_in
-- The R*Tree alone: its places are rounded to 32 bits, which is near enough to choose by.
SELECT id, min_longitude, min_latitude FROM user_places
WHERE min_longitude <= ?2 AND max_longitude >= ?1 AND min_latitude <= ?4 AND max_latitude >= ?3;

-- name: user_if_near
-- The person, if they may be found by viewer ?2: located since ?3, enabled, and no block either way.
SELECT u.* FROM user_rows u JOIN users l ON l.id = u.id
WHERE u.id = ?1 AND u.id <> ?2 AND l.located_at_ms > ?3 AND u.enabled = 1
AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.user_id = ?2 AND c.peer_id = ?1 AND c.is_blocked = 1)
AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.user_id = ?1 AND c.peer_id = ?2 AND c.is_blocked = 1);

-- name: group_places_in
SELECT id, min_longitude, min_latitude FROM group_places
WHERE min_longitude <= ?2 AND max_longitude >= ?1 AND min_latitude <= ?4 AND max_latitude >= ?3;
