/* History, totals and unread counts against a plain model of what was said: whatever is done, in
 * whatever order, the store answers as a walk over everything would. */
#include <stdio.h>
#include <unistd.h>

#include "test/unit/fixture.h"

#define STEPS 240

struct said {
    int64_t id, sender, at_ms;
    enum message_kind kind;
    bool is_revoked;
};

/* A group of alice, bob and, from the middle on, carol, who sees only her own time. */
struct model {
    struct fixture *f;
    int64_t people[3], read[3], first_of_carol, group;
    struct said said[STEPS * 2]; /* by seq - 1 */
    int64_t count;
    uint64_t seed;
};

static int64_t roll(struct model *m, int64_t below)
{
    m->seed = m->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (int64_t)((m->seed >> 33) % (uint64_t)below);
}

static void note(struct model *m, int64_t id, int64_t sender, enum message_kind kind)
{
    m->said[m->count++] = (struct said){ id, sender, m->f->now_ms, kind, false };
}

static void speak(struct model *m, int who)
{
    static const enum message_kind kinds[] = { KIND_TEXT, KIND_TEXT, KIND_PICTURE, KIND_FILE };
    struct ctx cx = as(m->f, m->people[who]);
    struct draft draft = {
        .scope = SCOPE_GROUP, .target_id = m->group, .kind = kinds[roll(m, 4)], .body = "said"
    };
    struct message message;

    assert_int_equal(message_send(&cx, &draft, &message), OK);
    note(m, message.id, m->people[who], draft.kind);
    assert_int_equal(message.seq, m->count);
    m->read[who] = m->count;
}

static void take_back_one(struct model *m)
{
    struct said *one = &m->said[roll(m, m->count)];
    struct ctx cx = as(m->f, one->sender);
    struct message message;

    if (one->kind == KIND_NOTICE)
        return;
    assert_int_equal(message_revoke(&cx, one->id, &message), OK);
    one->is_revoked = true;
}

static void leave_notice(struct model *m)
{
    struct ctx cx = as(m->f, m->people[0]);

    assert_int_equal(group_mute(&cx, m->group, m->people[1], 0), OK);
    note(m, 0, m->people[0], KIND_NOTICE);
}

static void read_some(struct model *m, int who)
{
    struct ctx cx = as(m->f, m->people[who]);
    int64_t seq = 1 + roll(m, m->count);

    assert_int_equal(message_mark_read(&cx, m->group, seq), OK);
    if (seq > m->read[who])
        m->read[who] = seq;
}

static bool counts(const struct said *one, int kind)
{
    return !one->is_revoked && (kind == 0 || (int)one->kind == kind);
}

/* What a page must hold: seqs into want, their number returned. */
static size_t expect(const struct model *m, int64_t first, const struct history *what,
                     int64_t *want)
{
    int64_t skip = (what->page - 1) * what->limit;
    size_t n = 0;

    for (int64_t i = 0; i < m->count && (int64_t)n < what->limit; i++) {
        int64_t seq = what->newest_first ? m->count - i : i + 1;
        const struct said *one = &m->said[seq - 1];
        if (seq < first || one->at_ms < what->since_ms ||
            !(counts(one, what->kind) || (what->by_seq && what->kind == 0)))
            continue;
        if (skip-- <= 0)
            want[n++] = seq;
    }
    return n;
}

