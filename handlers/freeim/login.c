/* freeim: 登录/注册, in the document's order. */
#include "base/picture.h"
#include "base/str.h"
#include "domain/address.h"
#include "domain/captcha.h"
#include "domain/code.h"
#include "domain/session.h"
#include "domain/user.h"
#include "handlers/freeim/freeim.h"

static const struct limit_rule captcha_rule = { "captcha", 60, 1000 };

static const struct enum_name captcha_purposes[] = { { "login", 1 },
                                                     { "register", 2 },
                                                     { NULL, 0 } };

struct captcha_image {
    int type;
};
SPEC(captcha_image, F_ENUM(captcha_image, type, IN_ANY, "type", REQUIRED, captcha_purposes));

/* GET /captcha/image: a picture of four digits and the key to answer it with. */
static enum err captcha_image(struct req *rq, const void *args)
{
    const struct captcha_image *a = args;
    const char *key, *answer;
    const uint8_t *png;
    size_t len;
    enum err e = captcha_new(&rq->cx, captcha_purposes[a->type - 1].name, &key, &answer);

    if (e != OK)
        return e;
    png = picture_digits(rq->cx.arena, answer, &len);
    if (png == NULL)
        return ERR_INTERNAL;
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "key", key);
    cJSON_AddStringToObject(rq->data, "captcha", base64_encode(rq->cx.arena, png, len));
    return OK;
}

struct credentials {
    const char *account;
    const char *password;
    const char *captcha_key;
    const char *captcha;
    const char *platform;
    const char *invite; /* ours: needed where registration is by invitation */
};
SPEC(credentials,
     F_STR(credentials, account, IN_ANY, "account", REQUIRED, 1, 100),
     F_STR(credentials, password, IN_ANY, "password", REQUIRED, 6, 50),
     F_STR(credentials, captcha_key, IN_ANY, "captchaKey", OPTIONAL, 0, 64),
     F_STR(credentials, captcha, IN_ANY, "captcha", OPTIONAL, 0, 16),
     F_STR(credentials, platform, IN_ANY, "platform", REQUIRED, 1, 20),
     F_STR(credentials, invite, IN_ANY, "inviteCode", OPTIONAL, 0, 64));

/* Opens the session and answers as every login and registration does. */
static enum err answer_token(struct req *rq, const struct user *user, const char *platform,
                             const char *note)
{
    const char *token;
    enum err e = session_open(&rq->cx, user->id, platform, &token);

    if (e != OK)
        return e;
    rq->note = note;
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "token", token);
    cJSON_AddBoolToObject(rq->data, "needUpdatePassword", user->password_hash[0] == '\0');
    return OK;
}

/* POST /login/basic: by username, e-mail or mobile, and password. */
static enum err login_basic(struct req *rq, const void *args)
{
    const struct credentials *a = args;
    struct user user;
    enum err e = captcha_check(&rq->cx, "login", a->captcha_key, a->captcha);

    if (e == OK)
        e = user_login(&rq->cx, a->account, a->password, &user);
    return e == OK ? answer_token(rq, &user, a->platform, SAID_LOGGED_IN) : e;
}

/* POST /register/basic: a new account, logged in at once. */
static enum err register_basic(struct req *rq, const void *args)
{
    const struct credentials *a = args;
    struct new_user in = { .username = a->account, .password = a->password, .invite = a->invite };
    struct user user;
    enum err e = captcha_check(&rq->cx, "register", a->captcha_key, a->captcha);

    if (e == OK && user_name_has_han(a->account))
        e = ERR_NAME_NOT_ASCII;
    if (e == OK)
        e = user_register(&rq->cx, &in, &user);
    return e == OK ? answer_token(rq, &user, a->platform, SAID_REGISTERED) : e;
}

/* ---- codes by mail and SMS ---- */

static const struct enum_name code_purposes[] = { { CODE_LOGIN, 1 },
                                                  { CODE_RESET, 2 },
                                                  { NULL, 0 } };

/* Each of these operations is there twice, by mail and by SMS: a form differs in the name of the address. */

/* Ours: `type` binds the code to what it is for; the document has no such field. */
struct code_order {
    const char *address;
    int type;
};
#define CODE_ORDER(name, field)                                                                    \
    SPEC_AS(name, code_order, F_STR(code_order, address, IN_ANY, field, REQUIRED, 1, ADDRESS_MAX), \
            F_ENUM(code_order, type, IN_ANY, "type", OPTIONAL, code_purposes))
CODE_ORDER(captcha_email, "email");
CODE_ORDER(captcha_mobile, "mobile");

/* Names the field that the domain found to be no address. */
static enum err blame(struct req *rq, enum medium medium, enum err e)
{
    if (e == ERR_BAD_FIELD)
        rq->fault =
            medium == BY_MAIL ? "email: not an e-mail address" : "mobile: not a mobile number";
    return e;
}

