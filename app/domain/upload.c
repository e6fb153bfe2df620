/* Uploads that come in parts; see file.h. A part is a file of its own until the upload is complete;
 * then all are read once more into one file, which is when its checksum is made and torn parts are
 * noticed. */
#include <errno.h>
#include <unistd.h>
#include <zlib.h>

#include "base/log.h"
#include "base/str.h"
#include "db/rows.h"
#include "domain/file_internal.h"

#define COPY_BYTES (256 * 1024)

enum err upload_begin(struct ctx *cx, struct upload *upload_r)
{
    int64_t open = 0;
    enum err e = tx_begin(cx);

    *upload_r = (struct upload){ .id = crypto_random_hex(cx->arena),
                                 .user_id = cx->actor,
                                 .key = "",
                                 .created_at_ms = ctx_now(cx),
                                 .expires_at_ms = ctx_now(cx) + UPLOAD_LIFE_MS };
    if (e == OK)
        e = uploader_check(cx);
    if (e == OK)
        e = db_upload_count(cx->conn, cx->actor, &open);
    if (e == OK && open >= UPLOADS_OPEN_MAX)
        e = ERR_QUOTA;
    if (e == OK)
        e = db_upload_insert(cx->conn, upload_r);
    return tx_end(cx, e);
}

enum err upload_find(struct ctx *cx, const char *id, struct upload *upload_r)
{
    return db_upload_find(ctx_db(cx), cx->arena, id, cx->actor, ctx_now(cx), upload_r);
}

/* An upload that still takes parts. */
static enum err find_open(struct ctx *cx, const char *id)
{
    struct upload upload;
    enum err e = upload_find(cx, id, &upload);

    return e == OK && upload.key[0] != '\0' ? ERR_NO_UPLOAD : e;
}

/* ---- parts ---- */

static struct upload_part describe(struct ctx *cx, const struct spool *spool, int64_t number)
{
    const struct spool_facts *facts = spool_facts(spool);

    return (struct upload_part){ .number = number,
                                 .file = arena_strdup(cx->arena, facts->name),
                                 .size_bytes = facts->size_bytes,
                                 .etag = arena_strdup(cx->arena, facts->sums.qetag),
                                 .crc32 = facts->sums.crc32,
                                 .created_at_ms = ctx_now(cx) };
}

/* Inside a transaction: the checks and the row. *old_r is the file of the part it replaces, or
 * "". */
static enum err put_row(struct ctx *cx, const char *id, const struct upload_part *part,
                        const char **old_r)
{
    struct upload_part old = { .file = "" };
    enum err e = find_open(cx, id);

    *old_r = "";
    if (e == OK)
        e = db_upload_part_find(cx->conn, cx->arena, id, part->number, &old);
    if (e == OK)
        e = quota_check(cx, part->size_bytes - old.size_bytes);
    if (e == OK)
        e = db_upload_part_put(cx->conn, id, part);
    *old_r = old.file;
    return e;
}

/* Ends the transaction e stands in. A part that moved but has no row is taken back. */
static enum err end_part(struct ctx *cx, enum err e, const struct upload_part *part, bool moved,
                         const char *old)
{
    e = tx_end(cx, e);
    if (e == OK && old[0] != '\0')
        depot_remove_part(cx->sv->depot, old);
    if (e != OK && e != ERR_DB && moved)
        depot_remove_part(cx->sv->depot, part->file);
    return e;
}

enum err upload_put(struct ctx *cx, const char *id, int64_t number, struct spool *spool,
                    struct upload_part *part_r)
{
    const char *old = "";
    bool moved;
    enum err e = find_open(cx, id);

    ctx_release(cx);
    if (e != OK)
        return e;
    *part_r = describe(cx, spool, number);
    e = depot_keep_part(spool);
    moved = e == OK;
    if (e == OK)
        e = tx_begin(cx);
    if (e == OK)
        e = put_row(cx, id, part_r, &old);
    return end_part(cx, e, part_r, moved, old);
}

static int64_t weight_of(const struct upload_part *parts, size_t count)
{
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += parts[i].size_bytes;
    return sum;
}

