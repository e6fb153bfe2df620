/* Calling people and looking at calls; see call.h. Coming, going and ending are in call_step.c. */
#include "domain/call.h"

#include <inttypes.h>

#include "base/str.h"
#include "db/contacts.h"
#include "db/groups.h"
#include "db/users.h"
#include "domain/call_internal.h"
#include "domain/contact.h"
#include "domain/group.h"
#include "domain/throttle.h"

#define PEOPLE_MAX 64 /* of one call, however often they come and go */

static const struct limit_rule initiate_rule = { "call", 10, 3000 };
static const struct limit_rule ring_rule = { "call ring", 20, 1000 };

static enum err throttle_actor(struct ctx *cx, const struct limit_rule *rule)
{
    return throttle_take(cx, rule, arena_printf(cx->arena, "%" PRId64, cx->actor));
}

/* ---- one call ---- */

enum err work_load(struct ctx *cx, int64_t call_id, struct call_work *work_r)
{
    enum err e = db_call_by_id(ctx_db(cx), cx->arena, call_id, &work_r->call);

    work_r->now_ms = ctx_now(cx);
    return e == OK
               ? db_call_members(ctx_db(cx), cx->arena, call_id, &work_r->members, &work_r->count)
               : e;
}

struct call_member *work_find(const struct call_work *work, int64_t user_id)
{
    for (size_t i = 0; i < work->count; i++)
        if (work->members[i].user_id == user_id)
            return &work->members[i];
    return NULL;
}

size_t work_count(const struct call_work *work, unsigned states)
{
    size_t count = 0;

    for (size_t i = 0; i < work->count; i++)
        count += (IN_STATE(work->members[i].state) & states) != 0;
    return count;
}

const int64_t *work_people(struct ctx *cx, const struct call_work *work, unsigned states,
                           int64_t but, size_t *count_r)
{
    int64_t *people = arena_array(cx->arena, work->count, sizeof *people);

    *count_r = 0;
    for (size_t i = 0; i < work->count; i++) {
        const struct call_member *m = &work->members[i];
        if ((IN_STATE(m->state) & states) != 0 && m->user_id != but)
            people[(*count_r)++] = m->user_id;
    }
    return people;
}

enum err work_put(struct ctx *cx, const struct call_work *work, const struct call_member *member)
{
    return db_call_member_put(cx->conn, work->call.id, member);
}

static struct event make_event(const struct call_work *work, enum event_kind kind,
                               const struct call_member *from, struct call_event detail,
                               const int64_t *to, size_t count)
{
    detail.call = work->call;
    detail.at_ms = work->now_ms;
    if (from != NULL) {
        detail.from_id = from->user_id;
        detail.name = from->name;
        detail.avatar = from->avatar;
    }
    return (struct event){ .kind = kind, .to = to, .to_count = count, .call = detail };
}

void work_tell(struct ctx *cx, const struct call_work *work, enum event_kind kind,
               const struct call_member *from, struct call_event detail, const int64_t *to,
               size_t count)
{
    struct event ev = make_event(work, kind, from, detail, to, count);

    if (count > 0)
        event_queue(cx, &ev);
}

struct event work_ring(struct ctx *cx, const struct call_work *work,
                       const struct call_member *callee)
{
    struct call_event detail = { .to_id = callee->user_id, .ring_until_ms = callee->deadline_ms };

    detail.people = work_people(cx, work, IN_STATE(CALLEE_IN) | IN_STATE(CALLEE_RINGING), 0,
                                &detail.people_count);
    return make_event(work, EV_CALL_RING, work_find(work, callee->invited_by), detail,
                      &callee->user_id, 1);
}

/* ---- calling ---- */

/* May the actor call them? */
static enum err may_call(struct ctx *cx, int64_t group_id, int64_t callee)
{
    bool is_friend, is_blocked = false;
    int64_t muted_until_ms;
    enum role role;
    struct user user;
    enum err e;

