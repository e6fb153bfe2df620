/* GET /files/{key}; see files.h. What browsers show safely is shown, all else is saved. */
#include "handlers/files/files.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "domain/file.h"
#include "domain/file_type.h"

struct file_get {
    const char *key;
    const char *attname;
};
SPEC(file_get, F_STR(file_get, key, IN_PATH, "key", REQUIRED, 1, 64),
     F_STR(file_get, attname, IN_QUERY, "attname", OPTIONAL, 0, 255));

/* RFC 6266: a name of plain letters for old clients, and the true one. */
static const char *attachment(struct arena *a, const char *name)
{
    struct buf out = buf_new(a);

    buf_str(&out, "attachment; filename=\"");
    for (const char *p = name; *p != '\0'; p++)
        buf_printf(&out, "%c",
                   isalnum((unsigned char)*p) || strchr(" ._-()", *p) != NULL ? *p : '_');
    buf_str(&out, "\"; filename*=UTF-8''");
    for (const unsigned char *p = (const unsigned char *)name; *p != '\0'; p++)
        buf_printf(&out, isalnum(*p) || strchr("._-", *p) != NULL ? "%c" : "%%%02X", *p);
    return out.data;
}

static const char *disposition_of(struct req *rq, const struct file *file, const char *attname)
{
    const char *name = str_or_empty(attname);

    if (attname == NULL && !str_eq(file->type, FILE_TYPE_UNKNOWN))
        return NULL;
    if (name[0] == '\0')
        name = file->name[0] != '\0' ? file->name : file->key;
    return attachment(rq->cx.arena, name);
}

static enum err file_fetch(struct req *rq, const void *args)
{
    const struct file_get *a = args;
    struct file file;
    int fd;
    enum err e = rq->cx.sv->depot == NULL ? ERR_NO_FILE : file_open(&rq->cx, a->key, &file, &fd);

    if (e != OK)
        return e;
    rq->download = ARENA_NEW(rq->cx.arena, struct download);
    *rq->download = (struct download){ .fd = fd,
                                       .size_bytes = file.size_bytes,
                                       .type = file.type,
                                       .disposition = disposition_of(rq, &file, a->attname),
                                       .etag = file.etag,
                                       .modified_at_ms = file.created_at_ms };
    return OK;
}

static void envelope(struct req *rq, enum err e, struct reply *reply_r)
{
    (void)rq; /* nothing but the error is told */
    reply_r->status = e == ERR_BAD_METHOD                          ? 405
                      : e == ERR_BUSY                              ? 503
                      : e == ERR_DB || e == ERR_INTERNAL           ? 500
                      : e == ERR_BAD_REQUEST || e == ERR_TOO_LARGE ? 400
                                                                   : 404;
    reply_r->body = cJSON_CreateObject();
    cJSON_AddStringToObject(reply_r->body, "error", err_meaning(e));
}

static const struct route routes[] = {
    { GET, "/{key}", ACCESS_PUBLIC, file_fetch, &file_get_spec, NULL },
};
static const struct section files_section = SECTION(routes);
static const struct section *const sections[] = { &files_section };

const struct dialect files_dialect = {
    .name = "files",
    .mount = "/files",
    .sections = sections,
    .section_count = 1,
    .envelope = envelope,
    .is_everywhere = true,
};
