/* freeim: 登录/注册, in the document's order. */
#include "base/picture.h"
#include "base/str.h"
#include "domain/captcha.h"
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
};
SPEC(credentials,
     F_STR(credentials, account, IN_ANY, "account", REQUIRED, 1, 100),
     F_STR(credentials, password, IN_ANY, "password", REQUIRED, 6, 50),
     F_STR(credentials, captcha_key, IN_ANY, "captchaKey", OPTIONAL, 0, 64),
     F_STR(credentials, captcha, IN_ANY, "captcha", OPTIONAL, 0, 16),
     F_STR(credentials, platform, IN_ANY, "platform", REQUIRED, 1, 20));

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
    struct new_user in = { .username = a->account, .password = a->password };
    struct user user;
    enum err e = captcha_check(&rq->cx, "register", a->captcha_key, a->captcha);

    if (e == OK && user_name_has_han(a->account))
        e = ERR_NAME_NOT_ASCII;
    if (e == OK)
        e = user_register(&rq->cx, &in, &user);
    return e == OK ? answer_token(rq, &user, a->platform, SAID_REGISTERED) : e;
}

static const struct route routes[] = {
    { GET, "/captcha/image", ACCESS_PUBLIC, captcha_image, &captcha_image_spec, &captcha_rule },
    { POST, "/login/basic", ACCESS_PUBLIC, login_basic, &credentials_spec, NULL },
    { POST, "/register/basic", ACCESS_PUBLIC, register_basic, &credentials_spec, NULL },
};
const struct section freeim_login_section = SECTION(routes);
