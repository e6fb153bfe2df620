/* Form upload: POST multipart/form-data to the upload host. The token may come behind the file, so
 * the file is here before it is known whose it is; nothing of it stays unless the token is good. */
#include "base/str.h"
#include "handlers/qiniu/qiniu.h"

struct upload_form {
    const char *token;
    const char *fname;
    const char *crc32;
};
/* `key` is read by nobody: the policy says that the server names files. */
SPEC_BODY(upload_form, BODY_FORM, F_STR(upload_form, token, IN_BODY, "token", OPTIONAL, 0, 2048),
          F_STR(upload_form, fname, IN_BODY, "fname", OPTIONAL, 0, 1024),
          F_STR(upload_form, crc32, IN_BODY, "crc32", OPTIONAL, 0, 20));

static enum err check_sum(struct req *rq, const char *crc32)
{
    int64_t wanted;

    if (str_or_empty(crc32)[0] == '\0')
        return OK;
    if (!num_i64(crc32, 0, UINT32_MAX, &wanted)) {
        rq->fault = "crc32 must be a decimal number";
        return ERR_BAD_FIELD;
    }
    return wanted == spool_facts(rq->incoming.spool)->sums.crc32 ? OK : ERR_BAD_SUM;
}

static enum err form_upload(struct req *rq, const void *args)
{
    const struct upload_form *a = args;
    struct file file;
    enum err e;

    if (str_or_empty(a->token)[0] == '\0')
        return ERR_UNAUTHENTICATED;
    e = qiniu_token_accept(rq, a->token);
    if (e != OK)
        return e;
    if (rq->incoming.spool == NULL) {
        rq->fault = "file is not specified in multipart";
        return ERR_BAD_REQUEST;
    }
    e = check_sum(rq, a->crc32);
    if (e == OK)
        e = file_store(&rq->cx, rq->incoming.spool,
                       str_or_empty(a->fname)[0] != '\0' ? a->fname : rq->incoming.name, &file);
    if (e == OK)
        qiniu_answer_file(rq, &file);
    return e;
}

static const struct route routes[] = {
    { POST, "", ACCESS_PUBLIC, form_upload, &upload_form_spec, NULL },
    { POST, "/", ACCESS_PUBLIC, form_upload, &upload_form_spec, NULL },
};
const struct section qiniu_form_section = SECTION(routes);
