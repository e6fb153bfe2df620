/* Contexts, and the one way to write: begin, work, end. See ctx.h. */
#include "domain/ctx.h"

#include <assert.h>
#include <string.h>

#define EVENTS_FIRST 8

#include "base/metrics.h"

void ctx_init(struct ctx *cx, const struct services *sv, struct arena *arena, const char *dialect,
              const char *address)
{
    *cx = (struct ctx){ .sv = sv, .arena = arena, .dialect = dialect, .address = address };
}

void ctx_release(struct ctx *cx)
{
    assert(!cx->in_tx);
    if (cx->conn != NULL)
        db_read_end(cx->sv->db, cx->conn);
    cx->conn = NULL;
}

struct db_conn *ctx_db(struct ctx *cx)
{
    if (cx->conn == NULL)
        cx->conn = db_read_begin(cx->sv->db);
    return cx->conn;
}

int64_t ctx_now(const struct ctx *cx)
{
    return clock_wall_ms(cx->sv->clock);
}

enum err tx_begin(struct ctx *cx)
{
    enum err e;

    ctx_release(cx);
    e = db_write_begin(cx->sv->db, &cx->conn);
    cx->in_tx = e == OK;
    cx->event_count = 0;
    return e;
}

static void deliver(void *arg)
{
    struct ctx *cx = arg;
    int64_t messages = 0;

    for (size_t i = 0; i < cx->event_count; i++)
        messages += cx->events[i].kind == EV_MESSAGE;
    if (cx->sv->metrics != NULL)
        metrics_messages(cx->sv->metrics, messages);
    if (cx->event_count > 0 && cx->sv->deliver != NULL)
        cx->sv->deliver(cx->sv->hub, cx->events, cx->event_count);
}

enum err tx_end(struct ctx *cx, enum err e)
{
    enum err committed;

    if (!cx->in_tx)
        return e;
    cx->in_tx = false;
    cx->conn = NULL;
    committed = db_write_end(cx->sv->db, e == OK, deliver, cx);
    return e == OK ? committed : e;
}

void event_queue(struct ctx *cx, const struct event *ev)
{
    assert(cx->in_tx);
    if (cx->event_count == cx->event_cap) {
        size_t cap = cx->event_cap == 0 ? EVENTS_FIRST : cx->event_cap * 2;
        struct event *more = arena_array(cx->arena, cap, sizeof *more);
        if (cx->event_count > 0)
            memcpy(more, cx->events, cx->event_count * sizeof *more);
        cx->events = more;
        cx->event_cap = cap;
    }
    cx->events[cx->event_count++] = *ev;
}
