/* Rows of uploaded files, and of uploads that come in parts. What is on disk is domain/depot.h's. */
#ifndef DB_FILES_H
#define DB_FILES_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

struct file {
    const char *key; /* 32 hex digits and an extension, ".png", or none */
    int64_t user_id;
    const char *name; /* what its sender called it */
    const char *type; /* media type by its bytes */
    int64_t size_bytes;
    const char *etag;
    int64_t created_at_ms;
    int64_t id; /* only in lists */
};

/* An upload that comes in parts. */
struct upload {
    const char *id;
    int64_t user_id;
    const char *key; /* of the file it became; "": not complete */
    int64_t created_at_ms;
    int64_t expires_at_ms;
};

struct upload_part {
    int64_t number;
    const char *file; /* its name below DATA_DIR/parts */
    int64_t size_bytes;
    const char *etag;
    int64_t crc32;
    int64_t created_at_ms;
};

enum err db_file_insert(struct db_conn *c, const struct file *in);
/* ERR_NO_FILE */
enum err db_file_by_key(struct db_conn *c, struct arena *a, const char *key, struct file *file_r);
/* user_id's, the newest first: at most limit with an id below before_id. */
enum err db_file_list(struct db_conn *c, struct arena *a, int64_t user_id, int64_t before_id,
                      int64_t limit, struct file **list_r, size_t *count_r);
enum err db_file_count(struct db_conn *c, int64_t user_id, int64_t *count_r);
/* Removes the row and what it weighed. ERR_NO_FILE unless it is user_id's. */
enum err db_file_delete(struct db_conn *c, const char *key, int64_t user_id);
/* Does a key begin with these 32 hex digits? */
enum err db_file_is_known(struct db_conn *c, const char *digits, bool *known_r);
/* What user_id's files and unfinished uploads weigh. */
enum err db_file_usage(struct db_conn *c, int64_t user_id, int64_t *bytes_r);
enum err db_file_usage_add(struct db_conn *c, int64_t user_id, int64_t bytes);

enum err db_upload_insert(struct db_conn *c, const struct upload *in);
/* ERR_NO_UPLOAD: none, another person's, or expired at now_ms. */
enum err db_upload_find(struct db_conn *c, struct arena *a, const char *id, int64_t user_id,
                        int64_t now_ms, struct upload *upload_r);
/* Not complete ones. */
enum err db_upload_count(struct db_conn *c, int64_t user_id, int64_t *count_r);
/* Notes the file it became. */
enum err db_upload_finish(struct db_conn *c, const char *id, const char *key);
/* With its parts. */
enum err db_upload_delete(struct db_conn *c, const char *id);
/* At most 100 ids. */
enum err db_upload_expired(struct db_conn *c, struct arena *a, int64_t now_ms, const char ***ids_r,
                           size_t *count_r);

/* Replaces the part of that number. */
enum err db_upload_part_put(struct db_conn *c, const char *id, const struct upload_part *in);
/* At most limit parts with numbers above after, in order. */
enum err db_upload_part_list(struct db_conn *c, struct arena *a, const char *id, int64_t after,
                             int64_t limit, struct upload_part **list_r, size_t *count_r);
/* *part_r.file is "" if there is none of that number. */
enum err db_upload_part_find(struct db_conn *c, struct arena *a, const char *id, int64_t number,
                             struct upload_part *part_r);
enum err db_upload_part_is_known(struct db_conn *c, const char *file, bool *known_r);
enum err db_upload_parts_delete(struct db_conn *c, const char *id);

#endif
