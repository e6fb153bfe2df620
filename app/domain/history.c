/* Reading messages: pages of history and read positions; see message.h. */
#include "db/messages.h"
#include "db/settings.h"
#include "domain/message.h"
#include "domain/message_internal.h"

#define RECEIPT_REACH 200 /* a read receipt goes to the senders of at most so many messages */

/* The seq of message id of this conversation. */
static enum err seq_of(struct ctx *cx, const struct window *w, int64_t id, int64_t *seq_r)
{
    struct message message;
    enum err e = db_message_by_id(ctx_db(cx), cx->arena, id, &message);

    if (e == OK && message.conversation_id != w->conversation_id)
        e = ERR_NO_MESSAGE;
    if (e == OK)
        *seq_r = message.seq;
    return e;
}

/* Narrows range to what stands above and below the given marks. */
static enum err narrow(struct ctx *cx, const struct window *w, const struct history *what,
                       struct message_range *range)
{
    int64_t after = what->after_seq, before = what->before_seq;
    enum err e = OK;

    if (what->after_id != 0)
        e = seq_of(cx, w, what->after_id, &after);
    if (e == OK && what->before_id != 0)
        e = seq_of(cx, w, what->before_id, &before);
    if (after + 1 > range->from_seq)
        range->from_seq = after + 1;
    if (before > 0 && before - 1 < range->to_seq)
        range->to_seq = before - 1;
    return e;
}

/* Begins the range at its first message said at since_ms or later, found by halving: times rise with
 * seq. Where the clock was once set back, at one of the places that fit. */
static enum err narrow_since(struct ctx *cx, struct message_range *range, int64_t since_ms)
{
    int64_t low = range->from_seq, high = range->to_seq + 1, at_ms = 0;
    enum err e = OK;

    while (e == OK && low < high) {
        int64_t middle = low + (high - low) / 2;
        e = db_message_time(ctx_db(cx), range->conversation_id, middle, &at_ms);
        if (at_ms >= since_ms)
            high = middle;
        else
            low = middle + 1;
    }
    range->from_seq = low;
    return e;
}

/* Narrows range to limit seqs with seq in their middle, or as near to it as the ends allow. */
static void narrow_around(struct message_range *range, int64_t seq, int64_t limit)
{
    int64_t from = seq - limit / 2;

    if (from > range->to_seq - limit + 1)
        from = range->to_seq - limit + 1;
    if (from > range->from_seq)
        range->from_seq = from;
    if (range->from_seq + limit - 1 < range->to_seq)
        range->to_seq = range->from_seq + limit - 1;
}

/* Drops the first (or newest) len of the range's seqs. */
static void drop(struct message_range *range, int64_t len)
{
    if (range->newest_first)
        range->to_seq -= len;
    else
        range->from_seq += len;
}

/* The first (or newest) len seqs of the range: how many messages of its kind do they hold? */
static enum err count_first(struct ctx *cx, struct message_range range, int64_t len,
                            int64_t *count_r)
{
    if (range.newest_first)
        range.from_seq = range.to_seq - len + 1;
    else
        range.to_seq = range.from_seq + len - 1;
    return db_message_count(ctx_db(cx), &range, count_r);
}

/* Begins the range where its first skip messages are passed: looks for the shortest stretch that
 * holds them, by halving, since a stretch is counted without being walked. */
static enum err skip_messages(struct ctx *cx, struct message_range *range, int64_t skip)
{
    int64_t len = range->to_seq - range->from_seq + 1, counted = 0, low = skip, high;
    bool all_count = range->kind == 0 && range->with_revoked;
    enum err e = all_count || skip == 0 ? OK : db_message_count(ctx_db(cx), range, &counted);

    if (e != OK || skip == 0)
        return e;
    if (all_count || counted <= skip) {
        drop(range, all_count && skip < len ? skip : len);
        return OK;
    }
    high = skip + len - counted; /* if all that do not count lay before them */
    while (e == OK && low < high) {
        int64_t middle = low + (high - low) / 2;
        e = count_first(cx, *range, middle, &counted);
        if (counted >= skip)
            high = middle;
        else
            low = middle + 1;
    }
    drop(range, low);
    return e;
}

static enum err mark_is_read(struct ctx *cx, const struct window *w, struct history_page *page)
{
    int64_t others = 0;
    enum err e = db_participant_read_of_others(ctx_db(cx), w->conversation_id, cx->actor, &others);

    for (size_t i = 0; i < page->count; i++) {
        struct message *m = &page->messages[i];
        m->is_read = (m->sender_id == cx->actor ? others : w->read_seq) >= m->seq;
    }
    return e;
}

/* The other side of a conversation of two learns that some device of the actor's has everything up
 * to seq. */
static enum err deliver(struct ctx *cx, const struct window *w, int64_t target_id, int64_t seq)
{
    struct event ev = { .kind = EV_DELIVERED, .to_count = 1 };
    bool moved = false;
    enum err e;

