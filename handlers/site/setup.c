/* POST /api/v1/setup: how the first administrator is made (domain/setup.h). */
#include "domain/session.h"
#include "domain/setup.h"
#include "handlers/freeim/freeim.h"
#include "handlers/site/admin.h"

struct setup_args {
    const char *token, *username, *password, *site_name;
};
SPEC(setup_args, F_STR(setup_args, token, IN_BODY, "token", REQUIRED, 1, 100),
     F_STR(setup_args, username, IN_BODY, "username", REQUIRED, 1, 50),
     F_STR(setup_args, password, IN_BODY, "password", REQUIRED, 6, 50),
     F_STR(setup_args, site_name, IN_BODY, "siteName", OPTIONAL, 0, SITE_NAME_CHARS_MAX));

/* Makes the account an administrator and logs it in. */
static enum err setup(struct req *rq, const void *args)
{
    const struct setup_args *a = args;
    struct setup in = { a->token, a->username, a->password, a->site_name };
    const char *token;
    struct user user;
    enum err e = setup_redeem(&rq->cx, &in, &user);

    if (e == OK)
        e = session_open(&rq->cx, user.id, "h5", &token);
    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "token", token);
    return OK;
}

static const struct route routes[] = {
    { POST, "/setup", ACCESS_PUBLIC, setup, &setup_args_spec, NULL },
};
const struct section site_setup_section = SECTION(routes);
