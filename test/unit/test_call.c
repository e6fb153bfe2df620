/* Calls of two: who may ring whom, on which device, and how each ends. */
#include "test/unit/call_rig.h"

/* ---- one to one ---- */

static void a_call_of_two(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob");
    int64_t to[] = { b.user, b.user };
    struct call_draft draft = { .callees = to, .count = 2, .is_video = true, .subject = "hello" };
    struct call_view view;
    const struct recorded *r;

    forget(f);
    assert_int_equal(ring_up(f, a, draft, &view), OK);
    assert_int_equal(view.call.status, CALL_WAITING);
    assert_false(view.call.is_group); /* the same person twice is one person */
    assert_int_equal(view.call.ring_until_ms, f->now_ms + RING_MS);
    assert_int_equal(view.count, 2);
    r = heard(f, EV_CALL_RING, 0);
    assert_int_equal(count_of(f, EV_CALL_RING), 1);
    assert_int_equal(r->to_count, 1);
    assert_int_equal(r->to[0], b.user);
    assert_int_equal(r->session_id, 0); /* every device */
    assert_int_equal(r->call.from_id, a.user);
    assert_int_equal(r->call.ring_until_ms, f->now_ms + RING_MS);
    assert_true(r->call.call.is_video);

    assert_int_equal(offer(f, a, view.call.id, b.user), ERR_CALL_LEFT); /* not before they are in */
    f->now_ms += 5000;
    forget(f);
    assert_int_equal(enter(f, b, view.call.id), OK);
    assert_int_equal(look(f, a.user, view.call.id).call.status, CALL_ACTIVE);
    r = heard(f, EV_CALL_ENTER, 0);
    assert_int_equal(r->to_count, 1);
    assert_int_equal(r->to[0], a.user);
    assert_int_equal(r->call.from_id, b.user);
    r = heard(f, EV_CALL_ELSEWHERE, 0);
    assert_int_equal(r->to_count, 1);
    assert_int_equal(r->to[0], b.user);
    assert_int_equal(r->call.state, CALLEE_IN);

    forget(f);
    assert_int_equal(offer(f, a, view.call.id, b.user), OK);
    r = heard(f, EV_CALL_SIGNAL, 0);
    assert_int_equal(r->to_count, 1);
    assert_int_equal(r->to[0], b.user);
    assert_int_equal(r->session_id, b.session); /* the device that is in, no other */
    assert_string_equal(r->body, "{\"type\":\"offer\"}");

    f->now_ms += 83000;
    forget(f);
    assert_int_equal(leave(f, b, view.call.id), OK); /* either side ends it */
    ended_as(f, view.call.id, a.user, CALL_ANSWERED);
    assert_int_equal(heard(f, EV_CALL_LEAVE, 0)->to[0], a.user);
    r = heard(f, EV_CALL_ENDED, 0);
    assert_true(reaches(r, a.user) && reaches(r, b.user));
    assert_int_equal(r->call.outcome, CALL_ANSWERED);
    assert_int_equal(r->call.duration_ms, 83000);
    left_message(f, a.user, b.user, "[视频通话] 01:23",
                 "{\"id\":1,\"video\":true,\"state\":\"answered\",\"duration\":83000}");
    assert_int_equal(unread(f, a.user, b.user), 0);
    assert_int_equal(unread(f, b.user, a.user), 0); /* they were there */
    assert_int_equal(leave(f, a, view.call.id), ERR_CALL_ENDED);
    assert_int_equal(enter(f, b, view.call.id), ERR_CALL_ENDED);
    assert_int_equal(offer(f, a, view.call.id, b.user), ERR_CALL_ENDED);
}

