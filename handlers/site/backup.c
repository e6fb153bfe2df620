/* Backups, for administrators: making one, listing them, fetching a store. */
#include "domain/backup.h"

#include "base/clock.h"
#include "base/json.h"
#include "handlers/site/site.h"

static const struct limit_rule backup_rule = { "backup", 10, 10 * 60 * 1000 };

static cJSON *encode(struct arena *a, const struct backup *b)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "name", b->name);
    cJSON_AddStringToObject(o, "madeAt", time_rfc3339(a, b->made_at_ms));
    json_add_i64(o, "storeBytes", b->store_bytes);
    return o;
}

/* POST /admin/backups: makes one now, and answers when it is made and checked. */
static enum err make(struct req *rq, const void *args)
{
    struct backup b;
    enum err e = backup_now(&rq->cx, &b);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    rq->data = encode(rq->cx.arena, &b);
    json_add_i64(rq->data, "files", b.files);
    json_add_i64(rq->data, "fileBytes", b.file_bytes);
    return OK;
}

/* GET /admin/backups: those of this page, the newest first. */
static enum err list(struct req *rq, const void *args)
{
    struct backup *all;
    size_t count;
    cJSON *items;
    enum err e = backup_list(&rq->cx, &all, &count);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    items = cJSON_AddArrayToObject(rq->data, "items");
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, encode(rq->cx.arena, &all[i]));
    return OK;
}

struct backup_name {
    const char *name;
};
SPEC_BARE(backup_name, "application/vnd.sqlite3",
          F_STR(backup_name, name, IN_PATH, "name", REQUIRED, 1, 32));

/* GET /admin/backups/{name}/store: the SQLite file in it. */
static enum err fetch_store(struct req *rq, const void *args)
{
    const struct backup_name *a = args;
    int64_t bytes;
    int fd;
    enum err e = backup_open_store(&rq->cx, a->name, &fd, &bytes);

    if (e != OK)
        return e;
    rq->download = ARENA_NEW(rq->cx.arena, struct download);
    *rq->download = (struct download){
        .fd = fd,
        .size_bytes = bytes,
        .type = "application/vnd.sqlite3",
        .disposition = arena_printf(rq->cx.arena, "attachment; filename=\"chatd-%s.db\"", a->name),
        .etag = a->name,
    };
    return OK;
}

static const struct route routes[] = {
    { POST, "/admin/backups", ACCESS_ADMIN, make, NULL, &backup_rule },
    { GET, "/admin/backups", ACCESS_ADMIN, list, NULL, NULL },
    { GET, "/admin/backups/{name}/store", ACCESS_ADMIN, fetch_store, &backup_name_spec, NULL },
};
const struct section site_backup_section = SECTION(routes);
