/* What becomes of messages: editing, and taking back other people's where one runs the group. */
#include "test/unit/fixture.h"

#define MINUTE_MS INT64_C(60000)

/* Alice owns the group, bob manages, carol and dan are members. */
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
    assert_int_equal(group_set_manager(&alice, t.group, t.bob, true), OK);
    f->event_count = 0;
    return t;
}

static struct message sent(struct fixture *f, int64_t from, int64_t to, const char *text)
{
    struct message message;

    assert_int_equal(say(f, from, to, text, NULL, &message), OK);
    f->event_count = 0;
    return message;
}

static enum err edit(struct fixture *f, int64_t actor, int64_t id, const char *body,
                     struct message *message_r)
{
    struct ctx cx = as(f, actor);

    return message_edit(&cx, id, body, NULL, message_r);
}

static enum err removed(struct fixture *f, int64_t actor, int64_t id)
{
    struct ctx cx = as(f, actor);
    struct message message;

    return message_delete(&cx, id, &message);
}

static struct message read_back(struct fixture *f, int64_t reader, int64_t id)
{
    struct ctx cx = as(f, reader);
    struct message message;
    int64_t peer;

    assert_int_equal(message_get(&cx, id, &message, &peer), OK);
    ctx_release(&cx);
    return message;
}

static void an_edit_is_stored_and_told(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct message m = sent(f, t.carol, t.group, "helo"), edited;

    f->now_ms += 5000;
    assert_int_equal(edit(f, t.carol, m.id, "hello", &edited), OK);
    assert_string_equal(edited.body, "hello");
    assert_int_equal(edited.edited_at_ms, f->now_ms);
    assert_int_equal(edited.created_at_ms, m.created_at_ms);
    assert_int_equal(edited.seq, m.seq);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_MESSAGE_EDITED);
    assert_int_equal(f->events[0].to_count, 3);
    assert_string_equal(f->events[0].body, "hello");
    assert_string_equal(read_back(f, t.alice, m.id).body, "hello");
    assert_int_equal(read_back(f, t.alice, m.id).edited_at_ms, f->now_ms);
}

static void the_same_again_is_no_edit(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct message m = sent(f, t.carol, t.group, "hello"), edited;

    f->now_ms += 5000;
    assert_int_equal(edit(f, t.carol, m.id, "hello", &edited), OK);
    assert_int_equal(edited.edited_at_ms, 0);
    assert_int_equal(f->event_count, 0);
}

static void who_may_edit(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct message m = sent(f, t.carol, t.group, "mine"), out;
    struct ctx alice = as(f, t.alice), carol = as(f, t.carol);

    assert_int_equal(edit(f, t.alice, m.id, "x", &out), ERR_NOT_SENDER);
    assert_int_equal(edit(f, t.dan, m.id, "x", &out), ERR_NO_MESSAGE); /* not in the group */
    assert_int_equal(edit(f, t.carol, m.id + 1000, "x", &out), ERR_NO_MESSAGE);
    assert_int_equal(edit(f, t.carol, m.id, "", &out), ERR_BAD_FIELD);
    assert_int_equal(group_mute(&alice, t.group, t.carol, 10), OK);
    assert_int_equal(edit(f, t.carol, m.id, "x", &out), ERR_MUTED);
    assert_int_equal(group_mute(&alice, t.group, t.carol, 0), OK);
    assert_int_equal(group_leave(&carol, t.group), OK);
    assert_int_equal(edit(f, t.carol, m.id, "x", &out), ERR_NO_MESSAGE);
    assert_string_equal(read_back(f, t.alice, m.id).body, "mine");
}

static void what_cannot_be_edited(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct message m = sent(f, t.alice, t.group, "gone"), out;
    struct ctx alice = as(f, t.alice);
    static char large[MESSAGE_BODY_MAX + 2];

    assert_int_equal(message_revoke(&alice, m.id, &out), OK);
    assert_int_equal(edit(f, t.alice, m.id, "back", &out), ERR_NO_MESSAGE);
    /* what she did to the group is hers, but the server's words */
    assert_int_equal(edit(f, t.alice, m.id - 1, "x", &out), ERR_NOT_SENDER);
    assert_int_equal(read_back(f, t.alice, m.id - 1).kind, KIND_NOTICE);
    m = sent(f, t.alice, t.group, "small");
    memset(large, 'x', sizeof large - 1);
    assert_int_equal(edit(f, t.alice, m.id, large, &out), ERR_TOO_LARGE);
    large[MESSAGE_BODY_MAX] = '\0';
    assert_int_equal(edit(f, t.alice, m.id, large, &out), OK);
}

static void extra_alone(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct message m = sent(f, t.alice, t.group, "/files/a.png"), out;
    struct ctx alice = as(f, t.alice);

    assert_int_equal(message_edit(&alice, m.id, NULL, "{\"caption\":\"a\"}", &out), OK);
    assert_string_equal(out.body, "/files/a.png");
    assert_string_equal(out.extra, "{\"caption\":\"a\"}");
    assert_int_equal(edit(f, t.alice, m.id, "/files/b.png", &out), OK);
    assert_string_equal(out.extra, "{\"caption\":\"a\"}");
}

