/* togetherchat: messages, by HTTP (the five operations of facts 5.1) and by frame (facts 4.5): the same
 * fields, checks and errors. */
#include "domain/conversation.h"
#include "domain/group.h"
#include "domain/message.h"
#include "handlers/togetherchat/encode.h"
#include "handlers/togetherchat/togetherchat.h"
#include "http/bind.h"

#define GROUP_TEXT SAYS("群组ID不能为空", NULL)
#define MESSAGE_TEXT SAYS("消息ID不能为空", NULL)
#define CONTENT_TEXT SAYS("消息内容不能为空", "消息内容不能超过1024个字符")
#define CONTENT_CHARS 1024
#define IN_ANY (IN_BODY | IN_QUERY)

static const struct limit_rule send_rule = { "send", 60, 200 };

/* Whom a room stands for, a group or the other one of two. */
struct place {
    enum scope scope;
    int64_t target_id;
};

static enum err find_place(struct ctx *cx, int64_t room_id, struct place *place_r)
{
    struct direct direct;
    enum err e = OK;

    *place_r = (struct place){ SCOPE_GROUP, room_id };
    if (room_id > DIRECT_ROOM_FIRST) {
        e = direct_find(cx, room_id - DIRECT_ROOM_FIRST, &direct);
        *place_r = (struct place){ SCOPE_DIRECT, direct.peer_id };
    } else if (room_id > GROUP_ID_LAST) {
        e = ERR_NO_GROUP; /* an account's number is no room's */
    }
    return e;
}

struct chat_send {
    int64_t group_id, type, reply_to_id;
    const char *content, *client_id;
};
SPEC(chat_send,
     F_I64(chat_send, group_id, IN_BODY, "groupId", REQUIRED, 1, ID_MAX, GROUP_TEXT),
     F_I64(chat_send, type, IN_BODY, "messageType", REQUIRED, 1, 7, SAYS("消息类型不能为空", NULL)),
     F_STR(chat_send, content, IN_BODY, "content", NOT_BLANK, 1, CONTENT_CHARS, CONTENT_TEXT),
     F_I64(chat_send, reply_to_id, IN_BODY, "replayMessageId", OPTIONAL, 0, ID_MAX,
           .alias = "replyMessageId"), /* the document's spelling, and everybody else's */
     F_STR(chat_send, client_id, IN_BODY, "clientId", OPTIONAL, 0, MESSAGE_CLIENT_ID_MAX));

static enum err send_message(struct ctx *cx, const struct chat_send *a, const cJSON *body,
                             struct message *message_r, const char **fault_r)
{
    struct draft draft = { .client_id = a->client_id, .reply_to_id = a->reply_to_id };
    struct place place;
    struct said said;
    enum err e;

    if (!togetherchat_read_content(cx->arena, a->type, a->content, body, &said, fault_r))
        return ERR_BAD_FIELD;
    e = find_place(cx, a->group_id, &place);
    draft.scope = place.scope;
    draft.target_id = place.target_id;
    draft.kind = said.kind;
    draft.body = said.body;
    draft.extra = said.extra;
    return e == OK ? message_send(cx, &draft, message_r) : e;
}

/* POST /chat/message */
static enum err post(struct req *rq, const void *args)
{
    const cJSON *body = cJSON_GetObjectItemCaseSensitive(rq->object, "body");
    struct message message;
    enum err e = send_message(&rq->cx, args, body, &message, &rq->fault);

    if (e == OK)
        rq->data = togetherchat_message(rq->cx.arena, &message);
    return e;
}

/* Which fields of a frame were wrong. */
static const char *said_of(struct ctx *cx, const struct faults *faults)
{
    return faults->count > 0 ? togetherchat_faults(cx->arena, faults) : NULL;
}

