-- name: delivery_find
SELECT seq FROM deliveries WHERE user_id = ? AND conversation_id = ?;

-- name: delivery_note
INSERT INTO deliveries (user_id, conversation_id, seq) VALUES (?1, ?2, ?3)
ON CONFLICT (user_id, conversation_id) DO UPDATE SET seq = max(seq, ?3);

-- name: delivery_forget
DELETE FROM deliveries WHERE user_id = ? AND conversation_id = ?;
