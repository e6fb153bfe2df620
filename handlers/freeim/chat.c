/* freeim: 聊天, in the document's order. What the document lacks is marked "ours" and optional:
 * clientMsgId, extra, replyToId, mentions, mentionAll, ope and seq on /chat/read, and reading history by seq or id. */
#include <string.h>

#include "base/str.h"
#include "domain/message.h"
#include "handlers/content.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"

#define PAGE_DEFAULT 50

static const struct limit_rule send_rule = { "send", 60, 200 };

static const struct enum_name kinds[] = { { "text", KIND_TEXT },
                                          { "pic", KIND_PICTURE },
                                          { "voice", KIND_VOICE },
                                          { "video", KIND_VIDEO },
                                          { "geo", KIND_LOCATION },
                                          { "file", KIND_FILE },
                                          { "forward", KIND_FORWARD }, /* ours */
                                          { NULL, 0 } };

struct chat_send {
    int64_t to_id;
    int ope, type;
    const char *body;
    enum flag is_private;
    const char *client_id, *extra;
    int64_t reply_to_id;
    struct i64_list mentions;
    enum flag mention_all;
};
SPEC(chat_send,
     F_I64(chat_send, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX),
     F_ENUM(chat_send, ope, IN_ANY, "ope", REQUIRED, freeim_scopes),
     F_ENUM(chat_send, type, IN_ANY, "type", REQUIRED, kinds),
     F_STR(chat_send, body, IN_ANY, "body", REQUIRED, 1, MESSAGE_BODY_MAX),
     F_FLAG(chat_send, is_private, IN_ANY, "isPrivate", OPTIONAL),
     F_STR(chat_send, client_id, IN_ANY, "clientMsgId", OPTIONAL, 0, MESSAGE_CLIENT_ID_MAX),
     F_STR(chat_send, extra, IN_ANY, "extra", OPTIONAL, 0, MESSAGE_BODY_MAX),
     F_I64(chat_send, reply_to_id, IN_ANY, "replyToId", OPTIONAL, 0, ID_MAX),
     F_I64S(chat_send, mentions, IN_ANY, "mentions", OPTIONAL, 0, MENTIONS_MAX),
     F_FLAG(chat_send, mention_all, IN_ANY, "mentionAll", OPTIONAL));

/* POST /chat/send: one message to a friend or a group. */
static enum err chat_send(struct req *rq, const void *args)
{
    const struct chat_send *a = args;
    struct draft draft = { .scope = (enum scope)a->ope,
                           .target_id = a->to_id,
                           .kind = (enum message_kind)a->type,
                           .body = a->body,
                           .client_id = a->client_id,
                           .is_private = a->is_private == FLAG_ON,
                           .extra = a->extra,
                           .reply_to_id = a->reply_to_id,
                           .mentions = a->mentions.items,
                           .mention_count = a->mentions.count,
                           .mention_all = a->mention_all == FLAG_ON };
    struct message message;
    enum err e = content_check_extra(a->extra);

    if (e == OK)
        e = message_send(&rq->cx, &draft, &message);
    if (e != OK)
        return e;
    rq->note = SAID_SENT;
    rq->data = freeim_message(rq->cx.arena, &message);
    return OK;
}

struct chat_revocation {
    int64_t to_id, id;
    int ope;
};
SPEC(chat_revocation,
     F_I64(chat_revocation, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX),
     F_I64(chat_revocation, id, IN_ANY, "id", REQUIRED, 1, ID_MAX),
     F_ENUM(chat_revocation, ope, IN_ANY, "ope", REQUIRED, freeim_scopes));

/* POST /chat/revocation: takes back one's own message. The message says where it was, whatever toId
 * and ope say. */
static enum err chat_revocation(struct req *rq, const void *args)
{
    const struct chat_revocation *a = args;
    struct message message;
    enum err e = message_revoke(&rq->cx, a->id, &message);

    if (e != OK)
        return e;
    rq->note = SAID_DONE;
    rq->data = freeim_message(rq->cx.arena, &message);
    return OK;
}

struct chat_read {
    int64_t to_id, seq;
    int ope;
};
SPEC(chat_read,
     F_I64(chat_read, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX),
     F_I64(chat_read, seq, IN_ANY, "seq", OPTIONAL, 0, ID_MAX),   /* ours: read up to here */
     F_ENUM(chat_read, ope, IN_ANY, "ope", OPTIONAL, freeim_scopes)); /* ours; the id tells already */

/* POST /chat/read: everything from toId is read. */
static enum err chat_read(struct req *rq, const void *args)
{
    const struct chat_read *a = args;

    rq->note = SAID_DONE;
    return message_mark_read(&rq->cx, a->to_id, a->seq);
}

