-- name: file_insert
INSERT INTO files (key, user_id, name, type, size_bytes, etag, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: file_by_key
SELECT key, user_id, name, type, size_bytes, etag, created_at_ms FROM files WHERE key = ?;

-- name: file_exists_on_disk
-- Keys are the 32 hex digits and perhaps an extension: everything from the digits up to the digits and '/', the
-- character after '.'.
SELECT 1 FROM files WHERE key >= ?1 AND key < ?1 || '/' LIMIT 1;

-- name: file_usage_add
INSERT INTO file_usage (user_id, size_bytes) VALUES (?1, ?2)
ON CONFLICT (user_id) DO UPDATE SET size_bytes = size_bytes + ?2;

-- name: file_usage_of
-- What a person's files weigh, and the parts of what they are uploading.
SELECT coalesce((SELECT size_bytes FROM file_usage WHERE user_id = ?1), 0)
     + coalesce((SELECT sum(p.size_bytes) FROM uploads u JOIN upload_parts p ON p.upload_id = u.id
                 WHERE u.user_id = ?1), 0);

-- name: upload_insert
INSERT INTO uploads (id, user_id, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?);

-- name: upload_by_id
SELECT id, user_id, key, created_at_ms, expires_at_ms FROM uploads WHERE id = ?1 AND user_id = ?2 AND expires_at_ms > ?3;

-- name: upload_count
SELECT count(*) FROM uploads WHERE user_id = ? AND key = '';

-- name: upload_finish
UPDATE uploads SET key = ?2 WHERE id = ?1;

-- name: upload_delete
DELETE FROM uploads WHERE id = ?;

-- name: upload_expired
SELECT id FROM uploads WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT 100;

-- name: upload_part_put
INSERT OR REPLACE INTO upload_parts (upload_id, number, file, size_bytes, etag, crc32, created_at_ms)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: upload_part_list
SELECT number, file, size_bytes, etag, crc32, created_at_ms FROM upload_parts
WHERE upload_id = ?1 AND number > ?2 ORDER BY number LIMIT ?3;

-- name: upload_part_find
SELECT number, file, size_bytes, etag, crc32, created_at_ms FROM upload_parts WHERE upload_id = ?1 AND number = ?2;

-- name: upload_part_by_file
SELECT 1 FROM upload_parts WHERE file = ?;

-- name: upload_parts_delete
DELETE FROM upload_parts WHERE upload_id = ?;

-- name: file_list
SELECT id, key, user_id, name, type, size_bytes, etag, created_at_ms FROM files
WHERE user_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3;

-- name: file_count
SELECT count(*) FROM files WHERE user_id = ?;

-- name: file_delete
DELETE FROM files WHERE key = ? AND user_id = ? RETURNING size_bytes;
