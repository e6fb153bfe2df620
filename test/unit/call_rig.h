/* What the tests of calls stand on beside the fixture: people with devices, and what they hear. The
 * clock is ours; a device is the numbers of a session and a socket. */
#ifndef TEST_CALL_RIG_H
#define TEST_CALL_RIG_H

#include "test/unit/fixture.h"

#include "domain/call.h"

#define GRACE_MS (8 * 1000) /* the defaults of chat.conf */
#define RING_MS (60 * 1000)

struct device {
    int64_t user, session, socket;
};

static inline struct ctx on(struct fixture *f, struct device d)
{
    struct ctx cx = as(f, d.user);

    cx.session_id = d.session;
    cx.socket_id = d.socket;
    return cx;
}

/* A device of a new account; its session and socket are unlike anybody else's. */
static inline struct device device(struct fixture *f, const char *name)
{
    int64_t user = person(f, name);

    return (struct device){ user, user * 10 + 1, user * 100 + 1 };
}

static inline enum err ring_up(struct fixture *f, struct device from, struct call_draft draft,
                               struct call_view *view_r)
{
    struct ctx cx = on(f, from);

    return call_initiate(&cx, &draft, view_r);
}

/* from calls one or two people; the call's id. */
static inline int64_t call_two(struct fixture *f, struct device from, int64_t to)
{
    struct call_view view;

    assert_int_equal(ring_up(f, from, (struct call_draft){ .callees = &to, .count = 1 }, &view),
                     OK);
    return view.call.id;
}

static inline int64_t call_three(struct fixture *f, struct device from, int64_t a, int64_t b)
{
    int64_t to[] = { a, b };
    struct call_view view;

    assert_int_equal(
        ring_up(f, from, (struct call_draft){ .callees = to, .count = 2, .is_video = true }, &view),
        OK);
    return view.call.id;
}

static inline enum err enter(struct fixture *f, struct device d, int64_t id)
{
    struct ctx cx = on(f, d);
    struct call_view view;

    return call_enter(&cx, id, false, &view);
}

static inline enum err leave(struct fixture *f, struct device d, int64_t id)
{
    struct ctx cx = on(f, d);

    return call_leave(&cx, id);
}

static inline enum err reject(struct fixture *f, struct device d, int64_t id)
{
    struct ctx cx = on(f, d);

    return call_reject(&cx, id);
}

static inline enum err cancel(struct fixture *f, struct device d, int64_t id)
{
    struct ctx cx = on(f, d);

    return call_cancel(&cx, id, false);
}

static inline enum err offer(struct fixture *f, struct device d, int64_t id, int64_t to)
{
    struct ctx cx = on(f, d);

    return call_signal(&cx, id, to, SIGNAL_OFFER, "{\"type\":\"offer\"}", "");
}

static inline void disconnect(struct fixture *f, struct device d)
{
    struct ctx cx = on(f, d);

    call_disconnected(&cx);
    ctx_release(&cx);
}

static inline void pass(struct fixture *f, int64_t ms)
{
    struct ctx cx = as(f, 0);

    f->now_ms += ms;
    assert_int_equal(call_sweep(&cx), OK);
    ctx_release(&cx);
}

static inline struct call_view look(struct fixture *f, int64_t user, int64_t id)
{
    struct ctx cx = as(f, user);
    struct call_view view;

    assert_int_equal(call_look(&cx, id, &view), OK);
    ctx_release(&cx);
    return view;
}

static inline enum call_member_state state_of(struct fixture *f, int64_t id, int64_t user)
{
    struct call_view view = look(f, user, id);

    for (size_t i = 0; i < view.count; i++)
        if (view.members[i].user_id == user)
            return view.members[i].state;
    fail();
    return 0;
}

static inline void ended_as(struct fixture *f, int64_t id, int64_t user, enum call_outcome outcome)
{
    struct call_view view = look(f, user, id);

    assert_int_equal(view.call.status, CALL_ENDED);
    assert_int_equal(view.call.outcome, outcome);
    assert_int_equal(view.call.ended_at_ms, f->now_ms);
}

/* The n-th event of kind since the last forget; fails if there are not so many. */
static inline const struct recorded *heard(struct fixture *f, enum event_kind kind, size_t n)
{
    for (size_t i = 0; i < f->event_count; i++)
        if (f->events[i].kind == kind && n-- == 0)
            return &f->events[i];
    fail_msg("no event of kind %d", (int)kind);
    return NULL;
}

static inline size_t count_of(struct fixture *f, enum event_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < f->event_count; i++)
        count += f->events[i].kind == kind;
    return count;
}

static inline bool reaches(const struct recorded *r, int64_t user)
{
    for (size_t i = 0; i < r->to_count; i++)
        if (r->to[i] == user)
            return true;
    return false;
}

static inline void forget(struct fixture *f)
{
    f->event_count = 0;
}

/* The newest message user has with peer or in a group; NULL: none. */
static inline const struct message *newest(struct fixture *f, int64_t user, int64_t target)
{
    struct ctx cx = as(f, user);
    struct history what = { .target_id = target, .newest_first = true, .page = 1, .limit = 1 };
    struct history_page page;

    assert_int_equal(message_history(&cx, &what, &page), OK);
    ctx_release(&cx);
    return page.count > 0 ? &page.messages[0] : NULL;
}

static inline int64_t unread(struct fixture *f, int64_t user, int64_t target)
{
    struct ctx cx = as(f, user);
    struct conversation *list;
    size_t count;

    assert_int_equal(conversation_list(&cx, &list, &count), OK);
    ctx_release(&cx);
    for (size_t i = 0; i < count; i++)
        if (list[i].target_id == target)
            return list[i].unread;
    return -1;
}

static inline void left_message(struct fixture *f, int64_t caller, int64_t callee, const char *body,
                                const char *extra)
{
    const struct message *m = newest(f, callee, caller);

    assert_non_null(m);
    assert_int_equal(m->kind, KIND_CALL);
    assert_int_equal(m->sender_id, caller);
    assert_string_equal(m->body, body);
    assert_string_equal(m->extra, extra);
}

#endif
