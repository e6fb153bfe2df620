/* The conversation list; see conversation.h. */
#include "domain/conversation.h"

#include <stdlib.h>

#include "db/messages.h"

static int by_id(const void *a, const void *b)
{
    const struct message *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

/* Puts the last message of each row into its conversation. */
static enum err add_last(struct ctx *cx, const struct conversation_row *rows,
                         struct conversation *list, size_t count)
{
    int64_t *ids = arena_array(cx->arena, count, sizeof *ids);
    struct message *messages;
    size_t found;
    enum err e;

    for (size_t i = 0; i < count; i++)
        ids[i] = rows[i].last_id;
    e = db_message_list(ctx_db(cx), cx->arena, ids, count, &messages, &found);
    for (size_t i = 0; e == OK && found > 0 && i < count; i++) {
        struct conversation *c = &list[i];
        struct message key = { .id = rows[i].last_id };
        const struct message *last = bsearch(&key, messages, found, sizeof key, by_id);
        c->has_last = last != NULL;
        if (!c->has_last)
            continue;
        c->last = *last;
        c->last.is_read =
            (last->sender_id == cx->actor ? c->peer_read_seq : c->read_seq) >= c->last_seq;
    }
    return e;
}

static enum err list_of(struct ctx *cx, bool hidden, struct conversation **list_r, size_t *count_r)
{
    struct conversation_row *rows;
    struct conversation *list;
    enum err e = db_conversation_list(ctx_db(cx), cx->arena, cx->actor, hidden, CONVERSATIONS_MAX,
                                      &rows, count_r);

    if (e != OK)
        return e;
    list = arena_array(cx->arena, *count_r, sizeof *list);
    for (size_t i = 0; i < *count_r; i++)
        list[i] = rows[i].conversation;
    *list_r = list;
    return add_last(cx, rows, list, *count_r);
}

enum err conversation_list(struct ctx *cx, struct conversation **list_r, size_t *count_r)
{
    return list_of(cx, false, list_r, count_r);
}

enum err conversation_list_hidden(struct ctx *cx, struct conversation **list_r, size_t *count_r)
{
    return list_of(cx, true, list_r, count_r);
}
