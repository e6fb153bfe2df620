/* Rows of files and uploads; see files.h. */
#include "db/files.h"

#include "db/rows.h"
#include "db/stmt.h"

enum err db_file_insert(struct db_conn *c, const struct file *in)
{
    struct stmt *s = stmt(c, Q_FILE_INSERT);

    bind_str(s, in->key);
    bind_i64(s, in->user_id);
    bind_str(s, in->name);
    bind_str(s, in->type);
    bind_i64(s, in->size_bytes);
    bind_str(s, in->etag);
    bind_i64(s, in->created_at_ms);
    return stmt_done(s);
}

enum err db_file_by_key(struct db_conn *c, struct arena *a, const char *key, struct file *file_r)
{
    struct stmt *s = stmt(c, Q_FILE_BY_KEY);
    bool found;
    enum err e;

    bind_str(s, key);
    found = stmt_row(s);
    if (found)
        *file_r = (struct file){ .key = col_str(s, 0, a),
                                 .user_id = col_i64(s, 1),
                                 .name = col_str(s, 2, a),
                                 .type = col_str(s, 3, a),
                                 .size_bytes = col_i64(s, 4),
                                 .etag = col_str(s, 5, a),
                                 .created_at_ms = col_i64(s, 6) };
    e = stmt_done(s);
    return e == OK && !found ? ERR_NO_FILE : e;
}

/* The statements below have one text as parameter. */
static enum err is_known(struct db_conn *c, enum query q, const char *text, bool *known_r)
{
    struct stmt *s = stmt(c, q);

    bind_str(s, text);
    *known_r = stmt_row(s);
    return stmt_done(s);
}

static enum err run_str(struct db_conn *c, enum query q, const char *text)
{
    struct stmt *s = stmt(c, q);

    bind_str(s, text);
    return stmt_done(s);
}

/* One number about a person. */
static enum err number_of(struct db_conn *c, enum query q, int64_t user_id, int64_t *value_r)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, user_id);
    *value_r = stmt_row(s) ? col_i64(s, 0) : 0;
    return stmt_done(s);
}

enum err db_file_is_known(struct db_conn *c, const char *digits, bool *known_r)
{
    return is_known(c, Q_FILE_EXISTS_ON_DISK, digits, known_r);
}

enum err db_file_usage(struct db_conn *c, int64_t user_id, int64_t *bytes_r)
{
    return number_of(c, Q_FILE_USAGE_OF, user_id, bytes_r);
}

enum err db_file_usage_add(struct db_conn *c, int64_t user_id, int64_t bytes)
{
    struct stmt *s = stmt(c, Q_FILE_USAGE_ADD);

    bind_i64(s, user_id);
    bind_i64(s, bytes);
    return stmt_done(s);
}

enum err db_upload_insert(struct db_conn *c, const struct upload *in)
{
    struct stmt *s = stmt(c, Q_UPLOAD_INSERT);

    bind_str(s, in->id);
    bind_i64(s, in->user_id);
    bind_i64(s, in->created_at_ms);
    bind_i64(s, in->expires_at_ms);
    return stmt_done(s);
}

enum err db_upload_find(struct db_conn *c, struct arena *a, const char *id, int64_t user_id,
                        int64_t now_ms, struct upload *upload_r)
{
    struct stmt *s = stmt(c, Q_UPLOAD_BY_ID);
    bool found;
    enum err e;

    bind_str(s, id);
    bind_i64(s, user_id);
    bind_i64(s, now_ms);
    found = stmt_row(s);
    if (found)
        *upload_r = (struct upload){ .id = col_str(s, 0, a),
                                     .user_id = col_i64(s, 1),
                                     .key = col_str(s, 2, a),
                                     .created_at_ms = col_i64(s, 3),
                                     .expires_at_ms = col_i64(s, 4) };
    e = stmt_done(s);
    return e == OK && !found ? ERR_NO_UPLOAD : e;
}

enum err db_upload_count(struct db_conn *c, int64_t user_id, int64_t *count_r)
{
    return number_of(c, Q_UPLOAD_COUNT, user_id, count_r);
}

enum err db_upload_finish(struct db_conn *c, const char *id, const char *key)
{
    struct stmt *s = stmt(c, Q_UPLOAD_FINISH);

    bind_str(s, id);
    bind_str(s, key);
    return stmt_done(s);
}