    if (w->scope != SCOPE_DIRECT || w->conversation_id == 0 || seq <= w->delivered_seq)
        return OK;
    e = tx_begin(cx);
    if (e == OK)
        e = db_participant_delivered(cx->conn, cx->actor, w->conversation_id, seq, &moved);
    if (e == OK && moved) {
        ev.to = arena_memdup(cx->arena, &target_id, sizeof target_id);
        ev.read = (struct read_event){ .reader_id = cx->actor,
                                       .scope = SCOPE_DIRECT,
                                       .target_id = target_id,
                                       .read_seq = seq,
                                       .at_ms = ctx_now(cx) };
        event_queue(cx, &ev);
    }
    return tx_end(cx, e);
}

enum err message_mark_delivered(struct ctx *cx, int64_t target_id, int64_t seq)
{
    struct window w;
    enum err e = window_of(cx, target_id, &w);

    return e == OK ? deliver(cx, &w, target_id, seq < w.last_seq ? seq : w.last_seq) : e;
}

/* What the page holds has come to a device of the actor's. A page is worth more than its tick: that
 * this cannot be stored is no reason not to answer. */
static void deliver_page(struct ctx *cx, const struct window *w, int64_t target_id,
                         const struct history_page *page)
{
    int64_t seq = 0;

    for (size_t i = 0; i < page->count; i++)
        if (page->messages[i].seq > seq)
            seq = page->messages[i].seq;
    deliver(cx, w, target_id, seq);
}

enum err message_history(struct ctx *cx, const struct history *what, struct history_page *page_r)
{
    struct window w;
    struct message_range range;
    enum err e = window_of(cx, what->target_id, &w);

    *page_r = (struct history_page){ 0 };
    if (e != OK || w.conversation_id == 0)
        return e;
    range = (struct message_range){ .conversation_id = w.conversation_id,
                                    .from_seq = w.first_seq,
                                    .to_seq = w.last_seq,
                                    .kind = what->kind };
    e = db_message_count(ctx_db(cx), &range, &page_r->total);
    if (e == OK)
        e = narrow(cx, &w, what, &range);
    if (e == OK && what->since_ms > 0)
        e = narrow_since(cx, &range, what->since_ms);
    if (what->around_seq > 0)
        narrow_around(&range, what->around_seq, what->limit);
    range.newest_first = what->newest_first;
    range.with_revoked = what->by_seq;
    range.limit = what->limit;
    if (e == OK)
        e = skip_messages(cx, &range, what->around_seq > 0 ? 0 : (what->page - 1) * what->limit);
    if (e == OK)
        e = db_message_page(ctx_db(cx), cx->arena, &range, &page_r->messages, &page_r->count);
    if (e == OK)
        e = message_complete(cx, page_r->messages, page_r->count);
    if (e == OK)
        e = mark_is_read(cx, &w, page_r);
    if (e == OK)
        deliver_page(cx, &w, what->target_id, page_r);
    return e;
}

/* Who should know that the actor has read from..to: the actor's own devices and, unless one of the
 * two hides it, its senders. */
static enum err tell_read(struct ctx *cx, const struct window *w, int64_t target_id,
                          int64_t from_seq, int64_t to_seq)
{
    struct event ev = { .kind = EV_READ };
    struct settings settings;
    int64_t *senders, *to;
    size_t count = 0, n = 0;
    enum err e = db_settings_find(cx->conn, cx->arena, cx->actor, &settings);

    if (from_seq <= to_seq - RECEIPT_REACH)
        from_seq = to_seq - RECEIPT_REACH + 1;
    if (e == OK && settings.read_receipts)
        e = db_message_senders(cx->conn, cx->arena, w->conversation_id, from_seq, to_seq, &senders,
                               &count);
    if (e != OK)
        return e;
    to = arena_array(cx->arena, count + 1, sizeof *to);
    to[n++] = cx->actor;
    for (size_t i = 0; i < count; i++)
        if (senders[i] != cx->actor)
            to[n++] = senders[i];
    ev.to = to;
    ev.to_count = n;
    ev.read = (struct read_event){ .reader_id = cx->actor,
                                   .scope = w->scope,
                                   .target_id = target_id,
                                   .conversation_id = w->conversation_id,
                                   .read_seq = to_seq,
                                   .at_ms = ctx_now(cx) };
    event_queue(cx, &ev);
    return OK;
}

static enum err tell_state(struct ctx *cx, const struct window *w, int64_t target_id)
{
    struct conversation_state state;
    enum err e = db_participant_state(cx->conn, cx->actor, w->conversation_id, &state);

    if (e == OK)
        conversation_tell(cx, w->scope, target_id, &state);
    return e;
}

enum err message_mark_read(struct ctx *cx, int64_t target_id, int64_t seq)
{
    struct window w = { 0 };
    bool moved = false, unmarked = false;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = window_of(cx, target_id, &w);
    if (seq == 0 || seq > w.last_seq)
        seq = w.last_seq;
    if (e == OK && w.conversation_id != 0)
        e = db_participant_read(cx->conn, cx->actor, w.conversation_id, seq, ctx_now(cx), &moved);
    if (e == OK && moved)
        e = tell_read(cx, &w, target_id, w.read_seq + 1, seq);
    else if (e == OK && w.conversation_id != 0)
        e = db_participant_unmark(cx->conn, cx->actor, w.conversation_id, &unmarked);
    if (e == OK && unmarked)
        e = tell_state(cx, &w, target_id);
    return tx_end(cx, e);
}
