/* Qiniu's answers. A table and not a switch over all errors: few of them can happen here, and one
 * that is not listed is a defect of ours, for which Qiniu has a status. */
#include <string.h>

#include "base/digest.h"
#include "base/str.h"
#include "handlers/qiniu/qiniu.h"

#define REQID_BYTES 12
#define STATUS_BAD_CTX 701

struct wording {
    enum err e;
    int status;
    const char *text;
};

static const struct wording wordings[] = {
    { OK, 200, "" },
    { ERR_BAD_REQUEST, 400, "bad request" },
    { ERR_BAD_TYPE, 400, "bad request" },
    { ERR_BAD_FIELD, 400, "invalid argument" },
    { ERR_TOO_LARGE, 413, "request entity too large" },
    { ERR_NO_ROUTE, 404, "no such api" },
    { ERR_BAD_METHOD, 405, "method not allowed" },
    { ERR_UNAUTHENTICATED, 401, "token not specified" },
    { ERR_NO_ACCOUNT, 401, "bad token" },
    { ERR_FORBIDDEN, 403, "forbidden" },
    { ERR_ACCOUNT_DISABLED, 403, "account disabled" },
    { ERR_QUOTA, 403, "storage quota exceeded" },
    { ERR_BAD_SUM, 406, "checksum does not match" },
    { ERR_RATE_LIMITED, 573, "too many requests" },
    { ERR_BUSY, 503, "too many uploads at once" },
    { ERR_STORAGE_FULL, 507, "no space left" },
    { ERR_NO_UPLOAD, 612, "no such uploadId" },
    { ERR_NO_FILE, 612, "no such file or directory" },
    { ERR_NO_BUCKET, 631, "no such bucket" },
};

static struct wording wording_of(const struct req *rq, enum err e)
{
    const char *path = rq->route == NULL ? "" : rq->route->path;
    bool is_v1 = str_starts(path, "/bput") || str_starts(path, "/mkfile");

    if (is_v1 && e == ERR_NO_UPLOAD)
        return (struct wording){ e, STATUS_BAD_CTX, "invalid ctx" };
    for (size_t i = 0; i < sizeof wordings / sizeof wordings[0]; i++)
        if (wordings[i].e == e)
            return wordings[i];
    return (struct wording){ e, 599, "internal server error" };
}

static void add_reqid(struct req *rq)
{
    uint8_t id[REQID_BYTES];

    crypto_random(id, sizeof id);
    req_header(rq, "X-Reqid", base64url_encode(rq->cx.arena, id, sizeof id));
}

void qiniu_envelope(struct req *rq, enum err e, struct reply *reply_r)
{
    struct wording wording = wording_of(rq, e);

    add_reqid(rq);
    reply_r->status = wording.status;
    if (e == OK) {
        reply_r->body = rq->data != NULL ? rq->data : cJSON_CreateObject();
        rq->data = NULL;
        return;
    }
    reply_r->body = cJSON_CreateObject();
    cJSON_AddStringToObject(reply_r->body, "error",
                            rq->fault != NULL && wording.status < 500 ? rq->fault : wording.text);
}

void qiniu_answer_file(struct req *rq, const struct file *file)
{
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "hash", file->etag);
    cJSON_AddStringToObject(rq->data, "key", file->key);
}
