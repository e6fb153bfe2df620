/* Messages: the gate, the gapless seq, resends, history windows, read positions, recall. */
#include "test/unit/fixture.h"

static struct history_page read_page(struct fixture *f, int64_t viewer, struct history what)
{
    struct ctx cx = as(f, viewer);
    struct history_page page;

    if (what.page == 0)
        what.page = 1;
    if (what.limit == 0)
        what.limit = 50;
    assert_int_equal(message_history(&cx, &what, &page), OK);
    return page;
}

static void seq_has_no_gaps(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    struct message m;

    for (int i = 1; i <= 10; i++) {
        assert_int_equal(say(f, i % 2 ? a : b, i % 2 ? b : a, "hello", NULL, &m), OK);
        assert_int_equal(m.seq, i);
        assert_int_equal(say(f, c, a, "", NULL, NULL),
                         ERR_BAD_FIELD); /* a refused one takes no seq */
    }
    assert_int_equal(say(f, c, a, "other", NULL, &m), OK);
    assert_int_equal(m.seq, 1);
}

static void events_reach_both_sides(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct message m;

    assert_int_equal(say(f, a, b, "hello", NULL, &m), OK);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_MESSAGE);
    assert_int_equal(f->events[0].id, m.id);
    assert_int_equal(f->events[0].to_count, 2);
    assert_int_equal(f->events[0].to[0], b);
    assert_int_equal(f->events[0].to[1], a);
}

static void a_resend_is_one_message(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    struct message first, again;

    assert_int_equal(say(f, a, b, "hello", "id-1", &first), OK);
    assert_int_equal(say(f, a, b, "hello", "id-1", &again), OK);
    assert_int_equal(first.id, again.id);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(say(f, a, b, "other", "id-1", NULL), ERR_ID_REUSED);
    assert_int_equal(say(f, a, c, "hello", "id-1", NULL), ERR_ID_REUSED);
    assert_int_equal(say(f, b, a, "hello", "id-1", &again),
                     OK); /* another sender's id is another id */
    assert_int_not_equal(first.id, again.id);
}

static void a_resend_counts_even_after_a_block(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx cx = as(f, b);
    struct message first, again;

    assert_int_equal(say(f, a, b, "hello", "id-1", &first), OK);
    assert_int_equal(tx_begin(&cx), OK);
    assert_int_equal(tx_end(&cx, db_contact_block(cx.conn, b, a, f->now_ms)), OK);
    assert_int_equal(say(f, a, b, "hello", "id-1", &again), OK);
    assert_int_equal(first.id, again.id);
    assert_int_equal(say(f, a, b, "more", NULL, NULL), ERR_BLOCKED);
    assert_int_equal(say(f, b, a, "still allowed", NULL, NULL), OK);
}

static void the_gate_for_people(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx cx = as(f, a);

    assert_int_equal(say(f, a, a, "me", NULL, NULL), ERR_SELF);
    assert_int_equal(say(f, a, USER_ID_FIRST + 999, "who", NULL, NULL), ERR_NO_ACCOUNT);
    assert_int_equal(say(f, a, b, "stranger", NULL, NULL), OK);
    f->conf->messages_from = WRITE_FRIENDS;
    assert_int_equal(say(f, a, b, "stranger", NULL, NULL), ERR_NOT_FRIEND);
    assert_int_equal(message_typing(&cx, SCOPE_DIRECT, b, true), ERR_NOT_FRIEND);
    befriend(f, a, b);
    assert_int_equal(say(f, a, b, "friend", NULL, NULL), OK);
    f->event_count = 0;
    assert_int_equal(message_typing(&cx, SCOPE_DIRECT, b, true), OK);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].to_count, 1);
    assert_int_equal(f->events[0].to[0], b);
}

static void the_gate_for_groups(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    int64_t group = make_group(f, a, "team", false);
    struct ctx cx = as(f, a);

    assert_int_equal(say(f, b, group, "hi", NULL, NULL), ERR_NOT_MEMBER);
    assert_int_equal(say(f, a, 4711, "hi", NULL, NULL), ERR_NO_GROUP);
    join(f, group, b, a);
    assert_int_equal(say(f, b, group, "hi", NULL, NULL), OK);
    assert_int_equal(tx_begin(&cx), OK);
    assert_int_equal(tx_end(&cx, db_member_mute(cx.conn, group, b, f->now_ms + 60000)), OK);
    assert_int_equal(say(f, b, group, "hi", NULL, NULL), ERR_MUTED);
    f->now_ms += 60001;
    assert_int_equal(say(f, b, group, "hi", NULL, NULL), OK);
}

