/* Messages: sending, typing; see message.h. Reading is in history.c, changing in message_change.c. */
#include "domain/message.h"

#include <string.h>

#include "base/str.h"
#include "db/groups.h"
#include "db/marks.h"
#include "db/messages.h"
#include "domain/contact.h"
#include "domain/group.h"
#include "domain/message_internal.h"

/* The people an event of a conversation is for: all members of the group, or both sides. */
static enum err audience(struct ctx *cx, enum scope scope, int64_t sender_id, int64_t target_id,
                         struct event *ev)
{
    int64_t *to;
    enum err e = OK;

    if (scope == SCOPE_GROUP) {
        e = db_member_ids(ctx_db(cx), cx->arena, target_id, false, &to, &ev->to_count);
    } else {
        to = arena_array(cx->arena, 2, sizeof *to);
        to[0] = target_id;
        to[1] = sender_id;
        ev->to_count = 2;
    }
    if (e == OK)
        ev->to = to;
    return e;
}

/* Is the stored message the same the sender sends again? What was recalled or edited since has
 * another body. */
static bool is_resend(const struct message *stored, const struct draft *draft)
{
    return stored->scope == draft->scope && stored->target_id == draft->target_id &&
           stored->kind == draft->kind && stored->reply_to_id == draft->reply_to_id &&
           (stored->status == MESSAGE_REVOKED || stored->edited_at_ms != 0 ||
            (str_eq(stored->body, draft->body) &&
             str_eq(stored->extra, str_or_empty(draft->extra))));
}

/* The gate: may the actor write there? Gives the conversation, made on the first message of two
 * people. */
static enum err may_send(struct ctx *cx, const struct draft *draft, int64_t *conversation_r)
{
    struct group group;
    int64_t last_seq;
    enum err e;

    if (draft->scope == SCOPE_GROUP) {
        e = group_may_write(cx, draft->target_id, &group);
        if (e == OK)
            *conversation_r = group.conversation_id;
        return e;
    }
    e = contact_may_write(cx, draft->target_id);
    return e == OK ? db_conversation_direct(cx->conn, cx->actor, draft->target_id, true,
                                            ctx_now(cx), conversation_r, &last_seq)
                   : e;
}

enum err message_may_write(struct ctx *cx, enum scope scope, int64_t peer)
{
    struct group group;

    return scope == SCOPE_GROUP ? group_may_write(cx, peer, &group) : contact_may_write(cx, peer);
}

/* What a message answers stands in the same conversation. */
static enum err find_reply(struct ctx *cx, struct message *message)
{
    struct message *answered = ARENA_NEW(cx->arena, struct message);
    enum err e = db_message_by_id(cx->conn, cx->arena, message->reply_to_id, answered);

    message->reply = answered;
    return e == OK && answered->conversation_id != message->conversation_id ? ERR_NO_MESSAGE : e;
}

static enum err store(struct ctx *cx, const struct draft *draft, struct message *message_r)
{
    struct event ev = { .kind = EV_MESSAGE };
    int64_t now_ms = ctx_now(cx);
    bool moved;
    enum err e;

    *message_r = (struct message){ .scope = draft->scope,
                                   .sender_id = cx->actor,
                                   .target_id = draft->target_id,
                                   .client_id = str_or_empty(draft->client_id),
                                   .kind = draft->kind,
                                   .body = draft->body,
                                   .is_private = draft->is_private,
                                   .extra = str_or_empty(draft->extra),
                                   .reply_to_id = draft->reply_to_id,
                                   .created_at_ms = now_ms,
                                   .updated_at_ms = now_ms };
    e = may_send(cx, draft, &message_r->conversation_id);
    if (e == OK && draft->reply_to_id != 0)
        e = find_reply(cx, message_r);
    if (e == OK)
        e = message_mention(cx, draft, message_r);
    if (e == OK)
        e = db_conversation_advance(cx->conn, message_r->conversation_id, now_ms, &message_r->seq);
    if (e == OK)
        e = db_message_insert(cx->conn, message_r, &message_r->id);
    if (e == OK)
        e = db_mention_insert(cx->conn, message_r);
    if (e == OK) /* who writes has read what stands above */
        e = db_participant_read(cx->conn, cx->actor, message_r->conversation_id, message_r->seq,
                                now_ms, &moved);
    if (e == OK)
        e = audience(cx, draft->scope, cx->actor, draft->target_id, &ev);
    if (e != OK)
        return e;
    ev.message = *message_r;
    event_queue(cx, &ev);
    return OK;
}

