/* What people do with each other's messages. */
#include "base/clock.h"
#include "base/json.h"
#include "domain/message.h"
#include "domain/pin.h"
#include "domain/reaction.h"
#include "handlers/content.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"
#include "handlers/site/site.h"

static const struct limit_rule reaction_rule = { "react", 60, 120 };

struct message_reaction {
    int64_t id;
    const char *emoji;
};
SPEC(message_reaction,
     F_I64(message_reaction, id, IN_PATH, "id", REQUIRED, 1, ID_MAX),
     F_STR(message_reaction, emoji, IN_ANY, "emoji", REQUIRED, 1, REACTION_BYTES_MAX));

static enum err react(struct req *rq, const struct message_reaction *a, bool on)
{
    struct message message;
    enum err e = reaction_set(&rq->cx, a->id, a->emoji, on, &message);

    if (e != OK)
        return e;
    rq->note = SAID_DONE;
    rq->data = cJSON_CreateObject();
    json_add_i64(rq->data, "messageId", message.id);
    cJSON_AddItemToObject(rq->data, "reactions", freeim_reactions(&message));
    return OK;
}

/* POST /messages/{id}/reactions: puts an emoji under it. */
static enum err message_react(struct req *rq, const void *args)
{
    return react(rq, args, true);
}

/* DELETE /messages/{id}/reactions: takes it back. */
static enum err message_unreact(struct req *rq, const void *args)
{
    return react(rq, args, false);
}

struct message_place {
    int64_t id;
};
SPEC(message_place, F_I64(message_place, id, IN_PATH, "id", REQUIRED, 1, ID_MAX));

/* POST /messages/{id}/pin: to the top of its conversation, for everybody in it. */
static enum err message_pin(struct req *rq, const void *args)
{
    const struct message_place *a = args;

    rq->note = SAID_DONE;
    return pin_set(&rq->cx, a->id, true);
}

/* DELETE /messages/{id}/pin: lets it go. */
static enum err message_unpin(struct req *rq, const void *args)
{
    const struct message_place *a = args;

    rq->note = SAID_DONE;
    return pin_set(&rq->cx, a->id, false);
}

struct pins_of {
    int64_t id;
    int ope;
};
SPEC(pins_of,
     F_ENUM(pins_of, ope, IN_PATH, "ope", REQUIRED, freeim_scopes),
     F_I64(pins_of, id, IN_PATH, "id", REQUIRED, 1, ID_MAX));

/* GET /conversations/{ope}/{id}/pins: the latest first. */
static enum err pins_get(struct req *rq, const void *args)
{
    const struct pins_of *a = args;
    struct pin *pins;
    struct message *messages;
    size_t count;
    cJSON *items, *item;
    enum err e = site_check_place(rq, a->ope, a->id);

    if (e == OK)
        e = pin_list(&rq->cx, a->id, &pins, &messages, &count);
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        item = cJSON_CreateObject();
        cJSON_AddItemToObject(item, "message", freeim_message(rq->cx.arena, &messages[i]));
        json_add_i64(item, "byId", pins[i].by_id);
        cJSON_AddStringToObject(item, "pinnedAt", time_rfc3339(rq->cx.arena, pins[i].at_ms));
        cJSON_AddItemToArray(items, item);
    }
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct mentions_of {
    int64_t id;
    int ope;
    const int64_t *after_seq;
};
SPEC(mentions_of,
     F_ENUM(mentions_of, ope, IN_PATH, "ope", REQUIRED, freeim_scopes),
     F_I64(mentions_of, id, IN_PATH, "id", REQUIRED, 1, ID_MAX),
     F_I64_GIVEN(mentions_of, after_seq, IN_QUERY, "afterSeq", 0, ID_MAX));

/* GET /conversations/{ope}/{id}/mentions: where others mention the caller, unread unless afterSeq. */
static enum err mentions_get(struct req *rq, const void *args)
{
    const struct mentions_of *a = args;
    struct message *list = NULL;
    size_t count = 0;
    cJSON *items;
    enum err e = site_check_place(rq, a->ope, a->id);

    if (e == OK)
        e = message_list_mentions(&rq->cx, a->id, a->after_seq != NULL ? *a->after_seq : -1, &list,
                                  &count);
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, freeim_message(rq->cx.arena, &list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct message_change {
    int64_t id;
    const char *body, *extra;
};
SPEC(message_change,
     F_I64(message_change, id, IN_PATH, "id", REQUIRED, 1, ID_MAX),
     F_STR(message_change, body, IN_ANY, "body", REQUIRED, 1, MESSAGE_BODY_MAX),
     F_STR(message_change, extra, IN_ANY, "extra", OPTIONAL, 0, MESSAGE_BODY_MAX));

/* POST /messages/{id}/edit: what one's own message says. */
static enum err message_rewrite(struct req *rq, const void *args)
{
    const struct message_change *a = args;
    struct message message;
    enum err e = content_check_extra(a->extra);

    if (e == OK)
        e = message_edit(&rq->cx, a->id, a->body, a->extra, &message);
    if (e != OK)
        return e;
    rq->note = SAID_DONE;
    rq->data = freeim_message(rq->cx.arena, &message);
    return OK;
}

static cJSON *encode_reader(struct req *rq, const struct reader *reader)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", reader->id);
    cJSON_AddStringToObject(o, "name", reader->name);
    cJSON_AddStringToObject(o, "avatar", reader->avatar);
    if (reader->has_read)
        cJSON_AddStringToObject(o, "readAt", time_rfc3339(rq->cx.arena, reader->read_at_ms));
    return o;
}

/* GET /messages/{id}/readers: who has read a message of the caller's, and who has not. */
static enum err readers_get(struct req *rq, const void *args)
{
    const struct message_place *a = args;
    struct readers readers;
    cJSON *read, *unread;
    enum err e = message_readers(&rq->cx, a->id, &readers);

    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    read = cJSON_AddArrayToObject(rq->data, "read");
    unread = cJSON_AddArrayToObject(rq->data, "unread");
    for (size_t i = 0; i < readers.count; i++)
        cJSON_AddItemToArray(readers.list[i].has_read ? read : unread,
                             encode_reader(rq, &readers.list[i]));
    json_add_i64(rq->data, "hidden", readers.hidden);
    return OK;
}

static const struct route routes[] = {
    { POST, "/messages/{id}/reactions", ACCESS_USER, message_react, &message_reaction_spec,
      &reaction_rule },
    { DELETE, "/messages/{id}/reactions", ACCESS_USER, message_unreact, &message_reaction_spec,
      &reaction_rule },
    { POST, "/messages/{id}/edit", ACCESS_USER, message_rewrite, &message_change_spec,
      &reaction_rule },
    { POST, "/messages/{id}/pin", ACCESS_USER, message_pin, &message_place_spec, NULL },
    { DELETE, "/messages/{id}/pin", ACCESS_USER, message_unpin, &message_place_spec, NULL },
    { GET, "/conversations/{ope}/{id}/pins", ACCESS_USER, pins_get, &pins_of_spec, NULL },
    { GET, "/conversations/{ope}/{id}/mentions", ACCESS_USER, mentions_get, &mentions_of_spec,
      NULL },
    { GET, "/messages/{id}/readers", ACCESS_USER, readers_get, &message_place_spec, NULL },
};
const struct section site_messages_section = SECTION(routes);
