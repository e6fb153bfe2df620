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

/* Ours: `type` binds the code to what it is for; the document has no such field. */
struct captcha_email {
    const char *email;
    int type;
};
SPEC(captcha_email,
     F_STR(captcha_email, email, IN_ANY, "email", REQUIRED, 1, ADDRESS_MAX),
     F_ENUM(captcha_email, type, IN_ANY, "type", OPTIONAL, code_purposes));

struct captcha_mobile {
    const char *mobile;
    int type;
};
SPEC(captcha_mobile,
     F_STR(captcha_mobile, mobile, IN_ANY, "mobile", REQUIRED, 1, ADDRESS_MAX),
     F_ENUM(captcha_mobile, type, IN_ANY, "type", OPTIONAL, code_purposes));

/* Names the field that the domain found to be no address. */
static enum err blame(struct req *rq, enum medium medium, enum err e)
{
    if (e == ERR_BAD_FIELD)
        rq->fault =
            medium == BY_MAIL ? "email: not an e-mail address" : "mobile: not a mobile number";
    return e;
}

static enum err send_code(struct req *rq, enum medium medium, const char *address, int type)
{
    const char *purpose = type == 0 ? CODE_ANY : code_purposes[type - 1].name;

    rq->note = SAID_SENT;
    return blame(rq, medium, code_send(&rq->cx, medium, address, purpose));
}

/* GET /captcha/email: sends a code there. */
static enum err captcha_email(struct req *rq, const void *args)
{
    const struct captcha_email *a = args;

    return send_code(rq, BY_MAIL, a->email, a->type);
}

/* GET /captcha/mobile: sends a code there. */
static enum err captcha_mobile(struct req *rq, const void *args)
{
    const struct captcha_mobile *a = args;

    return send_code(rq, BY_SMS, a->mobile, a->type);
}

struct login_email {
    const char *email;
    const char *captcha;
    const char *platform;
    const char *invite; /* as in credentials */
};
SPEC(login_email,
     F_STR(login_email, email, IN_ANY, "email", REQUIRED, 1, ADDRESS_MAX),
     F_STR(login_email, captcha, IN_ANY, "captcha", REQUIRED, 1, 16),
     F_STR(login_email, platform, IN_ANY, "platform", REQUIRED, 1, 20),
     F_STR(login_email, invite, IN_ANY, "inviteCode", OPTIONAL, 0, 64));

struct login_mobile {
    const char *mobile;
    const char *captcha;
    const char *platform;
    const char *invite; /* as in credentials */
};
SPEC(login_mobile,
     F_STR(login_mobile, mobile, IN_ANY, "mobile", REQUIRED, 1, ADDRESS_MAX),
     F_STR(login_mobile, captcha, IN_ANY, "captcha", REQUIRED, 1, 16),
     F_STR(login_mobile, platform, IN_ANY, "platform", REQUIRED, 1, 20),
     F_STR(login_mobile, invite, IN_ANY, "inviteCode", OPTIONAL, 0, 64));

static enum err login_by_code(struct req *rq, enum medium medium, const char *address,
                              const char *code, const char *platform, const char *invite)
{
    struct user user;
    enum err e = code_check(&rq->cx, medium, address, CODE_LOGIN, code);

    if (e == OK)
        e = user_enter(&rq->cx, medium, address, invite, &user);
    return e == OK ? answer_token(rq, &user, platform, SAID_LOGGED_IN) : blame(rq, medium, e);
}

/* POST /login/email: the first login with an address makes the account. */
static enum err login_email(struct req *rq, const void *args)
{
    const struct login_email *a = args;

    return login_by_code(rq, BY_MAIL, a->email, a->captcha, a->platform, a->invite);
}

/* POST /login/mobile: the same with a number. */
static enum err login_mobile(struct req *rq, const void *args)
{
    const struct login_mobile *a = args;

    return login_by_code(rq, BY_SMS, a->mobile, a->captcha, a->platform, a->invite);
}

struct reset_email {
    const char *email;
    const char *captcha;
    const char *password;
};
SPEC(reset_email,
     F_STR(reset_email, email, IN_ANY, "email", REQUIRED, 1, ADDRESS_MAX),
     F_STR(reset_email, captcha, IN_ANY, "captcha", REQUIRED, 1, 16),
     F_STR(reset_email, password, IN_ANY, "password", REQUIRED, 6, 50));

struct reset_mobile {
    const char *mobile;
    const char *captcha;
    const char *password;
};
SPEC(reset_mobile,
     F_STR(reset_mobile, mobile, IN_ANY, "mobile", REQUIRED, 1, ADDRESS_MAX),
     F_STR(reset_mobile, captcha, IN_ANY, "captcha", REQUIRED, 1, 16),
     F_STR(reset_mobile, password, IN_ANY, "password", REQUIRED, 6, 50));

static enum err reset_by_code(struct req *rq, enum medium medium, const char *address,
                              const char *code, const char *password)
{
    enum err e = code_check(&rq->cx, medium, address, CODE_RESET, code);

    rq->note = SAID_SET;
    if (e == OK)
        e = user_reset_password(&rq->cx, medium, address, password);
    return blame(rq, medium, e);
}

/* POST /reset/password/email: every session of the account ends. */
static enum err reset_email(struct req *rq, const void *args)
{
    const struct reset_email *a = args;

    return reset_by_code(rq, BY_MAIL, a->email, a->captcha, a->password);
}

/* POST /reset/password/mobile: the same by number. */
static enum err reset_mobile(struct req *rq, const void *args)
{
    const struct reset_mobile *a = args;

    return reset_by_code(rq, BY_SMS, a->mobile, a->captcha, a->password);
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