enum err message_fill_is_read(struct ctx *cx, struct message *message)
{
    int64_t others = 0;
    enum err e =
        db_participant_read_of_others(ctx_db(cx), message->conversation_id, cx->actor, &others);

    message->is_read = others >= message->seq;
    return e;
}

/* to: a kind of event and whom it is for; the message is filled in here. */
static enum err note(struct ctx *cx, const struct group *group, enum notice notice,
                     int64_t subject_id, int64_t amount, const struct event *to)
{
    struct event ev = *to;
    struct message *m = &ev.message;
    int64_t now_ms = ctx_now(cx);
    enum err e;

    *m = (struct message){ .conversation_id = group->conversation_id,
                           .scope = SCOPE_GROUP,
                           .sender_id = cx->actor,
                           .target_id = group->id,
                           .client_id = "",
                           .kind = KIND_NOTICE,
                           .body = "",
                           .extra = "",
                           .created_at_ms = now_ms,
                           .updated_at_ms = now_ms,
                           .notice = notice,
                           .subject_id = subject_id,
                           .amount = amount };
    e = db_conversation_advance(cx->conn, m->conversation_id, now_ms, &m->seq);
    if (e == OK)
        e = db_message_insert(cx->conn, m, &m->id);
    if (e == OK)
        event_queue(cx, &ev);
    return e;
}

enum err message_notice(struct ctx *cx, const struct group *group, enum notice notice,
                        int64_t subject_id, int64_t amount)
{
    struct event to = { .kind = EV_MESSAGE };
    enum err e = audience(cx, SCOPE_GROUP, cx->actor, group->id, &to);

    return e == OK ? note(cx, group, notice, subject_id, amount, &to) : e;
}

enum err message_notices(struct ctx *cx, const struct group *group, enum notice notice,
                         const int64_t *subjects, size_t count)
{
    struct event to = { .kind = EV_MESSAGE };
    enum err e = audience(cx, SCOPE_GROUP, cx->actor, group->id, &to);

    for (size_t i = 0; e == OK && i < count; i++)
        e = note(cx, group, notice, subjects[i], 0, &to);
    return e;
}

/* How much of what was said after read_seq and before seq counts as unread: all but notices. */
static enum err count_unread(struct ctx *cx, int64_t conversation_id, int64_t read_seq, int64_t seq,
                             int64_t *count_r)
{
    struct message_range between = { .conversation_id = conversation_id,
                                     .from_seq = read_seq + 1,
                                     .to_seq = seq - 1 };
    int64_t notices = 0;
    enum err e = db_message_count(cx->conn, &between, count_r);

    between.kind = KIND_NOTICE;
    if (e == OK)
        e = db_message_count(cx->conn, &between, &notices);
    *count_r -= notices;
    return e;
}

/* user_id, for whom nothing was unread before message, has read it too. */
static enum err keep_read(struct ctx *cx, const struct message *message, int64_t user_id)
{
    struct event ev = { .kind = EV_READ, .to_count = 1 };
    bool is_direct = message->scope == SCOPE_DIRECT;
    int64_t *to = arena_array(cx->arena, 1, sizeof *to);
    struct place place;
    int64_t unread = 0;
    bool moved = false;
    enum err e = db_participant_find(cx->conn, user_id, message->conversation_id, &place);

    if (e == OK && place.found)
        e = count_unread(cx, message->conversation_id, place.read_seq, message->seq, &unread);
    if (e == OK && place.found && unread == 0)
        e = db_participant_read(cx->conn, user_id, message->conversation_id, message->seq,
                                ctx_now(cx), &moved);
    if (e != OK || !moved || user_id == message->sender_id)
        return e;
    to[0] = user_id;
    ev.to = to;
    ev.read = (struct read_event){ .reader_id = user_id,
                                   .scope = message->scope,
                                   .target_id = is_direct ? message->sender_id : message->target_id,
                                   .conversation_id = message->conversation_id,
                                   .read_seq = message->seq,
                                   .at_ms = ctx_now(cx) };
    event_queue(cx, &ev);
    return OK;
}

/* The conversation of a record, made if need be. */
static enum err record_conversation(struct ctx *cx, const struct message *message, int64_t *id_r)
{
    int64_t last_seq;