static enum err send_code(struct req *rq, enum medium medium, const struct code_order *a)
{
    const char *purpose = a->type == 0 ? CODE_ANY : code_purposes[a->type - 1].name;

    rq->note = SAID_SENT;
    return blame(rq, medium, code_send(&rq->cx, medium, a->address, purpose));
}

/* GET /captcha/email: sends a code there. */
static enum err captcha_email(struct req *rq, const void *args)
{
    return send_code(rq, BY_MAIL, args);
}

/* GET /captcha/mobile: sends a code there. */
static enum err captcha_mobile(struct req *rq, const void *args)
{
    return send_code(rq, BY_SMS, args);
}

struct code_login {
    const char *address;
    const char *captcha;
    const char *platform;
    const char *invite; /* as in credentials */
};
#define CODE_LOGIN_FORM(name, field)                                                               \
    SPEC_AS(name, code_login, F_STR(code_login, address, IN_ANY, field, REQUIRED, 1, ADDRESS_MAX), \
            F_STR(code_login, captcha, IN_ANY, "captcha", REQUIRED, 1, 16),                        \
            F_STR(code_login, platform, IN_ANY, "platform", REQUIRED, 1, 20),                      \
            F_STR(code_login, invite, IN_ANY, "inviteCode", OPTIONAL, 0, 64))
CODE_LOGIN_FORM(login_email, "email");
CODE_LOGIN_FORM(login_mobile, "mobile");

static enum err login_by_code(struct req *rq, enum medium medium, const struct code_login *a)
{
    struct user user;
    enum err e = code_check(&rq->cx, medium, a->address, CODE_LOGIN, a->captcha);

    if (e == OK)
        e = user_enter(&rq->cx, medium, a->address, a->invite, &user);
    return e == OK ? answer_token(rq, &user, a->platform, SAID_LOGGED_IN) : blame(rq, medium, e);
}

/* POST /login/email: the first login with an address makes the account. */
static enum err login_email(struct req *rq, const void *args)
{
    return login_by_code(rq, BY_MAIL, args);
}

/* POST /login/mobile: the same with a number. */
static enum err login_mobile(struct req *rq, const void *args)
{
    return login_by_code(rq, BY_SMS, args);
}

struct code_reset {
    const char *address;
    const char *captcha;
    const char *password;
};
#define CODE_RESET_FORM(name, field)                                                               \
    SPEC_AS(name, code_reset, F_STR(code_reset, address, IN_ANY, field, REQUIRED, 1, ADDRESS_MAX), \
            F_STR(code_reset, captcha, IN_ANY, "captcha", REQUIRED, 1, 16),                        \
            F_STR(code_reset, password, IN_ANY, "password", REQUIRED, 6, 50))
CODE_RESET_FORM(reset_email, "email");
CODE_RESET_FORM(reset_mobile, "mobile");

static enum err reset_by_code(struct req *rq, enum medium medium, const struct code_reset *a)
{
    enum err e = code_check(&rq->cx, medium, a->address, CODE_RESET, a->captcha);

    rq->note = SAID_SET;
    if (e == OK)
        e = user_reset_password(&rq->cx, medium, a->address, a->password);
    return blame(rq, medium, e);
}

/* POST /reset/password/email: every session of the account ends. */
static enum err reset_email(struct req *rq, const void *args)
{
    return reset_by_code(rq, BY_MAIL, args);
}

/* POST /reset/password/mobile: the same by number. */
static enum err reset_mobile(struct req *rq, const void *args)
{
    return reset_by_code(rq, BY_SMS, args);
}

static const struct route routes[] = {
    { GET, "/captcha/image", ACCESS_PUBLIC, captcha_image, &captcha_image_spec, &captcha_rule },
    { GET, "/captcha/email", ACCESS_PUBLIC, captcha_email, &captcha_email_spec, NULL },
    { POST, "/login/basic", ACCESS_PUBLIC, login_basic, &credentials_spec, NULL },
    { GET, "/captcha/mobile", ACCESS_PUBLIC, captcha_mobile, &captcha_mobile_spec, NULL },
    { POST, "/register/basic", ACCESS_PUBLIC, register_basic, &credentials_spec, NULL },
    { POST, "/login/email", ACCESS_PUBLIC, login_email, &login_email_spec, NULL },
    { POST, "/login/mobile", ACCESS_PUBLIC, login_mobile, &login_mobile_spec, NULL },
    { POST, "/reset/password/email", ACCESS_PUBLIC, reset_email, &reset_email_spec, NULL },
    { POST, "/reset/password/mobile", ACCESS_PUBLIC, reset_mobile, &reset_mobile_spec, NULL },
};
const struct section freeim_login_section = SECTION(routes);