static void pages_skip_recalled_ones(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx cx = as(f, a);
    struct message m[20], gone;
    struct history_page page;

    for (int i = 0; i < 20; i++)
        assert_int_equal(say(f, a, b, arena_printf(f->arena, "m%d", i + 1), NULL, &m[i]), OK);
    for (int i = 2; i < 8; i += 2) /* seq 3, 5, 7 */
        assert_int_equal(message_revoke(&cx, m[i].id, &gone), OK);
    page = read_page(f, b, (struct history){ .target_id = a, .page = 1, .limit = 5 });
    assert_int_equal(page.total, 17);
    assert_int_equal(page.count, 5);
    assert_int_equal(page.messages[4].seq, 8); /* 1 2 4 6 8 */
    page = read_page(f, b, (struct history){ .target_id = a, .page = 2, .limit = 5 });
    assert_int_equal(page.messages[0].seq, 9);
    page = read_page(f, b, (struct history){ .target_id = a, .page = 4, .limit = 5 });
    assert_int_equal(page.count, 2);
    assert_int_equal(page.messages[1].seq, 20);
    page = read_page(f, b, (struct history){ .target_id = a, .page = 5, .limit = 5 });
    assert_int_equal(page.count, 0);
    page = read_page(
        f, b, (struct history){ .target_id = a, .page = 3, .limit = 6, .newest_first = true });
    assert_int_equal(page.count, 5); /* 8 6 4 2 1 */
    assert_int_equal(page.messages[0].seq, 8);
    assert_int_equal(page.messages[4].seq, 1);
    page = read_page(
        f, b, (struct history){ .target_id = a, .by_seq = true, .after_seq = 2, .limit = 3 });
    assert_int_equal(page.count, 3);
    assert_int_equal(page.messages[0].seq, 3);
    assert_int_equal(page.messages[0].status, MESSAGE_REVOKED);
    assert_string_equal(page.messages[0].body, "");
    page =
        read_page(f, b,
                  (struct history){
                      .target_id = a, .before_id = m[4].id, .after_id = m[1].id, .by_seq = true });
    assert_int_equal(page.count, 2); /* 3 and 4 */
}

static void members_see_their_own_time(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    int64_t closed = make_group(f, a, "closed", false), open = make_group(f, a, "open", true);
    struct ctx stranger = as(f, b);
    struct history_page page;

    for (int i = 0; i < 3; i++) {
        say(f, a, closed, "before", NULL, NULL);
        say(f, a, open, "before", NULL, NULL);
    }
    assert_int_equal(
        message_history(&stranger, &(struct history){ .target_id = closed, .page = 1, .limit = 5 },
                        &page),
        ERR_NOT_MEMBER);
    join(f, closed, b, a);
    join(f, open, b, a);
    say(f, a, closed, "after", NULL, NULL);
    page = read_page(f, b, (struct history){ .target_id = closed });
    assert_int_equal(page.count, 2);
    assert_int_equal(page.total, 2);
    assert_int_equal(page.messages[0].notice, NOTICE_JOINED); /* one's own coming is the first */
    assert_int_equal(page.messages[0].seq, 4);
    assert_string_equal(page.messages[1].body, "after");
    page =
        read_page(f, b, (struct history){ .target_id = closed, .by_seq = true, .before_seq = 4 });
    assert_int_equal(page.count, 0);
    page = read_page(f, b, (struct history){ .target_id = open });
    assert_int_equal(page.count, 4);
    assert_string_equal(page.messages[2].body, "before");
    assert_int_equal(page.messages[3].notice, NOTICE_JOINED);
}

static void reading(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx reader = as(f, b), writer = as(f, a);
    struct conversation *list;
    struct history_page page;
    size_t count;

    for (int i = 0; i < 5; i++)
        assert_int_equal(say(f, a, b, "hello", NULL, NULL), OK);
    assert_int_equal(conversation_list(&reader, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].unread, 5);
    assert_int_equal(list[0].target_id, a);
    assert_string_equal(list[0].name, "alice");
    f->event_count = 0;
    assert_int_equal(message_mark_read(&reader, a, 3), OK);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].id, 3);
    assert_int_equal(f->events[0].to_count, 2);
    assert_int_equal(message_mark_read(&reader, a, 2), OK); /* never back */
    assert_int_equal(message_mark_read(&reader, a, 3), OK);
    assert_int_equal(f->event_count, 1);
    page = read_page(f, a, (struct history){ .target_id = b });
    assert_true(page.messages[2].is_read);
    assert_false(page.messages[3].is_read);
    assert_int_equal(message_mark_read(&reader, a, 999), OK); /* never past the end */
    assert_int_equal(f->events[1].id, 5);
    assert_int_equal(conversation_list(&reader, &list, &count), OK);
    assert_int_equal(list[0].unread, 0);
    assert_int_equal(conversation_list(&writer, &list, &count), OK);
    assert_int_equal(list[0].unread, 0);
    assert_int_equal(list[0].peer_read_seq, 5);
    assert_true(list[0].last.is_read);
}

static void recall(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx sender = as(f, a), other = as(f, b);
    struct message m, late, out;

    assert_int_equal(say(f, a, b, "oops", NULL, &m), OK);
    assert_int_equal(say(f, a, b, "too late", NULL, &late), OK);
    assert_int_equal(message_revoke(&other, m.id, &out), ERR_NOT_SENDER);
    assert_int_equal(message_revoke(&sender, 987654, &out), ERR_NOT_SENDER);
    f->event_count = 0;
    assert_int_equal(message_revoke(&sender, m.id, &out), OK);
    assert_string_equal(out.body, "");
    assert_int_equal(f->events[0].kind, EV_MESSAGE_REVOKED);
    assert_string_equal(f->events[0].body, "");
    assert_int_equal(message_revoke(&sender, m.id, &out),
                     OK); /* twice is as good as once, and tells nobody again */
    assert_int_equal(f->event_count, 1);
    f->now_ms += 121000;
    assert_int_equal(message_revoke(&sender, late.id, &out), ERR_TOO_LATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(seq_has_no_gaps),
                                        FIXTURE_TEST(events_reach_both_sides),
                                        FIXTURE_TEST(a_resend_is_one_message),
                                        FIXTURE_TEST(a_resend_counts_even_after_a_block),
                                        FIXTURE_TEST(the_gate_for_people),
                                        FIXTURE_TEST(the_gate_for_groups),
                                        FIXTURE_TEST(pages_skip_recalled_ones),
                                        FIXTURE_TEST(members_see_their_own_time),
                                        FIXTURE_TEST(reading),
                                        FIXTURE_TEST(recall) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
