/* A person's own view of conversations: pinned, muted, hidden, marked, cleared; what is delivered and
 * what mentions them. */
#include "test/unit/fixture.h"

static const struct conversation_change nothing = { -1, -1, -1, -1, -1 };

static struct conversation_state change(struct fixture *f, int64_t who, int64_t target,
                                        struct conversation_change what)
{
    struct ctx cx = as(f, who);
    struct conversation_state state;

    assert_int_equal(conversation_set(&cx, target, &what, &state), OK);
    return state;
}

/* who's list; conversation i of it is f's arena's. */
static struct conversation *list(struct fixture *f, int64_t who, bool hidden, size_t *count_r)
{
    struct ctx cx = as(f, who);
    struct conversation *all;

    assert_int_equal(hidden ? conversation_list_hidden(&cx, &all, count_r)
                            : conversation_list(&cx, &all, count_r),
                     OK);
    ctx_release(&cx);
    return all;
}

static struct conversation only(struct fixture *f, int64_t who)
{
    size_t count;
    struct conversation *all = list(f, who, false, &count);

    assert_int_equal(count, 1);
    return all[0];
}

static void pinned_ones_come_first(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol"),
            d = person(f, "dan");
    struct conversation_change pin = nothing;
    struct conversation *all;
    size_t count;

    pin.pinned = 1;
    for (int i = 0; i < 2; i++, f->now_ms++)
        say(f, i == 0 ? b : c, a, "hello", NULL, NULL);
    assert_true(change(f, a, b, pin).is_pinned);
    assert_true(change(f, a, d, pin).is_pinned); /* nobody has spoken there yet */
    all = list(f, a, false, &count);
    assert_int_equal(count, 3);
    assert_int_equal(all[0].target_id, b);
    assert_int_equal(all[1].target_id, d);
    assert_false(all[1].has_last);
    assert_int_equal(all[2].target_id, c);
    list(f, d, false, &count);
    assert_int_equal(count, 0); /* the other side sees nothing of it */
    pin.pinned = 0;
    change(f, a, b, pin);
    assert_int_equal(list(f, a, false, &count)[1].target_id, c);
}

static void changes_are_told_once_to_oneself(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct conversation_change mute = nothing;
    struct conversation_state now;

    mute.mute_until_ms = 5000;
    mute.notify = NOTIFY_MENTIONS;
    say(f, b, a, "hello", NULL, NULL);
    f->event_count = 0;
    now = change(f, a, b, mute);
    assert_int_equal(now.mute_until_ms, 5000);
    assert_int_equal(now.notify, NOTIFY_MENTIONS);
    change(f, a, b, mute);
    change(f, a, b, nothing);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_CONVERSATION);
    assert_int_equal(f->events[0].to_count, 1);
    assert_int_equal(f->events[0].to[0], a);
    assert_int_equal(f->events[0].id, b);
    assert_int_equal(only(f, a).state.notify, NOTIFY_MENTIONS);
    assert_int_equal(only(f, b).state.notify, NOTIFY_DEFAULT);
}

static void wrong_places(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), group = make_group(f, b, "team", false);
    struct ctx cx = as(f, a);
    struct conversation_state out;

    assert_int_equal(conversation_set(&cx, a, &nothing, &out), ERR_SELF);
    assert_int_equal(conversation_set(&cx, USER_ID_FIRST + 999, &nothing, &out), ERR_NO_ACCOUNT);
    assert_int_equal(conversation_set(&cx, group, &nothing, &out), ERR_NOT_MEMBER);
    assert_int_equal(conversation_clear(&cx, 4711, true, &out), ERR_NO_GROUP);
}

static void hidden_until_something_new(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), group = make_group(f, a, "team", false);
    struct conversation_change hide = nothing;
    size_t count;

    hide.hidden = 1;
    say(f, b, a, "hello", NULL, NULL);
    assert_true(change(f, a, b, hide).is_hidden);
    assert_true(change(f, a, group, hide).is_hidden); /* where nobody has spoken */
    list(f, a, false, &count);
    assert_int_equal(count, 0);
    list(f, a, true, &count);
    assert_int_equal(count, 2);
    say(f, b, a, "again", NULL, NULL);
    assert_int_equal(only(f, a).target_id, b);
    assert_false(only(f, a).state.is_hidden);
}

static void marked_unread_until_read(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx reader = as(f, a);
    struct conversation_change mark = nothing;

    mark.marked_unread = 1;
    say(f, b, a, "hello", NULL, NULL);
    assert_int_equal(message_mark_read(&reader, b, 0), OK);
    change(f, a, b, mark);
    assert_true(only(f, a).state.is_marked_unread);
    f->event_count = 0;
    assert_int_equal(message_mark_read(&reader, b, 0), OK); /* nothing moves, and yet */
    assert_false(only(f, a).state.is_marked_unread);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_CONVERSATION);
    assert_int_equal(f->events[0].to_count, 1);
    change(f, a, b, mark);
    say(f, b, a, "more", NULL, NULL);
    assert_int_equal(message_mark_read(&reader, b, 0), OK);
    assert_false(only(f, a).state.is_marked_unread);
}

