/* Codes: one use, five tries, five minutes, bound to address and purpose, and not too many of them;
 * the accounts they open. */
#include "db/codes.h"
#include "db/internal.h"
#include "domain/address.h"
#include "domain/code.h"
#include "domain/session.h"
#include "test/unit/fixture.h"

#define MINUTE_MS INT64_C(60000)

/* The five digits in the last letter. */
static const char *code_in(struct fixture *f)
{
    for (const char *p = f->letter.text; *p != '\0'; p++)
        if (strspn(p, "0123456789") == 5)
            return arena_strndup(f->arena, p, 5);
    fail_msg("no code in: %s", f->letter.text);
    return NULL;
}

static const char *sent_code(struct fixture *f, struct ctx *cx, const char *mail,
                             const char *purpose)
{
    f->now_ms += MINUTE_MS;
    assert_int_equal(code_send(cx, BY_MAIL, mail, purpose), OK);
    return code_in(f);
}

static const char *wrong_of(struct fixture *f, const char *code)
{
    return arena_printf(f->arena, "%05ld", (strtol(code, NULL, 10) + 1) % 100000);
}

static void disable(struct fixture *f, int64_t id)
{
    struct ctx cx = as(f, 0);
    const char *sql =
        arena_printf(f->arena, "UPDATE users SET enabled = 0 WHERE id = %lld", (long long)id);

    assert_int_equal(tx_begin(&cx), OK);
    assert_int_equal(sqlite3_exec(cx.conn->sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(tx_end(&cx, OK), OK);
}

static void serves_once(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    const char *code = sent_code(f, &cx, "A@Example.org", CODE_ANY);

    assert_int_equal(f->letter.medium, BY_MAIL);
    assert_string_equal(f->letter.to, "a@example.org");
    assert_string_equal(f->letter.purpose, "code");
    assert_null(strstr(f->letter.subject, code)); /* previews of locked phones show subjects */
    assert_int_equal(f->letter.useless_at_ms, f->now_ms + 5 * MINUTE_MS);
    assert_int_equal(code_check(&cx, BY_MAIL, "a@EXAMPLE.org", CODE_LOGIN, code), OK);
    assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_LOGIN, code),
                     ERR_CAPTCHA_EXPIRED);
}

static void five_tries(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    const char *code = sent_code(f, &cx, "a@example.org", CODE_LOGIN);
    const char *wrong = wrong_of(f, code);

    for (int i = 0; i < 5; i++)
        assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_LOGIN, wrong),
                         ERR_BAD_CAPTCHA);
    assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_LOGIN, code),
                     ERR_CAPTCHA_EXPIRED);
    code = sent_code(f, &cx, "a@example.org", CODE_LOGIN); /* a new one has its own five */
    for (int i = 0; i < 4; i++)
        assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_LOGIN, wrong_of(f, code)),
                         ERR_BAD_CAPTCHA);
    assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_LOGIN, code), OK);
}

static void five_minutes(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    const char *code = sent_code(f, &cx, "a@example.org", CODE_LOGIN);

    f->now_ms += 5 * MINUTE_MS - 1;
    assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_LOGIN, wrong_of(f, code)),
                     ERR_BAD_CAPTCHA);
    f->now_ms += 1;
    assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_LOGIN, code),
                     ERR_CAPTCHA_EXPIRED);
}

static void bound_to_address_medium_and_purpose(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    const char *a = sent_code(f, &cx, "a@example.org", CODE_RESET);
    const char *b = sent_code(f, &cx, "b@example.org", CODE_LOGIN);

    assert_string_equal(f->letter.purpose, "login");
    if (strcmp(a, b) != 0)
        assert_int_equal(code_check(&cx, BY_MAIL, "b@example.org", CODE_LOGIN, a), ERR_BAD_CAPTCHA);
    assert_int_equal(code_check(&cx, BY_MAIL, "c@example.org", CODE_LOGIN, a), ERR_CAPTCHA_EXPIRED);
    assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_LOGIN, a), ERR_BAD_CAPTCHA);
    assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_RESET, a), OK);
    assert_int_equal(code_send(&cx, BY_SMS, "15712345678", CODE_ANY), OK);
    assert_int_equal(f->letter.medium, BY_SMS);
    assert_int_equal(code_check(&cx, BY_SMS, "15712345678", CODE_RESET, code_in(f)), OK);
}

