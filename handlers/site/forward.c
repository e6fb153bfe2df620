/* Passing messages on: each again, or many as one. */
#include "domain/forward.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"
#include "handlers/site/site.h"

#define CLIENT_ID_CHARACTERS 40
#define TITLE_CHARACTERS 100
#define LINES_SHOWN 4

static const struct limit_rule forward_rule = { "forward", 20, 1000 };

struct message_forward {
    struct i64_list ids;
    enum flag merged;
    const char *title, *client_id;
};
SPEC(message_forward,
     F_I64S(message_forward, ids, IN_ANY, "ids", REQUIRED, 1, FORWARD_MESSAGES_MAX),
     F_FLAG(message_forward, merged, IN_ANY, "merged", OPTIONAL),
     F_STR(message_forward, title, IN_ANY, "title", OPTIONAL, 0, TITLE_CHARACTERS),
     F_STR(message_forward, client_id, IN_ANY, "clientMsgId", OPTIONAL, 0,
           CLIENT_ID_CHARACTERS));

struct target {
    enum scope scope;
    int64_t id;
};

/* "to": an array of {ope, toId}, which no field can say. */
static size_t read_targets(const cJSON *to, struct target targets[FORWARD_TARGETS_MAX])
{
    size_t count = 0;
    const cJSON *item;

    cJSON_ArrayForEach(item, to) {
        const char *ope = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "ope"));
        struct target *t = &targets[count];
        if (count == FORWARD_TARGETS_MAX ||
            !json_i64(cJSON_GetObjectItemCaseSensitive(item, "toId"), 1, ID_MAX, &t->id))
            return 0;
        t->scope = t->id <= GROUP_ID_LAST ? SCOPE_GROUP : SCOPE_DIRECT;
        if (!str_eq(ope, freeim_scope_name(t->scope)))
            return 0;
        count++;
    }
    return count;
}

/* extra of the merged message: {title, items: [{fromId, name, type, body, at, extra}]}. */
static const char *merged_extra(struct arena *a, const char *title, const struct forwarded *list,
                                size_t count)
{
    cJSON *o = cJSON_CreateObject(), *items;

    cJSON_AddStringToObject(o, "title", str_or_empty(title));
    items = cJSON_AddArrayToObject(o, "items");
    for (size_t i = 0; i < count; i++) {
        const struct message *m = &list[i].message;
        cJSON *item = cJSON_CreateObject();
        json_add_i64(item, "fromId", m->sender_id);
        cJSON_AddStringToObject(item, "name", list[i].sender_name);
        cJSON_AddStringToObject(item, "type", freeim_kind_name(m->kind));
        cJSON_AddStringToObject(item, "body", m->body);
        json_add_i64(item, "at", m->created_at_ms);
        if (m->extra[0] != '\0')
            cJSON_AddItemToObject(item, "extra", cJSON_Parse(m->extra));
        cJSON_AddItemToArray(items, item);
    }
    return json_print(a, o);
}

/* The same in a few lines of text, for clients that do not know such messages. */
static const char *merged_body(struct arena *a, const struct forwarded *list, size_t count)
{
    struct buf out = buf_new(a);

    for (size_t i = 0; i < count && i < LINES_SHOWN; i++)
        buf_printf(&out, "%s%s: %.100s", i > 0 ? "\n" : "", list[i].sender_name,
                   freeim_excerpt(a, list[i].message.body, 30));
    return out.data;
}

/* One message of type forward in place of the list. */
static enum err merge(struct req *rq, const char *title, struct forwarded *list, size_t *count)
{
    const char *extra = merged_extra(rq->cx.arena, title, list, *count);

    if (extra == NULL)
        return ERR_INTERNAL;
    list[0].message = (struct message){ .kind = KIND_FORWARD,
                                        .body = merged_body(rq->cx.arena, list, *count),
                                        .extra = extra };
    *count = 1;
    return OK;
}

/* Sends all of list to one target; the first refusal ends it there. */
static cJSON *send_all(struct req *rq, const struct message_forward *a, const struct target *to,
                       const struct forwarded *list, size_t count)
{
    struct arena *arena = rq->cx.arena;
    cJSON *o = cJSON_CreateObject(), *messages;
    enum err e = OK;

    cJSON_AddStringToObject(o, "ope", freeim_scope_name(to->scope));
    json_add_i64(o, "toId", to->id);
    messages = cJSON_AddArrayToObject(o, "messages");
    for (size_t i = 0; e == OK && i < count; i++) {
        const char *id = str_or_empty(a->client_id);
        struct message sent;
        if (id[0] != '\0')
            id = arena_printf(arena, "%s/%" PRId64 "/%zu", id, to->id, i);
        e = forward_one(&rq->cx, &list[i].message, to->scope, to->id, id, &sent);
        if (e == OK)
            cJSON_AddItemToArray(messages, freeim_message(arena, &sent));
    }
    if (e == OK)
        cJSON_AddNullToObject(o, "error");
    else
        cJSON_AddStringToObject(o, "error", freeim_error_name(arena, e));
    return o;
}

/* POST /messages/forward: to several people and groups; one that refuses does not stop the others. */
static enum err message_forward(struct req *rq, const void *args)
{
    const struct message_forward *a = args;
    struct target targets[FORWARD_TARGETS_MAX];
    size_t count,
        target_count = read_targets(cJSON_GetObjectItemCaseSensitive(rq->object, "to"), targets);
    struct forwarded *list;
    cJSON *items;
    enum err e = target_count == 0 ? ERR_BAD_FIELD : OK;

    if (e != OK)
        rq->fault = "to: not 1 to 10 of {ope, toId}";
    if (e == OK && a->merged != FLAG_ON && target_count * a->ids.count > FORWARD_ALL_MAX)
        e = ERR_TOO_MANY;
    if (e == OK)
        e = forward_collect(&rq->cx, a->ids.items, a->ids.count, &list, &count);
    if (e == OK && a->merged == FLAG_ON)
        e = merge(rq, a->title, list, &count);
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < target_count; i++)
        cJSON_AddItemToArray(items, send_all(rq, a, &targets[i], list, count));
    rq->note = SAID_SENT;
    rq->data = cJSON_CreateObject();
    cJSON_AddItemToObject(rq->data, "items", items);
    return OK;
}

static const struct route routes[] = {
    { POST, "/messages/forward", ACCESS_USER, message_forward, &message_forward_spec,
      &forward_rule },
};
const struct section site_forward_section = SECTION(routes);
