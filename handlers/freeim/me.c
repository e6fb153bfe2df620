/* freeim: 个人信息. */
#include "domain/nearby.h"
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

struct me_password {
    const char *password;
};
SPEC(me_password, F_STR(me_password, password, IN_ANY, "password", REQUIRED, 6, 50));

/* PUT /me/update/password: no old one is asked for, since accounts opened by codes have none. The
 * caller's other sessions end. */
static enum err me_password(struct req *rq, const void *args)
{
    const struct me_password *a = args;

    rq->note = SAID_SET;
    return user_set_password(&rq->cx, a->password);
}

/* birth and district are not in the document; its answers have them, and nothing else sets them. */
SPEC(profile,
     F_STR(profile, nickname, IN_ANY, "nickname", OPTIONAL, 0, 50),
     F_STR(profile, avatar, IN_ANY, "avatar", OPTIONAL, 0, 500),
     F_STR(profile, gender, IN_ANY, "gender", OPTIONAL, 0, 10),
     F_STR(profile, birth, IN_ANY, "birth", OPTIONAL, 0, 10),
     F_STR(profile, intro, IN_ANY, "intro", OPTIONAL, 0, 1000),
     F_STR(profile, country, IN_ANY, "country", OPTIONAL, 0, 50),
     F_STR(profile, province, IN_ANY, "province", OPTIONAL, 0, 50),
     F_STR(profile, city, IN_ANY, "city", OPTIONAL, 0, 50),
     F_STR(profile, district, IN_ANY, "district", OPTIONAL, 0, 50),
     F_F64(profile, longitude, IN_ANY, "longitude", OPTIONAL, -180, 180),
     F_F64(profile, latitude, IN_ANY, "latitude", OPTIONAL, -NEARBY_LATITUDE_MAX,
 NEARBY_LATITUDE_MAX));

/* PUT /me/update/info: what is empty or 0 stays as it is. */
static enum err me_update(struct req *rq, const void *args)
{
    enum err e = user_update(&rq->cx, args);

    rq->note = SAID_SET;
    if (e == ERR_BAD_FIELD)
        rq->fault = "birth: not a day YYYY-MM-DD of the past, or a text holds control characters";
    return e;
}

/* A password costs the server as much as a login. */
static const struct limit_rule password_rule = { "password", 5, 60000 };
static const struct limit_rule update_rule = { "profile", 60, 1000 };

static const struct route routes[] = {
    { GET, "/me/info", ACCESS_USER, me_info, NULL, NULL },
    { PUT, "/me/update/password", ACCESS_USER, me_password, &me_password_spec, &password_rule },
    { PUT, "/me/update/info", ACCESS_USER, me_update, &profile_spec, &update_rule },
};
const struct section freeim_me_section = SECTION(routes);
