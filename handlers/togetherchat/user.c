/* togetherchat: UserController, in the document's order. */
#include "base/clock.h"
#include "base/json.h"
#include "domain/session.h"
#include "domain/user.h"
#include "handlers/togetherchat/togetherchat.h"

enum { ACTIVE_ONLINE = 1, ACTIVE_OFFLINE = 2 };

/* The keys LoginInfoResponse and UserInfoResponse share, but for activeStatus. */
static cJSON *encode_user(struct req *rq, const struct user *user, const char *name,
                          int64_t seen_at_ms)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "userId", user->id);
    cJSON_AddStringToObject(o, "username", name);
    if (user->avatar[0] != '\0')
        cJSON_AddStringToObject(o, "avatar", user->avatar);
    if (seen_at_ms != 0)
        cJSON_AddStringToObject(o, "lastLoginTime", time_rfc3339(rq->cx.arena, seen_at_ms));
    return o;
}

/* UserInfoResponse, whose activeStatus is a string (shared/README, Settled). */
static cJSON *encode_info(struct req *rq, const struct user *user, const char *name)
{
    const struct services *sv = rq->cx.sv;
    bool online = sv->is_online != NULL && sv->is_online(sv->hub, user->id);
    cJSON *o = encode_user(rq, user, name, user->last_login_at_ms);

    cJSON_AddStringToObject(o, "activeStatus", online ? "1" : "2");
    return o;
}

struct user_id {
    int64_t id;
};
SPEC(user_id, F_I64(user_id, id, IN_PATH, "id", REQUIRED, 1, ID_MAX));

/* GET /user/info/{id}: anybody's public side. */
static enum err info(struct req *rq, const void *args)
{
    const struct user_id *a = args;
    struct user user;
    enum err e = user_get(&rq->cx, a->id, &user);

    if (e == OK)
        rq->data = encode_info(rq, &user, user_public_name(&user));
    return e;
}

/* GET /user/info/me. The real client replaces what it knows of itself by this answer and then looks
 * for "id" (facts 5.2.3). */
static enum err info_me(struct req *rq, const void *args)
{
    struct user user;
    enum err e = user_get(&rq->cx, rq->cx.actor, &user);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    rq->data = encode_info(rq, &user, user.username);
    json_add_i64(rq->data, "id", user.id);
    return OK;
}

struct login {
    const char *username, *password;
};
SPEC(login,
     F_STR(login, username, IN_BODY, "username", REQUIRED, 1, 100),
     F_STR(login, password, IN_BODY, "password", REQUIRED, 1, 100));

/* POST /user/login. Only here activeStatus is a number; who has just logged in is online. */
static enum err login(struct req *rq, const void *args)
{
    const struct login *a = args;
    const char *token;
    struct user user;
    enum err e = user_login(&rq->cx, a->username, a->password, &user);

    if (e == OK)
        e = session_open_brief(&rq->cx, &user, &token);
    if (e != OK)
        return e;
    rq->data = encode_user(rq, &user, user.username, ctx_now(&rq->cx));
    cJSON_AddNumberToObject(rq->data, "activeStatus", ACTIVE_ONLINE);
    cJSON_AddStringToObject(rq->data, "accessToken", token);
    return OK;
}

struct credentials {
    const char *username, *password;
};
SPEC(credentials,
     F_STR(credentials, username, IN_BODY, "username", REQUIRED, 2, 20),
     F_STR(credentials, password, IN_BODY, "password", REQUIRED, 6, 20));

/* POST /user/register: a new account, not logged in. */
static enum err register_user(struct req *rq, const void *args)
{
    const struct credentials *a = args;
    struct new_user in = { .username = a->username, .password = a->password };
    struct user user;

    return user_register(&rq->cx, &in, &user);
}

static const struct route routes[] = {
    { GET, "/user/info/{id}", ACCESS_USER, info, &user_id_spec, NULL },
    { GET, "/user/info/me", ACCESS_USER, info_me, NULL, NULL },
    { POST, "/user/login", ACCESS_PUBLIC, login, &login_spec, NULL },
    { POST, "/user/register", ACCESS_PUBLIC, register_user, &credentials_spec, NULL },
};
const struct section togetherchat_user_section = SECTION(routes);
