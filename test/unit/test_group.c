/* Managing groups: what each change does, leaves in the history and tells, and how long a mute
 * lasts. Who may do what is the table of test/api/group_matrix.test.js. */
#include "test/unit/fixture.h"

#define MINUTE_MS INT64_C(60000)

/* Alice owns, bob manages, carol and dan are members. */
struct team {
    int64_t alice, bob, carol, dan, group;
};

static struct team make_team(struct fixture *f)
{
    struct team t = { .alice = person(f, "alice"),
                      .bob = person(f, "bob"),
                      .carol = person(f, "carol"),
                      .dan = person(f, "dan") };
    struct ctx alice = as(f, t.alice);

    t.group = make_group(f, t.alice, "team", false);
    join(f, t.group, t.bob, t.alice);
    join(f, t.group, t.carol, t.alice);
    join(f, t.group, t.dan, t.alice);
    assert_int_equal(group_set_manager(&alice, t.group, t.bob, true), OK);
    f->event_count = 0;
    return t;
}

static struct group_view look(struct fixture *f, int64_t group, int64_t user)
{
    struct ctx cx = as(f, user);
    struct group_view view;

    assert_int_equal(group_look(&cx, group, &view), OK);
    ctx_release(&cx);
    return view;
}

static enum role role_of(struct fixture *f, int64_t group, int64_t user)
{
    return look(f, group, user).role;
}

static struct message last_message(struct fixture *f, int64_t group, int64_t reader)
{
    struct ctx cx = as(f, reader);
    struct history what = { .target_id = group, .newest_first = true, .page = 1, .limit = 1 };
    struct history_page page;

    assert_int_equal(message_history(&cx, &what, &page), OK);
    ctx_release(&cx);
    assert_int_equal(page.count, 1);
    return page.messages[0];
}

/* The newest message is this notice, and the only event since was it, to so many. */
static void assert_told(struct fixture *f, const struct team *t, int64_t reader, enum notice notice,
                        int64_t subject, int64_t amount, size_t to_count)
{
    struct message m = last_message(f, t->group, reader);

    assert_int_equal(m.kind, KIND_NOTICE);
    assert_int_equal(m.notice, notice);
    assert_int_equal(m.subject_id, subject);
    assert_int_equal(m.amount, amount);
    assert_int_equal(m.target_id, t->group);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_MESSAGE);
    assert_int_equal(f->events[0].id, m.id);
    assert_int_equal(f->events[0].to_count, to_count);
    f->event_count = 0;
}

static bool was_told(const struct recorded *event, int64_t user)
{
    for (size_t i = 0; i < event->to_count; i++)
        if (event->to[i] == user)
            return true;
    return false;
}

static void a_mute_ends_by_itself(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct ctx bob = as(f, t.bob);

    assert_int_equal(group_mute(&bob, t.group, t.carol, 10), OK);
    assert_told(f, &t, t.carol, NOTICE_MUTED, t.carol, 10, 4);
    assert_int_equal(say(f, t.carol, t.group, "hm", NULL, NULL), ERR_MUTED);
    f->now_ms += 10 * MINUTE_MS - 1;
    assert_int_equal(say(f, t.carol, t.group, "hm", NULL, NULL), ERR_MUTED);
    assert_true(look(f, t.group, t.carol).is_muted);
    f->now_ms += 1;
    assert_int_equal(say(f, t.carol, t.group, "at last", NULL, NULL), OK);
    assert_false(look(f, t.group, t.carol).is_muted);
}

static void a_new_mute_replaces_the_old(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct ctx alice = as(f, t.alice), carol = as(f, t.carol);

    assert_int_equal(group_mute(&alice, t.group, t.carol, 60), OK);
    assert_int_equal(group_mute(&alice, t.group, t.carol, 1), OK);
    f->now_ms += MINUTE_MS;
    assert_int_equal(say(f, t.carol, t.group, "one minute", NULL, NULL), OK);
    assert_int_equal(group_mute(&alice, t.group, t.carol, 60), OK);
    assert_int_equal(message_typing(&carol, SCOPE_GROUP, t.group, true), ERR_MUTED);
    f->event_count = 0;
    assert_int_equal(group_mute(&alice, t.group, t.carol, 0), OK);
    assert_told(f, &t, t.carol, NOTICE_UNMUTED, t.carol, 0, 4);
    assert_int_equal(message_typing(&carol, SCOPE_GROUP, t.group, true), OK);
    assert_int_equal(say(f, t.carol, t.group, "lifted", NULL, NULL), OK);
}

