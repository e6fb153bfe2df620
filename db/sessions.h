/* Rows of sessions and captchas. */
#ifndef DB_SESSIONS_H
#define DB_SESSIONS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

/* in.id is ignored; *id_r is the new row. */
enum err db_session_insert(struct db_conn *c, const struct session *in, const char *address,
                           int64_t *id_r);
/* ERR_UNAUTHENTICATED unless session id belongs to user_id, has not expired at now_ms and the
 * account is enabled. */
enum err db_session_live(struct db_conn *c, struct arena *a, int64_t id, int64_t user_id,
                         int64_t now_ms, struct session *session_r);
/* Moves the expiry forward, never back, and notes that the session was seen. */
enum err db_session_extend(struct db_conn *c, int64_t id, int64_t expires_at_ms, int64_t now_ms);
/* Those of user_id that have not expired, the newest first. */
enum err db_session_list(struct db_conn *c, struct arena *a, int64_t user_id, int64_t now_ms,
                         struct session **list_r, size_t *count_r);
/* ERR_NO_DEVICE unless session id is user_id's. */
enum err db_session_delete_own(struct db_conn *c, int64_t id, int64_t user_id);
enum err db_session_delete(struct db_conn *c, int64_t id);
enum err db_session_delete_of_user(struct db_conn *c, int64_t user_id);
/* All but keep_id. Which ones they were: id and user_id are set. */
enum err db_session_delete_others(struct db_conn *c, struct arena *a, int64_t user_id,
                                  int64_t keep_id, struct session **gone_r, size_t *count_r);
/* Those of user_id that dialect opened; only id and user_id are set. */
enum err db_session_ids(struct db_conn *c, struct arena *a, int64_t user_id, const char *dialect,
                        struct session **list_r, size_t *count_r);
/* Which ones they were, as above. */
enum err db_session_delete_expired(struct db_conn *c, struct arena *a, int64_t now_ms,
                                   struct session **gone_r, size_t *count_r);

enum err db_captcha_insert(struct db_conn *c, const char *key, const char *purpose,
                           const char *answer, int64_t expires_at_ms);
/* Removes and returns it; ERR_CAPTCHA_EXPIRED when there is none. */
enum err db_captcha_take(struct db_conn *c, struct arena *a, const char *key,
                         const char **purpose_r, const char **answer_r, int64_t *expires_at_ms_r);
enum err db_captcha_delete_expired(struct db_conn *c, int64_t now_ms);

/* A refresh token's row with what it renews. */
struct refresh_row {
    struct session session; /* id, user_id */
    const char *username;
    const char *salt;   /* "" while it is unused */
    int64_t used_at_ms; /* 0: unused */
};
enum err db_refresh_insert(struct db_conn *c, const char *hash, int64_t session_id,
                           int64_t expires_at_ms);
/* ERR_BAD_REFRESH unless there is one, and it, its session and its account are good at now_ms. */
enum err db_refresh_live(struct db_conn *c, struct arena *a, const char *hash, int64_t now_ms,
                         struct refresh_row *row_r);
/* Whose session it belongs to, whatever its state. ERR_BAD_REFRESH when there is none. */
enum err db_refresh_session(struct db_conn *c, const char *hash, struct session *session_r);
enum err db_refresh_use(struct db_conn *c, const char *hash, const char *salt, int64_t now_ms);
enum err db_refresh_delete_expired(struct db_conn *c, int64_t now_ms);

#endif
