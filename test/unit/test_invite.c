/* Invitations: what one opens, when it is over, and who may make it. */
#include "test/unit/fixture.h"

#include "domain/invite.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static const char *make(struct fixture *f, int64_t user, const struct invite_wish *wish,
                        struct invite *invite_r)
{
    struct ctx cx = as(f, user);
    const char *token = NULL;

    assert_int_equal(invite_make(&cx, wish, invite_r, &token), OK);
    return token;
}

static enum err enter(struct fixture *f, const char *name, const char *token, int64_t *id_r)
{
    struct ctx cx = as(f, 0);
    struct new_user in = { .username = name, .password = "secret1", .invite = token };
    struct user user;
    enum err e = user_register(&cx, &in, &user);

    *id_r = e == OK ? user.id : 0;
    return e;
}

static enum err accept(struct fixture *f, int64_t user, const char *token)
{
    struct ctx cx = as(f, user);

    return invite_accept(&cx, token);
}

static bool is_friend(struct fixture *f, int64_t a, int64_t b)
{
    struct ctx cx = as(f, a);
    bool friend = false, blocked = false;

    assert_int_equal(contact_verify(&cx, b, &friend, &blocked), OK);
    ctx_release(&cx);
    return friend;
}

static size_t conversations(struct fixture *f, int64_t user)
{
    struct ctx cx = as(f, user);
    struct conversation *list;
    size_t count;

    assert_int_equal(conversation_list(&cx, &list, &count), OK);
    ctx_release(&cx);
    return count;
}

static void one_use_one_person(void **state)
{
    struct fixture *f = *state;
    struct invite_wish wish = { .greeting = "welcome" };
    int64_t hana = person(f, "hana"), guest, second;
    struct invite invite;
    const char *token = make(f, hana, &wish, &invite);

    assert_int_equal(invite.expires_at_ms - invite.created_at_ms, 7 * DAY_MS);
    assert_int_equal(invite.uses, 1);
    f->conf->registration = REGISTRATION_INVITE;
    assert_int_equal(enter(f, "stranger", NULL, &guest), ERR_REGISTRATION_CLOSED);
    assert_int_equal(enter(f, "stranger", "", &guest), ERR_REGISTRATION_CLOSED);
    assert_int_equal(enter(f, "stranger", "0123456789abcdef0123456789abcdef", &guest),
                     ERR_TOO_LATE);
    f->event_count = 0;
    assert_int_equal(enter(f, "guest", token, &guest), OK);
    assert_true(is_friend(f, hana, guest) && is_friend(f, guest, hana));
    assert_int_equal(conversations(f, hana), 1);
    assert_int_equal(conversations(f, guest), 1);
    assert_int_equal(f->events[0].kind, EV_CONTACT_REPLY);
    assert_int_equal(f->events[1].kind, EV_MESSAGE);
    assert_string_equal(f->events[1].body, "welcome");
    assert_int_equal(enter(f, "second", token, &second), ERR_TOO_LATE);
    f->conf->registration = REGISTRATION_CLOSED;
    token = make(f, hana, &wish, &invite);
    assert_int_equal(enter(f, "third", token, &second), ERR_REGISTRATION_CLOSED);
}

static void a_failed_registration_uses_nothing_up(void **state)
{
    struct fixture *f = *state;
    struct invite_wish wish = { 0 };
    int64_t hana = person(f, "hana"), guest;
    struct invite invite;
    const char *token = make(f, hana, &wish, &invite);

    assert_int_equal(enter(f, "hana", token, &guest), ERR_ACCOUNT_EXISTS);
    assert_int_equal(enter(f, "guest", token, &guest), OK);
}

static void it_ends(void **state)
{
    struct fixture *f = *state;
    struct invite_wish wish = { .days = 2, .uses = 5 };
    int64_t hana = person(f, "hana"), guest;
    struct invite invite;
    const char *token = make(f, hana, &wish, &invite);
    struct ctx cx = as(f, hana), other = as(f, person(f, "other"));
    struct invite *list;
    size_t count;

    f->now_ms += 2 * DAY_MS - 1;
    assert_int_equal(enter(f, "early", token, &guest), OK);
    f->now_ms += 1;
    assert_int_equal(enter(f, "late", token, &guest), ERR_TOO_LATE);
    assert_int_equal(invite_list(&cx, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].used, 1);
    assert_int_equal(invite_expire(&cx), OK);
    assert_int_equal(invite_list(&cx, &list, &count), OK);
    assert_int_equal(count, 0);
    ctx_release(&cx);

    token = make(f, hana, &wish, &invite);
    assert_int_equal(invite_revoke(&other, invite.id), ERR_FORBIDDEN);
    assert_int_equal(invite_revoke(&cx, invite.id), OK);
    assert_int_equal(invite_revoke(&cx, invite.id), ERR_TOO_LATE);
    assert_int_equal(enter(f, "revoked", token, &guest), ERR_TOO_LATE);
}

