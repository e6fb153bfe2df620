/* What becomes of messages once they are said: recall, removal by those who run a group, editing. See
 * message.h. */
#include <string.h>

#include "base/str.h"
#include "db/groups.h"
#include "db/marks.h"
#include "db/messages.h"
#include "domain/message.h"
#include "domain/message_internal.h"

/* Is there still time to take it back? */
static bool is_in_time(const struct ctx *cx, const struct message *message)
{
    int64_t seconds = cx->sv->conf->recall_seconds;

    return seconds != 0 && ctx_now(cx) <= message->created_at_ms + seconds * 1000;
}

/* Blanks the message and tells everybody of the conversation. Inside a transaction. */
static enum err blank(struct ctx *cx, struct message *message)
{
    struct event ev = { .kind = EV_MESSAGE_REVOKED };
    int64_t now_ms = ctx_now(cx); /* once: what is told is what is stored */
    enum err e = db_message_revoke(cx->conn, message->id, now_ms);

    if (e == OK)
        e = db_marks_delete(cx->conn, message->id);
    if (e == OK)
        e = message_audience(cx, message, &ev);
    if (e != OK)
        return e;
    message->status = MESSAGE_REVOKED;
    message->body = "";
    message->extra = "";
    message->reaction_total = 0;
    message->mention_mode = MENTION_NOBODY;
    message->updated_at_ms = now_ms;
    ev.message = *message;
    return message_tell(cx, &ev);
}

static enum err take_back(struct ctx *cx, int64_t id, struct message *message_r)
{
    enum err e = db_message_by_id(cx->conn, cx->arena, id, message_r);

    if (e == ERR_NO_MESSAGE ||
        (e == OK && (message_r->sender_id != cx->actor || message_r->kind == KIND_NOTICE)))
        return ERR_NOT_SENDER;
    if (e == OK)
        e = message_fill_is_read(cx, message_r);
    if (e != OK || message_r->status == MESSAGE_REVOKED)
        return e;
    return is_in_time(cx, message_r) ? blank(cx, message_r) : ERR_TOO_LATE;
}

enum err message_revoke(struct ctx *cx, int64_t id, struct message *message_r)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = take_back(cx, id, message_r);
    return tx_end(cx, e);
}

static enum err remove_message(struct ctx *cx, int64_t id, struct message *message_r)
{
    struct window w;
    int64_t peer;
    enum err e = message_find(cx, id, message_r, &w, &peer);
    bool is_manager = e == OK && w.scope == SCOPE_GROUP && w.role >= ROLE_MANAGER;

    if (e != OK || message_r->status == MESSAGE_REVOKED)
        return e;
    if (message_r->kind == KIND_NOTICE || (message_r->sender_id != cx->actor && !is_manager))
        return ERR_NOT_SENDER;
    return is_manager || is_in_time(cx, message_r) ? blank(cx, message_r) : ERR_TOO_LATE;
}

enum err message_delete(struct ctx *cx, int64_t id, struct message *message_r)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = remove_message(cx, id, message_r);
    return tx_end(cx, e);
}

static enum err find_own(struct ctx *cx, int64_t id, struct message *message_r)
{
    struct window w;
    int64_t peer;
    enum err e = message_find(cx, id, message_r, &w, &peer);

    if (e == OK && (message_r->sender_id != cx->actor || message_r->kind == KIND_NOTICE ||
                    message_r->kind == KIND_CALL))
        e = ERR_NOT_SENDER;
    if (e == OK && message_r->status == MESSAGE_REVOKED)
        e = ERR_NO_MESSAGE;
    return e == OK ? message_may_write(cx, message_r->scope, peer) : e;
}

static enum err edit(struct ctx *cx, const char *body, const char *extra, struct message *message)
{
    struct event ev = { .kind = EV_MESSAGE_EDITED };
    bool is_same = str_eq(message->body, body) && str_eq(message->extra, extra);
    enum err e = message_complete(cx, message, 1);

    if (e == OK)
        e = message_fill_is_read(cx, message);
    if (e != OK || is_same)
        return e;
    message->body = body;
    message->extra = extra;
    message->edited_at_ms = message->updated_at_ms = ctx_now(cx);
    e = db_message_edit(cx->conn, message->id, body, extra, message->edited_at_ms);
    if (e == OK)
        e = message_audience(cx, message, &ev);
    if (e != OK)
        return e;
    ev.message = *message;
    ev.message.reaction_count = 0; /* which are one's own is different for everybody who hears */
    return message_tell(cx, &ev);
}

enum err message_edit(struct ctx *cx, int64_t id, const char *body, const char *extra,
                      struct message *message_r)
{
    enum err e;

    if (body != NULL && body[0] == '\0')
        return ERR_BAD_FIELD;
    if (strlen(str_or_empty(body)) > MESSAGE_BODY_MAX ||
        strlen(str_or_empty(extra)) > MESSAGE_BODY_MAX)
        return ERR_TOO_LARGE;
    e = tx_begin(cx);
    if (e == OK)
        e = find_own(cx, id, message_r);
    if (e == OK)
        e = edit(cx, body != NULL ? body : message_r->body,
                 extra != NULL ? extra : message_r->extra, message_r);
    return tx_end(cx, e);
}

enum err message_get(struct ctx *cx, int64_t id, struct message *message_r, int64_t *peer_r)
{
    struct window w;
    enum err e = message_find(cx, id, message_r, &w, peer_r);

    if (e == OK)
        e = message_complete(cx, message_r, 1);
    if (e == OK && message_r->sender_id == cx->actor)
        return message_fill_is_read(cx, message_r);
    if (e == OK)
        message_r->is_read = w.read_seq >= message_r->seq;
    return e;
}
