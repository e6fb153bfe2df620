/* Resumable upload v1, as old SDKs make it: blocks of 4 MiB, each begun by mkblk and perhaps
 * carried on by bput, joined by mkfile. A block is an upload of its own in the store, and its ctx is
 * that upload's id. */
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/str.h"
#include "handlers/qiniu/qiniu.h"

#define BLOCK_BYTES (4 * 1024 * 1024)
#define CTX_MAX UPLOADS_OPEN_MAX

struct block {
    int64_t size;
};
SPEC_BODY(block, BODY_FILE, F_I64(block, size, IN_PATH, "blockSize", REQUIRED, 1, BLOCK_BYTES));

struct chunk {
    const char *ctx;
    int64_t at;
};
SPEC_BODY(chunk, BODY_FILE, F_STR(chunk, ctx, IN_PATH, "ctx", REQUIRED, 1, 64),
          F_I64(chunk, at, IN_PATH, "offset", REQUIRED, 0, BLOCK_BYTES));

struct whole {
    int64_t size;
    const char *fname;
};
SPEC_BODY(whole, BODY_TEXT, F_I64(whole, size, IN_PATH, "fileSize", REQUIRED, 0, ID_MAX),
          F_STR(whole, fname, IN_PATH, "fname", OPTIONAL, 0, 1024));

/* The etag of so small a piece is 0x16 and its SHA-1, which is what v1 wants. */
static const char *sha1_of(struct arena *a, const char *etag)
{
    size_t len = 0;
    const char *bytes = base64url_decode(a, etag, &len);

    return len > 1 ? base64url_encode(a, bytes + 1, len - 1) : "";
}

static void answer_chunk(struct req *rq, const char *ctx, const struct sums *sums, int64_t offset,
                         int64_t expires_at_ms)
{
    const char *origin = req_origin(rq);

    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "ctx", ctx);
    cJSON_AddStringToObject(rq->data, "checksum", sha1_of(rq->cx.arena, sums->qetag));
    json_add_i64(rq->data, "crc32", sums->crc32);
    json_add_i64(rq->data, "offset", offset);
    cJSON_AddStringToObject(rq->data, "host",
                            origin == NULL ? "" : arena_printf(rq->cx.arena, "%s/qiniu", origin));
    json_add_i64(rq->data, "expired_at", expires_at_ms / 1000);
}

static enum err add_chunk(struct req *rq, const struct upload *upload, int64_t at)
{
    const struct spool_facts *facts = spool_facts(rq->incoming.spool);
    struct sums sums = facts->sums;
    int64_t size;
    enum err e = upload_append(&rq->cx, upload->id, at, rq->incoming.spool, &size);

    if (e == OK)
        answer_chunk(rq, upload->id, &sums, size, upload->expires_at_ms);
    return e;
}

static enum err block_make(struct req *rq, const void *args)
{
    const struct block *a = args;
    struct upload upload;
    enum err e;

    if (spool_facts(rq->incoming.spool)->size_bytes > a->size)
        return ERR_BAD_FIELD;
    e = upload_begin(&rq->cx, &upload);
    return e == OK ? add_chunk(rq, &upload, 0) : e;
}

static enum err block_put(struct req *rq, const void *args)
{
    const struct chunk *a = args;
    struct upload upload;
    enum err e;

    if (a->at + spool_facts(rq->incoming.spool)->size_bytes > BLOCK_BYTES)
        return ERR_BAD_FIELD;
    e = upload_find(&rq->cx, a->ctx, &upload);
    return e == OK ? add_chunk(rq, &upload, a->at) : e;
}

/* "ctx,ctx,..." */
static enum err read_ctxs(const struct req *rq, const char ***ctxs_r, size_t *count_r)
{
    struct arena *a = rq->cx.arena;
    const char *at = str_or_empty(rq->text);

    *ctxs_r = arena_array(a, CTX_MAX, sizeof **ctxs_r);
    *count_r = 0;
    while (*at != '\0') {
        size_t len = strcspn(at, ",");

        if (*count_r == CTX_MAX)
            return ERR_TOO_LARGE;
        (*ctxs_r)[(*count_r)++] = arena_strndup(a, at, len);
        at += len + (at[len] == ',');
    }
    return OK;
}

static enum err block_join(struct req *rq, const void *args)
{
    const struct whole *a = args;
    const char **ctxs = NULL;
    size_t count = 0, len = 0;
    struct file file;
    const char *name = a->fname == NULL ? NULL : base64url_decode(rq->cx.arena, a->fname, &len);
    enum err e = read_ctxs(rq, &ctxs, &count);

    if (e == OK)
        e = upload_join(&rq->cx, ctxs, count, a->size, name, &file);
    if (e == OK)
        qiniu_answer_file(rq, &file);
    return e;
}

/* The protocol lets pairs of a name and a value follow the size; these are the orders SDKs write
 * them in. */
#define MKFILE(rest)                                                                               \
    {                                                                                              \
        POST, "/mkfile/{fileSize}" rest, ACCESS_USER, block_join, &whole_spec, NULL                \
    }

static const struct route routes[] = {
    { POST, "/mkblk/{blockSize}", ACCESS_USER, block_make, &block_spec, NULL },
    { POST, "/bput/{ctx}/{offset}", ACCESS_USER, block_put, &chunk_spec, NULL },
    MKFILE(""),
    MKFILE("/key/{key}"),
    MKFILE("/mimeType/{mimeType}"),
    MKFILE("/fname/{fname}"),
    MKFILE("/key/{key}/mimeType/{mimeType}"),
    MKFILE("/key/{key}/fname/{fname}"),
    MKFILE("/mimeType/{mimeType}/fname/{fname}"),
    MKFILE("/key/{key}/mimeType/{mimeType}/fname/{fname}"),
};
const struct section qiniu_blocks_section = SECTION(routes);
