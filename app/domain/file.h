/* Uploaded files: whole ones, and uploads that come in parts. Who may upload what, what it weighs,
 * and that row and bytes agree whatever happens: bytes are on disk before their row is committed,
 * and what has no row is swept away at start. */
#ifndef DOMAIN_FILE_H
#define DOMAIN_FILE_H

#include "db/files.h"
#include "domain/ctx.h"
#include "domain/depot.h"

#define PART_NUMBER_MAX 10000
#define UPLOAD_LIFE_MS (INT64_C(24) * 3600 * 1000)
/* Begun by one person and not complete; a block of the old protocol counts as one. */
#define UPLOADS_OPEN_MAX 1024

/* May the actor upload? ERR_NO_ACCOUNT, ERR_ACCOUNT_DISABLED. */
enum err uploader_check(struct ctx *cx);

/* Stores the ended spool as a file of the actor. name: what the sender calls it, or NULL; a path is
 * cut down to its last part. ERR_QUOTA. */
enum err file_store(struct ctx *cx, struct spool *spool, const char *name, struct file *file_r);
/* The file a URL ends with; anybody who knows the key may read it. *fd_r is the caller's to close.
 * ERR_NO_FILE. */
enum err file_open(struct ctx *cx, const char *key, struct file *file_r, int *fd_r);

/* What the actor's files and unfinished uploads weigh, how many files there are, and how much they may
 * weigh. */
struct storage {
    int64_t size_bytes, count, quota_bytes;
};
enum err file_storage(struct ctx *cx, struct storage *storage_r);
/* The actor's, the newest first; before_id 0: from the newest. */
enum err file_list(struct ctx *cx, int64_t before_id, int64_t limit, struct file **list_r,
                   size_t *count_r);
/* Removes one of them for good, wherever it was sent. ERR_NO_FILE. Takes the writer. */
enum err file_remove(struct ctx *cx, const char *key);

enum err upload_begin(struct ctx *cx, struct upload *upload_r);
/* The actor's. ERR_NO_UPLOAD. */
enum err upload_find(struct ctx *cx, const char *id, struct upload *upload_r);
/* Takes the ended spool as part number (1..PART_NUMBER_MAX) of it, in place of an earlier one.
 * ERR_NO_UPLOAD, ERR_QUOTA, ERR_TOO_LARGE. */
enum err upload_put(struct ctx *cx, const char *id, int64_t number, struct spool *spool,
                    struct upload_part *part_r);
/* The same as its next part, if all before it weigh at bytes. ERR_BAD_FIELD if not. */
enum err upload_append(struct ctx *cx, const char *id, int64_t at, struct spool *spool,
                       int64_t *size_r);
enum err upload_parts(struct ctx *cx, const char *id, int64_t after, int64_t limit,
                      struct upload_part **list_r, size_t *count_r);

/* What a client says it has sent. */
struct claim {
    int64_t number;
    const char *etag;
};
/* Joins the claimed parts into a file; asked again, it gives the same file. ERR_BAD_FIELD: numbers
 * that do not rise, parts that are not there or have another etag; ERR_TOO_LARGE; ERR_QUOTA. */
enum err upload_complete(struct ctx *cx, const char *id, const struct claim *claims, size_t count,
                         const char *name, struct file *file_r);
/* Joins whole uploads, all parts of each, which must weigh size together (else ERR_BAD_FIELD). */
enum err upload_join(struct ctx *cx, const char *const *ids, size_t count, int64_t size,
                     const char *name, struct file *file_r);
enum err upload_abort(struct ctx *cx, const char *id);

/* Cron: forgets uploads nobody finished. */
enum err upload_expire(struct ctx *cx);
/* At start, before anybody is served: removes from disk what a crash left without a row. */
enum err file_sweep(struct ctx *cx);

#endif
