/* Bringing people into groups unasked, removing those below one, pages of groups and members, and direct
 * conversations as rooms. */
#include "test/unit/fixture.h"

static size_t members_of(struct fixture *f, int64_t actor, int64_t group)
{
    struct ctx cx = as(f, actor);
    struct group_view view;

    assert_int_equal(group_look(&cx, group, &view), OK);
    ctx_release(&cx);
    return view.member_count;
}

static enum err add(struct fixture *f, int64_t actor, int64_t group, const int64_t *ids,
                    size_t count)
{
    struct ctx cx = as(f, actor);

    return group_add(&cx, group, ids, count);
}

static void adding(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), bob = person(f, "bob"), carol = person(f, "carol");
    int64_t group = make_group(f, alice, "team", false);
    int64_t ids[] = { bob, carol, bob, alice };

    f->event_count = 0;
    assert_int_equal(add(f, alice, group, ids, 4), OK);
    assert_int_equal(members_of(f, alice, group), 3);
    assert_int_equal(f->event_count, 2); /* a notice of each, to the new ones too */
    assert_int_equal(f->events[0].to_count, 3);
    assert_int_equal(f->events[1].to_count, 3);
    f->event_count = 0;
    assert_int_equal(add(f, alice, group, ids, 4), OK); /* again: nothing */
    assert_int_equal(add(f, alice, group, NULL, 0), OK);
    assert_int_equal(f->event_count, 0);
}

/* The notices are the first thing new members see. */
static void what_the_new_ones_see(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), bob = person(f, "bob"), carol = person(f, "carol");
    int64_t group = make_group(f, alice, "team", false), ids[] = { bob, carol };
    struct history what = { .target_id = group, .page = 1, .limit = 10, .by_seq = true };
    struct history_page page;
    struct ctx cx = as(f, carol);

    assert_int_equal(say(f, alice, group, "before", NULL, NULL), OK);
    assert_int_equal(add(f, alice, group, ids, 2), OK);
    assert_int_equal(message_history(&cx, &what, &page), OK);
    ctx_release(&cx);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.messages[0].notice, NOTICE_JOINED);
    assert_int_equal(page.messages[0].subject_id, bob);
    assert_int_equal(page.messages[1].subject_id, carol);
    assert_int_equal(page.messages[1].sender_id, alice);
}

static void who_may_add_whom(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), bob = person(f, "bob"), carol = person(f, "carol"),
            dan = person(f, "dan");
    int64_t group = make_group(f, alice, "team", false);
    int64_t one[] = { carol }, unknown[] = { carol, 19999999 }, both[] = { carol, dan };
    struct ctx owner = as(f, alice), dans = as(f, dan);

    join(f, group, bob, alice);
    assert_int_equal(add(f, bob, group, one, 1), ERR_NOT_MANAGER);
    assert_int_equal(add(f, dan, group, one, 1), ERR_NOT_MANAGER);
    assert_int_equal(add(f, alice, group + 1, one, 1), ERR_NO_GROUP);
    assert_int_equal(add(f, alice, group, unknown, 2), ERR_NO_ACCOUNT);
    assert_int_equal(members_of(f, alice, group), 2); /* all or none */
    assert_int_equal(contact_block(&dans, alice, true), OK);
    assert_int_equal(add(f, alice, group, both, 2), ERR_BLOCKED);
    assert_int_equal(members_of(f, alice, group), 2);
    assert_int_equal(group_set_manager(&owner, group, bob, true), OK);
    assert_int_equal(add(f, bob, group, both, 2), OK);
    assert_int_equal(members_of(f, alice, group), 4);
    f->conf->messages_from = WRITE_FRIENDS;
    one[0] = person(f, "erin");
    assert_int_equal(add(f, alice, group, one, 1), ERR_NOT_FRIEND);
    befriend(f, alice, one[0]);
    assert_int_equal(add(f, alice, group, one, 1), OK);
}

static void a_full_group(void **state)
{
    struct fixture *f = *state;
    int64_t alice, ids[4], group;

    f->conf->group_members = 4;
    alice = person(f, "alice");
    group = make_group(f, alice, "team", false);
    ids[0] = person(f, "bob");
    ids[1] = person(f, "carol");
    ids[2] = person(f, "dan");
    ids[3] = person(f, "erin");
    assert_int_equal(add(f, alice, group, ids, 4), ERR_GROUP_FULL);
    assert_int_equal(members_of(f, alice, group), 1);
    assert_int_equal(add(f, alice, group, ids, 3), OK);
    assert_int_equal(add(f, alice, group, ids, 3), OK);
    assert_int_equal(add(f, alice, group, ids + 3, 1), ERR_GROUP_FULL);
}

