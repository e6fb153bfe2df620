/* Refresh tokens: one good one per session, ten seconds of grace, and what a stolen one brings about. */
#include "test/unit/fixture.h"

static struct user account(struct fixture *f, const char *name)
{
    struct ctx cx = as(f, person(f, name));
    struct user user;

    assert_int_equal(user_get(&cx, cx.actor, &user), OK);
    ctx_release(&cx);
    return user;
}

static struct token_pair enter(struct fixture *f, const struct user *user)
{
    struct ctx cx = as(f, 0);
    struct token_pair pair;

    assert_int_equal(session_open_brief(&cx, user, &pair), OK);
    return pair;
}

static enum err refresh(struct fixture *f, const char *token, struct token_pair *pair_r)
{
    struct ctx cx = as(f, 0);

    return session_refresh(&cx, token, pair_r);
}

/* Who an access token belongs to, or 0. */
static int64_t opened_by(struct fixture *f, const char *access)
{
    struct ctx cx = as(f, 0);
    struct session session = { 0 };
    enum err e = token_verify(&cx, access, TOKEN_BRIEF, &session);

    ctx_release(&cx);
    return e == OK ? session.user_id : 0;
}

static void a_pair_opens(void **state)
{
    struct fixture *f = *state;
    struct user alice = account(f, "alice");
    struct token_pair first = enter(f, &alice), second;
    struct ctx cx = as(f, 0);
    struct session session;

    assert_int_equal(strlen(first.refresh), 64);
    assert_int_equal(opened_by(f, first.access), alice.id);
    assert_int_equal(token_verify(&cx, first.access, TOKEN_ACCESS, &session), ERR_UNAUTHENTICATED);
    ctx_release(&cx);
    f->now_ms += 1799 * 1000;
    assert_int_equal(opened_by(f, first.access), alice.id);
    f->now_ms += 2000;
    assert_int_equal(opened_by(f, first.access), 0);
    assert_int_equal(refresh(f, first.refresh, &second), OK);
    assert_string_not_equal(second.refresh, first.refresh);
    assert_int_equal(opened_by(f, second.access), alice.id);
}

static void one_use_each(void **state)
{
    struct fixture *f = *state;
    struct user alice = account(f, "alice");
    struct token_pair pair = enter(f, &alice), next;

    for (int i = 0; i < 5; i++) {
        f->now_ms += 60000;
        assert_int_equal(refresh(f, pair.refresh, &next), OK);
        assert_string_not_equal(pair.refresh, next.refresh);
        pair = next;
    }
    assert_int_equal(f->ended_session, 0);
}

static void two_tabs(void **state)
{
    struct fixture *f = *state;
    struct user alice = account(f, "alice");
    struct token_pair first = enter(f, &alice), a, b, c;

    assert_int_equal(refresh(f, first.refresh, &a), OK);
    f->now_ms += REFRESH_GRACE_MS;
    assert_int_equal(refresh(f, first.refresh, &b), OK);
    assert_string_equal(a.refresh, b.refresh);
    assert_int_equal(opened_by(f, a.access), alice.id);
    assert_int_equal(opened_by(f, b.access), alice.id);
    /* The other tab has moved on meanwhile: the straggler is led to where it is. */
    assert_int_equal(refresh(f, a.refresh, &b), OK);
    assert_int_equal(refresh(f, first.refresh, &c), OK);
    assert_string_equal(c.refresh, b.refresh);
    f->now_ms += 3600000;
    assert_int_equal(refresh(f, c.refresh, &a), OK);
}

static void a_stolen_one_kills_the_session(void **state)
{
    struct fixture *f = *state;
    struct user alice = account(f, "alice");
    struct token_pair other = enter(f, &alice), first = enter(f, &alice), second, third;

    assert_int_equal(refresh(f, first.refresh, &second), OK);
    f->now_ms += REFRESH_GRACE_MS + 1;
    assert_int_equal(refresh(f, first.refresh, &third), ERR_BAD_REFRESH);
    assert_int_equal(f->ended_user, alice.id);
    assert_true(f->ended_session > 0);
    assert_int_equal(opened_by(f, second.access), 0);
    assert_int_equal(refresh(f, second.refresh, &third), ERR_BAD_REFRESH);
    /* The person's other device stays. */
    assert_int_equal(opened_by(f, other.access), alice.id);
    assert_int_equal(refresh(f, other.refresh, &third), OK);
}