static void muting_up_and_sideways(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct ctx alice = as(f, t.alice), bob = as(f, t.bob);

    assert_int_equal(group_set_manager(&alice, t.group, t.carol, true), OK);
    f->event_count = 0;
    for (int64_t minutes = 0; minutes < 2; minutes++) {
        assert_int_equal(group_mute(&bob, t.group, t.carol, minutes), ERR_PROTECTED);
        assert_int_equal(group_mute(&bob, t.group, t.bob, minutes), ERR_PROTECTED);
        assert_int_equal(group_mute(&bob, t.group, t.alice, minutes), ERR_PROTECTED);
        assert_int_equal(group_mute(&alice, t.group, t.alice, minutes), ERR_PROTECTED);
        assert_int_equal(group_mute(&alice, t.group, USER_ID_FIRST + 99, minutes), ERR_NO_TARGET);
    }
    assert_int_equal(f->event_count, 0);
    assert_int_equal(group_mute(&alice, t.group, t.bob, 5), OK);
    assert_int_equal(say(f, t.bob, t.group, "hm", NULL, NULL), ERR_MUTED);
    assert_int_equal(group_mute(&bob, t.group, t.bob, 0), ERR_PROTECTED); /* not by oneself */
}

static void kicking(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct ctx bob = as(f, t.bob), carol = as(f, t.carol);
    struct history what = { .target_id = t.group, .page = 1, .limit = 5 };
    struct history_page page;

    assert_int_equal(group_remove(&bob, t.group, t.carol), OK);
    assert_true(was_told(&f->events[0], t.carol)); /* the last they hear */
    assert_told(f, &t, t.dan, NOTICE_REMOVED, t.carol, 0, 4);
    assert_int_equal(group_remove(&bob, t.group, t.carol), ERR_NO_TARGET);
    assert_int_equal(look(f, t.group, t.dan).group.member_count, 3);
    assert_int_equal(message_history(&carol, &what, &page), ERR_NOT_MEMBER);
    ctx_release(&carol);
    assert_int_equal(say(f, t.alice, t.group, "without carol", NULL, NULL), OK);
    assert_false(was_told(&f->events[0], t.carol));
    f->event_count = 0;
    assert_int_equal(group_remove(&bob, t.group, t.alice), ERR_PROTECTED);
    assert_int_equal(group_remove(&bob, t.group, t.bob), ERR_PROTECTED);
    assert_int_equal(f->event_count, 0);
}

/* Told to the newcomer too, and to all before the answer to the request is. */
static void coming_in(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    int64_t e = person(f, "erin"), g = person(f, "greta");
    struct ctx bob = as(f, t.bob), erin = as(f, e), greta = as(f, g);
    struct message m;
    struct conversation *list;
    size_t count;

    assert_int_equal(group_apply(&erin, t.group, ""), OK);
    assert_int_equal(group_apply(&greta, t.group, ""), OK);
    f->event_count = 0;
    assert_int_equal(group_answer(&bob, t.group, e, true, ""), OK);
    assert_int_equal(f->event_count, 2);
    assert_int_equal(f->events[1].kind, EV_GROUP_REPLY);
    assert_true(was_told(&f->events[0], e));
    assert_false(was_told(&f->events[0], g));
    f->event_count = 1;
    assert_told(f, &t, t.dan, NOTICE_JOINED, e, 0, 5);
    m = last_message(f, t.group, e);
    assert_int_equal(m.notice, NOTICE_JOINED);
    assert_int_equal(m.sender_id, t.bob);
    assert_int_equal(conversation_list(&erin, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].unread, 0);
    assert_int_equal(list[0].last.notice, NOTICE_JOINED);
    ctx_release(&erin);

    assert_int_equal(group_answer(&bob, t.group, g, false, "no"), OK); /* nothing has changed */
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_GROUP_REPLY);
    assert_int_equal(last_message(f, t.group, t.dan).id, m.id);
}