/* Whoever asked to join and is brought in is not asked about any more. */
static void a_waiting_request(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), bob = person(f, "bob");
    int64_t group = make_group(f, alice, "team", false);
    struct ctx owner = as(f, alice), applicant = as(f, bob);
    struct group_request *list;
    size_t count;

    assert_int_equal(group_apply(&applicant, group, "please"), OK);
    assert_int_equal(add(f, alice, group, &bob, 1), OK);
    assert_int_equal(group_requests(&owner, &list, &count), OK);
    ctx_release(&owner);
    assert_int_equal(count, 0);
}

static void made_with_people(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), bob = person(f, "bob");
    int64_t ids[] = { alice, bob, bob }, unknown[] = { bob, 19999999 };
    struct ctx cx = as(f, alice);
    struct group in = { .name = "made" };
    struct group group, *list;
    size_t count;

    f->event_count = 0;
    assert_int_equal(group_create_with(&cx, &in, ids, 3, &group), OK);
    assert_int_equal(group.member_count, 2);
    assert_int_equal(f->event_count, 2);
    assert_int_equal(f->events[0].kind, EV_CHANGED); /* to the maker's devices */
    assert_int_equal(f->events[0].to_count, 1);
    assert_int_equal(f->events[1].kind, EV_MESSAGE);
    assert_int_equal(group_create_with(&cx, &in, unknown, 2, &group), ERR_NO_ACCOUNT);
    assert_int_equal(group_list(&cx, &list, &count), OK);
    ctx_release(&cx);
    assert_int_equal(count, 1);
}

static void expelling(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), bob = person(f, "bob"), carol = person(f, "carol"),
            dan = person(f, "dan"), erin = person(f, "erin");
    int64_t group = make_group(f, alice, "team", false), ids[] = { bob, carol, dan };
    struct ctx owner = as(f, alice), manager = as(f, bob), member = as(f, dan);

    assert_int_equal(add(f, alice, group, ids, 3), OK);
    assert_int_equal(group_set_manager(&owner, group, bob, true), OK);
    assert_int_equal(group_set_manager(&owner, group, carol, true), OK);
    assert_int_equal(group_expel(&member, group, bob), ERR_NOT_MANAGER);
    assert_int_equal(group_expel(&manager, group, carol), ERR_PROTECTED);
    assert_int_equal(group_expel(&manager, group, alice), ERR_PROTECTED);
    assert_int_equal(group_expel(&manager, group, erin), ERR_NO_TARGET);
    assert_int_equal(group_expel(&manager, group, dan), OK);
    assert_int_equal(group_expel(&owner, group, carol), OK);
    assert_int_equal(members_of(f, alice, group), 2);
}

static void managers_are_few(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), group = make_group(f, alice, "team", false);
    struct ctx owner = as(f, alice);
    int64_t last = 0, first = 0;

    f->sv.deliver = NULL; /* more people than the recorder has room for */
    for (int i = 0; i <= GROUP_MANAGERS_MAX; i++) {
        char name[20];
        snprintf(name, sizeof name, "manager%d", i);
        last = person(f, name);
        first = first == 0 ? last : first;
        join(f, group, last, alice);
        if (i < GROUP_MANAGERS_MAX)
            assert_int_equal(group_set_manager(&owner, group, last, true), OK);
    }
    assert_int_equal(group_set_manager(&owner, group, last, true), ERR_MANAGERS_FULL);
    assert_int_equal(group_set_manager(&owner, group, first, true), OK); /* is one already */
    assert_int_equal(group_set_manager(&owner, group, first, false), OK);
    assert_int_equal(group_set_manager(&owner, group, last, true), OK);
}

static void updating(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), bob = person(f, "bob"), carol = person(f, "carol");
    int64_t group = make_group(f, alice, "team", false), ids[] = { bob, carol };
    struct group_change change = { .no_member_contacts = -1,
                                   .no_member_profiles = -1,
                                   .no_join_requests = -1,
                                   .history_before_join = -1,
                                   .intro = "about" };
    struct ctx owner = as(f, alice), manager = as(f, bob), member = as(f, carol);
    struct group_view view;

    assert_int_equal(add(f, alice, group, ids, 2), OK);
    assert_int_equal(group_set_manager(&owner, group, bob, true), OK);
    assert_int_equal(group_update(&manager, group, &change), ERR_NOT_OWNER);
    change.by_a_manager = true;
    assert_int_equal(group_update(&member, group, &change), ERR_NOT_OWNER);
    assert_int_equal(group_update(&manager, group, &change), OK);
    change.intro = "";
    assert_int_equal(group_update(&manager, group, &change), OK);
    assert_int_equal(group_look(&owner, group, &view), OK);
    assert_string_equal(view.group.intro, "about");
    change.clears = true;
    assert_int_equal(group_update(&manager, group, &change), OK);
    assert_int_equal(group_look(&owner, group, &view), OK);
    ctx_release(&owner);
    assert_string_equal(view.group.intro, "");
    assert_string_equal(view.group.name, "team");
}

