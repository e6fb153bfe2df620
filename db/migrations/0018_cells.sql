-- Places are numbered (place_cell(), db/cells.c): what lies close together mostly has numbers close together, so an index
-- of them yields the nearest, of people and of the groups that have a piece in their name. The empty piece is in every name.
ALTER TABLE users ADD COLUMN cell INTEGER;                 -- NULL: "nearby" does not find them
UPDATE users SET cell = place_cell(longitude, latitude) WHERE located_at_ms > 0;
CREATE INDEX users_cell ON users (cell) WHERE cell IS NOT NULL;
DROP TABLE user_places;

ALTER TABLE group_grams ADD COLUMN cell INTEGER;           -- of the group; NULL: it has no place
INSERT OR IGNORE INTO group_grams (gram, group_id) SELECT '', id FROM groups WHERE dissolved_at_ms IS NULL;
UPDATE group_grams SET cell = (SELECT place_cell(g.longitude, g.latitude) FROM groups g
    WHERE g.id = group_grams.group_id AND g.longitude <> 0 AND g.latitude <> 0);
DROP INDEX group_grams_group;
CREATE INDEX group_grams_cell ON group_grams (gram, cell) WHERE cell IS NOT NULL;
DROP TABLE group_places;

-- How many groups have a piece: a longer text is looked for where the rarest of its pieces is.
CREATE TABLE gram_counts (
    gram   TEXT PRIMARY KEY,
    groups INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO gram_counts (gram, groups) SELECT gram, count(*) FROM group_grams GROUP BY gram;
CREATE TRIGGER gram_counts_more AFTER INSERT ON group_grams BEGIN
    INSERT INTO gram_counts (gram, groups) VALUES (new.gram, 1) ON CONFLICT (gram) DO UPDATE SET groups = groups + 1;
END;
CREATE TRIGGER gram_counts_less AFTER DELETE ON group_grams BEGIN
    UPDATE gram_counts SET groups = groups - 1 WHERE gram = old.gram;
    DELETE FROM gram_counts WHERE gram = old.gram AND groups = 0;
END;

-- A group knows how many members it has and who owns it, for lists of a hundred groups.
ALTER TABLE groups ADD COLUMN member_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN owner_id INTEGER NOT NULL DEFAULT 0; -- 0: nobody
UPDATE groups SET member_count = (SELECT count(*) FROM members m WHERE m.group_id = groups.id),
    owner_id = coalesce((SELECT m.user_id FROM members m WHERE m.group_id = groups.id AND m.role = 3), 0);
CREATE TRIGGER members_come AFTER INSERT ON members BEGIN
    UPDATE groups SET member_count = member_count + 1, owner_id = CASE WHEN new.role = 3 THEN new.user_id ELSE owner_id END
    WHERE id = new.group_id;
END;
CREATE TRIGGER members_change AFTER UPDATE OF role ON members BEGIN
    UPDATE groups SET owner_id = CASE WHEN new.role = 3 THEN new.user_id ELSE 0 END
    WHERE id = new.group_id AND 3 IN (old.role, new.role);
END;
CREATE TRIGGER members_go AFTER DELETE ON members BEGIN
    UPDATE groups SET member_count = member_count - 1, owner_id = CASE WHEN old.role = 3 THEN 0 ELSE owner_id END
    WHERE id = old.group_id;
END;
DROP VIEW group_rows;
CREATE VIEW group_rows AS
SELECT g.id, g.handle, g.name, g.avatar, g.intro, g.creator_id, c.id AS conversation_id, g.member_count, g.member_limit,
       g.no_member_contacts, g.no_member_profiles, g.no_join_requests, g.history_before_join,
       g.longitude, g.latitude, g.country, g.province, g.city, g.district, g.address,
       g.created_at_ms, g.updated_at_ms, g.is_open, g.is_private, g.owner_id
FROM groups g JOIN conversations c ON c.group_id = g.id
WHERE g.dissolved_at_ms IS NULL;
