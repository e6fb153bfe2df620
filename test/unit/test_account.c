/* Accounts, captchas, sessions: who may enter, and that a deleted session is dead at once. */
#include "domain/captcha.h"
#include "test/unit/fixture.h"

static void registering(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    struct user user;
    struct new_user in = { .username = "alice",
                           .password = "secret1",
                           .email = "alice@example.org" };

    assert_int_equal(user_register(&cx, &in, &user), OK);
    assert_true(user.id >= USER_ID_FIRST);
    assert_string_equal(user.nickname, "alice");
    assert_int_equal(strlen(user.uid), 32);
    assert_null(strstr(user.password_hash, "secret1"));
    assert_int_equal(user_register(&cx, &in, &user), ERR_ACCOUNT_EXISTS);
    in = (struct new_user){ .username = "ALICE", .password = "secret1" };
    assert_int_equal(user_register(&cx, &in, &user), ERR_ACCOUNT_EXISTS);
    in.username =
        "alice@example.org"; /* somebody's address as a name would let its bearer pass for them */
    assert_int_equal(user_register(&cx, &in, &user), ERR_ACCOUNT_EXISTS);
    in.username = "fileHELPER";
    assert_int_equal(user_register(&cx, &in, &user), ERR_RESERVED_NAME);
    in.username = " padded";
    assert_int_equal(user_register(&cx, &in, &user), ERR_BAD_FIELD);
    in.username = "new\nline";
    assert_int_equal(user_register(&cx, &in, &user), ERR_BAD_FIELD);
}

static void registration_can_be_closed(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    struct new_user in = { .username = "late", .password = "secret1" };
    struct user user;

    f->conf->registration = REGISTRATION_CLOSED;
    assert_int_equal(user_register(&cx, &in, &user), ERR_REGISTRATION_CLOSED);
}

static void logging_in(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    int64_t bob = person(f, "bob");
    struct user user;

    assert_int_equal(user_login(&cx, "bob", "secret1", &user), OK);
    assert_int_equal(user.id, bob);
    assert_int_equal(user_login(&cx, "bob", "secret2", &user), ERR_BAD_CREDENTIALS);
    assert_int_equal(user_login(&cx, "nobody", "secret1", &user), ERR_NO_ACCOUNT);
}

static void wrong_passwords_are_throttled(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0), elsewhere = as(f, 0);
    struct user user;

    person(f, "carol");
    person(f, "dave");
    elsewhere.address = "203.0.113.9";
    for (int i = 0; i < 5; i++)
        assert_int_equal(user_login(&cx, "carol", "wrong", &user), ERR_BAD_CREDENTIALS);
    assert_int_equal(user_login(&cx, "carol", "secret1", &user), ERR_RATE_LIMITED);
    assert_true(cx.retry_after_ms > 0);
    assert_int_equal(user_login(&elsewhere, "CAROL", "secret1", &user),
                     ERR_RATE_LIMITED); /* the account's, not the address's */
    assert_int_equal(user_login(&cx, "dave", "secret1", &user), OK);
    f->now_ms += 11000;
    assert_int_equal(user_login(&cx, "carol", "secret1", &user), OK);
}

static void cost_changes_rehash(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    int64_t erin = person(f, "erin");
    struct user before, after;

    assert_int_equal(user_get(&cx, erin, &before), OK);
    f->conf->password_cost = 5;
    assert_int_equal(user_login(&cx, "erin", "secret1", &after), OK);
    assert_int_equal(user_get(&cx, erin, &after), OK);
    assert_string_not_equal(before.password_hash, after.password_hash);
    assert_int_equal(user_login(&cx, "erin", "secret1", &after), OK);
}

