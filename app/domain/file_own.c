/* What a person may do with the files they have uploaded; see file.h. */
#include <string.h>

#include "domain/file.h"

enum err file_storage(struct ctx *cx, struct storage *storage_r)
{
    enum err e = db_file_usage(ctx_db(cx), cx->actor, &storage_r->size_bytes);

    storage_r->quota_bytes = cx->sv->conf->upload_user_bytes;
    return e == OK ? db_file_count(ctx_db(cx), cx->actor, &storage_r->count) : e;
}

enum err file_list(struct ctx *cx, int64_t before_id, int64_t limit, struct file **list_r,
                   size_t *count_r)
{
    return db_file_list(ctx_db(cx), cx->arena, cx->actor, before_id == 0 ? INT64_MAX : before_id,
                        limit, list_r, count_r);
}

enum err file_remove(struct ctx *cx, const char *key)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_file_delete(cx->conn, key, cx->actor);
    e = tx_end(cx, e);
    /* A row without bytes would be a broken promise, bytes without a row are swept away: the row goes
     * first. */
    if (e == OK && cx->sv->depot != NULL)
        depot_remove_file(cx->sv->depot, arena_strndup(cx->arena, key, DEPOT_NAME_BYTES - 1));
    return e;
}
