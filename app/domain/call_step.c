/* Coming into a call, leaving it, and how it ends; see call.h. */
#include "base/log.h"
#include "db/groups.h"
#include "domain/call_internal.h"

#define SEEN_EVERY_MS 10000 /* how wrong a call's length may be after a crash */

/* ---- ending ---- */

/* The whole call is over. Who was in or rung until this moment hears of it. */
static enum err end(struct ctx *cx, struct call_work *work, const struct call_member *by,
                    enum call_outcome outcome)
{
    int64_t *to = arena_array(cx->arena, work->count, sizeof *to);
    struct call *call = &work->call;
    struct call_event detail = { 0 };
    size_t count = 0;
    enum err e = OK;

    for (size_t i = 0; e == OK && i < work->count; i++) {
        struct call_member *m = &work->members[i];
        bool was_there = m->state == CALLEE_IN || m->state == CALLEE_RINGING;
        if (was_there) {
            m->state = m->state == CALLEE_IN ? CALLEE_LEFT : CALLEE_MISSED;
            m->left_at_ms = work->now_ms;
            m->deadline_ms = 0;
            e = work_put(cx, work, m);
        }
        if (was_there || m->left_at_ms == work->now_ms)
            to[count++] = m->user_id;
    }
    call->status = CALL_ENDED;
    call->outcome = call->answered_at_ms != 0 ? CALL_ANSWERED : outcome;
    call->ended_at_ms = call->seen_at_ms = work->now_ms;
    if (e == OK)
        e = db_call_update(cx->conn, call);
    if (e != OK)
        return e;
    detail.outcome = call->outcome;
    detail.duration_ms = call_duration_ms(call, work->now_ms);
    work_tell(cx, work, EV_CALL_ENDED, by, detail, to, count);
    return call_record(cx, work);
}

/* What a call nobody answered came to, when nobody rings any more. */
static enum call_outcome unanswered(const struct call_work *work)
{
    if (work_count(work, IN_STATE(CALLEE_MISSED)) > 0)
        return CALL_MISSED;
    return work_count(work, IN_STATE(CALLEE_DECLINED)) > 0 ? CALL_DECLINED : CALL_BUSY;
}

/* Somebody is out, or rings no more: is that the end? cause: how a call that nobody answered then ended;
 * CALL_OPEN: as its callees answered. */
static enum err settle(struct ctx *cx, struct call_work *work, const struct call_member *by,
                       enum call_outcome cause)
{
    size_t in = work_count(work, IN_STATE(CALLEE_IN));
    size_t ringing = work_count(work, IN_STATE(CALLEE_RINGING));
    bool is_waiting = work->call.status == CALL_WAITING;
    bool is_over = in == 0 || (is_waiting ? ringing == 0 : !work->call.is_group && in < 2);

    if (!is_over)
        return OK;
    return end(cx, work, by, cause != CALL_OPEN ? cause : unanswered(work));
}

/* ---- going ---- */

static enum err set_out(struct ctx *cx, struct call_work *work, struct call_member *m,
                        enum call_member_state state)
{
    m->state = state;
    m->left_at_ms = work->now_ms;
    m->deadline_ms = 0;
    return work_put(cx, work, m);
}

/* m, who is in, goes. cause as settle's. */
static enum err go(struct ctx *cx, struct call_work *work, struct call_member *m,
                   enum call_outcome cause)
{
    enum err e = set_out(cx, work, m, CALLEE_LEFT);
    const int64_t *to;
    size_t count;

    if (e != OK)
        return e;
    to = work_people(cx, work, IN_STATE(CALLEE_IN), 0, &count);
    work_tell(cx, work, EV_CALL_LEAVE, m, (struct call_event){ 0 }, to, count);
    return settle(cx, work, m, cause);
}

/* m, who is rung, will not come: state says why. */
static enum err miss(struct ctx *cx, struct call_work *work, struct call_member *m,
                     enum call_member_state state)
{
    struct call_event detail = { .state = state };
    enum err e = set_out(cx, work, m, state);
    const int64_t *to;
    size_t count;

    if (e != OK)
        return e;
    to = work_people(cx, work, IN_STATE(CALLEE_IN), 0, &count);
    work_tell(cx, work, EV_CALL_REJECT, m, detail, to, count);
    if (state == CALLEE_DECLINED)
        work_tell(cx, work, EV_CALL_ELSEWHERE, m, detail, &m->user_id, 1);
    e = settle(cx, work, state == CALLEE_DECLINED ? m : NULL, CALL_OPEN);
    if (e == OK && state == CALLEE_MISSED && work->call.status != CALL_ENDED)
        work_tell(cx, work, EV_CALL_ENDED, NULL, (struct call_event){ .outcome = CALL_MISSED },
                  &m->user_id, 1);
    return e;
}

