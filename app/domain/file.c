/* Whole files, and what a crash left of them; see file.h. */
#include "domain/file.h"

#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "db/users.h"
#include "domain/file_type.h"
#include "domain/file_internal.h"

#define NAME_BYTES_MAX 255

enum err uploader_check(struct ctx *cx)
{
    struct user user;
    enum err e = db_user_by_id(ctx_db(cx), cx->arena, cx->actor, &user);

    return e == OK && !user.enabled ? ERR_ACCOUNT_DISABLED : e;
}

/* ---- storing ---- */

/* The last part of a path of any system, without what would break a header or a listing, and cut
 * between two characters. */
static const char *clean_name(struct arena *a, const char *name)
{
    const char *last = name;
    size_t len;
    char *clean;

    if (name == NULL || !utf8_valid(name, strlen(name)))
        return "";
    for (const char *p = name; *p != '\0'; p++)
        if (*p == '/' || *p == '\\')
            last = p + 1;
    len = strlen(last);
    if (len > NAME_BYTES_MAX)
        for (len = NAME_BYTES_MAX; len > 0 && ((unsigned char)last[len] & 0xC0) == 0x80;)
            len--;
    clean = arena_strndup(a, last, len);
    for (char *p = clean; *p != '\0'; p++)
        if ((unsigned char)*p < 32 || *p == 127)
            *p = '_';
    return clean;
}

static struct file describe(struct ctx *cx, const struct spool_facts *facts, const char *name)
{
    struct file_type type = file_type_of(facts->head, facts->head_len);
    const char *clean = clean_name(cx->arena, name);
    const char *extension =
        type.extension[0] != '\0' ? type.extension : file_extension_of(cx->arena, clean);

    return (struct file){ .key = arena_printf(cx->arena, "%s%s", facts->name, extension),
                          .user_id = cx->actor,
                          .name = clean,
                          .type = type.media,
                          .size_bytes = facts->size_bytes,
                          .etag = arena_strdup(cx->arena, facts->sums.qetag),
                          .created_at_ms = ctx_now(cx) };
}

enum err quota_check(struct ctx *cx, int64_t more)
{
    int64_t used = 0;
    enum err e = db_file_usage(ctx_db(cx), cx->actor, &used);

    return e == OK && used + more > cx->sv->conf->upload_user_bytes ? ERR_QUOTA : e;
}

/* parts_bytes: what of the file's weight is counted already, as parts of an upload. */
static enum err insert(struct ctx *cx, const struct file *file, int64_t parts_bytes)
{
    enum err e = uploader_check(cx);

    if (e == OK)
        e = quota_check(cx, file->size_bytes - parts_bytes);
    if (e == OK)
        e = db_file_insert(cx->conn, file);
    if (e == OK)
        e = db_file_usage_add(cx->conn, cx->actor, file->size_bytes);
    return e;
}

enum err file_keep(struct ctx *cx, struct spool *spool, const char *name,
                   const struct finish *finish, struct file *file_r)
{
    const struct spool_facts *facts = spool_facts(spool);
    enum err e = depot_keep_file(spool);

    if (e != OK)
        return e;
    *file_r = describe(cx, facts, name);
    e = tx_begin(cx);
    if (e == OK && finish != NULL)
        e = finish->check(cx, finish->arg);
    if (e == OK)
        e = insert(cx, file_r, finish == NULL ? 0 : finish->parts_bytes);
    if (e == OK && finish != NULL)
        e = finish->done(cx, finish->arg, file_r);
    e = tx_end(cx, e);
    if (e == ERR_DB)
        spool_leave(spool);
    else if (e != OK)
        depot_remove_file(cx->sv->depot, facts->name);
    return e;
}

enum err file_store(struct ctx *cx, struct spool *spool, const char *name, struct file *file_r)
{
    return file_keep(cx, spool, name, NULL, file_r);
}

/* ---- fetching ---- */

enum err file_open(struct ctx *cx, const char *key, struct file *file_r, int *fd_r)
{
    enum err e = ERR_NO_FILE;

    if (strlen(key) >= DEPOT_NAME_BYTES - 1)
        e = db_file_by_key(ctx_db(cx), cx->arena, key, file_r);
    ctx_release(cx); /* a slow reader must not keep a connection to the store */
    if (e != OK)
        return e;
    *fd_r =
        depot_open_file(cx->sv->depot, arena_strndup(cx->arena, file_r->key, DEPOT_NAME_BYTES - 1));
    if (*fd_r >= 0)
        return OK;
    log_error("files", "the file of %s is not in its folder", file_r->key);
    return ERR_NO_FILE;
}

/* ---- what a crash left ---- */

struct sweep {
    struct ctx *cx;
    enum err err;
    int64_t removed;
};

static void sweep_tmp(void *arg, const char *name, bool is_kept)
{
    struct sweep *w = arg;
    bool known = false;
    enum err e = is_kept ? db_file_is_known(ctx_db(w->cx), name, &known) : OK;

    if (e != OK) {
        w->err = e;
        return;
    }
    if (is_kept && !known)
        depot_remove_file(w->cx->sv->depot, name);
    depot_remove_tmp(w->cx->sv->depot, name);
    w->removed++;
}

static void sweep_part(void *arg, const char *name, bool is_kept)
{
    struct sweep *w = arg;
    bool known = false;
    enum err e = db_upload_part_is_known(ctx_db(w->cx), name, &known);

    (void)is_kept; /* parts have one name */
    if (e != OK) {
        w->err = e;
    } else if (!known) {
        depot_remove_part(w->cx->sv->depot, name);
        w->removed++;
    }
}

enum err file_sweep(struct ctx *cx)
{
    struct sweep w = { .cx = cx };

    depot_each_tmp(cx->sv->depot, sweep_tmp, &w);
    depot_each_part(cx->sv->depot, sweep_part, &w);
    ctx_release(cx);
    if (w.removed > 0)
        log_info("files", "removed %lld files of uploads that were cut off", (long long)w.removed);
    return w.err;
}
