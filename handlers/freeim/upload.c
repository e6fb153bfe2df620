/* freeim 上传: where and how clients upload files. */
#include "handlers/freeim/freeim.h"
#include "handlers/qiniu/qiniu.h"

/* GET /upload/qiniu/params */
static enum err upload_params(struct req *rq, const void *args)
{
    const char *token, *domain;
    enum err e = qiniu_token_issue(rq, &token, &domain);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "accessDomain", domain);
    cJSON_AddStringToObject(rq->data, "uploadToken", token);
    return OK;
}

static const struct route routes[] = {
    { GET, "/upload/qiniu/params", ACCESS_USER, upload_params, NULL, NULL },
};
const struct section freeim_upload_section = SECTION(routes);