    if (group_id == 0 || callee == cx->actor)
        return contact_may_write(cx, callee);
    e = db_user_by_id(cx->conn, cx->arena, callee, &user);
    if (e == OK && !user.enabled)
        e = ERR_NO_ACCOUNT;
    if (e == OK)
        e = db_member_find(cx->conn, group_id, callee, &role, &muted_until_ms);
    if (e == OK && role == ROLE_NONE)
        e = ERR_NOT_MEMBER;
    if (e == OK)
        e = db_contact_find(cx->conn, callee, cx->actor, &is_friend, &is_blocked);
    return e == OK && is_blocked ? ERR_BLOCKED : e;
}

static bool is_left_out(enum err e)
{
    return e == ERR_NO_ACCOUNT || e == ERR_BLOCKED || e == ERR_NOT_FRIEND || e == ERR_NOT_MEMBER;
}

static enum err find_busy(struct ctx *cx, int64_t user_id, bool *is_busy_r)
{
    struct call_now *list;
    size_t count;
    enum err e = db_call_now(cx->conn, cx->arena, user_id, &list, &count);

    *is_busy_r = false;
    for (size_t i = 0; e == OK && i < count; i++)
        *is_busy_r = *is_busy_r || list[i].state == CALLEE_IN;
    return e;
}

/* The member of that account, made if there is none (in the wrong order until the call is read
 * again). members has room. */
static struct call_member *member_of(struct call_work *work, int64_t user_id)
{
    struct call_member *m = work_find(work, user_id);

    if (m == NULL) {
        m = &work->members[work->count++];
        *m = (struct call_member){ .user_id = user_id, .state = CALLEE_LEFT };
    }
    return m;
}

/* Calls callee in until ring_until_ms, if that can be. *met_r: they ring, or are there already. */
static enum err call_in(struct ctx *cx, struct call_work *work, int64_t callee,
                        int64_t ring_until_ms, bool *met_r)
{
    struct call_member *m = work_find(work, callee);
    bool is_busy;
    enum err e;

    if (m != NULL && (m->state == CALLEE_IN || m->state == CALLEE_RINGING)) {
        *met_r = *met_r || callee != cx->actor;
        return callee == cx->actor ? ERR_SELF : OK;
    }
    e = may_call(cx, work->call.group_id, callee);
    if (is_left_out(e))
        return OK;
    if (e == OK)
        e = find_busy(cx, callee, &is_busy);
    if (e != OK || (is_busy && m != NULL))
        return e;
    m = member_of(work, callee);
    m->state = is_busy ? CALLEE_BUSY : CALLEE_RINGING;
    m->invited_by = cx->actor;
    m->left_at_ms = is_busy ? work->now_ms : 0;
    m->deadline_ms = is_busy ? 0 : ring_until_ms;
    *met_r = *met_r || !is_busy;
    return work_put(cx, work, m);
}

/* Calls all of callees in. ERR_NO_CALLEE, ERR_CALLEE_BUSY when none of them can be reached. */
static enum err call_all(struct ctx *cx, struct call_work *work, const int64_t *callees,
                         size_t count, int64_t ring_until_ms)
{
    size_t busy = work_count(work, IN_STATE(CALLEE_BUSY));
    bool is_met = false;
    enum err e = OK;

    for (size_t i = 0; e == OK && i < count; i++)
        e = call_in(cx, work, callees[i], ring_until_ms, &is_met);
    if (e != OK || is_met)
        return e;
    return work_count(work, IN_STATE(CALLEE_BUSY)) > busy ? ERR_CALLEE_BUSY : ERR_NO_CALLEE;
}

/* Reads the members with their names, and rings those who were called at this moment. */
static enum err ring_new(struct ctx *cx, struct call_work *work, int64_t ring_until_ms)
{
    enum err e = db_call_members(cx->conn, cx->arena, work->call.id, &work->members, &work->count);

    for (size_t i = 0; e == OK && i < work->count; i++) {
        const struct call_member *m = &work->members[i];
        struct event ev;
        if (m->state != CALLEE_RINGING || m->deadline_ms != ring_until_ms ||
            m->invited_by != cx->actor)
            continue;
        ev = work_ring(cx, work, m);
        event_queue(cx, &ev);
    }
    return e;
}

static bool has_several(const int64_t *ids, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (ids[i] != ids[0])
            return true;
    return false;
}