static void a_call_nobody_answers(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob");
    int64_t id = call_two(f, a, b.user);
    const struct recorded *r;

    pass(f, RING_MS - 1);
    assert_int_equal(look(f, a.user, id).call.status, CALL_WAITING);
    forget(f);
    pass(f, 1);
    ended_as(f, id, a.user, CALL_MISSED);
    assert_int_equal(state_of(f, id, b.user), CALLEE_MISSED);
    r = heard(f, EV_CALL_REJECT, 0);
    assert_int_equal(r->to[0], a.user);
    assert_int_equal(r->call.from_id, b.user);
    assert_int_equal(r->call.state, CALLEE_MISSED);
    r = heard(f, EV_CALL_ENDED, 0);
    assert_true(reaches(r, a.user) && reaches(r, b.user)); /* devices stop ringing */
    assert_int_equal(r->call.outcome, CALL_MISSED);
    left_message(f, a.user, b.user, "[语音通话] 未接听",
                 "{\"id\":1,\"video\":false,\"state\":\"missed\",\"duration\":0}");
    assert_int_equal(unread(f, b.user, a.user), 1);
    assert_int_equal(unread(f, a.user, b.user), 0);
    assert_int_equal(call_two(f, a, b.user), id + 1); /* nobody is busy any more */
}

static void the_caller_decides_how_long_it_rings(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob");
    struct call_draft draft = { .callees = &b.user, .count = 1, .ring_ms = 7000 };
    struct call_view view;

    assert_int_equal(ring_up(f, a, draft, &view), OK);
    assert_int_equal(view.call.ring_until_ms, f->now_ms + 7000);
    pass(f, 7000);
    ended_as(f, view.call.id, a.user, CALL_MISSED);
    draft.ring_ms = RING_MS * 10;
    assert_int_equal(ring_up(f, a, draft, &view), OK);
    assert_int_equal(view.call.ring_until_ms, f->now_ms + RING_MS);
}

static void a_call_declined(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob");
    int64_t id = call_two(f, a, b.user);
    const struct recorded *r;

    forget(f);
    assert_int_equal(reject(f, b, id), OK);
    ended_as(f, id, b.user, CALL_DECLINED);
    r = heard(f, EV_CALL_REJECT, 0);
    assert_int_equal(r->to[0], a.user);
    assert_int_equal(r->call.state, CALLEE_DECLINED);
    r = heard(f, EV_CALL_ELSEWHERE, 0); /* bob's other devices */
    assert_int_equal(r->to[0], b.user);
    assert_int_equal(r->call.state, CALLEE_DECLINED);
    left_message(f, a.user, b.user, "[语音通话] 已拒绝",
                 "{\"id\":1,\"video\":false,\"state\":\"declined\",\"duration\":0}");
    assert_int_equal(unread(f, b.user, a.user), 0);
}

static void a_call_called_off(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob");
    int64_t id = call_two(f, a, b.user);
    const struct recorded *r;

    forget(f);
    assert_int_equal(cancel(f, a, id), OK);
    ended_as(f, id, b.user, CALL_CANCELLED);
    r = heard(f, EV_CALL_ENDED, 0);
    assert_true(reaches(r, a.user) && reaches(r, b.user));
    assert_int_equal(r->call.from_id, a.user);
    left_message(f, a.user, b.user, "[语音通话] 已取消",
                 "{\"id\":1,\"video\":false,\"state\":\"cancelled\",\"duration\":0}");
    assert_int_equal(unread(f, b.user, a.user), 1);
    assert_int_equal(cancel(f, a, id), ERR_CALL_ENDED);
    id = call_two(f, a, b.user); /* leaving before anybody answers is the same */
    assert_int_equal(leave(f, a, id), OK);
    ended_as(f, id, b.user, CALL_CANCELLED);
    id = call_two(f, a, b.user); /* who is called may only decline */
    assert_int_equal(cancel(f, b, id), OK);
    ended_as(f, id, b.user, CALL_DECLINED);
    id = call_two(f, a, b.user);
    assert_int_equal(enter(f, b, id), OK);
    assert_int_equal(cancel(f, b, id), OK); /* and end it once they are in */
    ended_as(f, id, a.user, CALL_ANSWERED);
}

/* ---- who may call whom ---- */