static void check_page(const struct model *m, int64_t viewer, int64_t first,
                       const struct history *what)
{
    struct ctx cx = as(m->f, viewer);
    struct history_page page;
    int64_t want[16], total = 0;
    size_t count = expect(m, first, what, want);

    for (int64_t seq = first; seq <= m->count; seq++)
        total += counts(&m->said[seq - 1], what->kind);
    assert_int_equal(message_history(&cx, what, &page), OK);
    assert_int_equal(page.total, total);
    assert_int_equal(page.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(page.messages[i].seq, want[i]);
    ctx_release(&cx);
}

static void check_pages(const struct model *m, int64_t viewer, int64_t first)
{
    static const int kinds[] = { 0, KIND_TEXT, KIND_PICTURE, KIND_NOTICE, KIND_VOICE };

    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (int64_t page = 1; page <= 5; page++)
            for (int way = 0; way < 8; way++) {
                int64_t middle = m->said[m->count / 2].at_ms + page - 3; /* between two, too */
                struct history what = { .target_id = m->group,
                                        .kind = kinds[k],
                                        .page = page,
                                        .limit = 1 + (page * 7 + way) % 16,
                                        .newest_first = (way & 1) != 0,
                                        .by_seq = (way & 2) != 0,
                                        .since_ms = (way & 4) != 0 ? middle : 0 };
                check_page(m, viewer, first, &what);
            }
}

static void check_listed(const struct model *m, int who, int64_t first)
{
    struct ctx cx = as(m->f, m->people[who]);
    struct conversation *list;
    int64_t unread = 0, others = 0;
    size_t count;

    for (int64_t seq = m->read[who] + 1; seq <= m->count; seq++) {
        const struct said *one = &m->said[seq - 1];
        unread += counts(one, 0) && one->kind != KIND_NOTICE && one->sender != m->people[who];
    }
    for (int i = 0; i < 3; i++)
        if (i != who && m->read[i] > others)
            others = m->read[i];
    assert_int_equal(conversation_list(&cx, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].last_seq, m->count);
    assert_int_equal(list[0].read_seq, m->read[who]);
    assert_int_equal(list[0].peer_read_seq, others);
    assert_int_equal(list[0].unread, unread);
    assert_int_equal(list[0].has_last, m->count >= first);
    if (list[0].has_last)
        assert_int_equal(list[0].last.seq, m->count);
    ctx_release(&cx);
}

static void check(const struct model *m)
{
    check_pages(m, m->people[0], 1);
    if (m->first_of_carol != 0)
        check_pages(m, m->people[2], m->first_of_carol);
}

static void check_lists(const struct model *m)
{
    check_listed(m, 0, 1);
    check_listed(m, 1, 1); /* their joining is the first that happened */
    if (m->first_of_carol != 0)
        check_listed(m, 2, m->first_of_carol);
}

static void admit(struct model *m, int who)
{
    m->read[who] = m->count; /* not their time */
    join(m->f, m->group, m->people[who], m->people[0]);
    note(m, 0, m->people[0], KIND_NOTICE);
}

static void step(struct model *m)
{
    int who = (int)roll(m, m->first_of_carol != 0 ? 3 : 2);
    int64_t what = roll(m, 16);

    m->f->event_count = 0;
    m->f->now_ms += m->count % 3; /* several at the same time, too */
    if (what < 6)
        speak(m, who);
    else if (what < 9)
        take_back_one(m);
    else if (what < 11)
        leave_notice(m);
    else
        read_some(m, who);
}

static void as_a_walk_would_say(void **state)
{
    struct model m = { .f = *state, .seed = 3 };

    m.people[0] = person(m.f, "alice");
    m.people[1] = person(m.f, "bob");
    m.people[2] = person(m.f, "carol");
    m.group = make_group(m.f, m.people[0], "team", false);
    admit(&m, 1);
    for (int i = 0; i < STEPS; i++) {
        step(&m);
        check_lists(&m);
        if (i % 8 == 0)
            check(&m);
        if (i == STEPS / 2) {
            admit(&m, 2);
            m.first_of_carol = m.count;
        }
    }
    check(&m);
}

/* Somebody with conversations of every sort: each line has its own last message and count. */
static void every_line_has_its_own(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob"), c = person(f, "carol");
    int64_t quiet = make_group(f, a, "quiet", false), busy = make_group(f, a, "busy", false);
    struct ctx alice = as(f, a);
    struct conversation *list;
    struct message gone;
    size_t count;

    assert_int_equal(say(f, b, a, "from bob", NULL, NULL), OK);
    f->now_ms++;
    assert_int_equal(say(f, c, a, "from carol 1", NULL, NULL), OK);
    assert_int_equal(say(f, c, a, "from carol 2", NULL, &gone), OK);
    f->now_ms++;
    assert_int_equal(say(f, a, busy, "to all", NULL, NULL), OK);
    alice.actor = c;
    assert_int_equal(message_revoke(&alice, gone.id, &gone), OK);
    alice.actor = a;
    assert_int_equal(conversation_list(&alice, &list, &count), OK);
    assert_int_equal(count, 4);
    assert_int_equal(list[0].target_id, busy);
    assert_string_equal(list[0].last.body, "to all");
    assert_int_equal(list[0].unread, 0);
    assert_int_equal(list[1].target_id, c);
    assert_int_equal(list[1].last.status, MESSAGE_REVOKED);
    assert_int_equal(list[1].unread, 1);
    assert_int_equal(list[2].target_id, b);
    assert_string_equal(list[2].last.body, "from bob");
    assert_int_equal(list[2].last.scope, SCOPE_DIRECT);
    assert_false(list[2].last.is_read);
    assert_int_equal(list[2].unread, 1);
    assert_int_equal(list[3].target_id, quiet);
    assert_false(list[3].has_last);
    ctx_release(&alice);
}

/* A recalled message counts on neither side of the read position. */
static void recalled_where_one_has_read_to(void **state)
{
    struct fixture *f = *state;
    int64_t a = person(f, "alice"), b = person(f, "bob");
    struct ctx alice = as(f, a), bob = as(f, b);
    struct conversation *list;
    struct message said[3], gone;
    size_t count;

    for (int i = 0; i < 3; i++)
        assert_int_equal(say(f, b, a, "hello", NULL, &said[i]), OK);
    assert_int_equal(message_mark_read(&alice, b, 2), OK);
    assert_int_equal(message_revoke(&bob, said[1].id, &gone), OK);
    assert_int_equal(conversation_list(&alice, &list, &count), OK);
    assert_int_equal(list[0].unread, 1);
    assert_int_equal(message_revoke(&bob, said[2].id, &gone), OK);
    assert_int_equal(conversation_list(&alice, &list, &count), OK);
    assert_int_equal(list[0].unread, 0);
    ctx_release(&alice);
}

int main(void)
{
    const struct CMUnitTest tests[] = { FIXTURE_TEST(as_a_walk_would_say),
                                        FIXTURE_TEST(every_line_has_its_own),
                                        FIXTURE_TEST(recalled_where_one_has_read_to) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