/* Inserts the call with its creator in. */
static enum err insert(struct ctx *cx, const struct call_draft *d, struct call_work *work)
{
    int64_t most_ms = cx->sv->conf->call_ring_seconds * 1000, now_ms = ctx_now(cx);
    struct call_member *me;
    enum err e;

    *work = (struct call_work){ .now_ms = now_ms };
    work->call = (struct call){
        .creator_id = cx->actor,
        .is_group = d->is_group || d->group_id != 0 || has_several(d->callees, d->count),
        .group_id = d->group_id,
        .is_video = d->is_video,
        .subject = str_or_empty(d->subject),
        .status = CALL_WAITING,
        .created_at_ms = now_ms,
        .ring_until_ms = now_ms + (d->ring_ms > 0 && d->ring_ms < most_ms ? d->ring_ms : most_ms),
        .seen_at_ms = now_ms,
    };
    e = db_call_insert(cx->conn, &work->call, &work->call.id);
    if (e != OK)
        return e;
    work->members = arena_array(cx->arena, d->count + 1, sizeof *work->members);
    me = member_of(work, cx->actor);
    me->state = CALLEE_IN;
    me->joined_at_ms = now_ms;
    work_bind(cx, work, me);
    return work_put(cx, work, me);
}

/* All who were called are in other calls: it is over before it rang. */
static enum err end_busy(struct ctx *cx, struct call_work *work)
{
    struct call_member *me = work_find(work, cx->actor);
    enum err e;

    work->call.status = CALL_ENDED;
    work->call.outcome = CALL_BUSY;
    work->call.ended_at_ms = work->now_ms;
    me->state = CALLEE_LEFT;
    me->left_at_ms = work->now_ms;
    me->deadline_ms = 0;
    e = work_put(cx, work, me);
    if (e == OK)
        e = db_call_update(cx->conn, &work->call);
    return e == OK ? call_record(cx, work) : e;
}

static enum err start(struct ctx *cx, const struct call_draft *d, struct call_work *work,
                      bool *is_busy_r)
{
    struct group group;
    enum err e = d->group_id != 0 ? group_may_write(cx, d->group_id, &group) : OK;

    if (e == OK)
        e = work_leave_others(cx, 0);
    if (e == OK)
        e = insert(cx, d, work);
    if (e == OK)
        e = call_all(cx, work, d->callees, d->count, work->call.ring_until_ms);
    *is_busy_r = e == ERR_CALLEE_BUSY;
    if (*is_busy_r)
        return end_busy(cx, work);
    return e == OK ? ring_new(cx, work, work->call.ring_until_ms) : e;
}

static void give(const struct call_work *work, struct call_view *call_r)
{
    *call_r = (struct call_view){ work->call, work->members, work->count };
}

enum err call_initiate(struct ctx *cx, const struct call_draft *d, struct call_view *call_r)
{
    struct call_work work;
    bool is_busy = false;
    enum err e;

    if (d->count == 0 || d->count > CALL_CALLEES_MAX ||
        (d->subject != NULL &&
         (utf8_chars(d->subject) > CALL_SUBJECT_MAX || str_has_control(d->subject))))
        return ERR_BAD_FIELD;
    e = throttle_actor(cx, &initiate_rule);
    if (e == OK)
        e = tx_begin(cx);
    if (e == OK)
        e = start(cx, d, &work, &is_busy);
    e = tx_end(cx, e);
    if (e == OK && !is_busy)
        give(&work, call_r);
    return e == OK && is_busy ? ERR_CALLEE_BUSY : e;
}

/* The call, living and with the actor in it. */
static enum err load_as_member(struct ctx *cx, int64_t call_id, struct call_work *work)
{
    enum err e = work_load(cx, call_id, work);
    const struct call_member *me = e == OK ? work_find(work, cx->actor) : NULL;

    if (e == OK && me == NULL)
        e = ERR_NO_CALL;
    if (e == OK && work->call.status == CALL_ENDED)
        e = ERR_CALL_ENDED;
    return e == OK && me->state != CALLEE_IN ? ERR_CALL_LEFT : e;
}

static enum err invite(struct ctx *cx, int64_t call_id, const int64_t *callees, size_t count,
                       struct call_work *work)
{
    struct call_member *more;
    int64_t until_ms;
    enum err e = load_as_member(cx, call_id, work);

