/* Calls of several, strangers and limits, history, and what a restart makes of it all. */
#include "test/unit/call_rig.h"

static void a_call_of_three(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol");
    int64_t id;
    const struct recorded *r;

    forget(f);
    id = call_three(f, a, b.user, c.user);
    assert_int_equal(count_of(f, EV_CALL_RING), 2);
    assert_int_equal(heard(f, EV_CALL_RING, 1)->call.people_count, 3);
    assert_int_equal(enter(f, b, id), OK);
    forget(f);
    assert_int_equal(enter(f, c, id), OK);
    r = heard(f, EV_CALL_ENTER, 0); /* both offer to her */
    assert_int_equal(r->to_count, 2);
    assert_false(reaches(r, c.user));
    assert_int_equal(offer(f, b, id, c.user), OK);
    assert_int_equal(cancel(f, b, id), ERR_NOT_CREATOR);
    f->now_ms += 60000;
    assert_int_equal(leave(f, a, id), OK); /* the others go on */
    assert_int_equal(offer(f, b, id, a.user), ERR_CALL_LEFT);
    assert_int_equal(offer(f, a, id, b.user), ERR_CALL_LEFT);
    assert_int_equal(leave(f, a, id), ERR_CALL_LEFT);
    assert_int_equal(enter(f, a, id), OK); /* and one may come back */
    assert_int_equal(leave(f, a, id), OK);
    assert_int_equal(leave(f, b, id), OK);
    assert_int_equal(look(f, c.user, id).call.status, CALL_ACTIVE);
    f->now_ms += 5000;
    assert_int_equal(leave(f, c, id), OK); /* the last one out */
    ended_as(f, id, a.user, CALL_ANSWERED);
    left_message(f, a.user, b.user, "[视频通话] 01:00",
                 "{\"id\":1,\"video\":true,\"state\":\"answered\",\"duration\":60000}");
    left_message(f, a.user, c.user, "[视频通话] 01:05",
                 "{\"id\":1,\"video\":true,\"state\":\"answered\",\"duration\":65000}");
}

static void some_come_and_some_do_not(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol"),
                  d = device(f, "dave");
    int64_t id = call_three(f, a, b.user, c.user);
    struct ctx cx = on(f, b);
    struct call_view view;
    const struct recorded *r;

    assert_int_equal(call_invite(&cx, id, &d.user, 1, &view), ERR_CALL_LEFT); /* not in yet */
    assert_int_equal(enter(f, b, id), OK);
    assert_int_equal(reject(f, c, id), OK);
    assert_int_equal(look(f, a.user, id).call.status, CALL_ACTIVE);
    f->now_ms += 1000;
    forget(f);
    cx = on(f, b);
    assert_int_equal(call_invite(&cx, id, &d.user, 1, &view), OK);
    r = heard(f, EV_CALL_RING, 0);
    assert_int_equal(r->call.from_id, b.user); /* who invites is who calls */
    assert_int_equal(r->call.ring_until_ms, f->now_ms + RING_MS);
    forget(f);
    pass(f, RING_MS);
    assert_int_equal(state_of(f, id, d.user), CALLEE_MISSED);
    r = heard(f, EV_CALL_ENDED, 0); /* for dave alone */
    assert_int_equal(r->to_count, 1);
    assert_int_equal(r->to[0], d.user);
    assert_int_equal(r->call.outcome, CALL_MISSED);
    assert_int_equal(look(f, a.user, id).call.status, CALL_ACTIVE);
    cx = on(f, a);
    assert_int_equal(call_ring(&cx, id, c.user), OK); /* who declined may be asked again */
    assert_int_equal(enter(f, c, id), OK);
    assert_int_equal(cancel(f, a, id), OK); /* the creator ends it for all */
    ended_as(f, id, c.user, CALL_ANSWERED);
    left_message(f, b.user, d.user, "[视频通话] 未接听",
                 "{\"id\":1,\"video\":true,\"state\":\"missed\",\"duration\":0}");
}

