/* Pins, readers, group notices and nicknames. */
#include "test/unit/fixture.h"

#include "domain/group_notice.h"
#include "domain/pin.h"
#include "domain/settings.h"

static enum err pin(struct fixture *f, int64_t who, int64_t id, bool on)
{
    struct ctx cx = as(f, who);

    return pin_set(&cx, id, on);
}

static size_t pinned(struct fixture *f, int64_t who, int64_t target, struct message **messages_r)
{
    struct ctx cx = as(f, who);
    struct pin *pins;
    struct message *messages;
    size_t count;

    assert_int_equal(pin_list(&cx, target, &pins, &messages, &count), OK);
    ctx_release(&cx);
    if (messages_r != NULL)
        *messages_r = messages;
    return count;
}

static void either_of_two_and_managers_of_a_group(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol"),
            group = make_group(f, a, "team", false);
    struct message direct, early, later, *list;

    say(f, a, b, "hello", NULL, &direct);
    say(f, a, group, "early", NULL, &early);
    join(f, group, b, a);
    say(f, b, group, "later", NULL, &later);
    f->event_count = 0;
    assert_int_equal(pin(f, b, direct.id, true), OK);
    assert_int_equal(pin(f, b, direct.id, true), OK);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_PIN);
    assert_int_equal(f->events[0].id, direct.id);
    assert_int_equal(f->events[0].to_count, 2);
    assert_int_equal(pin(f, c, direct.id, true), ERR_NO_MESSAGE);
    assert_int_equal(pin(f, b, later.id, true), ERR_NOT_MANAGER);
    f->now_ms++;
    assert_int_equal(pin(f, a, early.id, true), OK);
    f->now_ms++;
    assert_int_equal(pin(f, a, later.id, true), OK);
    assert_int_equal(pinned(f, a, group, &list), 2);
    assert_int_equal(list[0].id, later.id);          /* the latest first */
    assert_int_equal(pinned(f, b, group, &list), 1); /* who came later sees what they may */
    assert_int_equal(list[0].id, later.id);
    assert_int_equal(pin(f, a, later.id, false), OK);
    assert_int_equal(pinned(f, b, group, NULL), 0);
    assert_int_equal(pinned(f, a, b, NULL), 1);
}

static void so_many_and_gone_with_the_message(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx sender = as(f, a);
    struct message m, out;

    for (int i = 0; i <= PINS_MAX; i++) {
        say(f, a, b, "x", NULL, &m);
        assert_int_equal(pin(f, b, m.id, true), i < PINS_MAX ? OK : ERR_TOO_MANY);
        f->event_count = 0;
    }
    assert_int_equal(pinned(f, b, a, NULL), PINS_MAX);
    assert_int_equal(pin(f, b, m.id - 1, false), OK);
    assert_int_equal(pin(f, b, m.id, true), OK);
    assert_int_equal(message_revoke(&sender, m.id, &out), OK);
    assert_int_equal(pinned(f, b, a, NULL), PINS_MAX - 1);
    assert_int_equal(pin(f, b, m.id, true), ERR_NO_MESSAGE);
}

static struct readers readers_of(struct fixture *f, int64_t who, int64_t id)
{
    struct ctx cx = as(f, who);
    struct readers readers;

    assert_int_equal(message_readers(&cx, id, &readers), OK);
    ctx_release(&cx);
    return readers;
}

static void hide_receipts(struct fixture *f, int64_t who)
{
    struct ctx cx = as(f, who);
    struct settings_change off = { .quiet_from_min = -1,
                                   .quiet_to_min = -1,
                                   .sounds = -1,
                                   .enter_sends = -1,
                                   .quiet_hours = -1,
                                   .directory = -1 };
    struct settings settings;

    assert_int_equal(settings_update(&cx, &off, &settings), OK);
}

static void who_has_read(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol"),
            d = person(f, "dan"), e = person(f, "erin"), group = make_group(f, a, "team", true);
    struct ctx reads = as(f, b), late = as(f, e);
    struct message m;
    struct readers readers;

    join(f, group, b, a);
    join(f, group, c, a);
    join(f, group, d, a);
    say(f, a, group, "hello", NULL, &m);
    join(f, group, e, a); /* was not there, though they see it */
    assert_int_equal(message_mark_read(&late, group, 0), OK);
    f->now_ms += 5000;
    assert_int_equal(message_mark_read(&reads, group, 0), OK);
    readers = readers_of(f, a, m.id);
    assert_int_equal(readers.count, 3);
    assert_int_equal(readers.hidden, 0);
    assert_int_equal(readers.list[0].id, b);
    assert_true(readers.list[0].has_read);
    assert_int_equal(readers.list[0].read_at_ms, f->now_ms);
    assert_false(readers.list[1].has_read);
    hide_receipts(f, c);
    readers = readers_of(f, a, m.id);
    assert_int_equal(readers.count, 2);
    assert_int_equal(readers.hidden, 1);
    assert_int_equal(message_readers(&reads, m.id, &readers), ERR_NOT_SENDER);
    hide_receipts(f, a); /* who hides theirs sees nobody's */
    readers = readers_of(f, a, m.id);
    assert_int_equal(readers.count, 0);
    assert_int_equal(readers.hidden, 3);
}

static void notices(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), group = make_group(f, a, "team", false);
    struct ctx owner = as(f, a), other = as(f, b);
    struct group_notice notice;

    assert_int_equal(group_notice_look(&owner, group, &notice), OK);
    assert_string_equal(notice.body, "");
    assert_int_equal(group_notice_look(&other, group, &notice), ERR_NOT_MEMBER);
    assert_int_equal(group_notice_set(&other, group, "x", &notice), ERR_NOT_MANAGER);
    join(f, group, b, a);
    assert_int_equal(group_notice_set(&other, group, "x", &notice), ERR_NOT_MANAGER);
    f->event_count = 0;
    assert_int_equal(group_notice_set(&owner, group, "be kind", &notice), OK);
    assert_int_equal(f->event_count, 1); /* the notice in the history */
    assert_int_equal(f->events[0].kind, EV_MESSAGE);
    assert_int_equal(f->events[0].to_count, 2);
    assert_int_equal(group_notice_look(&other, group, &notice), OK);
    assert_string_equal(notice.body, "be kind");
    assert_int_equal(notice.author_id, a);
    assert_int_equal(notice.updated_at_ms, f->now_ms);
    assert_int_equal(group_notice_set(&owner, 4711, "x", &notice), ERR_NO_GROUP);
}

static void nicknames(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), group = make_group(f, a, "team", false);
    struct ctx cx = as(f, a), other = as(f, b);
    struct group_view view;

    assert_int_equal(group_set_nickname(&other, group, "x"), ERR_NOT_MEMBER);
    join(f, group, b, a);
    f->event_count = 0;
    assert_int_equal(group_set_nickname(&other, group, "Bobby"), OK);
    assert_int_equal(f->events[0].kind, EV_NICKNAME);
    assert_int_equal(f->events[0].to_count, 2);
    assert_string_equal(f->events[0].body, "Bobby");
    assert_int_equal(group_look(&cx, group, &view), OK);
    assert_string_equal(view.members[1].remark, "Bobby");
    assert_int_equal(group_set_nickname(&other, group, "a\nb"), ERR_BAD_FIELD);
    assert_int_equal(group_set_nickname(&other, 4711, "x"), ERR_NO_GROUP);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(either_of_two_and_managers_of_a_group),
                                        FIXTURE_TEST(so_many_and_gone_with_the_message),
                                        FIXTURE_TEST(who_has_read), FIXTURE_TEST(notices),
                                        FIXTURE_TEST(nicknames) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
