/* /api/v1/admin: for accounts that may run the server. See README.md beside it. */
#include "handlers/site/admin.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/num.h"
#include "base/str.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"

#define PAGE_DEFAULT 50

static const struct enum_name states[] = { { "all", ACCOUNT_ANY },
                                           { "disabled", ACCOUNT_DISABLED },
                                           { "admin", ACCOUNT_ADMIN },
                                           { NULL, 0 } };
static const struct enum_name levels[] = { { "debug", LOG_DEBUG },
                                           { "info", LOG_INFO },
                                           { "warn", LOG_WARN },
                                           { "error", LOG_ERROR },
                                           { NULL, 0 } };

static int64_t or_default(int64_t given, int64_t fallback)
{
    return given != 0 ? given : fallback;
}

/* GET /admin/me: may the caller run the server? For a client that wants to show the way. */
static enum err me(struct req *rq, const void *args)
{
    enum err e = admin_check(&rq->cx);

    (void)args; /* takes no fields */
    if (e != OK && e != ERR_FORBIDDEN)
        return e;
    rq->data = cJSON_CreateObject();
    cJSON_AddBoolToObject(rq->data, "admin", e == OK);
    return OK;
}

/* GET /admin/overview: the server and what it holds. */
static enum err overview(struct req *rq, const void *args)
{
    struct admin_storage storage;
    enum err e = admin_storage(&rq->cx, &storage);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    cJSON_AddItemToObject(rq->data, "server", admin_server_json(rq));
    cJSON_AddItemToObject(rq->data, "storage", admin_storage_json(&storage));
    return OK;
}

struct page {
    const char *text;
    int state;
    int64_t before_id, limit;
};
SPEC(page, F_STR(page, text, IN_QUERY, "q", OPTIONAL, 0, 100),
     F_ENUM(page, state, IN_QUERY, "state", OPTIONAL, states),
     F_I64(page, before_id, IN_QUERY, "beforeId", OPTIONAL, 0, ID_MAX),
     F_I64(page, limit, IN_QUERY, "limit", OPTIONAL, 1, ADMIN_PAGE_MAX));

/* GET /admin/people */
static enum err people(struct req *rq, const void *args)
{
    const struct page *a = args;
    struct account *list;
    cJSON *items;
    size_t count;
    enum err e = admin_people(&rq->cx, str_or_empty(a->text), (enum account_state)a->state,
                              or_default(a->before_id, ID_MAX), or_default(a->limit, PAGE_DEFAULT),
                              &list, &count);

    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, admin_person(rq, &list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct person {
    int64_t id;
};
SPEC(person, F_I64(person, id, IN_PATH, "id", REQUIRED, 1, ID_MAX));

struct person_flag {
    int64_t id;
    enum flag on;
};
SPEC(person_flag, F_I64(person_flag, id, IN_PATH, "id", REQUIRED, 1, ID_MAX),
     F_FLAG(person_flag, on, IN_ANY, "on", REQUIRED));

/* PUT /admin/people/{id}/enabled: off ends every session of theirs. */
static enum err set_enabled(struct req *rq, const void *args)
{
    const struct person_flag *a = args;

    return admin_set_enabled(&rq->cx, a->id, a->on == FLAG_ON);
}

/* PUT /admin/people/{id}/admin */
static enum err set_admin(struct req *rq, const void *args)
{
    const struct person_flag *a = args;

    return admin_set_admin(&rq->cx, a->id, a->on == FLAG_ON);
}

/* POST /admin/people/{id}/password: answers the new one, this once. */
static enum err reset_password(struct req *rq, const void *args)
{
    const struct person *a = args;
    const char *password;
    enum err e = admin_reset_password(&rq->cx, a->id, &password);

    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "password", password);
    return OK;
}

/* POST /admin/people/{id}/logout: every device of theirs. */
static enum err sign_out(struct req *rq, const void *args)
{
    const struct person *a = args;

