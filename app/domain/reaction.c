/* Reactions; see reaction.h. */
#include "domain/reaction.h"

#include <string.h>

#include "base/emoji.h"
#include "db/marks.h"
#include "domain/message_internal.h"

static enum err tell(struct ctx *cx, const struct message *message, int64_t peer, const char *emoji,
                     bool on, int64_t count)
{
    struct event ev = { .kind = EV_REACTION };
    enum err e = message_audience(cx, message, &ev);

    if (e != OK)
        return e;
    ev.reaction = (struct reaction_event){ .from_id = cx->actor,
                                           .scope = message->scope,
                                           .target_id = peer,
                                           .message_id = message->id,
                                           .seq = message->seq,
                                           .emoji = arena_strdup(cx->arena, emoji),
                                           .on = on,
                                           .count = count,
                                           .at_ms = ctx_now(cx) };
    event_queue(cx, &ev);
    return OK;
}

/* Room for the one just added? What stands there already may gain people. */
static enum err check_room(const struct reaction_counts *counts)
{
    bool is_first = counts->same == 1;

    return counts->by_user > REACTIONS_PER_PERSON ||
                   (is_first && counts->different > REACTIONS_DIFFERENT)
               ? ERR_TOO_MANY
               : OK;
}

static enum err set(struct ctx *cx, int64_t message_id, const char *emoji, bool on,
                    struct message *message_r)
{
    struct reaction_counts counts;
    struct window w;
    int64_t peer = 0;
    bool changed = false;
    enum err e = message_find(cx, message_id, message_r, &w, &peer);

    if (e == OK && (message_r->status == MESSAGE_REVOKED || message_r->kind == KIND_NOTICE))
        e = ERR_NO_MESSAGE;
    if (e == OK && on)
        e = message_may_write(cx, message_r->scope, peer);
    if (e == OK)
        e = on ? db_reaction_insert(cx->conn, message_id, cx->actor, emoji, ctx_now(cx), &changed)
               : db_reaction_delete(cx->conn, message_id, cx->actor, emoji, &changed);
    if (e == OK)
        e = db_reaction_count(cx->conn, message_id, cx->actor, emoji, &counts);
    if (e == OK && on && changed)
        e = check_room(&counts);
    if (e == OK && changed) {
        message_r->reaction_total += on ? 1 : -1;
        e = tell(cx, message_r, peer, emoji, on, counts.same);
    }
    return e == OK ? message_complete(cx, message_r, 1) : e;
}

enum err reaction_set(struct ctx *cx, int64_t message_id, const char *emoji, bool on,
                      struct message *message_r)
{
    struct message message;
    enum err e;

    if (strlen(emoji) > REACTION_BYTES_MAX || !emoji_is_one(emoji))
        return ERR_BAD_FIELD;
    e = tx_begin(cx);
    if (e == OK)
        e = set(cx, message_id, emoji, on, &message);
    e = tx_end(cx, e);
    if (e == OK)
        *message_r = message;
    return e;
}
