/* What the caller has uploaded, and how much room there is. */
#include "base/clock.h"
#include "base/json.h"
#include "domain/file.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"
#include "handlers/qiniu/qiniu.h"
#include "handlers/site/site.h"

#define PAGE_DEFAULT 50
#define PAGE_MAX 200

/* GET /storage: bytes, count of files, and how many bytes they may be. */
static enum err storage_get(struct req *rq, const void *args)
{
    struct storage storage = { 0 };
    enum err e = file_storage(&rq->cx, &storage);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    json_add_i64(rq->data, "bytes", storage.size_bytes);
    json_add_i64(rq->data, "count", storage.count);
    json_add_i64(rq->data, "quota", storage.quota_bytes);
    return OK;
}

cJSON *site_file(struct arena *a, const char *origin, const struct file *file)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", file->id);
    cJSON_AddStringToObject(o, "key", file->key);
    cJSON_AddStringToObject(o, "url", arena_printf(a, "%s/files/%s", origin, file->key));
    cJSON_AddStringToObject(o, "name", file->name);
    cJSON_AddStringToObject(o, "type", file->type);
    json_add_i64(o, "size", file->size_bytes);
    cJSON_AddStringToObject(o, "createdAt", time_rfc3339(a, file->created_at_ms));
    return o;
}

struct files_page {
    int64_t before_id, limit;
};
SPEC(files_page,
     F_I64(files_page, before_id, IN_QUERY, "beforeId", OPTIONAL, 0, ID_MAX),
     F_I64(files_page, limit, IN_QUERY, "limit", OPTIONAL, 1, PAGE_MAX));

/* GET /files: the caller's, the newest first. */
static enum err files_get(struct req *rq, const void *args)
{
    const struct files_page *a = args;
    const char *origin = req_origin(rq);
    struct file *list;
    size_t count;
    cJSON *items;
    enum err e = origin == NULL ? ERR_BAD_REQUEST
                                : file_list(&rq->cx, a->before_id,
                                            a->limit == 0 ? PAGE_DEFAULT : a->limit, &list, &count);

    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, site_file(rq->cx.arena, origin, &list[i]));
    rq->data = cJSON_CreateObject();
    cJSON_AddItemToObject(rq->data, "items", items);
    return OK;
}

struct file_place {
    const char *key;
};
SPEC(file_place, F_STR(file_place, key, IN_PATH, "key", REQUIRED, 1, 64));

/* DELETE /files/{key}: for good, wherever it was sent. */
static enum err file_delete(struct req *rq, const void *args)
{
    const struct file_place *a = args;

    rq->note = SAID_DELETED;
    return file_remove(&rq->cx, a->key);
}

static const struct route routes[] = {
    { GET, "/storage", ACCESS_USER, storage_get, NULL, NULL },
    { GET, "/files", ACCESS_USER, files_get, &files_page_spec, NULL },
    { DELETE, "/files/{key}", ACCESS_USER, file_delete, &file_place_spec, NULL },
};
const struct section site_storage_section = SECTION(routes);
