/* What the room dialect brought to the domain: groups entered by their handle, owners who leave, and
 * passwords by codes of four digits. */
#include "test/unit/fixture.h"

#include "db/codes.h"
#include "domain/delivery.h"
#include "domain/group.h"
#include "domain/reset.h"
#include "domain/user.h"

#define NOBODY_ELSE "nobody@example.org"

static int64_t open_group(struct fixture *f, int64_t owner, const char *handle, const char *name,
                          bool is_open)
{
    struct group in = { .handle = handle,
                        .name = name,
                        .member_limit = 3,
                        .is_open = is_open,
                        .is_private = !is_open };
    struct group group;
    struct ctx cx = as(f, owner);

    assert_int_equal(group_create(&cx, &in, &group), OK);
    ctx_release(&cx);
    return group.id;
}

static enum err enter(struct fixture *f, int64_t user, int64_t group)
{
    struct ctx cx = as(f, user);

    return group_enter_open(&cx, group);
}

static int64_t owner_of(struct fixture *f, int64_t group_id)
{
    struct group_view view = { 0 };
    struct ctx cx = as(f, 0);
    enum err e = group_look(&cx, group_id, &view);

    ctx_release(&cx);
    return e == OK ? view.group.owner_id : 0;
}

static void open_ones_are_entered_and_others_not(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "a"), b = person(f, "b"), c = person(f, "c"), d = person(f, "d");
    int64_t open = open_group(f, a, "open", "n", true), shut = open_group(f, a, "shut", "n", false);

    assert_int_equal(enter(f, b, open), OK);
    assert_int_equal(enter(f, b, open), ERR_ALREADY_MEMBER);
    assert_int_equal(enter(f, c, open), OK);
    assert_int_equal(enter(f, d, open), ERR_GROUP_FULL);
    assert_int_equal(enter(f, b, shut), ERR_GROUP_CLOSED);
    assert_int_equal(enter(f, a, shut), ERR_GROUP_CLOSED); /* before anything else */
    assert_int_equal(enter(f, b, make_group(f, a, "by request", false)), ERR_GROUP_CLOSED);
    assert_int_equal(enter(f, b, 999), ERR_NO_GROUP);
}

static void a_handle_is_one_groups_until_it_ends(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "a"), first = open_group(f, a, "1", "n", true);
    struct group in = { .handle = "1", .name = "m" };
    struct group group;
    struct ctx cx = as(f, a);

    assert_int_equal(group_create(&cx, &in, &group), ERR_GROUP_EXISTS);
    assert_int_equal(group_dissolve(&cx, first), OK);
    assert_int_equal(group_create(&cx, &in, &group), OK);
    in.handle = "two\n";
    assert_int_equal(group_create(&cx, &in, &group), ERR_BAD_FIELD);
    ctx_release(&cx);
}

static void names_mean_ones_own_before_the_newest(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "a"), b = person(f, "b"), id;
    int64_t mine = open_group(f, a, "1", "same", true),
            newest = open_group(f, b, "2", "same", true);
    struct ctx cx = as(f, a);

    assert_int_equal(group_find(&cx, NULL, "same", ROLE_OWNER, &id), OK);
    assert_int_equal(id, mine);
    assert_int_equal(group_find(&cx, "2", "same", ROLE_OWNER, &id), OK);
    assert_int_equal(id, newest);
    assert_int_equal(group_find(&cx, "", "other", ROLE_OWNER, &id), ERR_NO_GROUP);
    assert_int_equal(group_find(&cx, NULL, "", ROLE_OWNER, &id), ERR_BAD_FIELD);
    ctx_release(&cx);
    cx = as(f, person(f, "c"));
    assert_int_equal(group_find(&cx, NULL, "same", ROLE_MEMBER, &id), OK);
    assert_int_equal(id, newest);
    ctx_release(&cx);
}

static void owners_who_quit_leave_an_heir(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "a"), b = person(f, "b"), c = person(f, "c");
    int64_t group = open_group(f, a, "1", "n", true);
    struct ctx cx;

    assert_int_equal(enter(f, b, group), OK);
    f->now_ms += 1000;
    assert_int_equal(enter(f, c, group), OK);
    cx = as(f, a);
    assert_int_equal(group_quit(&cx, group), OK);
    assert_int_equal(owner_of(f, group), b);
    cx = as(f, a);
    assert_int_equal(group_quit(&cx, group), ERR_NOT_MEMBER);
    cx = as(f, b);
    assert_int_equal(group_quit(&cx, group), OK);
    assert_int_equal(owner_of(f, group), c);
    cx = as(f, c);
    assert_int_equal(group_quit(&cx, group), OK);
    assert_int_equal(owner_of(f, group), 0); /* it has ended */
}