/* Of their own will, in whatever state. */
static enum err step_out(struct ctx *cx, struct call_work *work, struct call_member *me)
{
    if (me->state == CALLEE_IN)
        return go(cx, work, me, CALL_CANCELLED);
    return me->state == CALLEE_RINGING ? miss(cx, work, me, CALLEE_DECLINED) : ERR_CALL_LEFT;
}

/* ---- coming ---- */

void work_bind(struct ctx *cx, const struct call_work *work, struct call_member *me)
{
    const struct services *sv = cx->sv;
    bool is_connected = cx->socket_id != 0 || sv->is_session_online == NULL ||
                        sv->is_session_online(sv->hub, cx->actor, cx->session_id);

    me->session_id = cx->session_id;
    me->socket_id = cx->socket_id;
    /* Without a socket nobody hears an offer; one may take as long to come as an answer. */
    me->deadline_ms = is_connected ? 0 : work->now_ms + sv->conf->call_ring_seconds * 1000;
}

enum err work_leave_others(struct ctx *cx, int64_t call_id)
{
    struct call_now *now;
    size_t count;
    enum err e = db_call_now(cx->conn, cx->arena, cx->actor, &now, &count);

    for (size_t i = 0; e == OK && i < count; i++) {
        struct call_member *me;
        struct call_work other;
        if (now[i].state != CALLEE_IN || now[i].call_id == call_id)
            continue;
        e = work_load(cx, now[i].call_id, &other);
        me = e == OK ? work_find(&other, cx->actor) : NULL;
        if (me != NULL)
            e = me->deadline_ms == 0 || me->socket_id == 0 ? ERR_CALL_BUSY
                                                           : go(cx, &other, me, CALL_FAILED);
    }
    return e;
}

static enum err come_in(struct ctx *cx, struct call_work *work, struct call_member *me)
{
    int64_t muted_until_ms;
    enum role role = ROLE_MEMBER;
    enum err e = work_leave_others(cx, work->call.id);

    if (e == OK && work->call.group_id != 0)
        e = db_member_find(cx->conn, work->call.group_id, me->user_id, &role, &muted_until_ms);
    if (e == OK && role == ROLE_NONE)
        e = ERR_NOT_MEMBER;
    if (e != OK)
        return e;
    me->state = CALLEE_IN;
    me->left_at_ms = 0;
    if (me->joined_at_ms == 0)
        me->joined_at_ms = work->now_ms;
    if (work->call.status == CALL_WAITING && me->user_id != work->call.creator_id) {
        work->call.status = CALL_ACTIVE;
        work->call.answered_at_ms = work->call.seen_at_ms = work->now_ms;
        e = db_call_update(cx->conn, &work->call);
    }
    return e;
}

static enum err enter(struct ctx *cx, struct call_work *work, struct call_member *me, bool keeps)
{
    bool was_in = me->state == CALLEE_IN, is_same = me->session_id == cx->session_id;
    struct call_event here = { .state = CALLEE_IN };
    const int64_t *to;
    size_t count;
    enum err e = OK;

    if (was_in && !is_same && me->deadline_ms == 0)
        return ERR_CALL_ENTERED;
    if (!was_in)
        e = come_in(cx, work, me);
    if (e != OK)
        return e;
    work_bind(cx, work, me);
    e = work_put(cx, work, me);
    if (e != OK)
        return e;
    if (!was_in || !is_same)
        work_tell(cx, work, EV_CALL_ELSEWHERE, me, here, &me->user_id, 1);
    if (was_in && is_same && keeps)
        return OK;
    to = work_people(cx, work, IN_STATE(CALLEE_IN), me->user_id, &count);
    work_tell(cx, work, EV_CALL_ENTER, me, (struct call_event){ 0 }, to, count);
    return OK;
}

/* ---- what people do ---- */

/* Loads the living call and the actor's part in it. Inside a transaction. */
static enum err load_mine(struct ctx *cx, int64_t call_id, struct call_work *work,
                          struct call_member **me_r)
{
    enum err e = work_load(cx, call_id, work);

    *me_r = e == OK ? work_find(work, cx->actor) : NULL;
    if (e == OK && *me_r == NULL)
        e = ERR_NO_CALL;
    return e == OK && work->call.status == CALL_ENDED ? ERR_CALL_ENDED : e;
}

enum err call_enter(struct ctx *cx, int64_t call_id, bool keeps, struct call_view *call_r)
{
    struct call_member *me;
    struct call_work work;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = load_mine(cx, call_id, &work, &me);
    if (e == OK)
        e = enter(cx, &work, me, keeps);
    e = tx_end(cx, e);
    if (e == OK)
        *call_r = (struct call_view){ work.call, work.members, work.count };
    return e;
}

enum err call_leave(struct ctx *cx, int64_t call_id)
{
    struct call_member *me;
    struct call_work work;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = load_mine(cx, call_id, &work, &me);
    if (e == OK)
        e = step_out(cx, &work, me);
    return tx_end(cx, e);
}