static void nobody_comes(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol");
    int64_t id = call_three(f, a, b.user, c.user);

    assert_int_equal(reject(f, b, id), OK);
    assert_int_equal(look(f, a.user, id).call.status, CALL_WAITING);
    pass(f, RING_MS);
    ended_as(f, id, a.user, CALL_MISSED);
    left_message(f, a.user, b.user, "[视频通话] 已拒绝",
                 "{\"id\":1,\"video\":true,\"state\":\"declined\",\"duration\":0}");
    left_message(f, a.user, c.user, "[视频通话] 未接听",
                 "{\"id\":1,\"video\":true,\"state\":\"missed\",\"duration\":0}");
    id = call_three(f, a, b.user, c.user);
    assert_int_equal(reject(f, b, id), OK);
    assert_int_equal(reject(f, c, id), OK);
    ended_as(f, id, a.user, CALL_DECLINED);
}

static void two_become_three(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol");
    int64_t id = call_two(f, a, b.user);
    struct ctx cx = on(f, a);
    struct call_view view;

    assert_int_equal(enter(f, b, id), OK);
    assert_int_equal(call_invite(&cx, id, &c.user, 1, &view), OK);
    assert_true(view.call.is_group);
    assert_int_equal(enter(f, c, id), OK);
    assert_int_equal(leave(f, a, id), OK);
    assert_int_equal(look(f, b.user, id).call.status, CALL_ACTIVE);
}

static void ringing_again_tells_only_who_still_rings(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol");
    int64_t id = call_three(f, a, b.user, c.user);
    struct ctx cx = on(f, b);

    assert_int_equal(call_ring(&cx, id, 0), ERR_CALL_LEFT); /* only who is in rings */
    assert_int_equal(enter(f, b, id), OK);
    forget(f);
    cx = on(f, a);
    assert_int_equal(call_ring(&cx, id, 0), OK);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].to[0], c.user);
    assert_int_equal(f->events[0].call.ring_until_ms, f->now_ms + RING_MS);
}

/* ---- strangers, limits ---- */