    return admin_sign_out(&rq->cx, a->id);
}

/* GET /admin/groups */
static enum err groups(struct req *rq, const void *args)
{
    const struct page *a = args;
    struct admin_group *list = NULL;
    size_t count = 0;
    cJSON *items;
    enum err e = admin_groups(&rq->cx, str_or_empty(a->text), or_default(a->before_id, ID_MAX),
                              or_default(a->limit, PAGE_DEFAULT), &list, &count);

    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, admin_group_json(rq, &list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

/* GET /admin/groups/{id}/members */
static enum err members(struct req *rq, const void *args)
{
    const struct person *a = args;
    struct member *list;
    cJSON *items;
    size_t count;
    enum err e = admin_members(&rq->cx, a->id, &list, &count);

    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, admin_member_json(rq, &list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

/* DELETE /admin/groups/{id}: ends it for everybody. */
static enum err dissolve(struct req *rq, const void *args)
{
    const struct person *a = args;

    return admin_dissolve(&rq->cx, a->id);
}

/* GET /admin/online: every open socket. */
static enum err online(struct req *rq, const void *args)
{
    struct admin_online *list;
    cJSON *items;
    size_t count;
    enum err e = admin_online(&rq->cx, &list, &count);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, admin_socket_json(rq, &list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct log_page {
    const char *text;
    int level;
    int64_t limit;
};
SPEC(log_page, F_STR(log_page, text, IN_QUERY, "q", OPTIONAL, 0, 100),
     F_ENUM(log_page, level, IN_QUERY, "level", OPTIONAL, levels),
     F_I64(log_page, limit, IN_QUERY, "limit", OPTIONAL, 1, LOG_RECENT_MAX));

static cJSON *log_json(struct req *rq, const struct log_entry *entry)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "at", time_rfc3339(rq->cx.arena, entry->at_ms));
    cJSON_AddStringToObject(o, "level", levels[entry->level].name);
    cJSON_AddStringToObject(o, "event", entry->event);
    cJSON_AddStringToObject(o, "text", entry->text);
    return o;
}

/* GET /admin/log: the last lines, the newest first. */
static enum err log_lines(struct req *rq, const void *args)
{
    const struct log_page *a = args;
    const char *holds = str_or_empty(a->text)[0] != '\0' ? a->text : NULL;
    struct log_entry *list;
    cJSON *items;
    size_t count;
    enum err e = admin_check(&rq->cx);

    if (e != OK)
        return e;
    count = log_recent(rq->cx.arena, (enum log_level)a->level, holds,
                       (size_t)or_default(a->limit, PAGE_DEFAULT * 4), &list);
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, log_json(rq, &list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

static const struct route routes[] = {
    { GET, "/admin/me", ACCESS_USER, me, NULL, NULL },
    { GET, "/admin/overview", ACCESS_ADMIN, overview, NULL, NULL },
    { GET, "/admin/people", ACCESS_ADMIN, people, &page_spec, NULL },
    { PUT, "/admin/people/{id}/enabled", ACCESS_ADMIN, set_enabled, &person_flag_spec, NULL },
    { PUT, "/admin/people/{id}/admin", ACCESS_ADMIN, set_admin, &person_flag_spec, NULL },
    { POST, "/admin/people/{id}/password", ACCESS_ADMIN, reset_password, &person_spec, NULL },
    { POST, "/admin/people/{id}/logout", ACCESS_ADMIN, sign_out, &person_spec, NULL },
    { GET, "/admin/groups", ACCESS_ADMIN, groups, &page_spec, NULL },
    { GET, "/admin/groups/{id}/members", ACCESS_ADMIN, members, &person_spec, NULL },
    { DELETE, "/admin/groups/{id}", ACCESS_ADMIN, dissolve, &person_spec, NULL },
    { GET, "/admin/online", ACCESS_ADMIN, online, NULL, NULL },
    { GET, "/admin/log", ACCESS_ADMIN, log_lines, &log_page_spec, NULL },
};
const struct section site_admin_section = SECTION(routes);