static void a_direct_edit(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct message m = sent(f, t.alice, t.dan, "for you"), out;
    struct ctx dan = as(f, t.dan);

    assert_int_equal(edit(f, t.dan, m.id, "x", &out), ERR_NOT_SENDER);
    assert_int_equal(edit(f, t.carol, m.id, "x", &out), ERR_NO_MESSAGE);
    assert_int_equal(edit(f, t.alice, m.id, "for you!", &out), OK);
    assert_int_equal(f->events[0].to_count, 2);
    assert_int_equal(contact_block(&dan, t.alice, true), OK);
    assert_int_equal(edit(f, t.alice, m.id, "again", &out), ERR_BLOCKED);
    assert_string_equal(read_back(f, t.dan, m.id).body, "for you!");
}

/* An edited message sent again under its client id is still the same message. */
static void a_resend_of_an_edited_message(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct message m, again, out;

    assert_int_equal(say(f, t.alice, t.group, "one", "c-1", &m), OK);
    assert_int_equal(edit(f, t.alice, m.id, "two", &out), OK);
    assert_int_equal(say(f, t.alice, t.group, "one", "c-1", &again), OK);
    assert_int_equal(again.id, m.id);
    assert_string_equal(again.body, "two");
}

static void who_may_delete(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct message of_carol = sent(f, t.carol, t.group, "carol's"),
                   of_alice = sent(f, t.alice, t.group, "alice's"),
                   second = sent(f, t.carol, t.group, "carol's other"),
                   direct = sent(f, t.carol, t.alice, "between us");

    f->now_ms += 60 * MINUTE_MS; /* long past the time for a recall */
    assert_int_equal(removed(f, t.carol, of_alice.id), ERR_NOT_SENDER);
    assert_int_equal(removed(f, t.carol, of_carol.id), ERR_TOO_LATE);
    assert_int_equal(removed(f, t.dan, of_carol.id), ERR_NO_MESSAGE);
    assert_int_equal(removed(f, t.alice, direct.id), ERR_NOT_SENDER);
    assert_int_equal(f->event_count, 0);
    assert_int_equal(removed(f, t.bob, of_carol.id), OK);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_MESSAGE_REVOKED);
    assert_string_equal(f->events[0].body, "");
    assert_int_equal(f->events[0].to_count, 3);
    assert_int_equal(removed(f, t.bob, of_carol.id), OK); /* twice is fine, and told once */
    assert_int_equal(f->event_count, 1);
    assert_int_equal(removed(f, t.bob, of_alice.id), OK);
    assert_int_equal(removed(f, t.alice, second.id), OK);
    assert_string_equal(read_back(f, t.carol, second.id).body, "");
    assert_int_equal(read_back(f, t.carol, second.id).status, MESSAGE_REVOKED);
}

static void ones_own_in_time(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct message m = sent(f, t.carol, t.group, "oops"), notice;
    struct ctx carol = as(f, t.carol);

    assert_int_equal(removed(f, t.carol, m.id), OK);
    assert_int_equal(read_back(f, t.alice, m.id).status, MESSAGE_REVOKED);
    notice = read_back(f, t.alice, m.id - 1);
    assert_int_equal(notice.kind, KIND_NOTICE);
    assert_int_equal(removed(f, t.alice, notice.id), ERR_NOT_SENDER);
    ctx_release(&carol);
}

/* What was said before one came is nobody's business to look at, edit or take back. */
static void out_of_sight(void **state)
{
    struct fixture *f = *state;
    struct team t = make_team(f);
    struct message m = sent(f, t.alice, t.group, "before dan");
    struct ctx dan = as(f, t.dan), alice = as(f, t.alice);
    struct message out;
    int64_t peer;

    join(f, t.group, t.dan, t.alice);
    assert_int_equal(group_set_manager(&alice, t.group, t.dan, true), OK);
    assert_int_equal(message_get(&dan, m.id, &out, &peer), ERR_NO_MESSAGE);
    ctx_release(&dan);
    assert_int_equal(removed(f, t.dan, m.id), ERR_NO_MESSAGE);
    assert_int_equal(message_get(&alice, m.id, &out, &peer), OK);
    assert_int_equal(peer, t.group);
    ctx_release(&alice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(an_edit_is_stored_and_told),
        FIXTURE_TEST(the_same_again_is_no_edit),
        FIXTURE_TEST(who_may_edit),
        FIXTURE_TEST(what_cannot_be_edited),
        FIXTURE_TEST(extra_alone),
        FIXTURE_TEST(a_direct_edit),
        FIXTURE_TEST(a_resend_of_an_edited_message),
        FIXTURE_TEST(who_may_delete),
        FIXTURE_TEST(ones_own_in_time),
        FIXTURE_TEST(out_of_sight),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
