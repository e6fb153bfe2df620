/* What two people in a call tell each other through the server; see call.h. */
#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "domain/call_internal.h"
#include "domain/throttle.h"

/* A little over what one socket may send anyway (ws/internal.h): for many sockets. */
static const struct limit_rule signal_rule = { "call signal", 400, 40 };

/* The actor is back on this socket, or known to be on it now. */
static enum err settle_in(struct ctx *cx, int64_t call_id)
{
    struct call_member *me = NULL;
    struct call_work work;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = work_load(cx, call_id, &work);
    if (e == OK)
        me = work_find(&work, cx->actor);
    if (e == OK && (me == NULL || me->state != CALLEE_IN))
        e = ERR_CALL_LEFT;
    if (e == OK) {
        work_bind(cx, &work, me);
        e = work_put(cx, &work, me);
    }
    return tx_end(cx, e);
}

static enum err check_pair(struct ctx *cx, int64_t call_id, int64_t to, struct call *call_r,
                           struct call_pair *pair_r)
{
    enum err e = db_call_pair(ctx_db(cx), call_id, cx->actor, to, pair_r);

    if (e == OK)
        e = db_call_by_id(ctx_db(cx), cx->arena, call_id, call_r);
    ctx_release(cx);
    if (e == OK && call_r->status == CALL_ENDED)
        e = ERR_CALL_ENDED;
    if (e == OK && (pair_r->from.state != CALLEE_IN || pair_r->to_state != CALLEE_IN))
        e = ERR_CALL_LEFT;
    if (e == OK && pair_r->from.session_id != cx->session_id)
        e = ERR_CALL_ENTERED;
    return e;
}

enum err call_signal(struct ctx *cx, int64_t call_id, int64_t to, enum call_signal signal,
                     const char *payload, const char *key)
{
    struct event ev = { .kind = EV_CALL_SIGNAL, .to = &to, .to_count = 1 };
    struct call_pair pair;
    enum err e;

    if (strlen(payload) > CALL_SIGNAL_MAX)
        return ERR_TOO_LARGE;
    if (to == cx->actor)
        return ERR_SELF;
    e = throttle_take(cx, &signal_rule, arena_printf(cx->arena, "%" PRId64, cx->actor));
    if (e == OK)
        e = check_pair(cx, call_id, to, &ev.call.call, &pair);
    if (e == OK && cx->socket_id != 0 && (pair.from.deadline_ms != 0 || pair.from.socket_id == 0))
        e = settle_in(cx, call_id);
    if (e != OK)
        return e;
    ev.session_id = pair.to_session_id;
    ev.call.from_id = cx->actor;
    ev.call.to_id = to;
    ev.call.signal = signal;
    ev.call.payload = payload;
    ev.call.key = str_or_empty(key);
    ev.call.at_ms = ctx_now(cx);
    cx->sv->deliver(cx->sv->hub, &ev, 1);
    return OK;
}
