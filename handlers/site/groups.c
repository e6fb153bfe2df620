/* What freeim's groups lack: a notice everybody should know, and names of one's own. */
#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "domain/group_notice.h"
#include "handlers/freeim/freeim.h"
#include "handlers/site/site.h"

static cJSON *encode_notice(struct req *rq, const struct group_notice *notice)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "text", notice->body);
    json_add_i64(o, "byId", notice->author_id);
    if (notice->updated_at_ms != 0)
        cJSON_AddStringToObject(o, "updatedAt", time_rfc3339(rq->cx.arena, notice->updated_at_ms));
    else
        cJSON_AddNullToObject(o, "updatedAt");
    return o;
}

struct group_place {
    int64_t id;
};
SPEC(group_place, F_I64(group_place, id, IN_PATH, "id", REQUIRED, 1, ID_MAX));

/* GET /groups/{id}/notice: for members. */
static enum err notice_get(struct req *rq, const void *args)
{
    const struct group_place *a = args;
    struct group_notice notice;
    enum err e = group_notice_look(&rq->cx, a->id, &notice);

    if (e == OK)
        rq->data = encode_notice(rq, &notice);
    return e;
}

struct notice_put {
    int64_t id;
    const char *text;
};
SPEC(notice_put,
     F_I64(notice_put, id, IN_PATH, "id", REQUIRED, 1, ID_MAX),
     F_STR(notice_put, text, IN_ANY, "text", OPTIONAL, 0, GROUP_NOTICE_CHARACTERS));

/* PUT /groups/{id}/notice: by owner and managers. */
static enum err notice_set(struct req *rq, const void *args)
{
    const struct notice_put *a = args;
    struct group_notice notice;
    enum err e = group_notice_set(&rq->cx, a->id, str_or_empty(a->text), &notice);

    if (e != OK)
        return e;
    rq->note = SAID_SET;
    rq->data = encode_notice(rq, &notice);
    return OK;
}

struct nickname_put {
    int64_t id;
    const char *nickname;
};
SPEC(nickname_put,
     F_I64(nickname_put, id, IN_PATH, "id", REQUIRED, 1, ID_MAX),
     F_STR(nickname_put, nickname, IN_ANY, "nickname", OPTIONAL, 0, NICKNAME_CHARACTERS));

/* PUT /groups/{id}/nickname: what the caller is called there. */
static enum err nickname_set(struct req *rq, const void *args)
{
    const struct nickname_put *a = args;

    rq->note = SAID_SET;
    return group_set_nickname(&rq->cx, a->id, str_or_empty(a->nickname));
}

static const struct route routes[] = {
    { GET, "/groups/{id}/notice", ACCESS_USER, notice_get, &group_place_spec, NULL },
    { PUT, "/groups/{id}/notice", ACCESS_USER, notice_set, &notice_put_spec, NULL },
    { PUT, "/groups/{id}/nickname", ACCESS_USER, nickname_set, &nickname_put_spec, NULL },
};
const struct section site_groups_section = SECTION(routes);