static void the_newest_counts(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    const char *first = sent_code(f, &cx, "a@example.org", CODE_LOGIN);
    const char *second = sent_code(f, &cx, "a@example.org", CODE_LOGIN);

    if (strcmp(first, second) != 0)
        assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_LOGIN, first),
                         ERR_BAD_CAPTCHA);
    assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_LOGIN, second), OK);
}

static void a_minute_apart_and_five_an_hour(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);

    for (int i = 0; i < 5; i++) {
        assert_int_equal(code_send(&cx, BY_MAIL, "a@example.org", CODE_ANY), OK);
        assert_int_equal(code_send(&cx, BY_MAIL, "A@example.org", CODE_RESET), ERR_RATE_LIMITED);
        assert_true(cx.retry_after_ms > 0 && cx.retry_after_ms <= 60 * MINUTE_MS);
        f->now_ms += MINUTE_MS - 1;
        assert_int_equal(code_send(&cx, BY_MAIL, "a@example.org", CODE_ANY), ERR_RATE_LIMITED);
        f->now_ms += 1;
    }
    assert_int_equal(code_send(&cx, BY_MAIL, "a@example.org", CODE_ANY), ERR_RATE_LIMITED);
    assert_int_equal(cx.retry_after_ms, 55 * MINUTE_MS);
    assert_int_equal(code_send(&cx, BY_MAIL, "b@example.org", CODE_ANY), OK);
    f->now_ms += 55 * MINUTE_MS;
    assert_int_equal(code_send(&cx, BY_MAIL, "a@example.org", CODE_ANY), OK);
    assert_int_equal(f->letter_count, 7);
}

static void few_for_one_peer(void **state)
{
    struct fixture *f = *state;
    struct ctx stranger = as(f, 0), other = as(f, 0);
    char mail[32];

    stranger.address = "203.0.113.9";
    other.address = "203.0.113.10";
    for (int i = 0; i < 10; i++) {
        snprintf(mail, sizeof mail, "a%d@example.org", i);
        assert_int_equal(code_send(&stranger, BY_MAIL, mail, CODE_ANY), OK);
    }
    assert_int_equal(code_send(&stranger, BY_MAIL, "b@example.org", CODE_ANY), ERR_RATE_LIMITED);
    assert_int_equal(code_send(&other, BY_MAIL, "b@example.org", CODE_ANY), OK);
    for (int i = 0; i < 30; i++)
        assert_int_equal(code_check(&stranger, BY_MAIL, "none@example.org", CODE_LOGIN, "00000"),
                         ERR_CAPTCHA_EXPIRED);
    assert_int_equal(code_check(&stranger, BY_MAIL, "none@example.org", CODE_LOGIN, "00000"),
                     ERR_RATE_LIMITED);
}

static void only_a_keyed_hash_is_stored(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    const char *code = sent_code(f, &cx, "a@example.org", CODE_LOGIN);
    struct code first, second;

    assert_int_equal(db_code_find(ctx_db(&cx), f->arena, BY_MAIL, "a@example.org", &first), OK);
    ctx_release(&cx);
    assert_int_equal(strlen(first.hash), 64);
    assert_null(strstr(first.hash, code));
    f->key[0]++; /* who has the store and not the key cannot try out the hundred thousand */
    assert_int_equal(code_check(&cx, BY_MAIL, "a@example.org", CODE_LOGIN, code), ERR_BAD_CAPTCHA);
    assert_int_equal(db_code_find(ctx_db(&cx), f->arena, BY_MAIL, "a@example.org", &second), OK);
    ctx_release(&cx);
    assert_int_equal(second.tries_left, first.tries_left - 1);
}

static void old_rows_go(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    struct code row;
    int64_t count, first_ms, last_ms;

    sent_code(f, &cx, "a@example.org", CODE_LOGIN);
    f->now_ms += 60 * MINUTE_MS;
    assert_int_equal(code_expire(&cx), OK);
    assert_int_equal(db_code_find(ctx_db(&cx), f->arena, BY_MAIL, "a@example.org", &row),
                     ERR_CAPTCHA_EXPIRED);
    assert_int_equal(
        db_code_sends(ctx_db(&cx), BY_MAIL, "a@example.org", 0, &count, &first_ms, &last_ms), OK);
    assert_int_equal(count, 0);
    ctx_release(&cx);
}

