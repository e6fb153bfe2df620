/* togetherchat: UserController, in the document's order. */
#include "base/clock.h"
#include "base/json.h"
#include "domain/online.h"
#include "domain/session.h"
#include "domain/user.h"
#include "handlers/togetherchat/togetherchat.h"
#include "http/dispatch.h"
#include "http/origin.h"

static const struct limit_rule refresh_rule = { "refresh", 100, 500 };

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

/* Answers UserInfoResponse, whose activeStatus is a string (shared/README, Settled). Who hides when they
 * are here is away, and was here never. */
static enum err answer_info(struct req *rq, const struct user *user, const char *name)
{
    struct online_view *view;
    enum err e = online_list(&rq->cx, &user->id, 1, &view);

    if (e != OK)
        return e;
    rq->data = encode_user(rq, user, name, view->is_shown ? user->last_login_at_ms : 0);
    cJSON_AddStringToObject(rq->data, "activeStatus", view->online ? "1" : "2");
    return OK;
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

    return e == OK ? answer_info(rq, &user, user_public_name(&user)) : e;
}

/* GET /user/info/me. The real client replaces what it knows of itself by this answer and then looks
 * for "id" (facts 5.2.3). */
static enum err info_me(struct req *rq, const void *args)
{
    struct user user;
    enum err e = user_get(&rq->cx, rq->cx.actor, &user);

    (void)args; /* takes no fields */
    if (e == OK)
        e = answer_info(rq, &user, user.username);
    if (e == OK)
        json_add_i64(rq->data, "id", user.id);
    return e;
}

struct login {
    const char *username, *password;
};
SPEC(login,
     F_STR(login, username, IN_BODY, "username", NOT_BLANK, 1, 100, SAYS("用户名不能为空", NULL)),
     F_STR(login, password, IN_BODY, "password", NOT_BLANK, 1, 100, SAYS("密码不能为空", NULL)));

/* The refresh token travels as a cookie that no script sees; max_age_s 0 takes it away. */
static void set_cookie(struct req *rq, const char *refresh, int max_age_s)
{
    req_header(rq, "Set-Cookie",
               arena_printf(rq->cx.arena,
                            "refresh_token=%s; Max-Age=%d; Path=/; HttpOnly; SameSite=Lax%s",
                            refresh, max_age_s, rq->io->tls ? "; Secure" : ""));
}

/* POST /user/login. Only here activeStatus is a number; who has just logged in is online. */
static enum err login(struct req *rq, const void *args)
{
    const struct login *a = args;
    struct token_pair tokens;
    struct user user;
    enum err e = user_login(&rq->cx, a->username, a->password, &user);

    if (e == OK)
        e = session_open_brief(&rq->cx, &user, &tokens);
    if (e != OK)
        return e;
    set_cookie(rq, tokens.refresh, REFRESH_SECONDS);
    rq->data = encode_user(rq, &user, user.username, ctx_now(&rq->cx));
    cJSON_AddNumberToObject(rq->data, "activeStatus", ACTIVE_ONLINE);
    cJSON_AddStringToObject(rq->data, "accessToken", tokens.access);
    return OK;
}

struct cookie {
    const char *refresh;
};
SPEC(cookie, F_STR(cookie, refresh, IN_COOKIE, "refresh_token", OPTIONAL, 0, 1000));

/* A page of another site may make a browser send the cookie. */
static bool is_foreign(const struct req *rq)
{
    const char *origin = req_in(rq, "Origin");

    return origin != NULL && !origin_is_own(req_in(rq, "Host"), origin) &&
           !origin_is_listed(rq->cx.sv->conf->cors_origins, origin);
}

/* GET /user/logout: the session ends, its sockets close, the cookie goes. */
static enum err logout(struct req *rq, const void *args)
{
    const struct cookie *a = args;
    enum err e = is_foreign(rq) ? ERR_FORBIDDEN : a->refresh != NULL ? OK : ERR_BAD_REFRESH;

    if (e == OK)
        e = session_end_of_refresh(&rq->cx, a->refresh);
    if (e == OK)
        set_cookie(rq, "", 0);
    return e;
}

/* POST /user/refresh: a new access token as bare text, and a new cookie. */
static enum err refresh(struct req *rq, const void *args)
{
    const struct cookie *a = args;
    struct token_pair tokens;
    enum err e = is_foreign(rq) ? ERR_FORBIDDEN : a->refresh != NULL ? OK : ERR_BAD_REFRESH;

    if (e == OK)
        e = session_refresh(&rq->cx, a->refresh, &tokens);
    if (e != OK)
        return e;
    set_cookie(rq, tokens.refresh, REFRESH_SECONDS);
    rq->data = cJSON_CreateString(tokens.access);
    return OK;
}

struct credentials {
    const char *username, *password;
    const char *invite; /* ours: needed where registration is by invitation */
};
SPEC(credentials,
     F_STR(credentials, username, IN_BODY, "username", NOT_BLANK, 2, 20,
           SAYS("用户名不能为空", "用户名长度必须在2-20个字符之间")),
     F_STR(credentials, password, IN_BODY, "password", NOT_BLANK, 6, 20,
           SAYS("密码不能为空", "密码长度必须在6-20个字符之间")),
     F_STR(credentials, invite, IN_BODY, "inviteCode", OPTIONAL, 0, 64));

/* POST /user/register: a new account, not logged in. */
static enum err register_user(struct req *rq, const void *args)
{
    const struct credentials *a = args;
    struct new_user in = { .username = a->username, .password = a->password, .invite = a->invite };
    struct user user;

    return user_register(&rq->cx, &in, &user);
}

static const struct route routes[] = {
    { GET, "/user/info/{id}", ACCESS_USER, info, &user_id_spec, NULL },
    { GET, "/user/info/me", ACCESS_USER, info_me, NULL, NULL },
    { POST, "/user/login", ACCESS_PUBLIC, login, &login_spec, NULL },
    { GET, "/user/logout", ACCESS_PUBLIC, logout, &cookie_spec, NULL },
    { POST, "/user/refresh", ACCESS_PUBLIC, refresh, &cookie_spec, &refresh_rule },
    { POST, "/user/register", ACCESS_PUBLIC, register_user, &credentials_spec, NULL },
};
const struct section togetherchat_user_section = SECTION(routes);