static void pages_of_groups(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), bob = person(f, "bob"), ids[5];
    struct ctx cx = as(f, alice);
    struct group *list;
    size_t count;

    for (int i = 0; i < 5; i++)
        ids[i] = make_group(f, alice, i % 2 == 0 ? "Even" : "odd", false);
    make_group(f, bob, "Even too", false);
    assert_int_equal(group_page(&cx, "", 0, 3, &list, &count), OK);
    assert_int_equal(count, 3);
    assert_int_equal(list[0].id, ids[4]);
    assert_int_equal(list[2].id, ids[2]);
    assert_int_equal(list[0].member_count, 1);
    assert_int_equal(group_page(&cx, "", ids[2], 3, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[1].id, ids[0]);
    assert_int_equal(group_page(&cx, "VE", 0, 10, &list, &count), OK);
    assert_int_equal(count, 3);
    assert_int_equal(group_page(&cx, "%", 0, 10, &list, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(group_dissolve(&cx, ids[4]), OK);
    assert_int_equal(group_page(&cx, "", 0, 3, &list, &count), OK);
    ctx_release(&cx);
    assert_int_equal(list[0].id, ids[3]);
}

static void pages_of_members(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), bob = person(f, "bob"), carol = person(f, "carol"),
            dan = person(f, "dan");
    int64_t group = make_group(f, alice, "team", false), ids[] = { carol, bob };
    struct ctx cx = as(f, bob), stranger = as(f, dan);
    struct member *list;
    size_t count;

    assert_int_equal(add(f, alice, group, ids, 2), OK);
    assert_int_equal(group_member_page(&cx, group, 0, 2, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].user.id, bob); /* who came last */
    assert_int_equal(list[1].user.id, carol);
    assert_true(list[0].number > list[1].number);
    assert_int_equal(group_member_page(&cx, group, list[1].number, 2, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].user.id, alice);
    assert_int_equal(list[0].role, ROLE_OWNER);
    assert_int_equal(group_member_page(&cx, group + 1, 0, 2, &list, &count), ERR_NO_GROUP);
    assert_int_equal(group_member_page(&stranger, group, 0, 2, &list, &count), ERR_NOT_MEMBER);
    ctx_release(&cx);
    ctx_release(&stranger);
}

static void direct_rooms(void **state)
{
    struct fixture *f = *state;
    int64_t alice = person(f, "alice"), bob = person(f, "bob"), carol = person(f, "carol");
    struct ctx cx = as(f, alice), other = as(f, bob), third = as(f, carol);
    struct direct first, again, found, *list;
    size_t count;

    f->event_count = 0;
    assert_int_equal(direct_open(&cx, bob, &first), OK);
    assert_int_equal(first.peer_id, bob);
    assert_string_equal(first.name, "bob");
    assert_int_equal(first.created_at_ms, f->now_ms);
    assert_int_equal(first.last_at_ms, 0);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_DIRECT_OPENED);
    assert_int_equal(f->events[0].to_count, 2);
    f->now_ms += 1000;
    assert_int_equal(direct_open(&other, alice, &again), OK); /* the same, from the other side */
    assert_int_equal(again.conversation_id, first.conversation_id);
    assert_string_equal(again.name, "alice");
    assert_int_equal(f->event_count, 1);
    assert_int_equal(say(f, bob, alice, "hi", NULL, NULL), OK);
    assert_int_equal(direct_find(&cx, first.conversation_id, &found), OK);
    assert_int_equal(found.last_at_ms, f->now_ms);
    assert_int_equal(direct_find(&third, first.conversation_id, &found), ERR_NO_GROUP);
    assert_int_equal(direct_open(&cx, alice, &found), ERR_SELF);
    assert_int_equal(direct_open(&cx, 19999999, &found), ERR_NO_ACCOUNT);
    assert_int_equal(direct_open(&cx, carol, &found), OK);
    assert_int_equal(direct_page(&cx, "", 0, 10, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].peer_id, carol);
    assert_int_equal(direct_page(&cx, "", list[0].conversation_id, 10, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].peer_id, bob);
    assert_int_equal(direct_page(&cx, "AR", 0, 10, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].peer_id, carol);
    ctx_release(&cx);
    ctx_release(&third);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(adding),
        FIXTURE_TEST(what_the_new_ones_see),
        FIXTURE_TEST(who_may_add_whom),
        FIXTURE_TEST(a_full_group),
        FIXTURE_TEST(a_waiting_request),
        FIXTURE_TEST(made_with_people),
        FIXTURE_TEST(expelling),
        FIXTURE_TEST(managers_are_few),
        FIXTURE_TEST(updating),
        FIXTURE_TEST(pages_of_groups),
        FIXTURE_TEST(pages_of_members),
        FIXTURE_TEST(direct_rooms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