enum err db_upload_delete(struct db_conn *c, const char *id)
{
    return run_str(c, Q_UPLOAD_DELETE, id);
}

enum err db_upload_expired(struct db_conn *c, struct arena *a, int64_t now_ms, const char ***ids_r,
                           size_t *count_r)
{
    struct stmt *s = stmt(c, Q_UPLOAD_EXPIRED);
    struct rows rows = rows_new(a, sizeof(const char *));

    bind_i64(s, now_ms);
    while (stmt_row(s)) {
        const char **id = rows_add(&rows);
        *id = col_str(s, 0, a);
    }
    *ids_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_upload_part_put(struct db_conn *c, const char *id, const struct upload_part *in)
{
    struct stmt *s = stmt(c, Q_UPLOAD_PART_PUT);

    bind_str(s, id);
    bind_i64(s, in->number);
    bind_str(s, in->file);
    bind_i64(s, in->size_bytes);
    bind_str(s, in->etag);
    bind_i64(s, in->crc32);
    bind_i64(s, in->created_at_ms);
    return stmt_done(s);
}

static void part_read(struct stmt *s, struct arena *a, struct upload_part *part_r)
{
    part_r->number = col_i64(s, 0);
    part_r->file = col_str(s, 1, a);
    part_r->size_bytes = col_i64(s, 2);
    part_r->etag = col_str(s, 3, a);
    part_r->crc32 = col_i64(s, 4);
    part_r->created_at_ms = col_i64(s, 5);
}

enum err db_upload_part_list(struct db_conn *c, struct arena *a, const char *id, int64_t after,
                             int64_t limit, struct upload_part **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_UPLOAD_PART_LIST);
    struct rows rows = rows_new(a, sizeof(struct upload_part));

    bind_str(s, id);
    bind_i64(s, after);
    bind_i64(s, limit);
    while (stmt_row(s))
        part_read(s, a, rows_add(&rows));
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_upload_part_find(struct db_conn *c, struct arena *a, const char *id, int64_t number,
                             struct upload_part *part_r)
{
    struct stmt *s = stmt(c, Q_UPLOAD_PART_FIND);

    *part_r = (struct upload_part){ .file = "", .etag = "" };
    bind_str(s, id);
    bind_i64(s, number);
    if (stmt_row(s))
        part_read(s, a, part_r);
    return stmt_done(s);
}

enum err db_upload_part_is_known(struct db_conn *c, const char *file, bool *known_r)
{
    return is_known(c, Q_UPLOAD_PART_BY_FILE, file, known_r);
}

enum err db_upload_parts_delete(struct db_conn *c, const char *id)
{
    return run_str(c, Q_UPLOAD_PARTS_DELETE, id);
}

enum err db_file_list(struct db_conn *c, struct arena *a, int64_t user_id, int64_t before_id,
                      int64_t limit, struct file **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_FILE_LIST);
    struct rows rows = rows_new(a, sizeof(struct file));

    bind_i64(s, user_id);
    bind_i64(s, before_id);
    bind_i64(s, limit);
    while (stmt_row(s))
        *(struct file *)rows_add(&rows) = (struct file){ .id = col_i64(s, 0),
                                                         .key = col_str(s, 1, a),
                                                         .user_id = col_i64(s, 2),
                                                         .name = col_str(s, 3, a),
                                                         .type = col_str(s, 4, a),
                                                         .size_bytes = col_i64(s, 5),
                                                         .etag = col_str(s, 6, a),
                                                         .created_at_ms = col_i64(s, 7) };
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_file_count(struct db_conn *c, int64_t user_id, int64_t *count_r)
{
    struct stmt *s = stmt(c, Q_FILE_COUNT);

    bind_i64(s, user_id);
    *count_r = stmt_row(s) ? col_i64(s, 0) : 0;
    return stmt_done(s);
}

enum err db_file_delete(struct db_conn *c, const char *key, int64_t user_id)
{
    struct stmt *s = stmt(c, Q_FILE_DELETE);
    int64_t size_bytes = -1;
    enum err e;

    bind_str(s, key);
    bind_i64(s, user_id);
    if (stmt_row(s))
        size_bytes = col_i64(s, 0);
    e = stmt_done(s);
    if (e == OK && size_bytes < 0)
        e = ERR_NO_FILE;
    return e == OK ? db_file_usage_add(c, user_id, -size_bytes) : e;
}