    if (e != OK)
        return e;
    if (work->count + count > PEOPLE_MAX)
        return ERR_TOO_LARGE;
    more = arena_array(cx->arena, work->count + count, sizeof *more);
    for (size_t i = 0; i < work->count; i++)
        more[i] = work->members[i];
    work->members = more;
    until_ms = work->now_ms + cx->sv->conf->call_ring_seconds * 1000;
    e = call_all(cx, work, callees, count, until_ms);
    if (e != OK)
        return e;
    work->call.is_group = true;
    e = db_call_update(cx->conn, &work->call);
    return e == OK ? ring_new(cx, work, until_ms) : e;
}

enum err call_invite(struct ctx *cx, int64_t call_id, const int64_t *callees, size_t count,
                     struct call_view *call_r)
{
    struct call_work work;
    enum err e;

    if (count == 0 || count > CALL_CALLEES_MAX)
        return ERR_BAD_FIELD;
    e = throttle_actor(cx, &initiate_rule);
    if (e == OK)
        e = tx_begin(cx);
    if (e == OK)
        e = invite(cx, call_id, callees, count, &work);
    e = tx_end(cx, e);
    if (e == OK)
        give(&work, call_r);
    return e;
}

enum err call_ring(struct ctx *cx, int64_t call_id, int64_t callee)
{
    struct call_work work;
    struct call_view ignored;
    const struct call_member *m;
    enum err e = throttle_actor(cx, &ring_rule);

    if (e == OK)
        e = load_as_member(cx, call_id, &work);
    ctx_release(cx);
    if (e != OK)
        return e;
    m = callee != 0 ? work_find(&work, callee) : NULL;
    if (callee != 0 && (m == NULL || m->state != CALLEE_RINGING))
        return call_invite(cx, call_id, &callee, 1, &ignored);
    for (size_t i = 0; i < work.count; i++) {
        struct event ev;
        if (work.members[i].state != CALLEE_RINGING || (m != NULL && m != &work.members[i]))
            continue;
        ev = work_ring(cx, &work, &work.members[i]);
        cx->sv->deliver(cx->sv->hub, &ev, 1);
    }
    return OK;
}

/* ---- looking ---- */

enum err call_look(struct ctx *cx, int64_t call_id, struct call_view *call_r)
{
    struct call_work work;
    enum err e = work_load(cx, call_id, &work);

    if (e == OK && work_find(&work, cx->actor) == NULL)
        e = ERR_NO_CALL;
    if (e == OK)
        give(&work, call_r);
    return e;
}

enum err call_history(struct ctx *cx, int64_t before_id, int64_t limit, struct call_view **list_r,
                      size_t *count_r)
{
    return db_call_history(ctx_db(cx), cx->arena, cx->actor, before_id > 0 ? before_id : INT64_MAX,
                           limit, list_r, count_r);
}

enum err call_current(struct ctx *cx, struct call_view **list_r, size_t *count_r)
{
    struct call_now *now;
    struct call_work work;
    enum err e = db_call_now(ctx_db(cx), cx->arena, cx->actor, &now, count_r);

    *list_r = e == OK ? arena_array(cx->arena, *count_r, sizeof **list_r) : NULL;
    for (size_t i = 0; e == OK && i < *count_r; i++) {
        e = work_load(cx, now[i].call_id, &work);
        if (e == OK)
            give(&work, &(*list_r)[i]);
    }
    return e;
}

enum err call_rings(struct ctx *cx, struct event **list_r, size_t *count_r)
{
    struct call_view *calls;
    size_t count;
    enum err e = call_current(cx, &calls, &count);

    *count_r = 0;
    *list_r = arena_array(cx->arena, count, sizeof **list_r);
    for (size_t i = 0; e == OK && i < count; i++) {
        struct call_work work = { calls[i].call, calls[i].members, calls[i].count, ctx_now(cx) };
        const struct call_member *me = work_find(&work, cx->actor);
        if (me->state == CALLEE_RINGING)
            (*list_r)[(*count_r)++] = work_ring(cx, &work, me);
    }
    return e;
}
