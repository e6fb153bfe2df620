/* Reactions and what messages answer: who may, how many, who hears of it, and what a page shows. */
#include "test/unit/fixture.h"

#include "domain/reaction.h"

static enum err react(struct fixture *f, int64_t who, int64_t id, const char *emoji, bool on,
                      struct message *message_r)
{
    struct ctx cx = as(f, who);
    struct message message;
    enum err e = reaction_set(&cx, id, emoji, on, &message);

    if (e == OK && message_r != NULL)
        *message_r = message;
    return e;
}

static struct message first_of(struct fixture *f, int64_t viewer, int64_t target)
{
    struct ctx cx = as(f, viewer);
    struct history_page page;

    assert_int_equal(
        message_history(
            &cx, &(struct history){ .target_id = target, .page = 1, .limit = 10, .by_seq = true },
            &page),
        OK);
    assert_true(page.count > 0);
    return page.messages[0];
}

static void counted_for_each_viewer(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct message m, now;

    assert_int_equal(say(f, a, b, "hello", NULL, &m), OK);
    assert_int_equal(react(f, b, m.id, "👍", true, NULL), OK);
    f->now_ms++;
    assert_int_equal(react(f, b, m.id, "🎉", true, NULL), OK);
    f->now_ms++;
    assert_int_equal(react(f, a, m.id, "👍", true, &now), OK);
    assert_int_equal(now.reaction_count, 2);
    assert_string_equal(now.reactions[0].emoji, "👍"); /* the first that came stays first */
    assert_int_equal(now.reactions[0].count, 2);
    assert_true(now.reactions[0].is_mine);
    assert_int_equal(now.reactions[1].count, 1);
    assert_false(now.reactions[1].is_mine);
    now = first_of(f, b, a);
    assert_int_equal(now.reaction_count, 2);
    assert_true(now.reactions[1].is_mine);
    assert_int_equal(react(f, b, m.id, "👍", false, NULL), OK);
    now = first_of(f, b, a);
    assert_int_equal(now.reactions[1].count, 1);
    assert_string_equal(now.reactions[1].emoji, "👍");
    assert_false(now.reactions[1].is_mine);
}

static void told_once(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct message m;

    assert_int_equal(say(f, a, b, "hello", NULL, &m), OK);
    f->event_count = 0;
    assert_int_equal(react(f, b, m.id, "👍", true, NULL), OK);
    assert_int_equal(react(f, b, m.id, "👍", true, NULL), OK);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(f->events[0].kind, EV_REACTION);
    assert_string_equal(f->events[0].body, "👍");
    assert_int_equal(f->events[0].id, 1);
    assert_int_equal(f->events[0].to_count, 2);
    assert_int_equal(react(f, b, m.id, "👍", false, NULL), OK);
    assert_int_equal(react(f, b, m.id, "👍", false, NULL), OK);
    assert_int_equal(f->event_count, 2);
    assert_int_equal(f->events[1].id, 0);
}

static void limits(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    static const char *const five[] = { "👍", "🎉", "😀", "😂", "❤️" };
    struct message m;

    assert_int_equal(say(f, a, b, "hello", NULL, &m), OK);
    for (size_t i = 0; i < REACTIONS_PER_PERSON; i++)
        assert_int_equal(react(f, b, m.id, five[i], true, NULL), OK);
    assert_int_equal(react(f, b, m.id, "😡", true, NULL), ERR_TOO_MANY);
    assert_int_equal(react(f, b, m.id, "👍", true, NULL), OK); /* stands there already */
    assert_int_equal(first_of(f, a, b).reaction_count, 5);
    assert_int_equal(react(f, b, m.id, "ok", true, NULL), ERR_BAD_FIELD);
    assert_int_equal(react(f, b, m.id, "", true, NULL), ERR_BAD_FIELD);
}

static void a_message_takes_so_many_different_ones(void **state)
{
    struct fixture *f = *state;
    int64_t owner = person(f, "owner"), group = make_group(f, owner, "team", true);
    int64_t late = 0;
    struct message m;

    assert_int_equal(say(f, owner, group, "hello", NULL, &m), OK);
    for (int i = 0; i <= REACTIONS_DIFFERENT; i++) {
        char emoji[5] = { (char)0xF0, (char)0x9F, (char)0x98, (char)(0x80 + i), '\0' };
        if (i % REACTIONS_PER_PERSON == 0) {
            late = person(f, arena_printf(f->arena, "member%d", i));
            join(f, group, late, owner);
        }
        assert_int_equal(react(f, late, m.id, emoji, true, NULL),
                         i < REACTIONS_DIFFERENT ? OK : ERR_TOO_MANY);
    }
    assert_int_equal(react(f, late, m.id, "😀", true, NULL), OK); /* one that is there */
}