static void searching(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), bob = person(f, "bob");
    struct ctx cx = as(f, alice);
    struct user *users;
    size_t count;

    assert_int_equal(user_search(&cx, "bob", &users, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(users[0].id, bob);
    assert_int_equal(
        user_search(&cx, arena_printf(f->arena, "%lld", (long long)bob), &users, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(user_search(&cx, "alice", &users, &count), OK);
    assert_int_equal(count, 0); /* oneself is never found */
    assert_int_equal(user_search(&cx, "bo%", &users, &count), OK);
    assert_int_equal(count, 0);
}

static void captchas(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    const char *key, *answer;

    assert_int_equal(captcha_new(&cx, "login", &key, &answer), OK);
    assert_int_equal(captcha_check(&cx, "login", key, answer), OK);
    assert_int_equal(captcha_check(&cx, "login", key, answer), ERR_CAPTCHA_EXPIRED); /* one use */
    assert_int_equal(captcha_new(&cx, "login", &key, &answer), OK);
    assert_int_equal(captcha_check(&cx, "login", key, "x"), ERR_BAD_CAPTCHA);
    assert_int_equal(captcha_check(&cx, "login", key, answer),
                     ERR_CAPTCHA_EXPIRED); /* also after a wrong one */
    assert_int_equal(captcha_new(&cx, "login", &key, &answer), OK);
    assert_int_equal(captcha_check(&cx, "register", key, answer), ERR_BAD_CAPTCHA);
    assert_int_equal(captcha_new(&cx, "login", &key, &answer), OK);
    f->now_ms += 5 * 60000;
    assert_int_equal(captcha_check(&cx, "login", key, answer), ERR_CAPTCHA_EXPIRED);
    assert_int_equal(captcha_check(&cx, "login", NULL, NULL), ERR_CAPTCHA_EXPIRED);
    f->conf->captcha = false;
    assert_int_equal(captcha_check(&cx, "login", NULL, NULL), OK);
}

static void sessions(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice");
    struct ctx cx = as(f, 0);
    const char *first, *second, *renewed;
    struct session session;

    assert_int_equal(session_open(&cx, alice, "web", &first), OK);
    assert_int_equal(session_open(&cx, alice, "ios", &second), OK);
    assert_int_equal(token_verify(&cx, first, TOKEN_ACCESS, &session), OK);
    assert_int_equal(session.user_id, alice);
    assert_string_equal(session.platform, "web");
    assert_int_equal(token_verify(&cx, first, "refresh", &session), ERR_UNAUTHENTICATED);
    assert_int_equal(token_verify(&cx, first, TOKEN_ACCESS, &session), OK);
    assert_int_equal(session_renew(&cx, &session, &renewed), OK);

    cx.actor = alice;
    cx.session_id = session.id;
    assert_int_equal(session_end(&cx), OK);
    assert_int_equal(f->ended_session, session.id);
    assert_int_equal(token_verify(&cx, first, TOKEN_ACCESS, &session), ERR_UNAUTHENTICATED);
    assert_int_equal(token_verify(&cx, renewed, TOKEN_ACCESS, &session), ERR_UNAUTHENTICATED);
    assert_int_equal(token_verify(&cx, second, TOKEN_ACCESS, &session), OK);
    assert_int_equal(session_end_all(&cx, alice), OK);
    assert_int_equal(token_verify(&cx, second, TOKEN_ACCESS, &session), ERR_UNAUTHENTICATED);
}

static void tokens_slide_and_expire(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice");
    struct ctx cx = as(f, 0);
    struct session session;
    const char *token, *later;

    assert_int_equal(session_open(&cx, alice, "web", &token), OK);
    f->now_ms += 6 * 24 * INT64_C(3600000);
    assert_int_equal(token_verify(&cx, token, TOKEN_ACCESS, &session), OK);
    assert_int_equal(session_renew(&cx, &session, &later), OK);
    f->now_ms += 2 * 24 * INT64_C(3600000);
    assert_int_equal(token_verify(&cx, token, TOKEN_ACCESS, &session), ERR_UNAUTHENTICATED);
    assert_int_equal(token_verify(&cx, later, TOKEN_ACCESS, &session), OK);
    f->now_ms += 8 * 24 * INT64_C(3600000);
    assert_int_equal(token_verify(&cx, later, TOKEN_ACCESS, &session), ERR_UNAUTHENTICATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(registering),
                                        FIXTURE_TEST(registration_can_be_closed),
                                        FIXTURE_TEST(logging_in),
                                        FIXTURE_TEST(wrong_passwords_are_throttled),
                                        FIXTURE_TEST(cost_changes_rehash),
                                        FIXTURE_TEST(searching),
                                        FIXTURE_TEST(captchas),
                                        FIXTURE_TEST(sessions),
                                        FIXTURE_TEST(tokens_slide_and_expire) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
