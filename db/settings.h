/* Rows of what people keep for themselves: settings, and drafts of messages. */
#ifndef DB_SETTINGS_H
#define DB_SETTINGS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

/* The defaults for who has set nothing. */
enum err db_settings_find(struct db_conn *c, struct arena *a, int64_t user_id,
                          struct settings *settings_r);
enum err db_settings_put(struct db_conn *c, int64_t user_id, const struct settings *in);

/* One that was never there is empty, at 0. */
enum err db_draft_find(struct db_conn *c, struct arena *a, int64_t user_id, int64_t target_id,
                       struct saved_draft *draft_r);
/* Those that hold something, the latest first. */
enum err db_draft_list(struct db_conn *c, struct arena *a, int64_t user_id,
                       struct saved_draft **list_r, size_t *count_r);
enum err db_draft_count(struct db_conn *c, int64_t user_id, int64_t *count_r);
enum err db_draft_put(struct db_conn *c, int64_t user_id, const struct saved_draft *in);
/* Forgets the emptied ones from before at_ms. */
enum err db_draft_forget(struct db_conn *c, int64_t user_id, int64_t before_ms);

/* What a viewer may know of when somebody was here. */
struct last_seen {
    int64_t user_id;
    int64_t at_ms;
    bool is_shown;
};
/* Of those of ids that exist and are enabled, by id. */
enum err db_presence_list(struct db_conn *c, struct arena *a, int64_t viewer, const int64_t *ids,
                          size_t count, struct last_seen **list_r, size_t *count_r);
/* Who is told that user_id comes or goes. */
enum err db_presence_watchers(struct db_conn *c, struct arena *a, int64_t user_id, int64_t **ids_r,
                              size_t *count_r);

#endif
