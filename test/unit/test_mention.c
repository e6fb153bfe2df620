/* Mentions: in groups only, of members only, everybody only by whom the group lets. */
#include "test/unit/fixture.h"

static enum err call_out(struct fixture *f, int64_t from, int64_t to, const int64_t *ids,
                         size_t count, bool all, struct message *message_r)
{
    struct ctx cx = as(f, from);
    struct draft draft = { .scope = to <= GROUP_ID_LAST ? SCOPE_GROUP : SCOPE_DIRECT,
                           .target_id = to,
                           .kind = KIND_TEXT,
                           .body = "hey",
                           .mentions = ids,
                           .mention_count = count,
                           .mention_all = all };
    struct message message;
    enum err e = message_send(&cx, &draft, &message);

    if (e == OK && message_r != NULL)
        *message_r = message;
    return e;
}

static void members_each_once_without_oneself(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol"),
            stranger = person(f, "dan"), group = make_group(f, a, "team", false);
    struct ctx reader = as(f, b);
    struct history_page page;
    struct message m;

    join(f, group, b, a);
    join(f, group, c, a);
    assert_int_equal(call_out(f, a, group, (int64_t[]){ c, b, c, stranger, a, 4711 }, 6, false, &m),
                     OK);
    assert_int_equal(m.mention_mode, MENTION_SOME);
    assert_int_equal(m.mention_count, 2);
    assert_int_equal(m.mentions[0], b);
    assert_int_equal(m.mentions[1], c);
    assert_int_equal(call_out(f, a, group, (int64_t[]){ stranger, a }, 2, false, &m), OK);
    assert_int_equal(m.mention_mode, MENTION_NOBODY);
    assert_int_equal(
        message_history(&reader, &(struct history){ .target_id = group, .page = 1, .limit = 10 },
                        &page),
        OK);
    assert_int_equal(page.messages[page.count - 2].mention_count, 2);
    assert_int_equal(page.messages[page.count - 2].mentions[1], c);
    assert_int_equal(page.messages[page.count - 1].mention_count, 0);
}

static void not_between_two(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    int64_t many[MENTIONS_MAX + 1] = { 0 };

    assert_int_equal(call_out(f, a, b, (int64_t[]){ b }, 1, false, NULL), ERR_BAD_FIELD);
    assert_int_equal(call_out(f, a, b, NULL, 0, true, NULL), ERR_BAD_FIELD);
    assert_int_equal(
        call_out(f, a, make_group(f, a, "team", false), many, MENTIONS_MAX + 1, false, NULL),
        ERR_BAD_FIELD);
}

static void everybody(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol"),
            group = make_group(f, a, "team", false);
    struct ctx owner = as(f, a);
    struct message m;

    f->conf->mention_all_members = 2;
    join(f, group, b, a);
    assert_int_equal(call_out(f, b, group, NULL, 0, true, &m), OK); /* two people: small enough */
    assert_int_equal(m.mention_mode, MENTION_ALL);
    join(f, group, c, a);
    f->event_count = 0;
    assert_int_equal(call_out(f, b, group, NULL, 0, true, NULL), ERR_NOT_MANAGER);
    assert_int_equal(f->event_count, 0);
    assert_int_equal(call_out(f, a, group, (int64_t[]){ b }, 1, true, &m), OK);
    assert_int_equal(m.mention_mode, MENTION_ALL);
    assert_int_equal(m.mention_count, 0);
    assert_int_equal(group_set_manager(&owner, group, b, true), OK);
    assert_int_equal(call_out(f, b, group, NULL, 0, true, NULL), OK);
}

static void gone_with_the_message(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), group = make_group(f, a, "team", false);
    struct ctx sender = as(f, a);
    struct message m, out;

    join(f, group, b, a);
    assert_int_equal(call_out(f, a, group, (int64_t[]){ b }, 1, false, &m), OK);
    assert_int_equal(message_revoke(&sender, m.id, &out), OK);
    assert_int_equal(out.mention_mode, MENTION_NOBODY);
    assert_int_equal(out.mention_count, 0);
}

/* The seqs of messages that mention who in group above after_seq; their number. */
static size_t seqs_of(struct fixture *f, int64_t who, int64_t group, int64_t after_seq,
                      int64_t *seqs)
{
    struct ctx cx = as(f, who);
    struct message *list;
    size_t count;

    assert_int_equal(message_list_mentions(&cx, group, after_seq, &list, &count), OK);
    for (size_t i = 0; i < count; i++)
        seqs[i] = list[i].seq;
    return count;
}

static void listed_until_read(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol"),
            group = make_group(f, a, "team", false), seqs[MENTION_PAGE_MAX];
    struct ctx reader = as(f, b), stranger = as(f, person(f, "dan"));
    struct message by_name, to_all, other, *list;
    size_t count;

    join(f, group, b, a);
    join(f, group, c, a);
    assert_int_equal(call_out(f, a, group, (int64_t[]){ b }, 1, false, &by_name), OK);
    assert_int_equal(call_out(f, a, group, (int64_t[]){ c }, 1, false, &other), OK);
    assert_int_equal(call_out(f, a, group, NULL, 0, true, &to_all), OK);
    assert_int_equal(seqs_of(f, b, group, -1, seqs), 2);
    assert_int_equal(seqs[0], by_name.seq);
    assert_int_equal(seqs[1], to_all.seq);
    assert_int_equal(seqs_of(f, a, group, 0, seqs), 0); /* one's own call to everybody */
    assert_int_equal(seqs_of(f, b, group, by_name.seq, seqs), 1);
    assert_int_equal(message_mark_read(&reader, group, to_all.seq), OK);
    assert_int_equal(seqs_of(f, b, group, -1, seqs), 0);
    assert_int_equal(seqs_of(f, b, group, 0, seqs), 2);
    assert_int_equal(message_list_mentions(&stranger, group, 0, &list, &count), ERR_NOT_MEMBER);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(members_each_once_without_oneself),
                                        FIXTURE_TEST(not_between_two), FIXTURE_TEST(everybody),
                                        FIXTURE_TEST(gone_with_the_message),
                                        FIXTURE_TEST(listed_until_read) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