static void cleared_for_oneself(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx cx = as(f, a);
    struct conversation_state out;
    struct history_page page;
    struct history all, before;
    size_t count;

    all = (struct history){ .target_id = b, .page = 1, .limit = 10, .by_seq = true };
    for (int i = 0; i < 3; i++)
        say(f, b, a, "hello", NULL, NULL);
    assert_int_equal(only(f, a).unread, 3);
    assert_int_equal(conversation_clear(&cx, b, false, &out), OK);
    assert_int_equal(out.cleared_seq, 3);
    assert_int_equal(only(f, a).unread, 0);
    assert_false(only(f, a).has_last);
    assert_int_equal(only(f, a).read_seq, 0); /* clearing is not reading */
    assert_int_equal(message_history(&cx, &all, &page), OK);
    assert_int_equal(page.count, 0);
    assert_int_equal(page.total, 0);
    say(f, b, a, "new", NULL, NULL);
    assert_int_equal(only(f, a).unread, 1);
    assert_int_equal(message_history(&cx, &all, &page), OK);
    assert_int_equal(page.count, 1);
    assert_int_equal(page.messages[0].seq, 4);
    before = all;
    before.before_seq = 4;
    assert_int_equal(message_history(&cx, &before, &page), OK);
    assert_int_equal(page.count, 0);
    ctx_release(&cx);
    cx = as(f, b); /* the other still has it all */
    all.target_id = a;
    assert_int_equal(message_history(&cx, &all, &page), OK);
    assert_int_equal(page.count, 4);
    ctx_release(&cx);
    cx = as(f, a);
    assert_int_equal(conversation_clear(&cx, b, true, &out), OK);
    list(f, a, false, &count);
    assert_int_equal(count, 0);
    say(f, b, a, "back", NULL, NULL);
    assert_int_equal(only(f, a).unread, 1);
}

static void delivered(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx phone = as(f, b);
    struct history_page page;

    for (int i = 0; i < 3; i++)
        say(f, a, b, "hello", NULL, NULL);
    f->event_count = 0;
    assert_int_equal(only(f, a).peer_delivered_seq, 0);
    assert_int_equal(message_mark_delivered(&phone, a, 2), OK);
    assert_int_equal(only(f, a).peer_delivered_seq, 2);
    assert_int_equal(only(f, a).peer_read_seq, 0);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_DELIVERED);
    assert_int_equal(f->events[0].to_count, 1);
    assert_int_equal(f->events[0].to[0], a);
    assert_int_equal(f->events[0].id, 2);
    assert_int_equal(message_mark_delivered(&phone, a, 1), OK); /* never back */
    assert_int_equal(f->event_count, 1);
    assert_int_equal(
        message_history(&phone, &(struct history){ .target_id = a, .page = 1, .limit = 10 }, &page),
        OK); /* whoever has read the page has it */
    assert_int_equal(only(f, a).peer_delivered_seq, 3);
    assert_int_equal(f->event_count, 2);
    assert_int_equal(message_mark_delivered(&phone, a, 999), OK); /* nor past the end */
    assert_int_equal(only(f, a).peer_delivered_seq, 3);
    say(f, a, b, "more", NULL, NULL);
    assert_int_equal(message_mark_read(&phone, a, 0), OK); /* what is read has come */
    assert_int_equal(only(f, a).peer_delivered_seq, 4);
}

static void nobody_keeps_it_in_groups(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), group = make_group(f, a, "team", false);
    struct ctx phone = as(f, b);

    join(f, group, b, a);
    say(f, a, group, "hello", NULL, NULL);
    f->event_count = 0;
    assert_int_equal(message_mark_delivered(&phone, group, 2), OK);
    assert_int_equal(f->event_count, 0);
    assert_int_equal(only(f, a).peer_delivered_seq, 0);
}

static void mentioned(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol"),
            group = make_group(f, a, "team", false);
    struct ctx speaks = as(f, a), reads = as(f, b);
    struct draft draft = {
        .scope = SCOPE_GROUP, .target_id = group, .kind = KIND_TEXT, .body = "hey"
    };
    struct message first, out;

    join(f, group, b, a);
    join(f, group, c, a);
    draft.mentions = &b;
    draft.mention_count = 1;
    assert_int_equal(message_send(&speaks, &draft, &first), OK);
    assert_int_equal(message_send(&speaks, &draft, &out), OK);
    draft.mention_count = 0;
    draft.mention_all = true;
    assert_int_equal(message_send(&speaks, &draft, &out), OK);
    assert_int_equal(only(f, b).mentioned, 3);
    assert_int_equal(only(f, c).mentioned, 1);
    assert_int_equal(only(f, a).mentioned, 0); /* one's own call */
    assert_int_equal(message_revoke(&speaks, first.id, &out), OK);
    assert_int_equal(only(f, b).mentioned, 2);
    assert_int_equal(message_mark_read(&reads, group, 0), OK);
    assert_int_equal(only(f, b).mentioned, 0);
    assert_int_equal(only(f, c).mentioned, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(pinned_ones_come_first),
                                        FIXTURE_TEST(changes_are_told_once_to_oneself),
                                        FIXTURE_TEST(wrong_places),
                                        FIXTURE_TEST(hidden_until_something_new),
                                        FIXTURE_TEST(marked_unread_until_read),
                                        FIXTURE_TEST(cleared_for_oneself),
                                        FIXTURE_TEST(delivered),
                                        FIXTURE_TEST(nobody_keeps_it_in_groups),
                                        FIXTURE_TEST(mentioned) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