static void only_administrators(void **state)
{
    struct fixture *f = *state;
    struct invite_wish wish = { .uses = 9 };
    int64_t hana = person(f, "hana"), guest;
    struct invite invite;
    const char *token = make(f, hana, &wish, &invite);
    struct ctx cx = as(f, hana);

    f->conf->invites = INVITES_ADMINS;
    assert_int_equal(invite_make(&cx, &wish, &invite, &token), ERR_FORBIDDEN);
    token = make(f, hana, &(struct invite_wish){ .group_id = make_group(f, hana, "g", false) },
                 &invite);
    assert_int_equal(enter(f, "open", token, &guest), OK); /* registration is open to all */
    f->conf->registration = REGISTRATION_INVITE;
    assert_int_equal(enter(f, "guest", token, &guest), ERR_REGISTRATION_CLOSED);
}

static void people_who_are_here_already(void **state)
{
    struct fixture *f = *state;
    struct invite_wish wish = { .uses = 2 };
    int64_t hana = person(f, "hana"), guest = person(f, "guest");
    struct invite invite;
    const char *token = make(f, hana, &wish, &invite);
    struct ctx cx = as(f, guest);
    struct invite_view view = { 0 };

    assert_int_equal(accept(f, hana, token), ERR_SELF);
    assert_int_equal(accept(f, guest, token), OK);
    assert_true(is_friend(f, hana, guest));
    assert_int_equal(accept(f, guest, token), ERR_ALREADY_FRIEND);
    assert_int_equal(invite_look(&cx, token, &view), OK);
    assert_int_equal(view.invite.used, 1); /* the failures used nothing up */
    ctx_release(&cx);
    cx = as(f, person(f, "foe"));
    assert_int_equal(contact_block(&cx, hana, true), OK);
    assert_int_equal(invite_accept(&cx, token), ERR_BLOCKED);
}

static void into_a_group(void **state)
{
    struct fixture *f = *state;
    int64_t hana = person(f, "hana"), guest = person(f, "guest"), fresh;
    int64_t group = make_group(f, hana, "club", false);
    struct invite_wish wish = { .group_id = group };
    struct invite invite;
    const char *token = make(f, hana, &wish, &invite);
    struct ctx cx = as(f, guest);
    struct group_view look;
    struct invite *list;
    size_t count;

    assert_int_equal(invite.uses, 100);
    assert_int_equal(invite_make(&cx, &wish, &invite, &token), ERR_NOT_MANAGER);
    token = make(f, hana, &wish, &invite);
    assert_int_equal(accept(f, guest, token), OK);
    assert_int_equal(accept(f, guest, token), ERR_ALREADY_MEMBER);
    assert_int_equal(group_look(&cx, group, &look), OK);
    assert_int_equal(look.role, ROLE_MEMBER);
    assert_int_equal(invite_list_of_group(&cx, group, &list, &count), ERR_NOT_MANAGER);
    ctx_release(&cx);
    assert_int_equal(enter(f, "fresh", token, &fresh), OK);
    assert_int_equal(conversations(f, fresh), 1);
    cx = as(f, hana);
    assert_int_equal(invite_list_of_group(&cx, group, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(group_transfer(&cx, group, guest), OK); /* the maker runs it no longer */
    assert_int_equal(accept(f, person(f, "later"), token), ERR_TOO_LATE);
    cx = as(f, guest);
    assert_int_equal(invite_revoke(&cx, invite.id), OK); /* its new owner may */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(one_use_one_person),
        FIXTURE_TEST(a_failed_registration_uses_nothing_up),
        FIXTURE_TEST(it_ends),
        FIXTURE_TEST(only_administrators),
        FIXTURE_TEST(people_who_are_here_already),
        FIXTURE_TEST(into_a_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
