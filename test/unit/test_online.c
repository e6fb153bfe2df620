/* Who is here, as far as they let it be known. */
#include "test/unit/fixture.h"

#include "domain/online.h"
#include "domain/settings.h"

static int64_t here[4]; /* who has a socket; the tests of this program run one after the other */

static bool is_here(void *hub, int64_t user_id)
{
    (void)hub;
    for (size_t i = 0; i < sizeof here / sizeof here[0]; i++)
        if (here[i] == user_id)
            return true;
    return false;
}

static int setup(void **state)
{
    struct fixture *f;
    int result = fixture_setup(state);

    f = *state;
    memset(here, 0, sizeof here);
    f->sv.is_online = is_here;
    f->sv.online = online_new();
    return result;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    online_free(f->sv.online);
    return fixture_teardown(state);
}

static void show_to(struct fixture *f, int64_t who, enum whom whom)
{
    struct ctx cx = as(f, who);
    struct settings_change change = { .quiet_from_min = -1,
                                      .quiet_to_min = -1,
                                      .sounds = -1,
                                      .enter_sends = -1,
                                      .quiet_hours = -1,
                                      .read_receipts = -1,
                                      .directory = -1,
                                      .last_seen = (int)whom };
    struct settings settings;

    assert_int_equal(settings_update(&cx, &change, &settings), OK);
}

static bool sees(struct fixture *f, int64_t viewer, int64_t whom)
{
    struct ctx cx = as(f, viewer);
    struct online_view *list;

    assert_int_equal(online_list(&cx, (int64_t[]){ USER_ID_FIRST + 777, whom }, 2, &list), OK);
    ctx_release(&cx);
    assert_false(list[0].online); /* nobody */
    assert_int_equal(list[1].user_id, whom);
    assert_int_equal(list[1].last_seen_at_ms != 0, list[1].online);
    return list[1].online;
}

static void as_they_let_it_be_known(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    struct ctx blocks = as(f, b), bob = as(f, b);

    befriend(f, a, b);
    here[0] = b;
    online_came(&bob);
    assert_true(sees(f, a, b) && sees(f, c, b) && sees(f, b, b));
    show_to(f, b, WHOM_CONTACTS);
    assert_true(sees(f, a, b));
    assert_false(sees(f, c, b));
    show_to(f, b, WHOM_NOBODY);
    assert_false(sees(f, a, b));
    assert_true(sees(f, b, b));
    show_to(f, b, WHOM_EVERYONE);
    show_to(f, a, WHOM_NOBODY); /* who hides theirs sees nobody's */
    assert_false(sees(f, a, b));
    show_to(f, a, WHOM_EVERYONE);
    assert_int_equal(contact_block(&blocks, a, true), OK);
    assert_false(sees(f, a, b));
    here[0] = 0;
    online_went(&bob);
    assert_true(sees(f, c, b)); /* may be back in a moment */
}

static void told_once_and_after_patience(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    struct ctx bob = as(f, b), cron = as(f, 0);
    int64_t told;

    befriend(f, a, b);
    befriend(f, b, c); /* they have never spoken */
    person(f, "dan");
    say(f, a, b, "hello", NULL, NULL);
    f->event_count = 0;
    here[0] = b;
    online_came(&bob);
    online_came(&bob); /* a second socket */
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_PRESENCE);
    assert_int_equal(f->events[0].id, b);
    assert_int_equal(f->events[0].to_count, 2);
    told = f->events[0].to[0];
    assert_true(told == a || told == c);
    assert_int_equal(f->events[0].to[1], told == a ? c : a);
    online_went(&bob); /* the other one is still there */
    here[0] = 0;
    f->now_ms += ONLINE_PATIENCE_MS;
    assert_int_equal(online_announce(&cron), OK);
    assert_int_equal(f->event_count, 1);
    online_went(&bob);
    f->now_ms += ONLINE_PATIENCE_MS - 1;
    assert_int_equal(online_announce(&cron), OK);
    assert_int_equal(f->event_count, 1);
    here[0] = b;
    online_came(&bob); /* has never gone */
    here[0] = 0;
    online_went(&bob);
    f->now_ms += ONLINE_PATIENCE_MS;
    assert_int_equal(online_announce(&cron), OK);
    assert_int_equal(online_announce(&cron), OK);
    assert_int_equal(f->event_count, 2);
    assert_int_equal(f->events[1].id, -b);
    show_to(f, b, WHOM_NOBODY);
    f->event_count = 0;
    here[0] = b;
    online_came(&bob);
    assert_int_equal(f->event_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = { TEST(as_they_let_it_be_known),
                                        TEST(told_once_and_after_patience) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
