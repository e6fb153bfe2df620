/* Search: what is found, what must never be, and that the index follows what happens to messages. */
#include "test/unit/fixture.h"

#include <stdio.h>

#include "db/internal.h"
#include "db/search.h"
#include "domain/search.h"

#define MINUTE_MS INT64_C(60000)

static void run_sql(struct fixture *f, const char *sql)
{
    struct ctx cx = as(f, 0);
    char *error = NULL;

    assert_int_equal(tx_begin(&cx), OK);
    if (sqlite3_exec(cx.conn->sqlite, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", sql, error);
    assert_int_equal(tx_end(&cx, OK), OK);
}

static int64_t ask_i64(struct fixture *f, const char *sql)
{
    struct ctx cx = as(f, 0);
    sqlite3_stmt *s;
    int64_t value;

    assert_int_equal(sqlite3_prepare_v2(ctx_db(&cx)->sqlite, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    ctx_release(&cx);
    return value;
}

static void catch_up(struct fixture *f)
{
    struct ctx cx = as(f, 0);

    f->event_count = 0;
    assert_int_equal(search_index(&cx), OK);
    ctx_release(&cx);
}

/* Says something and returns its id. */
static int64_t tell(struct fixture *f, int64_t from, int64_t to, const char *text)
{
    struct message m;

    f->now_ms += MINUTE_MS;
    f->event_count = 0;
    assert_int_equal(say(f, from, to, text, NULL, &m), OK);
    return m.id;
}

static int64_t show(struct fixture *f, int64_t from, int64_t to, enum message_kind kind,
                    const char *body, const char *extra)
{
    struct ctx cx = as(f, from);
    struct draft draft = { .scope = to <= GROUP_ID_LAST ? SCOPE_GROUP : SCOPE_DIRECT,
                           .target_id = to,
                           .kind = kind,
                           .body = body,
                           .extra = extra };
    struct message m;

    f->now_ms += MINUTE_MS;
    f->event_count = 0;
    assert_int_equal(message_send(&cx, &draft, &m), OK);
    return m.id;
}

static struct search_page ask(struct fixture *f, int64_t actor, struct search what)
{
    struct ctx cx = as(f, actor);
    struct search_page page;

    if (what.text == NULL)
        what.text = "";
    if (what.limit == 0)
        what.limit = 20;
    assert_int_equal(search_messages(&cx, &what, &page), OK);
    ctx_release(&cx);
    return page;
}
#define ASK(f, actor, ...) ask((f), (actor), (struct search){ __VA_ARGS__ })

/* The ids found, newest first, as text. */
static const char *ids(struct fixture *f, struct search_page page)
{
    struct buf out = buf_new(f->arena);

    for (size_t i = 0; i < page.count; i++)
        buf_printf(&out, "%s%lld", i > 0 ? " " : "", (long long)page.items[i].message.id);
    return out.len > 0 ? out.data : "";
}

static void expect(struct fixture *f, struct search_page page, size_t count, ...)
{
    struct buf want = buf_new(f->arena);
    va_list ap;

    va_start(ap, count);
    for (size_t i = 0; i < count; i++)
        buf_printf(&want, "%s%lld", i > 0 ? " " : "", (long long)va_arg(ap, int64_t));
    va_end(ap);
    assert_string_equal(ids(f, page), count > 0 ? want.data : "");
}

static bool is_found(struct fixture *f, int64_t actor, const char *text)
{
    return ASK(f, actor, .text = text).count > 0;
}

/* Alice and bob are friends; carol knows nobody. */
struct three {
    int64_t alice, bob, carol;
};

static struct three make_three(struct fixture *f)
{
    struct three t = { person(f, "alice"), person(f, "bob"), person(f, "carol") };

    befriend(f, t.alice, t.bob);
    return t;
}

/* ---- finding ---- */

static void words_of_any_length(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t one = tell(f, t.alice, t.bob, "我们明天在上海市开会"),
            two = tell(f, t.bob, t.alice, "上海 meeting moved to Thursday");

    catch_up(f);
    expect(f, ASK(f, t.alice, .text = "会"), 1, one);
    expect(f, ASK(f, t.alice, .text = "上海"), 2, two, one);
    expect(f, ASK(f, t.bob, .text = "上海市"), 1, one);
    expect(f, ASK(f, t.bob, .text = "市 明天"), 1, one);
    expect(f, ASK(f, t.bob, .text = "海上"), 0);
    expect(f, ASK(f, t.alice, .text = "MEETING 上海"), 1, two);
    expect(f, ASK(f, t.alice, .text = "thurs"), 1, two);
    expect(f, ASK(f, t.alice, .text = "\"moved to\""), 1, two);
    expect(f, ASK(f, t.alice, .text = "\"to moved\""), 0);
    expect(f, ASK(f, t.alice, .text = "?!"), 0);
}

static void what_a_hit_tells(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    struct ctx alice = as(f, t.alice), bob = as(f, t.bob);
    int64_t group = make_group(f, t.alice, "team", false);
    struct search_page page;

    assert_int_equal(contact_set_remark(&alice, t.bob, "Bobby"), OK);
    tell(f, t.alice, t.bob, "我在上海");
    tell(f, t.alice, group, "no 上海 here");
    assert_int_equal(message_mark_read(&bob, t.alice, 0), OK);
    catch_up(f);
    page = ASK(f, t.alice, .text = "上海");
    assert_int_equal(page.count, 2);
    assert_int_equal(page.next_below_id, 0);
    assert_false(page.is_building);
    assert_int_equal(page.items[0].scope, SCOPE_GROUP);
    assert_int_equal(page.items[0].target_id, group);
    assert_string_equal(page.items[0].name, "team");
    assert_int_equal(page.items[0].highlight.range_count, 1);
    assert_int_equal(page.items[0].highlight.ranges[0].start, 3);
    assert_int_equal(page.items[0].highlight.ranges[0].end, 5);
    assert_false(page.items[0].message.is_read);
    assert_int_equal(page.items[1].scope, SCOPE_DIRECT);
    assert_int_equal(page.items[1].target_id, t.bob);
    assert_string_equal(page.items[1].name, "Bobby");
    assert_string_equal(page.items[1].highlight.text, "我在上海");
    assert_int_equal(page.items[1].highlight.ranges[0].start, 2);
    assert_true(page.items[1].message.is_read);
    page = ASK(f, t.bob, .text = "上海");
    assert_int_equal(page.count, 1);
    assert_int_equal(page.items[0].target_id, t.alice);
    assert_string_equal(page.items[0].name, "alice");
    assert_true(page.items[0].message.is_read);
}

static void snippets(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    struct buf text = buf_new(f->arena);
    const struct highlight *h;

    for (int i = 0; i < 500; i++)
        buf_str(&text, "山");
    buf_str(&text, "needle");
    for (int i = 0; i < 500; i++)
        buf_str(&text, "水");
    tell(f, t.alice, t.bob, text.data);
    tell(f, t.alice, t.bob, arena_printf(f->arena, "first%s", text.data));
    tell(f, t.alice, t.bob, arena_printf(f->arena, "%slast", text.data));
    catch_up(f);
    h = &ASK(f, t.alice, .text = "needle").items[2].highlight;
    assert_true(h->cut_start && h->cut_end);
    assert_int_equal(utf8_chars(h->text), 160);
    assert_int_equal(h->range_count, 1);
    assert_int_equal(h->ranges[0].start, 40);
    assert_int_equal(h->ranges[0].end, 46);
    h = &ASK(f, t.alice, .text = "first").items[0].highlight;
    assert_true(!h->cut_start && h->cut_end);
    assert_int_equal(h->ranges[0].start, 0);
    assert_int_equal(h->range_count, 1);
    h = &ASK(f, t.alice, .text = "last").items[0].highlight;
    assert_true(h->cut_start && !h->cut_end);
    assert_int_equal(utf8_chars(h->text), 160);
    assert_int_equal(h->ranges[0].start, 156);
}

static void filters(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t group = make_group(f, t.alice, "team", false), a, b, c, d, noon;

    befriend(f, t.alice, t.carol);
    join(f, group, t.bob, t.alice);
    a = tell(f, t.alice, t.bob, "tea at four");
    b = tell(f, t.bob, t.alice, "tea it is");
    noon = f->now_ms + 1;
    c = tell(f, t.bob, group, "tea for all: https://tea.example");
    d = tell(f, t.carol, t.alice, "tea?");
    catch_up(f);
    expect(f, ASK(f, t.alice, .text = "tea"), 4, d, c, b, a);
    expect(f, ASK(f, t.alice, .text = "tea", .sender_id = t.bob), 2, c, b);
    expect(f, ASK(f, t.alice, .sender_id = t.bob), 2, c, b);
    expect(f, ASK(f, t.alice, .text = "tea", .target_id = t.bob), 2, b, a);
    expect(f, ASK(f, t.alice, .text = "tea", .target_id = group), 1, c);
    expect(f, ASK(f, t.alice, .text = "tea", .target_id = t.alice), 0);
    expect(f, ASK(f, t.alice, .text = "tea", .before_ms = noon), 2, b, a);
    expect(f, ASK(f, t.alice, .text = "tea", .after_ms = noon), 2, d, c);
    expect(f, ASK(f, t.alice, .text = "tea", .after_ms = noon - 1, .before_ms = noon), 1, b);
    expect(f, ASK(f, t.alice, .has = HAS_LINK), 1, c);
    expect(f, ASK(f, t.alice, .text = "tea", .has = HAS_LINK, .sender_id = t.carol), 0);
    assert_int_equal(search_messages(&(struct ctx){ 0 },
                                     &(struct search){ .text = "", .target_id = group },
                                     &(struct search_page){ 0 }),
                     ERR_BAD_FIELD);
}

/* A clock that was set back between two messages hides neither of them. */
static void a_clock_set_back(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t a = tell(f, t.alice, t.bob, "tick"), b, now_ms = f->now_ms;

    f->now_ms -= 30 * MINUTE_MS;
    b = tell(f, t.alice, t.bob, "tick");
    catch_up(f);
    expect(f, ASK(f, t.alice, .text = "tick", .after_ms = now_ms), 1, a);
    expect(f, ASK(f, t.alice, .text = "tick", .before_ms = now_ms), 1, b);
}

static void uploads(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t picture = show(f, t.alice, t.bob, KIND_PICTURE, "https://x.example/files/ab.png",
                           "{\"name\":\"假期照片.png\",\"caption\":\"at the lake\"}"),
            file = show(f, t.alice, t.bob, KIND_FILE, "https://x.example/files/cd.pdf",
                        "{\"name\":\"Quarterly report.pdf\",\"size\":9}"),
            voice = show(f, t.alice, t.bob, KIND_VOICE, "https://x.example/files/ef.ogg", ""),
            film = show(f, t.alice, t.bob, KIND_VIDEO,
                        "{\"fileUrl\":\"https://x.example/1.mp4\",\"fileName\":\"cat.mp4\"}", "");

    catch_up(f);
    expect(f, ASK(f, t.bob, .text = "照片"), 1, picture);
    expect(f, ASK(f, t.bob, .text = "lake", .has = HAS_PICTURE), 1, picture);
    expect(f, ASK(f, t.bob, .text = "report", .has = HAS_FILE), 1, file);
    expect(f, ASK(f, t.bob, .text = "report", .has = HAS_VIDEO), 0);
    expect(f, ASK(f, t.bob, .text = "cat mp4"), 1, film);
    expect(f, ASK(f, t.bob, .has = HAS_VOICE), 1, voice);
    expect(f, ASK(f, t.bob, .has = HAS_UPLOAD), 4, film, voice, file, picture);
    expect(f, ASK(f, t.bob, .text = "example"), 0); /* addresses are not words of anybody's */
    assert_string_equal(ASK(f, t.bob, .text = "report").items[0].highlight.text,
                        "Quarterly report.pdf");
}

static void forwards_and_json(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t forward =
                show(f, t.alice, t.bob, KIND_FORWARD, "chat history",
                     "{\"items\":[{\"body\":\"早上好\"},{\"body\":\"good morning\"},7,\"x\"]}"),
            json = tell(f, t.alice, t.bob, "{\"content\":\"晚上好\",\"fileName\":\"\"}"),
            brace = tell(f, t.alice, t.bob, "{not json}");

    catch_up(f);
    expect(f, ASK(f, t.bob, .text = "早上"), 1, forward);
    expect(f, ASK(f, t.bob, .text = "morning"), 1, forward);
    expect(f, ASK(f, t.bob, .text = "晚上"), 1, json);
    expect(f, ASK(f, t.bob, .text = "content"), 0);
    expect(f, ASK(f, t.bob, .text = "json"), 1, brace);
}

static void paging(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t sent[25], below = 0;
    size_t seen = 0;

    for (int i = 0; i < 25; i++)
        sent[i] = tell(f, t.alice, t.bob, i % 5 == 4 ? "other" : "page");
    catch_up(f);
    do {
        struct search_page page = ASK(f, t.bob, .text = "page", .limit = 6, .below_id = below);
        for (size_t i = 0; i < page.count; i++, seen++)
            assert_int_equal(page.items[i].message.id, sent[24 - seen / 4 * 5 - 1 - seen % 4]);
        assert_true(page.count == 6 || page.next_below_id == 0);
        below = page.next_below_id;
    } while (below != 0);
    assert_int_equal(seen, 20);
}

/* A phrase whose words are everywhere, but together only once, long ago: short pages, but an end. */
static void a_rare_phrase_of_common_words(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t once = tell(f, t.alice, t.bob, "all in all"), below = 0;
    int pages = 0;
    size_t found = 0;

    for (int i = 0; i < 4500; i++)
        tell(f, t.alice, t.bob, "in all, all");
    catch_up(f);
    do {
        struct search_page page = ASK(f, t.bob, .text = "\"all in\"", .below_id = below);
        for (size_t i = 0; i < page.count; i++, found++)
            assert_int_equal(page.items[i].message.id, once);
        assert_true(below == 0 || page.next_below_id < below);
        below = page.next_below_id;
        pages++;
    } while (below != 0);
    assert_int_equal(found, 1);
    assert_true(pages > 1 && pages < 10);
}

/* ---- who may see what ---- */

static void strangers_find_nothing(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t group = make_group(f, t.alice, "team", false);

    join(f, group, t.bob, t.alice);
    tell(f, t.alice, t.bob, "secret between two");
    tell(f, t.alice, group, "secret of a team");
    /* Nobody's words are marks. */
    tell(f, t.alice, t.bob,
         arena_printf(f->arena, "secret \x01u%lld\x01g%lld\x02", (long long)t.carol,
                      (long long)group));
    catch_up(f);
    assert_int_equal(ASK(f, t.bob, .text = "secret").count, 3);
    assert_false(is_found(f, t.carol, "secret"));
    assert_int_equal(ASK(f, t.carol, .text = "secret", .target_id = t.alice).count, 0);
    assert_int_equal(ASK(f, t.carol, .text = "secret", .target_id = group).count, 0);
    assert_int_equal(ASK(f, t.carol, .sender_id = t.alice).count, 0);
    assert_int_equal(ASK(f, t.carol, .has = HAS_LINK).count, 0);
    befriend(f, t.carol, t.alice);
    tell(f, t.carol, t.alice, "hello");
    catch_up(f);
    assert_false(is_found(f, t.carol, "secret"));
    expect(f, ASK(f, t.alice, .text = "secret", .target_id = t.carol), 0);
}

static void a_group_from_joining_to_leaving(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    struct ctx bob = as(f, t.bob), alice = as(f, t.alice);
    int64_t group = make_group(f, t.alice, "team", false), during, again;

    tell(f, t.alice, group, "word before");
    join(f, group, t.bob, t.alice);
    during = tell(f, t.alice, group, "word during");
    catch_up(f);
    expect(f, ASK(f, t.bob, .text = "word"), 1, during);
    assert_int_equal(group_leave(&bob, group), OK);
    tell(f, t.alice, group, "word after");
    catch_up(f);
    expect(f, ASK(f, t.bob, .text = "word"), 0); /* as /chat/messages: members only */
    join(f, group, t.bob, t.alice);
    again = tell(f, t.alice, group, "word again");
    catch_up(f);
    expect(f, ASK(f, t.bob, .text = "word"), 1, again);
    assert_int_equal(group_remove(&alice, group, t.bob), OK);
    expect(f, ASK(f, t.bob, .text = "word"), 0);
    assert_int_equal(ASK(f, t.alice, .text = "word").count, 4);
    assert_int_equal(group_dissolve(&alice, group), OK);
    expect(f, ASK(f, t.alice, .text = "word"), 0);
}

static void history_before_joining(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t open = make_group(f, t.alice, "open", true);
    int64_t before = tell(f, t.alice, open, "word before");

    join(f, open, t.bob, t.alice);
    catch_up(f);
    expect(f, ASK(f, t.bob, .text = "word"), 1, before);
    run_sql(f, "UPDATE groups SET history_before_join = 0");
    expect(f, ASK(f, t.bob, .text = "word"), 0);
}

/* More hidden messages than are looked through: the query stops where the actor came in. */
static void joining_late(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t old = tell(f, t.alice, t.bob, "word between two"), seen[2];
    int64_t group = make_group(f, t.alice, "old", false),
            small = make_group(f, t.alice, "new", false);

    for (int i = 0; i < 1200; i++)
        tell(f, t.alice, group, "word nobody else sees");
    join(f, group, t.bob, t.alice);
    join(f, small, t.bob, t.alice);
    seen[0] = tell(f, t.alice, group, "word for all");
    seen[1] = tell(f, t.alice, small, "word for some");
    catch_up(f);
    expect(f, ASK(f, t.bob, .text = "word"), 3, seen[1], seen[0], old);
    expect(f, ASK(f, t.bob, .text = "word", .limit = 2), 2, seen[1], seen[0]);
    expect(f, ASK(f, t.bob, .text = "word", .target_id = group), 1, seen[0]);
    assert_int_equal(ASK(f, t.alice, .text = "word", .limit = 100).count, 100);
}

static void many_groups(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t sent[150];
    struct search_page page;

    for (int i = 0; i < 150; i++) {
        int64_t group = make_group(f, t.bob, "g", false);
        f->event_count = 0;
        join(f, group, t.alice, t.bob);
        sent[i] = tell(f, t.bob, group, "word");
    }
    catch_up(f);
    page = ASK(f, t.alice, .text = "word", .limit = 100);
    assert_int_equal(page.count, 100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(page.items[i].message.id, sent[149 - i]);
    page = ASK(f, t.alice, .text = "word", .limit = 100, .below_id = page.next_below_id);
    assert_int_equal(page.count, 50);
    assert_int_equal(page.next_below_id, 0);
}

/* What somebody has deleted for themselves is gone for them alone. */
static void cleared_conversations(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t group = make_group(f, t.alice, "team", true), one, two, three;

    join(f, group, t.bob, t.alice);
    one = tell(f, t.alice, t.bob, "word");
    two = tell(f, t.alice, group, "word");
    catch_up(f);
    run_sql(
        f, arena_printf(f->arena,
                        "UPDATE participants SET cleared_seq = (SELECT last_seq FROM conversations "
                        "WHERE id = conversation_id) WHERE user_id = %lld",
                        (long long)t.bob));
    expect(f, ASK(f, t.bob, .text = "word"), 0);
    expect(f, ASK(f, t.alice, .text = "word"), 2, two, one);
    three = tell(f, t.alice, group, "word");
    catch_up(f);
    expect(f, ASK(f, t.bob, .text = "word"), 1, three);
}

/* A page ends where too many messages were looked at in vain; the next goes on. */
static void much_that_was_cleared(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t below = 0;
    int pages = 0;

    for (int i = 0; i < 4500; i++)
        tell(f, t.alice, t.bob, "word");
    catch_up(f);
    run_sql(f, "UPDATE participants SET cleared_seq = 4499");
    do {
        struct search_page page = ASK(f, t.bob, .text = "word", .below_id = below);
        assert_int_equal(page.count, pages == 0 ? 1 : 0);
        assert_true(below == 0 || page.next_below_id < below);
        below = page.next_below_id;
        pages++;
    } while (below != 0);
    assert_int_equal(pages, 3);
}

static void blocking_changes_no_history(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    struct ctx alice = as(f, t.alice);
    int64_t said = tell(f, t.bob, t.alice, "word");

    catch_up(f);
    assert_int_equal(contact_block(&alice, t.bob, true), OK);
    expect(f, ASK(f, t.alice, .text = "word"), 1, said);
    expect(f, ASK(f, t.bob, .text = "word"), 1, said);
    assert_int_equal(contact_remove(&alice, t.bob), OK);
    expect(f, ASK(f, t.alice, .text = "word"), 1, said);
}

/* ---- the index follows ---- */

static int64_t indexed(struct fixture *f, const char *term)
{
    return ask_i64(
        f, arena_printf(f->arena,
                        "SELECT count(*) FROM message_index WHERE message_index MATCH '\"%s\"'",
                        term));
}

static void recalled_messages(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    struct ctx alice = as(f, t.alice);
    struct message m;
    int64_t early = tell(f, t.alice, t.bob, "秘密 early"), late;

    catch_up(f);
    assert_true(is_found(f, t.bob, "秘密"));
    assert_int_equal(message_revoke(&alice, early, &m), OK);
    assert_false(is_found(f, t.bob, "秘密"));
    assert_int_equal(indexed(f, "秘密"), 0); /* in the same transaction */
    late = tell(f, t.alice, t.bob, "秘密 late");
    assert_int_equal(message_revoke(&alice, late, &m), OK); /* before it was indexed */
    catch_up(f);
    assert_false(is_found(f, t.bob, "秘密"));
    assert_int_equal(indexed(f, "late"), 0);
    assert_int_equal(ASK(f, t.bob, .sender_id = t.alice).count, 0);
}

static void edited_and_deleted_messages(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t one = tell(f, t.alice, t.bob, "旧词 one"), two = tell(f, t.alice, t.bob, "旧词 two");
    struct ctx cx = as(f, 0);

    catch_up(f);
    run_sql(f, arena_printf(f->arena, "UPDATE messages SET body = '新词 one' WHERE id = %lld",
                            (long long)one));
    expect(f, ASK(f, t.bob, .text = "旧词"), 1, two);
    expect(f, ASK(f, t.bob, .text = "新词"), 1, one);
    run_sql(f, arena_printf(f->arena, "DELETE FROM messages WHERE id = %lld", (long long)two));
    expect(f, ASK(f, t.bob, .text = "旧词"), 0);
    assert_int_equal(indexed(f, "旧词"), 0);
    assert_int_equal(indexed(f, "新词"), 1);
    /* Undone with the rest of its transaction. */
    assert_int_equal(tx_begin(&cx), OK);
    assert_int_equal(db_message_revoke(cx.conn, one, f->now_ms), OK);
    assert_int_equal(tx_end(&cx, ERR_FORBIDDEN), ERR_FORBIDDEN);
    expect(f, ASK(f, t.bob, .text = "新词"), 1, one);
    run_sql(f, "UPDATE messages SET updated_at_ms = 7"); /* touches no words */
    expect(f, ASK(f, t.bob, .text = "新词"), 1, one);
}

static void notices_are_not_found(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t group = make_group(f, t.alice, "team", false);

    join(f, group, t.bob, t.alice);
    catch_up(f);
    assert_true(ask_i64(f, "SELECT count(*) FROM messages") > 0);
    assert_int_equal(ask_i64(f, "SELECT count(*) FROM message_texts"), 0);
    assert_int_equal(ASK(f, t.alice, .sender_id = t.alice).count, 0);
}

/* The index is filled in steps; what changes meanwhile is right on both sides of the mark. */
static void filling_in_steps(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    struct ctx alice = as(f, t.alice);
    enum index_state how = INDEX_COMPLETE;
    int64_t sent[30];
    bool due;

    for (int i = 0; i < 30; i++)
        sent[i] = tell(f, t.alice, t.bob, "step");
    assert_int_equal(tx_begin(&alice), OK);
    assert_int_equal(db_search_index(alice.conn, 10, &how), OK);
    assert_int_equal(tx_end(&alice, OK), OK);
    assert_int_equal(how, INDEX_GROWING);
    assert_int_equal(ASK(f, t.bob, .text = "step", .limit = 100).count, 10);
    assert_int_equal(tx_begin(&alice), OK);
    assert_int_equal(db_message_revoke(alice.conn, sent[9], f->now_ms), OK);
    assert_int_equal(db_message_revoke(alice.conn, sent[10], f->now_ms), OK);
    assert_int_equal(tx_end(&alice, OK), OK);
    catch_up(f);
    assert_int_equal(ASK(f, t.bob, .text = "step", .limit = 100).count, 28);
    assert_int_equal(db_search_is_due(ctx_db(&alice), &due), OK);
    ctx_release(&alice);
    assert_false(due);
}

static void a_damaged_index_is_made_anew(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    struct ctx cx = as(f, 0);
    int64_t first = tell(f, t.alice, t.bob, "whole"), second;

    catch_up(f);
    assert_int_equal(sqlite3_db_config(ctx_db(&cx)->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL),
                     SQLITE_OK);
    ctx_release(&cx);
    run_sql(f, "UPDATE message_index_data SET block = x'ffffffffffffffff' WHERE id = 10");
    second = tell(f, t.alice, t.bob, "whole");
    assert_int_equal(search_index(&cx), OK); /* notices, and empties it */
    catch_up(f);
    expect(f, ASK(f, t.bob, .text = "whole"), 2, second, first);
    assert_false(db_failed(f->sv.db));
}

/* ---- people and groups ---- */

static const char *people(struct fixture *f, int64_t actor, const char *text, bool strangers)
{
    struct ctx cx = as(f, actor);
    struct found_person *list;
    struct buf out = buf_new(f->arena);
    size_t count;

    assert_int_equal(search_people(&cx, text, strangers, 20, &list, &count), OK);
    ctx_release(&cx);
    for (size_t i = 0; i < count; i++)
        buf_printf(&out, "%s%s/%d", i > 0 ? " " : "", list[i].user.username, list[i].relation);
    return out.len > 0 ? out.data : "";
}

static void set_name(struct fixture *f, int64_t user, const char *nickname)
{
    struct ctx cx = as(f, user);
    struct profile profile = { .nickname = nickname };

    assert_int_equal(user_update(&cx, &profile), OK);
}

static void people_by_name(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int64_t mate = person(f, "zhang.wei"), far = person(f, "zhangfar"),
            group = make_group(f, t.alice, "team", false);
    struct ctx alice = as(f, t.alice);

    join(f, group, mate, t.alice);
    set_name(f, mate, "张伟");
    set_name(f, t.carol, "张三");
    set_name(f, t.bob, "王小明");
    assert_int_equal(contact_set_remark(&alice, t.bob, "老张"), OK);
    assert_string_equal(people(f, t.alice, "张", true), "bob/2 zhang.wei/1");
    assert_string_equal(people(f, t.alice, "小明", false), "bob/2");
    assert_string_equal(people(f, t.alice, "王明", false), "");
    assert_string_equal(people(f, t.alice, "z", false), "zhang.wei/1");
    assert_string_equal(people(f, t.alice, "zhan", false), "zhang.wei/1");
    assert_string_equal(people(f, t.alice, "wei 张", false), "zhang.wei/1");
    assert_string_equal(people(f, t.alice, "alice", false), "");
    /* a stranger by exactly their name */
    assert_string_equal(people(f, t.alice, "张三", true), "carol/0");
    assert_string_equal(people(f, t.alice, "张三", false), "");
    assert_string_equal(people(f, t.alice, "zhangfar", true), "zhangfar/0");
    assert_string_equal(people(f, t.alice, "zhangfa", true), "");
    assert_string_equal(people(f, far, "张", true), "");
    /* names follow changes */
    set_name(f, mate, "李伟");
    assert_string_equal(people(f, t.alice, "张伟", true), "");
    assert_string_equal(people(f, t.alice, "李", true), "zhang.wei/1");
    assert_int_equal(contact_block(&alice, mate, true), OK);
    assert_string_equal(people(f, t.alice, "李", true), "");
    run_sql(f, "UPDATE users SET enabled = 0 WHERE username = 'zhang.wei'");
    assert_int_equal(contact_block(&alice, mate, false), OK);
    assert_string_equal(people(f, t.alice, "李伟", true), "");
}

/* An account made by a code is called by its address, which is nobody else's business. */
static void addresses_are_not_names(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    struct ctx nobody = as(f, 0);
    struct new_user in = { .username = "13800001111", .mobile = "13800001111", .nickname = "小红" };
    struct user user;
    int64_t group = make_group(f, t.alice, "team", false);

    assert_int_equal(user_register(&nobody, &in, &user), OK);
    join(f, group, user.id, t.alice);
    assert_string_equal(people(f, t.alice, "小红", false), "13800001111/1");
    assert_string_equal(people(f, t.alice, "138", true), "");
    assert_string_equal(people(f, t.alice, "1380000111", true), "");
    befriend(f, t.alice, user.id);
    assert_string_equal(people(f, t.alice, "138", true), "");
}

static void strangers_are_rationed(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    int found = 0;

    for (int i = 0; i < 60; i++)
        found += people(f, t.alice, "carol", true)[0] != '\0';
    assert_int_equal(found, search_strangers_rule.burst);
    assert_string_equal(people(f, t.alice, "bob", true), "bob/2");
    f->now_ms += search_strangers_rule.every_ms;
    assert_string_equal(people(f, t.alice, "carol", true), "carol/0");
}

static void groups_by_name(void **state)
{
    struct fixture *f = *state;
    struct three t = make_three(f);
    struct ctx alice = as(f, t.alice);
    int64_t mine, others;
    struct found_group *list;
    size_t count;

    others = make_group(f, t.bob, "周末爬山", false);
    mine = make_group(f, t.alice, "爬山 Climbers", false);
    make_group(f, t.alice, "Book club", false);
    assert_int_equal(search_groups(&alice, "爬山", 20, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].group.id, mine);
    assert_true(list[0].is_member);
    assert_int_equal(list[1].group.id, others);
    assert_false(list[1].is_member);
    assert_int_equal(list[1].highlight.ranges[0].start, 2);
    assert_int_equal(search_groups(&alice, "climb 爬", 20, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(search_groups(&alice, "爬山", 1, &list, &count), OK);
    assert_int_equal(count, 1);
    ctx_release(&alice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(words_of_any_length),
        FIXTURE_TEST(what_a_hit_tells),
        FIXTURE_TEST(snippets),
        FIXTURE_TEST(filters),
        FIXTURE_TEST(a_clock_set_back),
        FIXTURE_TEST(uploads),
        FIXTURE_TEST(forwards_and_json),
        FIXTURE_TEST(paging),
        FIXTURE_TEST(a_rare_phrase_of_common_words),
        FIXTURE_TEST(strangers_find_nothing),
        FIXTURE_TEST(a_group_from_joining_to_leaving),
        FIXTURE_TEST(history_before_joining),
        FIXTURE_TEST(joining_late),
        FIXTURE_TEST(many_groups),
        FIXTURE_TEST(cleared_conversations),
        FIXTURE_TEST(much_that_was_cleared),
        FIXTURE_TEST(blocking_changes_no_history),
        FIXTURE_TEST(recalled_messages),
        FIXTURE_TEST(edited_and_deleted_messages),
        FIXTURE_TEST(notices_are_not_found),
        FIXTURE_TEST(filling_in_steps),
        FIXTURE_TEST(a_damaged_index_is_made_anew),
        FIXTURE_TEST(people_by_name),
        FIXTURE_TEST(addresses_are_not_names),
        FIXTURE_TEST(strangers_are_rationed),
        FIXTURE_TEST(groups_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