static void a_call_to_the_busy(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol");
    struct call_view view;
    int64_t id = call_two(f, a, b.user), to[2] = { a.user, b.user };
    struct call_draft draft = { .callees = &a.user, .count = 1 };

    assert_int_equal(ring_up(f, a, (struct call_draft){ .callees = &c.user, .count = 1 }, &view),
                     ERR_CALL_BUSY);
    forget(f);
    assert_int_equal(ring_up(f, c, draft, &view),
                     ERR_CALLEE_BUSY); /* alice is in, though she waits */
    assert_int_equal(count_of(f, EV_CALL_RING), 0);
    left_message(f, c.user, a.user, "[语音通话] 对方忙线中",
                 "{\"id\":2,\"video\":false,\"state\":\"busy\",\"duration\":0}");
    assert_int_equal(unread(f, a.user, c.user), 1);
    ended_as(f, 2, a.user, CALL_BUSY);

    draft = (struct call_draft){ .callees = to, .count = 2 };
    forget(f);
    assert_int_equal(ring_up(f, c, draft, &view), OK); /* bob only rings: he can be called */
    assert_int_equal(count_of(f, EV_CALL_RING), 1);
    assert_int_equal(heard(f, EV_CALL_RING, 0)->to[0], b.user);
    assert_int_equal(state_of(f, view.call.id, a.user), CALLEE_BUSY);
    assert_int_equal(enter(f, b, id), OK);
    assert_int_equal(enter(f, b, view.call.id), ERR_CALL_BUSY);
    assert_int_equal(leave(f, b, id), OK);
    assert_int_equal(enter(f, b, view.call.id), OK);
}

static void two_who_call_each_other(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob");
    struct call_view view;
    int64_t id = call_two(f, a, b.user);

    assert_int_equal(ring_up(f, b, (struct call_draft){ .callees = &a.user, .count = 1 }, &view),
                     ERR_CALLEE_BUSY);
    assert_int_equal(enter(f, b, id), OK); /* the first call still rings and can be taken */
}

static void the_gate_is_that_of_messages(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol");
    int64_t nobody = USER_ID_FIRST + 999, both[] = { b.user, c.user };
    struct call_draft draft = { .callees = &b.user, .count = 1 };
    struct ctx cx = as(f, b.user);
    struct call_view view;

    assert_int_equal(contact_block(&cx, a.user, true), OK);
    assert_int_equal(ring_up(f, a, draft, &view), ERR_NO_CALLEE);
    assert_null(newest(f, b.user, a.user)); /* no trace for who has blocked */
    draft.callees = &nobody;
    assert_int_equal(ring_up(f, a, draft, &view), ERR_NO_CALLEE);
    draft.callees = &a.user;
    assert_int_equal(ring_up(f, a, draft, &view), ERR_SELF);
    draft.count = 0;
    assert_int_equal(ring_up(f, a, draft, &view), ERR_BAD_FIELD);
    draft = (struct call_draft){ .callees = both, .count = 2 };
    assert_int_equal(ring_up(f, a, draft, &view), OK);
    assert_int_equal(view.count, 2); /* alice and carol */
    assert_int_equal(leave(f, a, view.call.id), OK);
    f->conf->messages_from = WRITE_FRIENDS;
    draft = (struct call_draft){ .callees = &c.user, .count = 1 };
    assert_int_equal(ring_up(f, a, draft, &view), ERR_NO_CALLEE);
    befriend(f, a.user, c.user);
    assert_int_equal(ring_up(f, a, draft, &view), OK);
}