static void strangers_have_no_part(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol");
    int64_t id = call_two(f, a, b.user);
    struct ctx cx = on(f, c);
    struct call_view view, *list;
    size_t count;

    assert_int_equal(enter(f, b, id), OK);
    forget(f);
    assert_int_equal(enter(f, c, id), ERR_NO_CALL);
    assert_int_equal(offer(f, c, id, b.user), ERR_NO_CALL);
    assert_int_equal(offer(f, a, id, c.user), ERR_CALL_LEFT);
    assert_int_equal(offer(f, a, id, a.user), ERR_SELF);
    assert_int_equal(leave(f, c, id), ERR_NO_CALL);
    assert_int_equal(cancel(f, c, id), ERR_NO_CALL);
    assert_int_equal(call_look(&cx, id, &view), ERR_NO_CALL);
    assert_int_equal(call_look(&cx, id + 1, &view), ERR_NO_CALL);
    assert_int_equal(call_history(&cx, 0, 10, &list, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(f->event_count, 0);
    ctx_release(&cx);
}

static void signals_have_a_size(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob");
    int64_t id = call_two(f, a, b.user);
    char *payload = calloc(1, CALL_SIGNAL_MAX + 2);
    struct ctx cx = on(f, a);

    assert_int_equal(enter(f, b, id), OK);
    memset(payload, 'x', CALL_SIGNAL_MAX);
    assert_int_equal(call_signal(&cx, id, b.user, SIGNAL_CANDIDATE, payload, ""), OK);
    payload[CALL_SIGNAL_MAX] = 'x';
    assert_int_equal(call_signal(&cx, id, b.user, SIGNAL_CANDIDATE, payload, ""), ERR_TOO_LARGE);
    free(payload);
}

static void signals_are_counted(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob");
    int64_t id = call_two(f, a, b.user);
    enum err e = OK;
    int sent = 0;

    assert_int_equal(enter(f, b, id), OK);
    for (; e == OK && sent < 1000; sent++) {
        forget(f);
        e = offer(f, a, id, b.user);
    }
    assert_int_equal(e, ERR_RATE_LIMITED);
    assert_int_equal(f->event_count, 0);
    assert_true(sent > 200); /* a call of eight needs so many at its start */
    f->now_ms += 1000;
    assert_int_equal(offer(f, a, id, b.user), OK);
}

static void calling_is_throttled(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob");
    struct call_draft draft = { .callees = &b.user, .count = 1 };
    struct call_view view;
    enum err e = OK;

    for (int i = 0; e == OK && i < 100; i++) {
        e = ring_up(f, a, draft, &view);
        if (e == OK)
            assert_int_equal(cancel(f, a, view.call.id), OK);
        forget(f);
    }
    assert_int_equal(e, ERR_RATE_LIMITED);
}

/* ---- history, restarts ---- */

static void history_has_both_directions(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol");
    struct ctx cx = as(f, a.user);
    struct call_view *list;
    size_t count;
    int64_t out = call_two(f, a, b.user), in;

    assert_int_equal(cancel(f, a, out), OK);
    in = call_two(f, c, a.user);
    assert_int_equal(call_history(&cx, 0, 10, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].call.id, in); /* the newest first */
    assert_int_equal(list[1].call.id, out);
    assert_int_equal(list[1].call.creator_id, a.user);
    assert_int_equal(list[1].count, 2);
    assert_int_equal(list[1].members[1].user_id, b.user);
    assert_string_equal(list[1].members[1].name, "bob");
    assert_int_equal(list[0].members[0].user_id, a.user);
    assert_int_equal(call_history(&cx, in, 10, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].call.id, out);
    assert_int_equal(call_current(&cx, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].call.id, in);
    ctx_release(&cx);
}

static void a_restart_ends_what_lived(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol"),
                  d = device(f, "dave");
    int64_t talk = call_two(f, a, b.user), ring = call_two(f, c, d.user);
    int64_t answered_at_ms = f->now_ms;
    struct ctx cx = as(f, 0);
    struct call_view view;

    assert_int_equal(enter(f, b, talk), OK);
    for (int i = 0; i < 125; i++)
        pass(f, 200);     /* 25 s of cron */
    f->now_ms += 3600000; /* dead for an hour */
    forget(f);
    assert_int_equal(call_end_all(&cx, true), OK);
    view = look(f, a.user, talk);
    assert_int_equal(view.call.outcome, CALL_ANSWERED);
    assert_in_range(view.call.ended_at_ms, answered_at_ms + 14000, answered_at_ms + 25000);
    view = look(f, c.user, ring);
    assert_int_equal(view.call.outcome, CALL_FAILED);
    assert_int_equal(newest(f, d.user, c.user)->kind, KIND_CALL);
    assert_int_equal(newest(f, d.user, c.user)->created_at_ms, f->now_ms);
    forget(f);
    assert_int_equal(call_end_all(&cx, true), OK); /* once is enough */
    assert_int_equal(f->event_count, 0);
    assert_int_equal(call_two(f, a, c.user), ring + 1);
    ctx_release(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_call_of_three),
        FIXTURE_TEST(some_come_and_some_do_not),
        FIXTURE_TEST(nobody_comes),
        FIXTURE_TEST(two_become_three),
        FIXTURE_TEST(ringing_again_tells_only_who_still_rings),
        FIXTURE_TEST(strangers_have_no_part),
        FIXTURE_TEST(signals_have_a_size),
        FIXTURE_TEST(signals_are_counted),
        FIXTURE_TEST(calling_is_throttled),
        FIXTURE_TEST(history_has_both_directions),
        FIXTURE_TEST(a_restart_ends_what_lived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