enum err upload_append(struct ctx *cx, const char *id, int64_t at, struct spool *spool,
                       int64_t *size_r)
{
    struct upload_part part, *parts;
    size_t count = 0;
    const char *old = "";
    bool moved;
    enum err e;

    part = describe(cx, spool, 0);
    e = depot_keep_part(spool);
    moved = e == OK;
    if (e == OK)
        e = tx_begin(cx);
    if (e == OK)
        e = db_upload_part_list(cx->conn, cx->arena, id, 0, PART_NUMBER_MAX, &parts, &count);
    if (e == OK && (count == PART_NUMBER_MAX || weight_of(parts, count) != at))
        e = ERR_BAD_FIELD;
    part.number = (int64_t)count + 1;
    if (e == OK)
        e = put_row(cx, id, &part, &old);
    *size_r = at + part.size_bytes;
    return end_part(cx, e, &part, moved, old);
}

enum err upload_parts(struct ctx *cx, const char *id, int64_t after, int64_t limit,
                      struct upload_part **list_r, size_t *count_r)
{
    enum err e = find_open(cx, id);

    if (e == OK)
        e = db_upload_part_list(ctx_db(cx), cx->arena, id, after, limit, list_r, count_r);
    return e;
}

/* ---- joining ---- */

/* What is joined, and which uploads end with it. */
struct join {
    const char *const *ids;
    size_t id_count;
    const struct upload_part *parts;
    size_t part_count;
};

static enum err copy_part(struct ctx *cx, const struct upload_part *part, char *buffer,
                          struct spool *spool)
{
    uint32_t sum = (uint32_t)crc32(0, NULL, 0);
    int64_t size = 0;
    ssize_t got = 0;
    int fd = depot_open_part(cx->sv->depot, part->file);
    enum err e = fd < 0 ? ERR_NO_UPLOAD : OK;

    while (e == OK && (got = read(fd, buffer, COPY_BYTES)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            log_error("files", "reading a part: %s", strerror(errno));
            e = ERR_INTERNAL;
            break;
        }
        sum = (uint32_t)crc32_z(sum, (const unsigned char *)buffer, (size_t)got);
        size += got;
        e = spool_write(spool, buffer, (size_t)got);
    }
    if (fd >= 0)
        close(fd);
    if (e == OK && (size != part->size_bytes || sum != (uint32_t)part->crc32)) {
        log_warn("files", "a part is not what it was when it came: the upload starts over");
        e = ERR_NO_UPLOAD;
    }
    return e;
}

static enum err copy_parts(struct ctx *cx, const struct join *join, struct spool *spool)
{
    char *buffer = arena_alloc(cx->arena, COPY_BYTES);
    enum err e = OK;

    for (size_t i = 0; e == OK && i < join->part_count; i++)
        e = copy_part(cx, &join->parts[i], buffer, spool);
    if (e == OK)
        spool_end(spool);
    return e;
}

/* All uploads must still be open, or a second request to complete has been faster. */
static enum err check_open(struct ctx *cx, void *arg)
{
    const struct join *join = arg;
    enum err e = OK;

    for (size_t i = 0; e == OK && i < join->id_count; i++)
        e = find_open(cx, join->ids[i]);
    return e;
}

static enum err end_uploads(struct ctx *cx, void *arg, const struct file *file)
{
    const struct join *join = arg;
    enum err e = OK;

    for (size_t i = 0; e == OK && i < join->id_count; i++) {
        e = db_upload_finish(cx->conn, join->ids[i], file->key);
        if (e == OK)
            e = db_upload_parts_delete(cx->conn, join->ids[i]);
    }
    return e;
}

/* Also parts that were sent and not claimed. */
static enum err collect(struct ctx *cx, const struct join *join, struct upload_part **all_r,
                        size_t *count_r)
{
    struct rows rows = rows_new(cx->arena, sizeof(struct upload_part));
    enum err e = OK;

    for (size_t i = 0; e == OK && i < join->id_count; i++) {
        struct upload_part *some;
        size_t count = 0;

        e = db_upload_part_list(ctx_db(cx), cx->arena, join->ids[i], 0, PART_NUMBER_MAX, &some,
                                &count);
        for (size_t p = 0; e == OK && p < count; p++)
            *(struct upload_part *)rows_add(&rows) = some[p];
    }
    *all_r = rows.items;
    *count_r = rows.count;
    return e;
}

static enum err join_parts(struct ctx *cx, struct join *join, const char *name, struct file *file_r)
{
    struct finish finish = { check_open, end_uploads, join, 0 };
    int64_t weight = weight_of(join->parts, join->part_count);
    struct upload_part *all = NULL;
    struct spool *spool = NULL;
    size_t count = 0;
    enum err e = collect(cx, join, &all, &count);