static void a_group_is_called_by_its_members(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol"),
                  d = device(f, "dave");
    int64_t group = make_group(f, a.user, "team", false);
    int64_t to[] = { b.user, c.user, d.user };
    struct call_draft draft = { .callees = to, .count = 3, .group_id = group };
    const struct message *m;
    struct call_view view;
    struct ctx cx = as(f, c.user);

    join(f, group, b.user, a.user);
    join(f, group, c.user, a.user);
    f->conf->messages_from = WRITE_FRIENDS; /* members need not be friends */
    assert_int_equal(ring_up(f, d, draft, &view), ERR_NOT_MEMBER);
    assert_int_equal(contact_block(&cx, a.user, true), OK);
    assert_int_equal(ring_up(f, a, draft, &view), OK);
    assert_int_equal(view.count, 2); /* carol has blocked alice, dave is no member */
    assert_true(view.call.is_group);
    cx = as(f, b.user);
    assert_int_equal(group_leave(&cx, group), OK);
    assert_int_equal(enter(f, b, view.call.id), ERR_NOT_MEMBER);
    join(f, group, b.user, a.user);
    assert_int_equal(enter(f, b, view.call.id), OK);
    f->now_ms += 10000;
    assert_int_equal(leave(f, a, view.call.id), OK);
    assert_int_equal(look(f, b.user, view.call.id).call.status, CALL_ACTIVE);
    f->now_ms += 3600000;
    assert_int_equal(leave(f, b, view.call.id), OK);
    m = newest(f, c.user, group);
    assert_int_equal(m->kind, KIND_CALL);
    assert_int_equal(m->sender_id, a.user);
    assert_string_equal(m->body, "[语音通话] 1:00:10");
    assert_int_equal(unread(f, b.user, group), 0);
    assert_int_equal(unread(f, c.user, group), 1);
    assert_null(newest(f, b.user, a.user)); /* one message, in the group */
}

/* ---- devices ---- */

static void one_device_answers(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), phone = b;
    int64_t id = call_two(f, a, b.user);

    phone.session = 77;
    phone.socket = 78;
    assert_int_equal(enter(f, b, id), OK);
    assert_int_equal(enter(f, phone, id), ERR_CALL_ENTERED);
    assert_int_equal(offer(f, phone, id, a.user), ERR_CALL_ENTERED);
    forget(f);
    assert_int_equal(enter(f, b, id), OK); /* the same one again: the others may want to offer */
    assert_int_equal(count_of(f, EV_CALL_ENTER), 1);
    assert_int_equal(count_of(f, EV_CALL_ELSEWHERE), 0);
    disconnect(f, phone); /* another device's end is nothing to the call */
    pass(f, GRACE_MS + 1);
    assert_int_equal(state_of(f, id, b.user), CALLEE_IN);
}

static void a_lost_socket_is_missed_for_a_while(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), again = a;
    int64_t id = call_two(f, a, b.user);
    struct ctx cx;
    struct call_view view;

    assert_int_equal(enter(f, b, id), OK);
    f->now_ms += 20000;
    disconnect(f, a);
    pass(f, GRACE_MS - 1);
    assert_int_equal(state_of(f, id, a.user), CALLEE_IN);
    again.socket += 1;
    forget(f);
    cx = on(f, again);
    assert_int_equal(call_enter(&cx, id, true, &view), OK); /* back, and nothing was lost */
    assert_int_equal(f->event_count, 0);
    disconnect(f, a); /* late news of the old socket */
    pass(f, GRACE_MS + 1);
    assert_int_equal(state_of(f, id, a.user), CALLEE_IN);

    disconnect(f, again);
    again.socket += 1;
    assert_int_equal(offer(f, again, id, b.user), OK); /* any signal is a sign of life */
    pass(f, GRACE_MS + 1);
    assert_int_equal(state_of(f, id, a.user), CALLEE_IN);

    disconnect(f, again);
    forget(f);
    pass(f, GRACE_MS);
    assert_int_equal(heard(f, EV_CALL_LEAVE, 0)->to[0], b.user);
    assert_int_equal(heard(f, EV_CALL_ENDED, 0)->call.outcome, CALL_ANSWERED);
    ended_as(f, id, b.user, CALL_ANSWERED);
    assert_int_equal(state_of(f, id, a.user), CALLEE_LEFT);
}