    if (message->scope == SCOPE_GROUP)
        return db_conversation_of_group(cx->conn, message->target_id, id_r, &last_seq);
    return db_conversation_direct(cx->conn, message->sender_id, message->target_id, true,
                                  ctx_now(cx), id_r, &last_seq);
}

enum err message_record(struct ctx *cx, int64_t sender_id, const struct draft *draft,
                        const int64_t *aware, size_t aware_count)
{
    struct event ev = { .kind = EV_MESSAGE };
    struct message *m = &ev.message;
    int64_t now_ms = ctx_now(cx);
    enum err e;

    *m = (struct message){ .scope = draft->scope,
                           .sender_id = sender_id,
                           .target_id = draft->target_id,
                           .client_id = "",
                           .kind = draft->kind,
                           .body = draft->body,
                           .extra = str_or_empty(draft->extra),
                           .created_at_ms = now_ms,
                           .updated_at_ms = now_ms };
    e = record_conversation(cx, m, &m->conversation_id);
    if (e == OK)
        e = db_conversation_advance(cx->conn, m->conversation_id, now_ms, &m->seq);
    if (e == OK)
        e = db_message_insert(cx->conn, m, &m->id);
    if (e == OK)
        e = audience(cx, m->scope, sender_id, m->target_id, &ev);
    if (e == OK)
        event_queue(cx, &ev);
    if (e == OK)
        e = keep_read(cx, m, sender_id);
    for (size_t i = 0; e == OK && i < aware_count; i++)
        if (aware[i] != sender_id)
            e = keep_read(cx, m, aware[i]);
    return e;
}

static enum err store_once(struct ctx *cx, const struct draft *draft, struct message *message_r)
{
    struct message stored;
    enum err e;

    if (draft->client_id == NULL || draft->client_id[0] == '\0')
        return store(cx, draft, message_r);
    e = db_message_by_client_id(cx->conn, cx->arena, cx->actor, draft->client_id, &stored);
    if (e == ERR_NO_MESSAGE)
        return store(cx, draft, message_r);
    if (e == OK && !is_resend(&stored, draft))
        e = ERR_ID_REUSED;
    if (e == OK)
        e = message_fill_is_read(cx, &stored);
    if (e == OK)
        e = message_complete(cx, &stored, 1);
    if (e == OK)
        *message_r = stored;
    return e;
}

enum err message_send(struct ctx *cx, const struct draft *draft, struct message *message_r)
{
    struct message message;
    size_t len = strlen(draft->body);
    enum err e;

    if (len == 0 ||
        (draft->client_id != NULL && utf8_chars(draft->client_id) > MESSAGE_CLIENT_ID_MAX))
        return ERR_BAD_FIELD;
    if (len > MESSAGE_BODY_MAX || strlen(str_or_empty(draft->extra)) > MESSAGE_BODY_MAX)
        return ERR_TOO_LARGE;
    e = tx_begin(cx);
    if (e == OK)
        e = store_once(cx, draft, &message);
    e = tx_end(cx, e);
    if (e == OK)
        *message_r = message;
    return e;
}

enum err message_typing(struct ctx *cx, enum scope scope, int64_t target_id, bool active)
{
    struct event ev = { .kind = EV_TYPING };
    struct group group;
    int64_t conversation_id = 0, last_seq;
    enum err e = scope == SCOPE_GROUP ? group_may_write(cx, target_id, &group)
                                      : contact_may_write(cx, target_id);

    if (e == OK && scope == SCOPE_DIRECT)
        e = db_conversation_direct(ctx_db(cx), cx->actor, target_id, false, 0, &conversation_id,
                                   &last_seq);
    if (e == OK)
        e = audience(cx, scope, cx->actor, target_id, &ev);
    if (e != OK)
        return e;
    ev.typing =
        (struct typing_event){ .from_id = cx->actor,
                               .scope = scope,
                               .target_id = target_id,
                               .conversation_id =
                                   scope == SCOPE_GROUP ? group.conversation_id : conversation_id,
                               .active = active,
                               .at_ms = ctx_now(cx) };
    if (scope == SCOPE_DIRECT)
        ev.to_count = 1; /* the peer alone: one's other devices need not know */
    ctx_release(cx);
    if (cx->sv->deliver != NULL)
        cx->sv->deliver(cx->sv->hub, &ev, 1);
    return OK;
}