static void a_full_group_tells_of_nobody(void **state)
{
    struct fixture *f = *state;
    struct team t;
    int64_t e = person(f, "erin"), g = person(f, "greta"), last;
    struct ctx alice, greta = as(f, g);

    f->conf->group_members = 5;
    t = make_team(f);
    alice = as(f, t.alice);
    assert_int_equal(group_apply(&greta, t.group, ""), OK);
    join(f, t.group, e, t.alice);
    last = last_message(f, t.group, t.dan).id;
    f->event_count = 0;
    assert_int_equal(group_answer(&alice, t.group, g, true, ""), ERR_GROUP_FULL);
    assert_int_equal(f->event_count, 0);
    assert_int_equal(last_message(f, t.group, t.dan).id, last);
}

static void leaving_and_coming_back(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct ctx alice = as(f, t.alice), bob = as(f, t.bob);

    assert_int_equal(group_leave(&alice, t.group), ERR_OWNER_STAYS);
    assert_int_equal(group_leave(&bob, t.group), OK);
    assert_told(f, &t, t.dan, NOTICE_LEFT, t.bob, 0, 4);
    assert_int_equal(group_leave(&bob, t.group), ERR_NOT_MEMBER);
    assert_int_equal(say(f, t.alice, t.group, "meanwhile", NULL, NULL), OK);
    join(f, t.group, t.bob, t.alice);
    assert_int_equal(role_of(f, t.group, t.bob), ROLE_MEMBER); /* no manager any more */
    assert_int_equal(last_message(f, t.group, t.dan).notice, NOTICE_JOINED);
    assert_int_equal(last_message(f, t.group, t.dan).subject_id, t.bob);
}

static void handing_over(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct ctx alice = as(f, t.alice), carol = as(f, t.carol);

    assert_int_equal(group_transfer(&alice, t.group, t.alice), ERR_SELF);
    assert_int_equal(group_transfer(&alice, t.group, USER_ID_FIRST + 99), ERR_NO_TARGET);
    assert_int_equal(group_mute(&alice, t.group, t.carol, 60), OK);
    f->event_count = 0;
    assert_int_equal(group_transfer(&alice, t.group, t.carol), OK);
    assert_told(f, &t, t.dan, NOTICE_OWNER, t.carol, 0, 4);
    assert_int_equal(role_of(f, t.group, t.alice), ROLE_MEMBER);
    assert_int_equal(role_of(f, t.group, t.carol), ROLE_OWNER);
    assert_int_equal(role_of(f, t.group, t.bob), ROLE_MANAGER);
    assert_int_equal(say(f, t.carol, t.group, "no owner is mute", NULL, NULL), OK);
    assert_int_equal(group_transfer(&alice, t.group, t.dan), ERR_NOT_OWNER);
    assert_int_equal(group_leave(&carol, t.group), ERR_OWNER_STAYS);
    assert_int_equal(group_leave(&alice, t.group), OK);
}

static void managers(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    int64_t e = person(f, "erin");
    struct ctx alice = as(f, t.alice), carol = as(f, t.carol), erin = as(f, e);
    struct group_request *list;
    size_t count;

    assert_int_equal(group_apply(&erin, t.group, ""), OK);
    f->event_count = 0;
    assert_int_equal(group_set_manager(&alice, t.group, t.carol, true), OK);
    assert_told(f, &t, t.dan, NOTICE_MANAGER, t.carol, 0, 4);
    assert_int_equal(group_requests(&carol, &list, &count), OK);
    assert_int_equal(count, 1); /* asked before she was manager */
    assert_int_equal(group_set_manager(&carol, t.group, t.dan, true), ERR_NOT_OWNER);
    assert_int_equal(group_set_manager(&alice, t.group, t.carol, false), OK);
    assert_told(f, &t, t.dan, NOTICE_NO_MANAGER, t.carol, 0, 4);
    assert_int_equal(group_requests(&carol, &list, &count), OK);
    assert_int_equal(count, 0);
    ctx_release(&carol);
    assert_int_equal(group_set_manager(&alice, t.group, t.alice, false), ERR_SELF);
    assert_int_equal(group_set_manager(&alice, t.group, e, true), ERR_NO_TARGET);
    assert_int_equal(role_of(f, t.group, t.alice), ROLE_OWNER);
}

