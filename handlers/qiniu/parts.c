/* Resumable upload v2: begin, parts, complete. */
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "handlers/qiniu/qiniu.h"

#define LIST_DEFAULT 1000

struct place {
    const char *bucket;
    const char *object; /* the key in base64url, or "~": the server names files */
};
SPEC(place, F_STR(place, bucket, IN_PATH, "bucket", REQUIRED, 1, 63),
     F_STR(place, object, IN_PATH, "object", REQUIRED, 1, 1024));

struct upload_ref {
    const char *bucket;
    const char *id;
};
SPEC(upload_ref, F_STR(upload_ref, bucket, IN_PATH, "bucket", REQUIRED, 1, 63),
     F_STR(upload_ref, id, IN_PATH, "uploadId", REQUIRED, 1, 64));

struct part_ref {
    const char *bucket;
    const char *id;
    const char *md5;
    int64_t number;
};
SPEC_BODY(part_ref, BODY_FILE, F_STR(part_ref, bucket, IN_PATH, "bucket", REQUIRED, 1, 63),
          F_STR(part_ref, id, IN_PATH, "uploadId", REQUIRED, 1, 64),
          F_STR(part_ref, md5, IN_HEADER, "Content-MD5", OPTIONAL, 0, 64),
          F_I64(part_ref, number, IN_PATH, "partNumber", REQUIRED, 1, PART_NUMBER_MAX));

struct page {
    const char *bucket;
    const char *id;
    int64_t limit;
    int64_t after;
};
SPEC(page, F_STR(page, bucket, IN_PATH, "bucket", REQUIRED, 1, 63),
     F_STR(page, id, IN_PATH, "uploadId", REQUIRED, 1, 64),
     F_I64(page, limit, IN_QUERY, "max-parts", OPTIONAL, 0, 1000),
     F_I64(page, after, IN_QUERY, "part-number-marker", OPTIONAL, 0, PART_NUMBER_MAX));

static enum err check_bucket(const char *bucket)
{
    return str_eq(bucket, QINIU_BUCKET) ? OK : ERR_NO_BUCKET;
}

static enum err parts_begin(struct req *rq, const void *args)
{
    const struct place *a = args;
    struct upload upload;
    enum err e = check_bucket(a->bucket);

    if (e == OK)
        e = upload_begin(&rq->cx, &upload);
    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "uploadId", upload.id);
    json_add_i64(rq->data, "expireAt", upload.expires_at_ms / 1000);
    return OK;
}

static enum err parts_put(struct req *rq, const void *args)
{
    const struct part_ref *a = args;
    const struct spool_facts *facts = spool_facts(rq->incoming.spool);
    const char *md5 = arena_strdup(rq->cx.arena, facts->sums.md5);
    struct upload_part part;
    enum err e = check_bucket(a->bucket);

    if (e == OK && str_or_empty(a->md5)[0] != '\0' && !str_ieq(a->md5, md5))
        e = ERR_BAD_SUM;
    if (e == OK)
        e = upload_put(&rq->cx, a->id, a->number, rq->incoming.spool, &part);
    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "etag", part.etag);
    cJSON_AddStringToObject(rq->data, "md5", md5);
    return OK;
}

/* Reads {parts: [{etag, partNumber}...]} of the body. */
static enum err read_claims(const struct req *rq, struct claim **claims_r, size_t *count_r)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(rq->object, "parts"), *one;
    struct claim *claim;

    if (!cJSON_IsArray(list))
        return ERR_BAD_FIELD;
    *count_r = 0;
    *claims_r = arena_array(rq->cx.arena, (size_t)cJSON_GetArraySize(list) + 1, sizeof *claim);
    cJSON_ArrayForEach(one, list) {
        const cJSON *etag = cJSON_GetObjectItemCaseSensitive(one, "etag");
        const cJSON *number = cJSON_GetObjectItemCaseSensitive(one, "partNumber");

        claim = &(*claims_r)[(*count_r)++];
        if (!cJSON_IsString(etag) || !json_i64(number, 1, PART_NUMBER_MAX, &claim->number))
            return ERR_BAD_FIELD;
        claim->etag = etag->valuestring;
    }
    return OK;
}

static enum err parts_complete(struct req *rq, const void *args)
{
    const struct upload_ref *a = args;
    const cJSON *fname = cJSON_GetObjectItemCaseSensitive(rq->object, "fname");
    struct claim *claims = NULL;
    size_t count = 0;
    struct file file;
    enum err e = check_bucket(a->bucket);

    if (e == OK)
        e = read_claims(rq, &claims, &count);
    if (e == OK)
        e = upload_complete(&rq->cx, a->id, claims, count,
                            cJSON_IsString(fname) ? fname->valuestring : NULL, &file);
    if (e == OK)
        qiniu_answer_file(rq, &file);
    return e;
}

static enum err parts_abort(struct req *rq, const void *args)
{
    const struct upload_ref *a = args;
    enum err e = check_bucket(a->bucket);

    return e == OK ? upload_abort(&rq->cx, a->id) : e;
}

static cJSON *encode_part(const struct upload_part *part)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "size", part->size_bytes);
    cJSON_AddStringToObject(o, "etag", part->etag);
    json_add_i64(o, "partNumber", part->number);
    json_add_i64(o, "putTime", part->created_at_ms / 1000);
    return o;
}

static enum err parts_list(struct req *rq, const void *args)
{
    const struct page *a = args;
    struct upload_part *parts = NULL;
    struct upload upload;
    size_t count = 0;
    int64_t limit = a->limit == 0 ? LIST_DEFAULT : a->limit;
    cJSON *list;
    enum err e = check_bucket(a->bucket);

    if (e == OK)
        e = upload_find(&rq->cx, a->id, &upload);
    if (e == OK)
        e = upload_parts(&rq->cx, a->id, a->after, limit, &parts, &count);
    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "uploadId", upload.id);
    json_add_i64(rq->data, "expireAt", upload.expires_at_ms / 1000);
    /* 0: there are no more */
    json_add_i64(rq->data, "partNumberMarker",
                 (int64_t)count < limit ? 0 : parts[count - 1].number);
    list = cJSON_AddArrayToObject(rq->data, "parts");
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(list, encode_part(&parts[i]));
    return OK;
}

#define UPLOADS "/buckets/{bucket}/objects/{object}/uploads"

static const struct route routes[] = {
    { POST, UPLOADS, ACCESS_USER, parts_begin, &place_spec, NULL },
    { PUT, UPLOADS "/{uploadId}/{partNumber}", ACCESS_USER, parts_put, &part_ref_spec, NULL },
    { POST, UPLOADS "/{uploadId}", ACCESS_USER, parts_complete, &upload_ref_spec, NULL },
    { DELETE, UPLOADS "/{uploadId}", ACCESS_USER, parts_abort, &upload_ref_spec, NULL },
    { GET, UPLOADS "/{uploadId}", ACCESS_USER, parts_list, &page_spec, NULL },
};
const struct section qiniu_parts_section = SECTION(routes);
