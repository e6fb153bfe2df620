/* What hangs on messages, for whole pages at once; see message_internal.h. */
#include "db/marks.h"
#include "db/messages.h"
#include "domain/message_internal.h"

/* The ids of those messages that test says have something to look up. */
static int64_t *ids_where(struct ctx *cx, const struct message *messages, size_t count,
                          int64_t (*test)(const struct message *m), size_t *count_r)
{
    int64_t *ids = arena_array(cx->arena, count, sizeof *ids);

    *count_r = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t id = test(&messages[i]);
        if (id != 0)
            ids[(*count_r)++] = id;
    }
    return ids;
}

static int64_t has_reactions(const struct message *m)
{
    return m->reaction_total > 0 ? m->id : 0;
}

static int64_t has_mentions(const struct message *m)
{
    return m->mention_mode == MENTION_SOME ? m->id : 0;
}

static int64_t has_reply(const struct message *m)
{
    return m->reply_to_id;
}

/* Where the rows of id begin among count rows of size bytes, which are ordered by the id each begins
 * with; count_r: how many are its. */
static size_t rows_of(const void *rows, size_t size, size_t count, int64_t id, size_t *count_r)
{
    const char *base = rows;
    size_t low = 0, high = count, end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (*(const int64_t *)(base + middle * size) < id)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < count && *(const int64_t *)(base + end * size) == id;)
        end++;
    *count_r = end - low;
    return low;
}

static enum err add_reactions(struct ctx *cx, struct message *messages, size_t count)
{
    size_t wanted, found = 0;
    int64_t *ids = ids_where(cx, messages, count, has_reactions, &wanted);
    struct reaction_row *rows = NULL;
    struct reaction *all;
    enum err e = wanted == 0 ? OK
                             : db_reaction_list(ctx_db(cx), cx->arena, ids, wanted, cx->actor,
                                                &rows, &found);

    all = arena_array(cx->arena, found, sizeof *all);
    for (size_t i = 0; i < found; i++)
        all[i] = rows[i].reaction;
    for (size_t i = 0; i < count; i++)
        messages[i].reactions =
            all + rows_of(rows, sizeof *rows, found, messages[i].id, &messages[i].reaction_count);
    return e;
}

static enum err add_mentions(struct ctx *cx, struct message *messages, size_t count)
{
    size_t wanted, found = 0;
    int64_t *ids = ids_where(cx, messages, count, has_mentions, &wanted), *all;
    struct mention_row *rows = NULL;
    enum err e =
        wanted == 0 ? OK : db_mention_list(ctx_db(cx), cx->arena, ids, wanted, &rows, &found);

    all = arena_array(cx->arena, found, sizeof *all);
    for (size_t i = 0; i < found; i++)
        all[i] = rows[i].user_id;
    for (size_t i = 0; i < count; i++)
        messages[i].mentions =
            all + rows_of(rows, sizeof *rows, found, messages[i].id, &messages[i].mention_count);
    return e;
}

static enum err add_replies(struct ctx *cx, struct message *messages, size_t count)
{
    size_t wanted, found = 0, is_there;
    int64_t *ids = ids_where(cx, messages, count, has_reply, &wanted);
    struct message *replies = NULL;
    enum err e =
        wanted == 0 ? OK : db_message_list(ctx_db(cx), cx->arena, ids, wanted, &replies, &found);

    for (size_t i = 0; i < count; i++) {
        size_t at = rows_of(replies, sizeof *replies, found, messages[i].reply_to_id, &is_there);
        messages[i].reply = is_there > 0 ? &replies[at] : NULL;
    }
    return e;
}

enum err message_complete(struct ctx *cx, struct message *messages, size_t count)
{
    enum err e = add_reactions(cx, messages, count);

    if (e == OK)
        e = add_mentions(cx, messages, count);
    return e == OK ? add_replies(cx, messages, count) : e;
}
