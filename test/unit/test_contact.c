/* Contacts and groups: asking and answering. */
#include "test/unit/fixture.h"

static void asking_and_answering(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx alice = as(f, a), bob = as(f, b);
    struct contact_request *requests;
    struct contact *contacts;
    size_t count;

    assert_int_equal(contact_apply(&alice, a, ""), ERR_SELF);
    assert_int_equal(contact_apply(&alice, USER_ID_FIRST + 99, ""), ERR_NO_ACCOUNT);
    assert_int_equal(contact_apply(&alice, b, "it is me"), OK);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_CONTACT_REQUEST);
    assert_string_equal(f->events[0].body, "it is me");
    assert_int_equal(contact_apply(&alice, b, ""), ERR_REQUEST_EXISTS);
    assert_int_equal(contact_requests(&bob, &requests, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(requests[0].from.id, a);
    assert_int_equal(contact_answer(&alice, b, true, ""),
                     ERR_NO_REQUEST); /* only the one who was asked may answer */
    assert_int_equal(contact_answer(&bob, a, true, ""), OK);
    assert_int_equal(contact_answer(&bob, a, true, ""), ERR_NO_REQUEST);
    assert_int_equal(contact_list(&alice, false, &contacts, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(contact_list(&bob, false, &contacts, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(contacts[0].peer.id, a);
    assert_int_equal(contact_apply(&alice, b, ""), ERR_ALREADY_FRIEND);
}

static void refusing(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx alice = as(f, a), bob = as(f, b);
    struct contact *contacts;
    size_t count;

    assert_int_equal(contact_apply(&alice, b, ""), OK);
    assert_int_equal(contact_answer(&bob, a, false, "no"), OK);
    assert_int_equal(contact_list(&alice, false, &contacts, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(contact_apply(&alice, b, "please"), OK); /* one may ask again */
}

static void asking_each_other_is_enough(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx alice = as(f, a), bob = as(f, b);
    struct contact *contacts;
    size_t count;

    assert_int_equal(contact_apply(&alice, b, ""), OK);
    assert_int_equal(contact_apply(&bob, a, ""), OK);
    assert_int_equal(contact_list(&alice, false, &contacts, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(f->events[1].kind, EV_CONTACT_REPLY);
}

static void the_blocked_may_not_ask(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx alice = as(f, a), bob = as(f, b);

    assert_int_equal(tx_begin(&bob), OK);
    assert_int_equal(tx_end(&bob, db_contact_block(bob.conn, b, a, f->now_ms)), OK);
    assert_int_equal(contact_apply(&alice, b, ""), ERR_BLOCKED);
    assert_int_equal(contact_apply(&bob, a, ""), OK);
}

static void joining_a_group(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    int64_t group = make_group(f, a, "team", false);
    struct ctx alice = as(f, a), bob = as(f, b), carol = as(f, c);
    struct group_request *requests;
    struct group_view view;
    size_t count;

    assert_true(group <= GROUP_ID_LAST);
    assert_int_equal(group_apply(&bob, 4711, ""), ERR_NO_GROUP);
    assert_int_equal(group_apply(&bob, group, "hello"), OK);
    assert_int_equal(group_apply(&bob, group, ""), ERR_REQUEST_EXISTS);
    assert_int_equal(group_apply(&alice, group, ""), ERR_ALREADY_MEMBER);
    assert_int_equal(group_requests(&alice, &requests, &count), OK);
    assert_int_equal(count, 1);
    assert_string_equal(requests[0].group.name, "team");
    assert_int_equal(requests[0].from.id, b);
    assert_int_equal(group_requests(&carol, &requests, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(group_answer(&carol, group, b, true, ""), ERR_NOT_MANAGER);
    assert_int_equal(group_answer(&bob, group, b, true, ""), ERR_NOT_MANAGER);
    assert_int_equal(group_answer(&alice, group, c, true, ""), ERR_NO_REQUEST);
    assert_int_equal(group_answer(&alice, group, b, true, ""), OK);
    assert_int_equal(group_look(&bob, group, &view), OK);
    assert_int_equal(view.member_count, 2);
    assert_int_equal(view.group.member_count, 2);
    assert_int_equal(view.members[0].role, ROLE_OWNER);
    assert_int_equal(view.role, ROLE_MEMBER);
    assert_int_equal(group_look(&carol, group, &view), OK);
    assert_int_equal(view.member_count, 0); /* strangers see no members */
    assert_int_equal(view.role, ROLE_NONE);
}

static void full_and_closed_groups(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol"), small, closed;
    struct ctx alice = as(f, a), bob = as(f, b), carol = as(f, c);
    struct group in = { .name = "closed", .no_join_requests = true };
    struct group group;

    f->conf->group_members = 2;
    small = make_group(f, a, "small", false);
    assert_int_equal(group_create(&alice, &in, &group), OK);
    closed = group.id;
    assert_int_equal(group_apply(&bob, closed, ""), ERR_GROUP_CLOSED);
    assert_int_equal(group_apply(&bob, small, ""), OK);
    assert_int_equal(group_apply(&carol, small, ""), OK);
    assert_int_equal(group_answer(&alice, small, b, true, ""), OK);
    assert_int_equal(group_answer(&alice, small, c, true, ""),
                     ERR_GROUP_FULL); /* and nothing half done: */
    assert_int_equal(group_answer(&alice, small, c, false, ""), OK);
    assert_int_equal(group_apply(&carol, small, ""), ERR_GROUP_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(asking_and_answering),
                                        FIXTURE_TEST(refusing),
                                        FIXTURE_TEST(asking_each_other_is_enough),
                                        FIXTURE_TEST(the_blocked_may_not_ask),
                                        FIXTURE_TEST(joining_a_group),
                                        FIXTURE_TEST(full_and_closed_groups) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