static void deliveries_never_fall_and_end_with_the_stay(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "a"), b = person(f, "b"), seq = -1;
    int64_t group = open_group(f, a, "1", "n", true);
    struct ctx cx;

    assert_int_equal(enter(f, b, group), OK);
    cx = as(f, b);
    assert_int_equal(delivery_find(&cx, group, &seq), OK);
    assert_int_equal(seq, 0);
    assert_int_equal(delivery_note(&cx, group, 7), OK);
    assert_int_equal(delivery_note(&cx, group, 5), OK);
    assert_int_equal(delivery_find(&cx, group, &seq), OK);
    assert_int_equal(seq, 7);
    assert_int_equal(group_quit(&cx, group), OK);
    assert_int_equal(delivery_find(&cx, group, &seq), ERR_NOT_MEMBER);
    assert_int_equal(delivery_note(&cx, group, 9), OK); /* a late word of a socket */
    assert_int_equal(enter(f, b, group), OK);
    cx = as(f, b);
    assert_int_equal(delivery_find(&cx, group, &seq), OK);
    assert_int_equal(seq, 0);
    ctx_release(&cx);
}

static enum err finish(struct fixture *f, const char *email, const char *code)
{
    struct ctx cx = as(f, 0);

    return reset_finish(&cx, email, code, "new password");
}

static void the_fourth_try_in_a_minute_bans_for_ten(void **state)
{
    struct fixture *f = *state;
    struct new_user in = {
        .username = "a", .password = "secret1", .nickname = "A", .email = "A@Example.org"
    };
    struct user user;
    struct ctx cx = as(f, 0);
    const char *code;

    f->conf->rate_limits = true;
    assert_int_equal(user_register(&cx, &in, &user), OK);
    assert_string_equal(user.email, "a@example.org");
    assert_int_equal(reset_begin(&cx, NOBODY_ELSE, &code), ERR_NO_ACCOUNT);
    assert_int_equal(reset_begin(&cx, "a@example.org", &code), OK);
    assert_int_equal(strlen(code), 4);
    for (int i = 0; i < 3; i++)
        assert_int_equal(finish(f, "a@example.org", "wrong"), ERR_BAD_CAPTCHA);
    assert_int_equal(finish(f, "a@example.org", code), ERR_TOO_MANY_TRIES);
    f->now_ms += RESET_BAN_MS - 1;
    assert_int_equal(finish(f, "a@example.org", code), ERR_BANNED);
    f->now_ms += 1;
    assert_int_equal(finish(f, "a@example.org", code), ERR_CAPTCHA_EXPIRED); /* ten minutes old */
    cx = as(f, 0);
    assert_int_equal(reset_begin(&cx, "a@example.org", &code), OK);
    assert_int_equal(finish(f, "a@example.org", code), OK);
    assert_int_equal(finish(f, "a@example.org", code), ERR_CAPTCHA_EXPIRED); /* used */
}

static void tries_are_counted_by_the_minute(void **state)
{
    struct fixture *f = *state;
    struct new_user in = { .username = "a", .password = "secret1", .email = "a@example.org" };
    struct user user;
    struct ctx cx = as(f, 0);

    f->conf->rate_limits = true;
    assert_int_equal(user_register(&cx, &in, &user), OK);
    for (int i = 0; i < 9; i++) {
        assert_int_equal(finish(f, "a@example.org", "1"), ERR_CAPTCHA_EXPIRED);
        if (i % 3 == 2)
            f->now_ms += RESET_WINDOW_MS;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(open_ones_are_entered_and_others_not),
        FIXTURE_TEST(a_handle_is_one_groups_until_it_ends),
        FIXTURE_TEST(names_mean_ones_own_before_the_newest),
        FIXTURE_TEST(owners_who_quit_leave_an_heir),
        FIXTURE_TEST(deliveries_never_fall_and_end_with_the_stay),
        FIXTURE_TEST(the_fourth_try_in_a_minute_bans_for_ten),
        FIXTURE_TEST(tries_are_counted_by_the_minute),
    };

    return cmocka_run_group_tests_name("room", tests, NULL, NULL);
}
