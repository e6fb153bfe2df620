/* room: 用户操作, in the document's order. */
#include <string.h>

#include "base/str.h"
#include "domain/address.h"
#include "domain/reset.h"
#include "domain/session.h"
#include "domain/user.h"
#include "handlers/room/encode.h"
#include "handlers/room/room.h"

/* What tells our bodies of /user/login and /user/register from those of wukong, which documents the
 * same paths (facts 12.1). */
#define OUR_FIELDS "userId,userPwd,userName,userEmail"
#define WUKONG_FIELDS "username,password,flag,device,name,zone,phone,code"

struct login {
    const char *user_id, *user_pwd;
};
SPEC_CLAIMS(login, OUR_FIELDS, WUKONG_FIELDS,
            F_STR(login, user_id, IN_BODY, "userId", REQUIRED, 1, ADDRESS_MAX),
            F_STR(login, user_pwd, IN_BODY, "userPwd", REQUIRED, 1, ROOM_PASSWORD_MAX));

static void answer_login(struct req *rq, const char *token, const char *name, cJSON *rooms)
{
    cJSON *msg = cJSON_CreateObject(), *notice = cJSON_CreateObject();

    cJSON_AddStringToObject(msg, "token", token);
    cJSON_AddStringToObject(notice, "msg", arena_printf(rq->cx.arena, "登录成功 hello %s", name));
    cJSON_AddItemToObject(notice, "rooms", rooms != NULL ? rooms : cJSON_CreateNull());
    room_answer(rq, msg, notice);
}

/* POST /user/login: a token for ten minutes, and the rooms one is in. */
static enum err login(struct req *rq, const void *args)
{
    const struct login *a = args;
    struct group *groups = NULL;
    struct user user;
    const char *token = NULL;
    size_t count = 0;
    cJSON *rooms = NULL;
    enum err e = user_login(&rq->cx, a->user_id, a->user_pwd, &user);

    if (e == OK)
        e = session_open_short(&rq->cx, user.id, &token);
    rq->cx.actor = e == OK ? user.id : 0;
    if (e == OK)
        e = group_list(&rq->cx, &groups, &count);
    if (e == OK && count > 0)
        e = room_list(&rq->cx, groups, count, &rooms);
    if (e == OK)
        answer_login(rq, token, user.nickname, rooms);
    return e;
}

struct update_user {
    const char *user_name, *user_email;
};
SPEC(update_user, F_STR(update_user, user_name, IN_ANY, "userName", OPTIONAL, 0, ROOM_NAME_MAX),
     F_STR(update_user, user_email, IN_ANY, "userEmail", OPTIONAL, 0, ADDRESS_MAX));

/* PUT /user/update: what is blank stays. */
static enum err update_user(struct req *rq, const void *args)
{
    const struct update_user *a = args;

    rq->note = ROOM_CHANGED;
    return user_set_names(&rq->cx, a->user_name, a->user_email);
}

/* DELETE /user/exit: this token ends, and all sockets of rooms close; one stays a member. */
static enum err exit_system(struct req *rq, const void *args)
{
    enum err e = session_hang_up(&rq->cx);

    (void)args; /* takes no fields */
    rq->note = ROOM_LOGGED_OUT;
    return e == OK ? session_end(&rq->cx) : e;
}

struct update_pwd {
    const char *user_email, *new_pwd, *code;
};
SPEC(update_pwd, F_STR(update_pwd, user_email, IN_ANY, "userEmail", REQUIRED, 1, ADDRESS_MAX),
     F_STR(update_pwd, new_pwd, IN_ANY, "newPwd", REQUIRED, 1, ROOM_PASSWORD_MAX),
     F_STR(update_pwd, code, IN_ANY, "验证码", REQUIRED, 1, 16));

/* PUT /user/updatePwd: by the code of /user/forgetPwd. */
static enum err update_pwd(struct req *rq, const void *args)
{
    const struct update_pwd *a = args;

    rq->note = ROOM_CHANGED;
    return reset_finish(&rq->cx, a->user_email, a->code, a->new_pwd);
}

struct register_user {
    const char *user_id, *user_pwd, *user_name, *user_email;
    const char *invite; /* ours: needed where registration is by invitation */
};
SPEC_CLAIMS(register_user, OUR_FIELDS, WUKONG_FIELDS,
            F_STR(register_user, user_id, IN_BODY, "userId", REQUIRED, 1, USERNAME_CHARS_MAX),
            F_STR(register_user, user_pwd, IN_BODY, "userPwd", REQUIRED, 1, ROOM_PASSWORD_MAX),
            F_STR(register_user, user_name, IN_BODY, "userName", REQUIRED, 1, ROOM_NAME_MAX),
            F_STR(register_user, user_email, IN_BODY, "userEmail", REQUIRED, 1, ADDRESS_MAX),
            F_STR(register_user, invite, IN_BODY, "inviteCode", OPTIONAL, 0, 64));

static bool is_blank(const char *text)
{
    return text[strspn(text, " ")] == '\0';
}

/* POST /user/register */
static enum err register_user(struct req *rq, const void *args)
{
    const struct register_user *a = args;
    struct new_user in = { .username = a->user_id,
                           .password = a->user_pwd,
                           .nickname = a->user_name,
                           .email = a->user_email,
                           .invite = a->invite };
    struct user user;

    if (is_blank(a->user_pwd) || is_blank(a->user_name))
        return ERR_BAD_FIELD;
    rq->note = ROOM_REGISTERED;
    return user_register(&rq->cx, &in, &user);
}

struct forget_pwd {
    const char *user_email;
};
SPEC(forget_pwd, F_STR(forget_pwd, user_email, IN_ANY, "userEmail", REQUIRED, 1, ADDRESS_MAX));

/* POST /user/forgetPwd: sends a code. The document shows it in the answer, which lets anybody who
 * knows an address take the account: only where the operator wants that. */
static enum err forget_pwd(struct req *rq, const void *args)
{
    const struct forget_pwd *a = args;
    const char *code;
    cJSON *notice;
    enum err e = reset_begin(&rq->cx, a->user_email, &code);

    if (e != OK)
        return e;
    notice = cJSON_CreateObject();
    cJSON_AddStringToObject(notice, "notice", "十分钟内有效");
    cJSON_AddStringToObject(notice, "验证码",
                            rq->cx.sv->conf->room_reset_code_in_response ? code : "");
    room_answer(rq, NULL, notice);
    return OK;
}

static const struct route routes[] = {
    { POST, "/user/login", ACCESS_PUBLIC, login, &login_spec, NULL },
    { PUT, "/user/update", ACCESS_USER, update_user, &update_user_spec, NULL },
    { DELETE, "/user/exit", ACCESS_USER, exit_system, NULL, NULL },
    { PUT, "/user/updatePwd", ACCESS_PUBLIC, update_pwd, &update_pwd_spec, NULL },
    { POST, "/user/register", ACCESS_PUBLIC, register_user, &register_user_spec, NULL },
    { POST, "/user/forgetPwd", ACCESS_PUBLIC, forget_pwd, &forget_pwd_spec, NULL },
};
const struct section room_user_section = SECTION(routes);