enum err togetherchat_chat_frame(struct ctx *cx, struct channel *ch, int type, const cJSON *data)
{
    const char *client_id =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "clientId"));
    struct faults faults = { 0 };
    const char *fault = NULL;
    const void *args;
    struct message message;
    enum err e = bind_object(cx->arena, &chat_send_spec, data, &args, &faults);

    if (e == OK)
        e = send_message(cx, args, cJSON_GetObjectItemCaseSensitive(data, "body"), &message,
                         &fault);
    if (e == OK)
        togetherchat_send(cx, ch, FRAME_ACK, togetherchat_message(cx->arena, &message));
    else
        togetherchat_refuse(cx, ch, type, e, fault != NULL ? fault : said_of(cx, &faults),
                            client_id);
    return OK;
}

/* The message, if it is in that room (0: in any the caller may look into). */
static enum err find_message(struct ctx *cx, int64_t id, int64_t room_id, struct message *message_r)
{
    int64_t peer;
    enum err e = message_get(cx, id, message_r, &peer);

    if (e == OK && room_id != 0 &&
        togetherchat_room_number(message_r->scope, message_r->target_id,
                                 message_r->conversation_id) != room_id)
        e = ERR_NO_MESSAGE;
    return e;
}

struct chat_edit {
    int64_t id, group_id, user_id;
    const char *content;
};
SPEC(chat_edit,
     F_I64(chat_edit, id, IN_BODY, "messageID", REQUIRED, 1, ID_MAX, MESSAGE_TEXT),
     F_I64(chat_edit, group_id, IN_BODY, "groupId", OPTIONAL, 1, ID_MAX),
     F_I64(chat_edit, user_id, IN_BODY, "userId", OPTIONAL, 1, ID_MAX),
     F_STR(chat_edit, content, IN_BODY, "content", NOT_BLANK, 1, CONTENT_CHARS, CONTENT_TEXT));

/* PUT /chat/message: the content of one's own message; userId may say so. */
static enum err put(struct req *rq, const void *args)
{
    const struct chat_edit *a = args;
    struct message message;
    struct said said;
    enum err e = find_message(&rq->cx, a->id, a->group_id, &message);

    if (e == OK && a->user_id != 0 && a->user_id != rq->cx.actor)
        e = ERR_NOT_SENDER;
    if (e != OK)
        return e;
    togetherchat_recontent(rq->cx.arena, &message, a->content, &said);
    e = message_edit(&rq->cx, a->id, said.body, said.extra, &message);
    if (e == OK)
        rq->data = togetherchat_message(rq->cx.arena, &message);
    return e;
}

/* Is the caller in that room? */
static enum err check_member(struct ctx *cx, int64_t room_id)
{
    struct group_roles roles;
    struct place place;
    enum err e = find_place(cx, room_id, &place);

    if (e != OK || place.scope == SCOPE_DIRECT)
        return e;
    e = group_roles(cx, room_id, 0, &roles);
    return e == OK && roles.actor == ROLE_NONE ? ERR_NOT_MEMBER : e;
}

struct chat_delete {
    int64_t id, group_id;
};
SPEC(chat_delete,
     F_I64(chat_delete, id, IN_ANY, "messageID", REQUIRED, 1, ID_MAX, MESSAGE_TEXT),
     F_I64(chat_delete, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX, GROUP_TEXT));

/* DELETE /chat/message: one's own, or anybody's by who runs the group. Whose it is the store knows;
 * ownerId is not believed. */
static enum err delete_message(struct req *rq, const void *args)
{
    const struct chat_delete *a = args;
    struct message message;
    enum err e = check_member(&rq->cx, a->group_id);

    if (e == OK)
        e = find_message(&rq->cx, a->id, a->group_id, &message);
    return e == OK ? message_delete(&rq->cx, a->id, &message) : e;
}

struct chat_get {
    int64_t id;
};
SPEC(chat_get, F_I64(chat_get, id, IN_QUERY, "messageId", REQUIRED, 1, ID_MAX, MESSAGE_TEXT));

/* GET /chat/message */
static enum err get(struct req *rq, const void *args)
{
    const struct chat_get *a = args;
    struct message message;
    enum err e = find_message(&rq->cx, a->id, 0, &message);

    if (e == OK)
        rq->data = togetherchat_message(rq->cx.arena, &message);
    return e;
}