enum err call_reject(struct ctx *cx, int64_t call_id)
{
    return call_leave(cx, call_id);
}

enum err call_cancel(struct ctx *cx, int64_t call_id, bool is_failure)
{
    struct call_member *me;
    struct call_work work;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = load_mine(cx, call_id, &work, &me);
    if (e == OK && work.call.is_group && me->user_id != work.call.creator_id)
        e = ERR_NOT_CREATOR;
    if (e == OK && me->state == CALLEE_RINGING)
        e = miss(cx, &work, me, CALLEE_DECLINED);
    else if (e == OK)
        e = end(cx, &work, me, is_failure ? CALL_FAILED : CALL_CANCELLED);
    return tx_end(cx, e);
}

/* ---- what happens by itself ---- */

static bool is_lost(struct ctx *cx, const struct call_member *me)
{
    const struct services *sv = cx->sv;

    if (me->state != CALLEE_IN || me->session_id != cx->session_id || me->deadline_ms != 0)
        return false;
    if (me->socket_id != 0)
        return me->socket_id == cx->socket_id;
    return sv->is_session_online != NULL &&
           !sv->is_session_online(sv->hub, cx->actor, cx->session_id);
}

static enum err lose(struct ctx *cx, int64_t call_id)
{
    struct call_member *me;
    struct call_work work;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = load_mine(cx, call_id, &work, &me);
    if (e == OK && is_lost(cx, me)) {
        me->deadline_ms = work.now_ms + cx->sv->conf->call_grace_seconds * 1000;
        e = work_put(cx, &work, me);
    }
    return tx_end(cx, e);
}

void call_disconnected(struct ctx *cx)
{
    struct call_now *now;
    size_t count = 0;
    enum err e = db_call_now(ctx_db(cx), cx->arena, cx->actor, &now, &count);

    for (size_t i = 0; e == OK && i < count; i++)
        if (now[i].state == CALLEE_IN)
            e = lose(cx, now[i].call_id);
    if (e != OK && e != ERR_CALL_ENDED)
        log_warn("call", "a lost socket was not noted: %s", err_meaning(e));
}

/* Everybody in state whose time is up. */
static enum err meet_deadlines(struct ctx *cx, struct call_work *work, enum call_member_state state)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < work->count && work->call.status != CALL_ENDED; i++) {
        struct call_member *m = &work->members[i];
        if (m->state != state || m->deadline_ms == 0 || m->deadline_ms > work->now_ms)
            continue;
        e = state == CALLEE_RINGING ? miss(cx, work, m, CALLEE_MISSED)
                                    : go(cx, work, m, CALL_FAILED);
    }
    return e;
}

static enum err note_seen(struct ctx *cx)
{
    bool any = false;
    enum err e = db_call_unseen(ctx_db(cx), ctx_now(cx) - SEEN_EVERY_MS, &any);

    if (e != OK || !any)
        return e;
    e = tx_begin(cx);
    if (e == OK)
        e = db_call_seen(cx->conn, ctx_now(cx));
    return tx_end(cx, e);
}

enum err call_sweep(struct ctx *cx)
{
    int64_t *ids;
    size_t count = 0;
    enum err e = db_call_due(ctx_db(cx), cx->arena, ctx_now(cx), &ids, &count);

    for (size_t i = 0; e == OK && i < count; i++) {
        struct call_work work;
        e = tx_begin(cx);
        if (e == OK)
            e = work_load(cx, ids[i], &work);
        if (e == OK)
            e = meet_deadlines(cx, &work, CALLEE_RINGING);
        if (e == OK)
            e = meet_deadlines(cx, &work, CALLEE_IN);
        e = tx_end(cx, e);
    }
    return e == OK ? note_seen(cx) : e;
}

/* The latest moment at which the call is known to have gone on. */
static int64_t last_seen(const struct call_work *work)
{
    int64_t seen_at_ms = work->call.seen_at_ms;

    for (size_t i = 0; i < work->count; i++)
        if (work->members[i].joined_at_ms > seen_at_ms)
            seen_at_ms = work->members[i].joined_at_ms;
    return seen_at_ms;
}

enum err call_end_all(struct ctx *cx, bool is_start)
{
    int64_t *ids;
    size_t count = 0;
    enum err e = db_call_living(ctx_db(cx), cx->arena, &ids, &count);

    for (size_t i = 0; e == OK && i < count; i++) {
        struct call_work work;
        e = tx_begin(cx);
        if (e == OK)
            e = work_load(cx, ids[i], &work);
        if (e == OK && is_start)
            work.now_ms = last_seen(&work);
        if (e == OK && work.call.status != CALL_ENDED)
            e = end(cx, &work, NULL, CALL_FAILED);
        e = tx_end(cx, e);
    }
    return e;
}