static void dissolving(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    int64_t e = person(f, "erin");
    struct ctx alice = as(f, t.alice), bob = as(f, t.bob), erin = as(f, e);
    struct group_view view;
    struct group *groups;
    struct conversation *conversations;
    struct group_request *requests;
    size_t count;

    assert_int_equal(group_apply(&erin, t.group, ""), OK);
    f->event_count = 0;
    assert_int_equal(group_dissolve(&bob, t.group), ERR_NOT_OWNER);
    assert_int_equal(f->event_count, 0);
    assert_int_equal(group_dissolve(&alice, t.group), OK);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].to_count, 4);
    assert_int_equal(group_look(&bob, t.group, &view), ERR_NO_GROUP);
    assert_int_equal(group_list(&bob, &groups, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(conversation_list(&bob, &conversations, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(group_search(&bob, "team", &groups, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(group_list_common(&bob, t.carol, &groups, &count), OK);
    assert_int_equal(count, 0);
    ctx_release(&bob);
    assert_int_equal(group_requests(&alice, &requests, &count), OK);
    assert_int_equal(count, 0);
    ctx_release(&alice);
    assert_int_equal(say(f, t.bob, t.group, "hello?", NULL, NULL), ERR_NO_GROUP);
    assert_int_equal(group_apply(&erin, t.group, ""), ERR_NO_GROUP);
    assert_int_equal(group_dissolve(&alice, t.group), ERR_NOT_OWNER);
    assert_true(make_group(f, t.alice, "next", false) > t.group);
}

static void updating(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct ctx alice = as(f, t.alice), bob = as(f, t.bob);
    struct group_change change = { .name = "new",
                                   .intro = "",
                                   .no_member_contacts = 1,
                                   .no_member_profiles = -1,
                                   .no_join_requests = 0,
                                   .history_before_join = -1,
                                   .city = "Shenzhen" };
    struct group group;

    assert_int_equal(group_update(&bob, t.group, &change), ERR_NOT_OWNER);
    assert_int_equal(group_update(&alice, t.group, &change), OK);
    assert_told(f, &t, t.dan, NOTICE_UPDATED, 0, 0, 4);
    group = look(f, t.group, t.dan).group;
    assert_string_equal(group.name, "new");
    assert_string_equal(group.city, "Shenzhen");
    assert_true(group.no_member_contacts && !group.no_member_profiles && !group.no_join_requests);
    change = (struct group_change){ .no_member_contacts = -1,
                                    .no_member_profiles = -1,
                                    .no_join_requests = -1,
                                    .history_before_join = -1 };
    assert_int_equal(group_update(&alice, t.group, &change), OK);
    group = look(f, t.group, t.dan).group;
    assert_string_equal(group.name, "new");
    assert_true(group.no_member_contacts);
    change.name = "line\nbreak";
    assert_int_equal(group_update(&alice, t.group, &change), ERR_BAD_FIELD);
    assert_string_equal(look(f, t.group, t.dan).group.name, "new");
}

/* How many groups text finds. */
static size_t found(struct fixture *f, int64_t user, const char *text)
{
    struct ctx cx = as(f, user);
    struct group *list;
    size_t count;

    assert_int_equal(group_search(&cx, text, &list, &count), OK);
    ctx_release(&cx);
    return count;
}

static void searching(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), group = make_group(f, a, "周末爬山 Hikers", false);
    struct ctx alice = as(f, a);
    struct group_change change = { .name = "100%_真",
                                   .no_member_contacts = -1,
                                   .no_member_profiles = -1,
                                   .no_join_requests = -1,
                                   .history_before_join = -1 };

    make_group(f, a, "HIKING", false);
    assert_int_equal(found(f, a, "hik"), 2);
    assert_int_equal(found(f, a, "HIKERS"), 1);
    assert_int_equal(found(f, a, "爬"), 1);
    assert_int_equal(found(f, a, "末爬山"), 1);
    assert_int_equal(found(f, a, "山 h"), 1);
    assert_int_equal(found(f, a, "s"), 1);
    assert_int_equal(found(f, a, ""), 0);
    assert_int_equal(found(f, a, "爬末"), 0);
    assert_int_equal(found(f, a, "%"), 0);
    assert_int_equal(found(f, a, "h%s"), 0);
    assert_int_equal(group_update(&alice, group, &change), OK);
    assert_int_equal(found(f, a, "爬山"), 0);
    assert_int_equal(found(f, a, "%_"), 1);
    assert_int_equal(found(f, a, "0%"), 1);
    assert_int_equal(found(f, a, "%真"), 0);
    assert_int_equal(found(f, a, "真"), 1);
}

static void in_common(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    int64_t second = make_group(f, t.dan, "another", false);
    struct ctx carol = as(f, t.carol);
    struct group *list;
    size_t count;

    join(f, second, t.carol, t.dan);
    assert_int_equal(group_list_common(&carol, t.dan, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_string_equal(list[0].name, "another");
    assert_int_equal(group_list_common(&carol, t.alice, &list, &count), OK);
    assert_int_equal(count, 1);
    ctx_release(&carol);
    assert_int_equal(group_leave(&carol, t.group), OK);
    assert_int_equal(group_list_common(&carol, t.alice, &list, &count), OK);
    assert_int_equal(count, 0);
    ctx_release(&carol);
}

static void kept_apart(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct ctx alice = as(f, t.alice), carol = as(f, t.carol), dan = as(f, t.dan);
    struct group_change change = { .no_member_contacts = 1,
                                   .no_member_profiles = -1,
                                   .no_join_requests = -1,
                                   .history_before_join = -1 };

    assert_int_equal(group_update(&alice, t.group, &change), OK);
    f->event_count = 0;
    assert_int_equal(contact_apply(&carol, t.dan, ""), ERR_KEPT_APART);
    assert_int_equal(contact_apply(&dan, t.carol, ""), ERR_KEPT_APART);
    assert_int_equal(f->event_count, 0);
    assert_int_equal(contact_apply(&carol, t.alice, ""), OK);
    assert_int_equal(contact_apply(&carol, t.bob, ""), OK); /* a manager */
    assert_int_equal(group_set_manager(&alice, t.group, t.carol, true), OK);
    assert_int_equal(contact_apply(&dan, t.carol, ""), OK);
}

/* Of a group that is not there, nobody is anything. */
static void no_group(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx cx = as(f, a);
    struct group_change change = { .name = "x" };

    for (int64_t group = 4711; group <= GROUP_ID_LAST; group += GROUP_ID_LAST - 4711) {
        assert_int_equal(group_update(&cx, group, &change), ERR_NOT_OWNER);
        assert_int_equal(group_dissolve(&cx, group), ERR_NOT_OWNER);
        assert_int_equal(group_leave(&cx, group), ERR_NOT_MEMBER);
        assert_int_equal(group_transfer(&cx, group, b), ERR_NOT_OWNER);
        assert_int_equal(group_remove(&cx, group, b), ERR_NOT_MANAGER);
        assert_int_equal(group_set_manager(&cx, group, b, true), ERR_NOT_OWNER);
        assert_int_equal(group_mute(&cx, group, b, 1), ERR_NOT_MANAGER);
    }
    assert_int_equal(f->event_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(a_mute_ends_by_itself),
                                        FIXTURE_TEST(a_new_mute_replaces_the_old),
                                        FIXTURE_TEST(muting_up_and_sideways),
                                        FIXTURE_TEST(kicking),
                                        FIXTURE_TEST(coming_in),
                                        FIXTURE_TEST(a_full_group_tells_of_nobody),
                                        FIXTURE_TEST(leaving_and_coming_back),
                                        FIXTURE_TEST(handing_over),
                                        FIXTURE_TEST(managers),
                                        FIXTURE_TEST(dissolving),
                                        FIXTURE_TEST(updating),
                                        FIXTURE_TEST(searching),
                                        FIXTURE_TEST(in_common),
                                        FIXTURE_TEST(kept_apart),
                                        FIXTURE_TEST(no_group) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