static void a_caller_who_is_lost_while_it_rings(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob");
    int64_t id = call_two(f, a, b.user);

    disconnect(f, a);
    forget(f);
    pass(f, GRACE_MS);
    ended_as(f, id, b.user, CALL_FAILED);
    assert_true(reaches(heard(f, EV_CALL_ENDED, 0), b.user));
    left_message(f, a.user, b.user, "[语音通话] 连接失败",
                 "{\"id\":1,\"video\":false,\"state\":\"failed\",\"duration\":0}");
}

static bool online;

static bool is_session_online(void *hub, int64_t user_id, int64_t session_id)
{
    (void)hub, (void)user_id, (void)session_id;
    return online;
}

static void a_call_made_by_request_belongs_to_the_device(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), request = a;
    int64_t id;

    f->sv.is_session_online = is_session_online;
    request.socket = 0;
    online = true;
    id = call_two(f, request, b.user);
    disconnect(f, a); /* one of its sockets; others are there */
    pass(f, GRACE_MS + 1);
    assert_int_equal(state_of(f, id, a.user), CALLEE_IN);
    online = false;
    disconnect(f, a);
    pass(f, GRACE_MS);
    ended_as(f, id, b.user, CALL_FAILED);
    id = call_two(f, request, b.user); /* no socket at all: one has to come */
    assert_int_equal(enter(f, b, id), OK);
    pass(f, RING_MS - 1);
    assert_int_equal(state_of(f, id, a.user), CALLEE_IN);
    pass(f, 1);
    assert_int_equal(state_of(f, id, a.user), CALLEE_LEFT);
    id = call_two(f, request, b.user); /* nobody comes: that is what it came to */
    pass(f, RING_MS);
    ended_as(f, id, b.user, CALL_MISSED);
}

static void who_was_lost_may_call_again(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob"), c = device(f, "carol");
    int64_t id = call_two(f, a, b.user);

    assert_int_equal(enter(f, b, id), OK);
    disconnect(f, a);
    assert_int_equal(call_two(f, a, c.user), id + 1);
    ended_as(f, id, b.user, CALL_ANSWERED);
}

static void a_device_that_connects_is_rung(void **state)
{
    struct fixture *f = *state;
    struct device a = device(f, "alice"), b = device(f, "bob");
    int64_t id = call_two(f, a, b.user);
    struct ctx cx = as(f, b.user);
    struct event *rings;
    size_t count;

    assert_int_equal(call_rings(&cx, &rings, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(rings[0].kind, EV_CALL_RING);
    assert_int_equal(rings[0].call.call.id, id);
    assert_int_equal(rings[0].call.from_id, a.user);
    ctx_release(&cx);
    cx = as(f, a.user); /* who is in is not rung */
    assert_int_equal(call_rings(&cx, &rings, &count), OK);
    assert_int_equal(count, 0);
    ctx_release(&cx);
    assert_int_equal(enter(f, b, id), OK);
    cx = as(f, b.user);
    assert_int_equal(call_rings(&cx, &rings, &count), OK);
    assert_int_equal(count, 0);
    ctx_release(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_call_of_two),
        FIXTURE_TEST(a_call_nobody_answers),
        FIXTURE_TEST(the_caller_decides_how_long_it_rings),
        FIXTURE_TEST(a_call_declined),
        FIXTURE_TEST(a_call_called_off),
        FIXTURE_TEST(a_call_to_the_busy),
        FIXTURE_TEST(two_who_call_each_other),
        FIXTURE_TEST(the_gate_is_that_of_messages),
        FIXTURE_TEST(a_group_is_called_by_its_members),
        FIXTURE_TEST(one_device_answers),
        FIXTURE_TEST(a_lost_socket_is_missed_for_a_while),
        FIXTURE_TEST(a_caller_who_is_lost_while_it_rings),
        FIXTURE_TEST(a_call_made_by_request_belongs_to_the_device),
        FIXTURE_TEST(who_was_lost_may_call_again),
        FIXTURE_TEST(a_device_that_connects_is_rung),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