static void only_who_sees_and_may_write(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    int64_t group = make_group(f, a, "team", false);
    struct ctx blocks = as(f, a), mutes = as(f, a);
    struct message direct, early, out;

    assert_int_equal(say(f, a, b, "between us", NULL, &direct), OK);
    assert_int_equal(say(f, a, group, "before", NULL, &early), OK);
    assert_int_equal(react(f, c, direct.id, "👍", true, NULL), ERR_NO_MESSAGE);
    assert_int_equal(react(f, c, early.id, "👍", true, NULL), ERR_NO_MESSAGE);
    assert_int_equal(react(f, c, 987654, "👍", true, NULL), ERR_NO_MESSAGE);
    join(f, group, c, a); /* the history before is not theirs */
    assert_int_equal(react(f, c, early.id, "👍", true, NULL), ERR_NO_MESSAGE);
    f->event_count = 0;
    assert_int_equal(react(f, a, early.id, "👍", true, NULL), OK);
    assert_int_equal(f->events[0].to_count, 1); /* nor do they hear of it */
    assert_int_equal(say(f, a, group, "after", NULL, &early), OK);
    assert_int_equal(react(f, c, early.id, "👍", true, NULL), OK);
    assert_int_equal(group_mute(&mutes, group, c, 5), OK);
    assert_int_equal(react(f, c, early.id, "🎉", true, NULL), ERR_MUTED);
    assert_int_equal(react(f, c, early.id, "👍", false, NULL), OK);
    assert_int_equal(contact_block(&blocks, b, true), OK);
    assert_int_equal(react(f, b, direct.id, "👍", true, NULL), ERR_BLOCKED);
    assert_int_equal(message_revoke(&blocks, direct.id, &out), OK);
    assert_int_equal(react(f, a, direct.id, "👍", true, NULL), ERR_NO_MESSAGE);
}

static void gone_with_the_message(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx sender = as(f, a);
    struct message m, out;

    assert_int_equal(say(f, a, b, "oops", NULL, &m), OK);
    assert_int_equal(react(f, b, m.id, "😂", true, NULL), OK);
    assert_int_equal(message_revoke(&sender, m.id, &out), OK);
    assert_int_equal(out.reaction_total, 0);
    assert_int_equal(first_of(f, b, a).reaction_count, 0);
    assert_int_equal(first_of(f, b, a).reaction_total, 0);
}

static void quotes(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    struct ctx sender = as(f, a), answers = as(f, b), reader = as(f, a);
    struct draft draft = { .scope = SCOPE_DIRECT,
                           .target_id = a,
                           .kind = KIND_TEXT,
                           .body = "because",
                           .client_id = "q-1" };
    struct message m, elsewhere, reply, out;
    struct history_page page;

    assert_int_equal(say(f, a, b, "why?", NULL, &m), OK);
    assert_int_equal(say(f, c, b, "other", NULL, &elsewhere), OK);
    draft.reply_to_id = elsewhere.id;
    assert_int_equal(message_send(&answers, &draft, &reply), ERR_NO_MESSAGE);
    draft.reply_to_id = m.id;
    assert_int_equal(message_send(&answers, &draft, &reply), OK);
    assert_non_null(reply.reply);
    assert_string_equal(reply.reply->body, "why?");
    assert_int_equal(message_send(&answers, &draft, &reply), OK); /* a resend shows it too */
    assert_string_equal(reply.reply->body, "why?");
    assert_int_equal(message_revoke(&sender, m.id, &out), OK);
    assert_int_equal(
        message_history(
            &reader,
            &(struct history){ .target_id = b, .page = 1, .limit = 10, .newest_first = true },
            &page),
        OK);
    assert_int_equal(page.messages[0].reply->id, m.id);
    assert_int_equal(page.messages[0].reply->status, MESSAGE_REVOKED);
    assert_string_equal(page.messages[0].reply->body, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(counted_for_each_viewer),
                                        FIXTURE_TEST(told_once),
                                        FIXTURE_TEST(limits),
                                        FIXTURE_TEST(a_message_takes_so_many_different_ones),
                                        FIXTURE_TEST(only_who_sees_and_may_write),
                                        FIXTURE_TEST(gone_with_the_message),
                                        FIXTURE_TEST(quotes) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