static void a_full_post_is_told(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);

    f->letter_answer = ERR_BUSY;
    assert_int_equal(code_send(&cx, BY_MAIL, "a@example.org", CODE_ANY), ERR_BUSY);
}

static void what_is_an_address(void **state)
{
    static const char *const good[] = { "a@b", "a.b+c@x-y.example.org", "Ab@EXAMPLE.ORG",
                                        "1129443982@qq.com", "o'x=y/z@e.org" };
    static const char *const bad[] = {
        "",          "a",     "@b",      "a@",        "a@b@c",       "a b@c",      "a@b c",
        "a@b\r\nX:", "a\n@b", "<a@b>",   "a@b>",      "a,b@c",       "a;b@c",      "\"a\"@b",
        "a\\@b",     "a@b,c", ".a@b",    "a.@b",      "a..b@c",      "a@.b",       "a@b.",
        "a@b..c",    "a@-b",  "a@b-",    "a@[1.2.3]", "a@b_c",       "\xC3\xA9@b", "a@\xC3\xA9",
        "a(b)@c",    "a:b@c", "a@b\x7F", "a@b\t",     "a@b/../../x",
    };
    static const char *const numbers[] = { "12345", "+8615712345678", "12345678901234567890" };
    static const char *const none[] = { "",       "1234",   "+123",   "123456789012345678901",
                                        "12 345", "12-345", "+",      "++12345",
                                        "12345+", "a12345", "12345\n" };
    struct fixture *f = *state;
    const char *address;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_int_equal(address_normalise(f->arena, BY_MAIL, good[i], &address), OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (address_normalise(f->arena, BY_MAIL, bad[i], &address) != ERR_BAD_FIELD)
            fail_msg("taken for a mail address: %s", bad[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        assert_int_equal(address_normalise(f->arena, BY_SMS, numbers[i], &address), OK);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        if (address_normalise(f->arena, BY_SMS, none[i], &address) != ERR_BAD_FIELD)
            fail_msg("taken for a number: %s", none[i]);
    assert_string_equal(address_mask(f->arena, BY_MAIL, "zhangsan@x.org"), "zha***@x.org");
    assert_string_equal(address_mask(f->arena, BY_MAIL, "li@x.org"), "l***@x.org");
    assert_string_equal(address_mask(f->arena, BY_SMS, "15712345678"), "157****5678");
    assert_string_equal(address_mask(f->arena, BY_SMS, "12345"), "1****5");
}

static void the_first_login_makes_the_account(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    struct user first, again, mobile;

    assert_int_equal(user_enter(&cx, BY_MAIL, "Zhangsan@Example.org", NULL, &first), OK);
    assert_string_equal(first.email, "zhangsan@example.org");
    assert_string_equal(first.username, "zhangsan@example.org");
    assert_string_equal(first.nickname, "zha***@example.org");
    assert_string_equal(first.password_hash, "");
    assert_int_equal(user_enter(&cx, BY_MAIL, "ZHANGSAN@example.org", NULL, &again), OK);
    assert_int_equal(again.id, first.id);
    assert_int_equal(user_enter(&cx, BY_SMS, "15712345678", NULL, &mobile), OK);
    assert_int_not_equal(mobile.id, first.id);
    assert_string_equal(mobile.mobile, "15712345678");
    assert_int_equal(user_login(&cx, "zhangsan@example.org", "", &again), ERR_BAD_CREDENTIALS);
    f->conf->registration = REGISTRATION_CLOSED;
    assert_int_equal(user_enter(&cx, BY_SMS, "15712345679", NULL, &mobile),
                     ERR_REGISTRATION_CLOSED);
    assert_int_equal(user_enter(&cx, BY_SMS, "15712345678", NULL, &mobile), OK);
}

/* The squatter knows the password of the name; the address's owner must not end up in there. */
static void a_squatted_address(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0), owner_cx = as(f, 0);
    int64_t squatter = person(f, "victim@example.org");
    const char *token;
    struct user owner, found;
    struct session session;

    assert_int_equal(user_enter(&cx, BY_MAIL, "victim@example.org", NULL, &owner), OK);
    assert_int_not_equal(owner.id, squatter);
    assert_string_not_equal(owner.username, "victim@example.org");
    assert_int_equal(session_open(&cx, owner.id, "h5", &token), OK);
    assert_int_equal(token_verify(&cx, token, TOKEN_ACCESS, &session), OK);
    ctx_release(&cx);
    owner_cx.actor = owner.id;
    owner_cx.session_id = session.id;
    assert_int_equal(user_set_password(&owner_cx, "secret2"), OK);
    assert_int_equal(user_login(&cx, "victim@example.org", "secret2", &found), OK);
    assert_int_equal(found.id, owner.id);
    assert_int_equal(user_login(&cx, "victim@example.org", "secret1", &found), OK);
    assert_int_equal(found.id, squatter);
    assert_int_equal(user_login(&cx, "victim@example.org", "secret3", &found), ERR_BAD_CREDENTIALS);
}

/* Who registers may name any address; who proves it owns the account alone. */
static void an_address_nobody_has_proven(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    struct new_user in = { .username = "registrant",
                           .password = "secret1",
                           .email = "victim@example.org" };
    struct user registrant, owner, found;
    struct session session;
    const char *theirs, *mine;

    assert_int_equal(user_register(&cx, &in, &registrant), OK);
    assert_int_equal(session_open(&cx, registrant.id, "h5", &theirs), OK);
    assert_int_equal(user_enter(&cx, BY_MAIL, "victim@example.org", NULL, &owner), OK);
    assert_int_equal(owner.id, registrant.id);
    assert_int_equal(f->ended_user, registrant.id);
    assert_int_equal(token_verify(&cx, theirs, TOKEN_ACCESS, &session), ERR_UNAUTHENTICATED);
    assert_int_equal(user_login(&cx, "registrant", "secret1", &found), ERR_BAD_CREDENTIALS);
    /* What the owner has, later codes leave. */
    assert_int_equal(user_reset_password(&cx, BY_MAIL, "victim@example.org", "secret2"), OK);
    assert_int_equal(session_open(&cx, owner.id, "h5", &mine), OK);
    assert_int_equal(user_enter(&cx, BY_MAIL, "victim@example.org", NULL, &owner), OK);
    assert_int_equal(token_verify(&cx, mine, TOKEN_ACCESS, &session), OK);
    assert_int_equal(user_login(&cx, "registrant", "secret2", &found), OK);
}

static void long_addresses(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    struct user user, other;

    assert_int_equal(user_enter(&cx, BY_MAIL,
                                "an-address-of-more-than-fifty-characters@mail.example.org", NULL,
                                &user),
                     OK);
    assert_true(strlen(user.username) <= 50 && strlen(user.nickname) <= 50);
    assert_int_equal(user_enter(&cx, BY_MAIL,
                                "an-address-of-more-than-fifty-characters@mail.example.com", NULL,
                                &other),
                     OK);
    assert_int_not_equal(user.id, other.id);
}

static void a_new_password_ends_the_other_sessions(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0), me = as(f, 0);
    const char *here, *there;
    struct session session;
    struct user user;

    assert_int_equal(user_enter(&cx, BY_SMS, "15712345678", NULL, &user), OK);
    assert_int_equal(session_open(&cx, user.id, "h5", &here), OK);
    assert_int_equal(session_open(&cx, user.id, "ios", &there), OK);
    assert_int_equal(token_verify(&cx, here, TOKEN_ACCESS, &session), OK);
    ctx_release(&cx);
    me.actor = user.id;
    me.session_id = session.id;
    assert_int_equal(user_set_password(&me, "secret2"), OK);
    assert_int_equal(f->ended_user, user.id);
    assert_int_not_equal(f->ended_session, session.id);
    assert_int_equal(token_verify(&cx, here, TOKEN_ACCESS, &session), OK);
    assert_int_equal(token_verify(&cx, there, TOKEN_ACCESS, &session), ERR_UNAUTHENTICATED);
    assert_int_equal(user_login(&cx, "15712345678", "secret2", &user), OK);
    assert_int_equal(user_reset_password(&cx, BY_SMS, "15712345678", "secret3"), OK);
    assert_int_equal(token_verify(&cx, here, TOKEN_ACCESS, &session), ERR_UNAUTHENTICATED);
    assert_int_equal(user_login(&cx, "15712345678", "secret2", &user), ERR_BAD_CREDENTIALS);
    assert_int_equal(user_login(&cx, "15712345678", "secret3", &user), OK);
    assert_int_equal(user_reset_password(&cx, BY_SMS, "15712345679", "secret3"), ERR_NO_ACCOUNT);
}

static void the_disabled_stay_out(void **state)
{
    struct fixture *f = *state;
    struct ctx cx = as(f, 0);
    const char *token;
    struct session session;
    struct user user;

    assert_int_equal(user_enter(&cx, BY_MAIL, "a@example.org", NULL, &user), OK);
    assert_int_equal(user_reset_password(&cx, BY_MAIL, "a@example.org", "secret1"), OK);
    assert_int_equal(session_open(&cx, user.id, "h5", &token), OK);
    disable(f, user.id);
    assert_int_equal(token_verify(&cx, token, TOKEN_ACCESS, &session), ERR_UNAUTHENTICATED);
    assert_int_equal(user_login(&cx, "a@example.org", "secret1", &user), ERR_ACCOUNT_DISABLED);
    assert_int_equal(user_enter(&cx, BY_MAIL, "a@example.org", NULL, &user), ERR_ACCOUNT_DISABLED);
    assert_int_equal(user_reset_password(&cx, BY_MAIL, "a@example.org", "secret2"),
                     ERR_ACCOUNT_DISABLED);
}

static void birthdays(void **state)
{
    static const char *const good[] = { "2000-02-29", "1999-12-31", "2023-11-14", "1900-01-01" };
    static const char *const bad[] = { "2001-02-29", "2000-13-01", "2000-00-10", "2000-01-00",
                                       "2000-04-31", "1700-01-01", "2000-1-1",   "20000101",
                                       "2023-11-17", "9999-01-01", "2000/01/01", "+200-01-01",
                                       "-200-01-01", "2000-01-0a", "1900-02-29" };
    struct fixture *f = *state; /* its clock stands at 2023-11-14 */
    int64_t alice = person(f, "alice");
    struct ctx cx = as(f, alice);
    struct user user;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct profile in = { .birth = good[i] };
        assert_int_equal(user_update(&cx, &in), OK);
        assert_int_equal(user_get(&cx, alice, &user), OK);
        assert_string_equal(user.birth, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct profile in = { .birth = bad[i] };
        if (user_update(&cx, &in) != ERR_BAD_FIELD)
            fail_msg("taken for a birthday: %s", bad[i]);
    }
}

static void empty_means_unchanged(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice");
    struct ctx cx = as(f, alice);
    struct profile all = { .nickname = "Al",
                           .avatar = "/a.png",
                           .gender = "女",
                           .intro = "two\nlines",
                           .country = "c",
                           .province = "p",
                           .city = "t",
                           .district = "d",
                           .longitude = 113.5,
                           .latitude = 22.5 };
    struct profile none = { .nickname = "", .intro = "" };
    struct profile half = { .longitude = -1.5 };
    struct user user;

    assert_int_equal(user_update(&cx, &all), OK);
    assert_int_equal(user_update(&cx, &none), OK);
    assert_int_equal(user_update(&cx, &half), OK);
    assert_int_equal(user_get(&cx, alice, &user), OK);
    ctx_release(&cx);
    assert_string_equal(user.nickname, "Al");
    assert_string_equal(user.intro, "two\nlines");
    assert_string_equal(user.gender, "女");
    assert_string_equal(user.district, "d");
    assert_true(user.longitude == -1.5 && user.latitude == 22.5);
    none.nickname = "line\nbreak";
    assert_int_equal(user_update(&cx, &none), ERR_BAD_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(serves_once),           FIXTURE_TEST(five_tries),
        FIXTURE_TEST(five_minutes),          FIXTURE_TEST(bound_to_address_medium_and_purpose),
        FIXTURE_TEST(the_newest_counts),     FIXTURE_TEST(a_minute_apart_and_five_an_hour),
        FIXTURE_TEST(few_for_one_peer),      FIXTURE_TEST(only_a_keyed_hash_is_stored),
        FIXTURE_TEST(old_rows_go),           FIXTURE_TEST(a_full_post_is_told),
        FIXTURE_TEST(what_is_an_address),    FIXTURE_TEST(the_first_login_makes_the_account),
        FIXTURE_TEST(a_squatted_address),    FIXTURE_TEST(an_address_nobody_has_proven),
        FIXTURE_TEST(long_addresses),        FIXTURE_TEST(a_new_password_ends_the_other_sessions),
        FIXTURE_TEST(the_disabled_stay_out), FIXTURE_TEST(birthdays),
        FIXTURE_TEST(empty_means_unchanged)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