struct chat_page {
    double cursor;
    int64_t page_size, group_id, after;
};
SPEC(chat_page, PAGE_FIELDS(chat_page),
     F_I64(chat_page, group_id, IN_QUERY, "groupId", REQUIRED, 1, ID_MAX, GROUP_TEXT),
     F_I64(chat_page, after, IN_QUERY, "afterSyncId", OPTIONAL, 0, ID_MAX)); /* ours */

/* GET /chat/message/page: newest first without the deleted ones; with afterSyncId what came after it,
 * oldest first and nothing left out, for who was away. */
static enum err page(struct req *rq, const void *args)
{
    const struct chat_page *a = args;
    struct page_window w = togetherchat_window(rq, a->cursor, a->page_size);
    bool catches_up = req_query(rq, "afterSyncId") != NULL;
    struct history what = { .newest_first = !catches_up,
                            .page = 1,
                            .limit = w.size + 1,
                            .by_seq = catches_up,
                            .after_seq = a->after,
                            .before_seq = w.before };
    struct history_page found;
    struct place place;
    cJSON *list;
    enum err e = find_place(&rq->cx, a->group_id, &place);

    what.target_id = place.target_id;
    if (e == OK)
        e = message_history(&rq->cx, &what, &found);
    if (e != OK)
        return e;
    list = cJSON_CreateArray();
    for (size_t i = 0; i < found.count; i++)
        cJSON_AddItemToArray(list, togetherchat_message(rq->cx.arena, &found.messages[i]));
    rq->data = togetherchat_cut(list, w.size, "syncId");
    return OK;
}

/* ---- frames that store no message ---- */

struct typing {
    int64_t group_id;
    enum flag active;
};
SPEC(typing,
     F_I64(typing, group_id, IN_BODY, "groupId", REQUIRED, 1, ID_MAX, GROUP_TEXT),
     F_FLAG(typing, active, IN_BODY, "active", OPTIONAL));

enum err togetherchat_typing_frame(struct ctx *cx, struct channel *ch, int type, const cJSON *data)
{
    struct faults faults = { 0 };
    const void *args;
    struct place place;
    enum err e = bind_object(cx->arena, &typing_spec, data, &args, &faults);
    const struct typing *a = args;

    if (e == OK)
        e = find_place(cx, a->group_id, &place);
    if (e == OK)
        e = message_typing(cx, place.scope, place.target_id, a->active != FLAG_OFF);
    if (e != OK)
        togetherchat_refuse(cx, ch, type, e, said_of(cx, &faults), NULL);
    return OK;
}

struct reading {
    int64_t group_id, sync_id;
};
SPEC(reading,
     F_I64(reading, group_id, IN_BODY, "groupId", REQUIRED, 1, ID_MAX, GROUP_TEXT),
     F_I64(reading, sync_id, IN_BODY, "syncId", OPTIONAL, 0, ID_MAX));

enum err togetherchat_read_frame(struct ctx *cx, struct channel *ch, int type, const cJSON *data)
{
    struct faults faults = { 0 };
    const void *args;
    struct place place;
    enum err e = bind_object(cx->arena, &reading_spec, data, &args, &faults);
    const struct reading *a = args;

    if (e == OK)
        e = find_place(cx, a->group_id, &place);
    if (e == OK)
        e = message_mark_read(cx, place.target_id, a->sync_id);
    if (e != OK)
        togetherchat_refuse(cx, ch, type, e, said_of(cx, &faults), NULL);
    return OK;
}

static const struct route routes[] = {
    { POST, "/chat/message", ACCESS_USER, post, &chat_send_spec, &send_rule },
    { PUT, "/chat/message", ACCESS_USER, put, &chat_edit_spec, NULL },
    { DELETE, "/chat/message", ACCESS_USER, delete_message, &chat_delete_spec, NULL },
    { GET, "/chat/message", ACCESS_USER, get, &chat_get_spec, NULL },
    { GET, "/chat/message/page", ACCESS_USER, page, &chat_page_spec, NULL },
};
const struct section togetherchat_chat_section = SECTION(routes);