    ctx_release(cx);
    finish.parts_bytes = weight_of(all, count);
    if (e == OK)
        e = spool_new(cx, weight, cx->sv->conf->upload_file_bytes, false, &spool);
    if (e == OK)
        e = copy_parts(cx, join, spool);
    if (e == OK)
        e = file_keep(cx, spool, name, &finish, file_r);
    spool_drop(spool);
    for (size_t i = 0; e == OK && i < count; i++)
        depot_remove_part(cx->sv->depot, all[i].file);
    return e;
}

/* The part of that number among count in order, or NULL. */
static const struct upload_part *part_of(const struct upload_part *parts, size_t count,
                                         int64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (parts[i].number == number)
            return &parts[i];
    return NULL;
}

static enum err pick(struct ctx *cx, const struct upload_part *have, size_t have_count,
                     const struct claim *claims, size_t count, struct upload_part **parts_r)
{
    *parts_r = arena_array(cx->arena, count, sizeof **parts_r);
    for (size_t i = 0; i < count; i++) {
        const struct upload_part *part = part_of(have, have_count, claims[i].number);

        if (part == NULL || !str_eq(part->etag, claims[i].etag) ||
            (i > 0 && claims[i].number <= claims[i - 1].number))
            return ERR_BAD_FIELD;
        (*parts_r)[i] = *part;
    }
    return OK;
}

/* The file an upload has become, if it has. */
static enum err find_finished(struct ctx *cx, const char *id, bool *finished_r, struct file *file_r)
{
    struct upload upload;
    enum err e = upload_find(cx, id, &upload);

    *finished_r = e == OK && upload.key[0] != '\0';
    return *finished_r ? db_file_by_key(ctx_db(cx), cx->arena, upload.key, file_r) : e;
}

enum err upload_complete(struct ctx *cx, const char *id, const struct claim *claims, size_t count,
                         const char *name, struct file *file_r)
{
    struct join join = { .ids = &id, .id_count = 1, .part_count = count };
    struct upload_part *have = NULL, *picked = NULL;
    size_t have_count = 0;
    bool finished;
    enum err e = find_finished(cx, id, &finished, file_r);

    if (e != OK || finished)
        return e;
    e = db_upload_part_list(ctx_db(cx), cx->arena, id, 0, PART_NUMBER_MAX, &have, &have_count);
    if (e == OK)
        e = count == 0 && have_count > 0 ? ERR_BAD_FIELD
                                         : pick(cx, have, have_count, claims, count, &picked);
    join.parts = picked;
    if (e == OK)
        e = join_parts(cx, &join, name, file_r);
    if (e == ERR_NO_UPLOAD) { /* another request may have completed it meanwhile */
        enum err again = find_finished(cx, id, &finished, file_r);
        e = again == OK && !finished ? e : again;
    }
    return e;
}

enum err upload_join(struct ctx *cx, const char *const *ids, size_t count, int64_t size,
                     const char *name, struct file *file_r)
{
    struct join join = { .ids = ids, .id_count = count };
    struct upload_part *all = NULL;
    bool finished;
    enum err e = count == 0 ? ERR_BAD_FIELD : find_finished(cx, ids[0], &finished, file_r);

    if (e != OK || finished)
        return e;
    e = check_open(cx, &join);
    if (e == OK)
        e = collect(cx, &join, &all, &join.part_count);
    join.parts = all;
    if (e == OK && weight_of(all, join.part_count) != size)
        e = ERR_BAD_FIELD;
    return e == OK ? join_parts(cx, &join, name, file_r) : e;
}

/* ---- ends ---- */

static enum err forget(struct ctx *cx, const char *id)
{
    struct upload_part *parts = NULL;
    size_t count = 0;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_upload_part_list(cx->conn, cx->arena, id, 0, PART_NUMBER_MAX, &parts, &count);
    if (e == OK)
        e = db_upload_delete(cx->conn, id);
    e = tx_end(cx, e);
    for (size_t i = 0; e == OK && i < count; i++)
        depot_remove_part(cx->sv->depot, parts[i].file);
    return e;
}

enum err upload_abort(struct ctx *cx, const char *id)
{
    enum err e = find_open(cx, id);

    return e == OK ? forget(cx, id) : e;
}

enum err upload_expire(struct ctx *cx)
{
    const char **ids = NULL;
    size_t count = 0;
    enum err e = db_upload_expired(ctx_db(cx), cx->arena, ctx_now(cx), &ids, &count);

    for (size_t i = 0; e == OK && i < count; i++)
        e = forget(cx, ids[i]);
    return e;
}
