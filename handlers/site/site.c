/* The web client's extras; see site.h. Documented in README.md beside it. */
#include "handlers/site/site.h"

#include "base/json.h"
#include "domain/conversation.h"
#include "domain/message.h"
#include "domain/session.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"
#include "http/assets.h"

/* GET /api/v1/site/config: what a client must know before anybody logs in. */
static enum err site_config(struct req *rq, const void *args)
{
    const struct conf *conf = rq->cx.sv->conf;

    (void)args; /* takes no fields */
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "siteName", conf->site_name);
    cJSON_AddStringToObject(rq->data, "version", CHATD_VERSION);
    cJSON_AddStringToObject(rq->data, "build", asset_build(rq->cx.arena));
    cJSON_AddStringToObject(rq->data, "registration",
                            conf->registration == REGISTRATION_OPEN ? "open" : "closed");
    cJSON_AddBoolToObject(rq->data, "captcha", conf->captcha);
    json_add_i64(rq->data, "recallSeconds", conf->recall_seconds);
    json_add_i64(rq->data, "messageBytes", MESSAGE_BODY_MAX);
    return OK;
}

static cJSON *encode_conversation(struct req *rq, const struct conversation *c)
{
    const struct services *sv = rq->cx.sv;
    cJSON *o = cJSON_CreateObject();
    bool online =
        c->scope == SCOPE_DIRECT && sv->is_online != NULL && sv->is_online(sv->hub, c->target_id);

    cJSON_AddStringToObject(o, "ope", freeim_scope_name(c->scope));
    json_add_i64(o, "targetId", c->target_id);
    cJSON_AddStringToObject(o, "name", c->name);
    cJSON_AddStringToObject(o, "avatar", c->avatar);
    cJSON_AddBoolToObject(o, "online", online);
    json_add_i64(o, "lastSeq", c->last_seq);
    json_add_i64(o, "readSeq", c->read_seq);
    json_add_i64(o, "peerReadSeq", c->peer_read_seq);
    json_add_i64(o, "unread", c->unread);
    cJSON_AddItemToObject(
        o, "last", c->has_last ? freeim_message(rq->cx.arena, &c->last) : cJSON_CreateNull());
    return o;
}

/* GET /api/v1/conversations: the caller's list, the most recently active first. */
static enum err site_conversations(struct req *rq, const void *args)
{
    struct conversation *list;
    size_t count;
    cJSON *items;
    enum err e = conversation_list(&rq->cx, &list, &count);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, encode_conversation(rq, &list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

/* POST /api/v1/logout: this session ends, its sockets are closed. */
static enum err site_logout(struct req *rq, const void *args)
{
    (void)args;         /* takes no fields */
    rq->session = NULL; /* nothing to renew any more */
    return session_end(&rq->cx);
}

static const struct route routes[] = {
    { GET, "/site/config", ACCESS_PUBLIC, site_config, NULL, NULL },
    { GET, "/conversations", ACCESS_USER, site_conversations, NULL, NULL },
    { POST, "/logout", ACCESS_USER, site_logout, NULL, NULL },
};
static const struct section site_section = SECTION(routes);
static const struct section *const sections[] = { &site_section, &site_messages_section,
                                                  &site_search_section, &site_calls_section };

const struct dialect site_dialect = {
    .name = "site",
    .mount = "/api/v1",
    .sections = sections,
    .section_count = sizeof sections / sizeof sections[0],
    .authenticate = freeim_authenticate,
    .finish = freeim_finish,
    .envelope = freeim_envelope,
};
