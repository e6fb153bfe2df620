/* The web client's extras; see site.h. Documented in README.md beside it. */
#include "handlers/site/site.h"

#include "base/json.h"
#include "domain/message.h"
#include "domain/session.h"
#include "domain/setup.h"
#include "handlers/freeim/freeim.h"
#include "handlers/site/admin.h"
#include "http/assets.h"

/* GET /api/v1/site/config: what a client must know before anybody logs in. */
static enum err site_config(struct req *rq, const void *args)
{
    const struct conf *conf = rq->cx.sv->conf;
    const char *name;
    enum err e = site_name(&rq->cx, &name);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "siteName", name);
    cJSON_AddStringToObject(rq->data, "version", CHATD_VERSION);
    cJSON_AddStringToObject(rq->data, "build", asset_build(rq->cx.arena));
    cJSON_AddStringToObject(rq->data, "registration",
                            conf->registration == REGISTRATION_OPEN     ? "open"
                            : conf->registration == REGISTRATION_INVITE ? "invite"
                                                                        : "closed");
    cJSON_AddBoolToObject(rq->data, "captcha", conf->captcha);
    json_add_i64(rq->data, "recallSeconds", conf->recall_seconds);
    json_add_i64(rq->data, "messageBytes", MESSAGE_BODY_MAX);
    return OK;
}

/* POST /api/v1/logout: this session ends, its sockets are closed. */
static enum err site_logout(struct req *rq, const void *args)
{
    (void)args;         /* takes no fields */
    rq->session = NULL; /* nothing to renew any more */
    return session_end(&rq->cx);
}

enum err site_check_place(struct req *rq, int ope, int64_t id)
{
    if ((id <= GROUP_ID_LAST) == (ope == SCOPE_GROUP))
        return OK;
    rq->fault = "ope: not what the id is of";
    return ERR_BAD_FIELD;
}

int site_change_of(enum flag flag)
{
    return flag == FLAG_ABSENT ? -1 : flag == FLAG_ON;
}

static const struct route routes[] = {
    { GET, "/site/config", ACCESS_PUBLIC, site_config, NULL, NULL },
    { POST, "/logout", ACCESS_USER, site_logout, NULL, NULL },
};
static const struct section site_section = SECTION(routes);
static const struct section *const sections[] = {
    &site_section,          &site_conversations_section, &site_messages_section,
    &site_settings_section, &site_devices_section,       &site_storage_section,
    &site_groups_section,   &site_search_section,        &site_forward_section,
    &site_openapi_section,  &site_calls_section,         &site_admin_section,
    &site_setup_section,    &site_invites_section,       &site_export_section,
    &site_backup_section
};

const struct dialect site_dialect = {
    .name = "site",
    .mount = "/api/v1",
    .sections = sections,
    .section_count = sizeof sections / sizeof sections[0],
    .authenticate = freeim_authenticate,
    .finish = freeim_finish,
    .envelope = freeim_envelope,
};
