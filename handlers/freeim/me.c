/* freeim: 个人信息. */
#include "domain/user.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"

/* GET /me/info: the caller's own account, everything of it. */
static enum err me_info(struct req *rq, const void *args)
{
    struct user user;
    enum err e = user_get(&rq->cx, rq->cx.actor, &user);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    cJSON_AddItemToObject(rq->data, "account", freeim_account(&user, DETAIL_SELF));
    return OK;
}

static const struct route routes[] = {
    { GET, "/me/info", ACCESS_USER, me_info, NULL, NULL },
};
const struct section freeim_me_section = SECTION(routes);
