/* See forward.h. */
#include "domain/forward.h"

#include "db/messages.h"
#include "db/users.h"
#include "domain/message_internal.h"

/* May the actor see m, one of several that mostly stand in one conversation? w: the window of the one
 * before, replaced when m stands elsewhere. */
static enum err may_see(struct ctx *cx, const struct message *m, struct window *w)
{
    struct message found;
    int64_t peer;
    enum err e = OK;

    if (m->status == MESSAGE_REVOKED || m->kind == KIND_NOTICE)
        return ERR_NO_MESSAGE;
    if (m->conversation_id != w->conversation_id)
        e = message_find(cx, m->id, &found, w, &peer);
    return e == OK && (m->seq < w->first_seq || m->seq > w->last_seq) ? ERR_NO_MESSAGE : e;
}

static enum err name_senders(struct ctx *cx, struct forwarded *list, size_t count)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < count; i++) {
        struct user user;
        size_t same = 0;
        while (list[same].message.sender_id != list[i].message.sender_id)
            same++;
        if (same < i) {
            list[i].sender_name = list[same].sender_name;
            continue;
        }
        e = db_user_by_id(ctx_db(cx), cx->arena, list[i].message.sender_id, &user);
        list[i].sender_name = user.nickname;
    }
    return e;
}

enum err forward_collect(struct ctx *cx, const int64_t *ids, size_t count,
                         struct forwarded **list_r, size_t *count_r)
{
    struct message *messages;
    struct window w = { 0 };
    enum err e = db_message_list(ctx_db(cx), cx->arena, ids, count, &messages, count_r);

    if (e == OK && *count_r != count)
        e = ERR_NO_MESSAGE;
    for (size_t i = 0; e == OK && i < count; i++)
        e = may_see(cx, &messages[i], &w);
    if (e != OK)
        return e;
    *list_r = arena_array(cx->arena, count, sizeof **list_r);
    for (size_t i = 0; i < count; i++)
        (*list_r)[i].message = messages[i];
    return name_senders(cx, *list_r, count);
}

enum err forward_one(struct ctx *cx, const struct message *message, enum scope scope,
                     int64_t target_id, const char *client_id, struct message *message_r)
{
    struct draft draft = { .scope = scope,
                           .target_id = target_id,
                           .kind = message->kind,
                           .body = message->body,
                           .extra = message->extra,
                           .client_id = client_id };

    return message->kind == KIND_CALL ? ERR_BAD_FIELD : message_send(cx, &draft, message_r);
}