struct chat_messages {
    int64_t to_id, page, limit, before_seq, after_seq, around_seq, before_id, after_id, since_ms;
    int type, ope;
    const char *sort;
};
SPEC(chat_messages,
     F_I64(chat_messages, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX),
     F_ENUM(chat_messages, type, IN_ANY, "messageType", OPTIONAL, kinds),
     F_I64(chat_messages, page, IN_ANY, "page", OPTIONAL, -1000000000, 1000000000),
     F_I64(chat_messages, limit, IN_ANY, "limit", OPTIONAL, -1000000000, 1000000000),
     F_STR(chat_messages, sort, IN_ANY, "sort", OPTIONAL, 0, 100),
     F_ENUM(chat_messages, ope, IN_ANY, "ope", OPTIONAL, freeim_scopes), /* ours from here on */
     F_I64(chat_messages, before_seq, IN_ANY, "beforeSeq", OPTIONAL, 0, ID_MAX),
     F_I64(chat_messages, after_seq, IN_ANY, "afterSeq", OPTIONAL, 0, ID_MAX),
     F_I64(chat_messages, around_seq, IN_ANY, "aroundSeq", OPTIONAL, 0, ID_MAX),
     F_I64(chat_messages, before_id, IN_ANY, "beforeId", OPTIONAL, 0, ID_MAX),
     F_I64(chat_messages, after_id, IN_ANY, "afterId", OPTIONAL, 0, ID_MAX),
     F_I64(chat_messages, since_ms, IN_ANY, "sinceAt", OPTIONAL, 0, ID_MAX));

/* One "field:asc" or "field:desc" of len bytes. All fields order alike, so the first decides. */
static bool parse_order(const char *text, size_t len, bool *by_seq_r, bool *descending_r)
{
    static const char *const fields[] = { "id", "createdAt", "created_at", "seq" };
    const char *colon = memchr(text, ':', len);
    size_t name_len = colon != NULL ? (size_t)(colon - text) : 0;
    size_t rest = len - name_len;

    *descending_r = rest == 5 && strncmp(text + name_len, ":desc", rest) == 0;
    if (!*descending_r && (rest != 4 || strncmp(text + name_len, ":asc", rest) != 0))
        return false;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (strlen(fields[i]) == name_len && strncmp(text, fields[i], name_len) == 0) {
            *by_seq_r = strcmp(fields[i], "seq") == 0;
            return true;
        }
    return false;
}

/* "id:desc", several separated by '|' (facts 1.4). */
static enum err parse_sort(const char *sort, struct history *what)
{
    const char *at = sort;

    while (at != NULL) {
        size_t len = strcspn(at, "|");
        bool by_seq, descending;
        if (!parse_order(at, len, &by_seq, &descending))
            return ERR_BAD_FIELD;
        if (at == sort)
            what->newest_first = descending;
        what->by_seq = what->by_seq || by_seq;
        at = at[len] == '|' ? at + len + 1 : NULL;
    }
    return OK;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static cJSON *encode_page(struct req *rq, const struct history_page *page)
{
    cJSON *items = cJSON_CreateArray();

    for (size_t i = 0; i < page->count; i++) {
        cJSON *item = freeim_message(rq->cx.arena, &page->messages[i]);
        cJSON_AddBoolToObject(item, "self", page->messages[i].sender_id == rq->cx.actor);
        cJSON_AddItemToArray(items, item);
    }
    return freeim_list(items, page->total);
}

/* GET /chat/messages: a page of what was said with toId, a person or a group. */
static enum err chat_messages(struct req *rq, const void *args)
{
    const struct chat_messages *a = args;
    bool by_seq = a->before_seq > 0 || a->after_seq > 0 || a->around_seq > 0 ||
                  req_query(rq, "afterSeq") != NULL;
    struct history what = { .target_id = a->to_id,
                            .kind = a->type,
                            .page = clamp(a->page, 1, INT32_MAX),
                            .limit =
                                a->limit == 0 ? PAGE_DEFAULT : clamp(a->limit, 1, MESSAGE_PAGE_MAX),
                            .by_seq = by_seq,
                            .after_seq = a->after_seq,
                            .before_seq = a->before_seq,
                            .around_seq = a->around_seq,
                            .after_id = a->after_id,
                            .before_id = a->before_id,
                            .since_ms = a->since_ms };
    struct history_page page;
    enum err e = parse_sort(a->sort, &what);

    if (e != OK)
        rq->fault = "sort: not like id:asc or id:desc";
    else
        e = message_history(&rq->cx, &what, &page);
    if (e == OK)
        rq->data = encode_page(rq, &page);
    return e;
}

static const struct route routes[] = {
    { WS, "/ws", ACCESS_USER, NULL, NULL, NULL },
    { POST, "/chat/send", ACCESS_USER, chat_send, &chat_send_spec, &send_rule },
    { POST, "/chat/revocation", ACCESS_USER, chat_revocation, &chat_revocation_spec, NULL },
    { POST, "/chat/read", ACCESS_USER, chat_read, &chat_read_spec, NULL },
    { GET, "/chat/messages", ACCESS_USER, chat_messages, &chat_messages_spec, NULL },
};
const struct section freeim_chat_section = SECTION(routes);
