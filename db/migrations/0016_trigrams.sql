-- Pieces of three characters join those of one and two: a longer text is looked for where the rarest of its threes is.
INSERT OR IGNORE INTO group_grams (gram, group_id)
WITH RECURSIVE piece (id, name, at) AS (
    SELECT id, lower(name), 1 FROM groups WHERE dissolved_at_ms IS NULL
    UNION ALL SELECT id, name, at + 1 FROM piece WHERE at + 3 <= length(name))
SELECT substr(name, at, 3), id FROM piece WHERE at + 2 <= length(name);