static void what_is_no_token(void **state)
{
    struct fixture *f = *state;
    struct user alice = account(f, "alice");
    struct token_pair pair = enter(f, &alice), out;
    char changed[65];

    assert_int_equal(refresh(f, "", &out), ERR_BAD_REFRESH);
    assert_int_equal(refresh(f, pair.access, &out), ERR_BAD_REFRESH);
    memcpy(changed, pair.refresh, sizeof changed);
    changed[63] = changed[63] == '0' ? '1' : '0';
    assert_int_equal(refresh(f, changed, &out), ERR_BAD_REFRESH);
    assert_int_equal(refresh(f, pair.refresh, &out), OK);
}

static void a_week_unused(void **state)
{
    struct fixture *f = *state;
    struct user alice = account(f, "alice");
    struct token_pair pair = enter(f, &alice), next;

    f->now_ms += REFRESH_SECONDS * INT64_C(1000) - 1;
    assert_int_equal(refresh(f, pair.refresh, &next), OK);
    f->now_ms += REFRESH_SECONDS * INT64_C(1000);
    assert_int_equal(refresh(f, next.refresh, &pair), ERR_BAD_REFRESH);
}

static void leaving(void **state)
{
    struct fixture *f = *state;
    struct user alice = account(f, "alice");
    struct token_pair first = enter(f, &alice), second;
    struct ctx cx = as(f, 0);

    assert_int_equal(refresh(f, first.refresh, &second), OK);
    assert_int_equal(session_end_of_refresh(&cx, first.refresh), OK); /* a used one serves too */
    assert_int_equal(f->ended_user, alice.id);
    assert_int_equal(opened_by(f, second.access), 0);
    assert_int_equal(refresh(f, second.refresh, &first), ERR_BAD_REFRESH);
    assert_int_equal(session_end_of_refresh(&cx, second.refresh), OK);
    assert_int_equal(session_end_of_refresh(&cx, "nonsense"), OK);
}

static void ended_elsewhere(void **state)
{
    struct fixture *f = *state;
    struct user alice = account(f, "alice");
    struct token_pair pair = enter(f, &alice), out;
    struct ctx cx = as(f, 0);

    assert_int_equal(session_end_all(&cx, alice.id), OK);
    assert_int_equal(refresh(f, pair.refresh, &out), ERR_BAD_REFRESH);
}

static void old_rows_go(void **state)
{
    struct fixture *f = *state;
    struct user alice = account(f, "alice");
    struct token_pair first = enter(f, &alice), second, third;
    struct ctx cx = as(f, 0);

    assert_int_equal(refresh(f, first.refresh, &second), OK);
    f->now_ms += REFRESH_SECONDS * INT64_C(1000) - 60000;
    assert_int_equal(refresh(f, second.refresh, &third), OK);
    f->now_ms += 60000;
    assert_int_equal(session_expire_refresh(&cx), OK);
    /* Forgotten, no longer known as used: it can neither enter nor throw anybody out. */
    assert_int_equal(refresh(f, first.refresh, &second), ERR_BAD_REFRESH);
    assert_int_equal(f->ended_user, 0);
    assert_int_equal(refresh(f, third.refresh, &second), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_pair_opens),     FIXTURE_TEST(one_use_each),
        FIXTURE_TEST(two_tabs),         FIXTURE_TEST(a_stolen_one_kills_the_session),
        FIXTURE_TEST(what_is_no_token), FIXTURE_TEST(a_week_unused),
        FIXTURE_TEST(leaving),          FIXTURE_TEST(ended_elsewhere),
        FIXTURE_TEST(old_rows_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
