/* What a person types: which phrases it means, that it never is FTS5 syntax, and where the phrases
 * stand in a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"
#include "db/phrases.h"

struct desk {
    struct db *db;
    struct db_conn *c;
    struct arena *arena, *scratch;
};

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    char *error = NULL;

    d->db = db_open(":memory:", NULL, &error);
    if (d->db == NULL)
        fail_msg("%s", error);
    d->c = db_read_begin(d->db);
    d->arena = arena_new();
    d->scratch = arena_new();
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct desk *d = *state;

    db_read_end(d->db, d->c);
    db_close(d->db);
    arena_free(d->arena);
    arena_free(d->scratch);
    free(d);
    return 0;
}

static struct phrases parse(struct desk *d, const char *text, enum completion how)
{
    struct phrases phrases;

    assert_int_equal(phrases_parse(d->c, d->arena, text, how, &phrases), OK);
    return phrases;
}

/* The terms, MARK shown as '^'. */
static const char *terms(struct desk *d, const char *text, enum completion how)
{
    struct phrases phrases = parse(d, text, how);
    struct buf out = buf_new(d->arena);

    phrases_terms(&phrases, &out);
    for (size_t i = 0; i < out.len; i++)
        if (out.data[i] == '\x01')
            out.data[i] = '^';
    return out.len > 0 ? out.data : "";
}

static const struct {
    const char *typed, *terms;
    size_t phrases;
    bool is_exact;
} queries[] = {
    { "", "", 0, true },
    { " \t　", "", 0, true },
    { "!?。，", "", 0, true },
    { "我", "\"我\"", 1, true },
    { "上海", "\"上海\"", 1, true },
    { "上海市", "\"上海\" AND \"海市\"", 1, false },
    { "上海 北京", "\"上海\" AND \"北京\"", 2, true },
    { "上海　北京", "\"上海\" AND \"北京\"", 2, true },
    { "\"上海 北京\"", "\"上海\" AND \"北京\"", 1, false },
    { "“new york” 2", "\"new\" AND \"york\" AND \"2\"", 2, false },
    { "＂new york＂", "\"new\" AND \"york\"", 1, false },
    { "\"new york", "\"new\" AND \"york\"", 1, false },
    { "a.b@c.d", "\"a\" AND \"b\" AND \"c\" AND \"d\"", 1, false },
    { "iPhone手机", "\"iphone\" AND \"手机\"", 1, false },
    { "👍", "\"👍\"", 1, true },
    /* the last word may go on, from three letters */
    { "de", "\"de\"", 1, true },
    { "dep", "(\"dep\" OR \"^bdep\")", 1, true },
    { "depl", "(\"depl\" OR \"^bdepl\")", 1, true },
    { "deplo", "(\"deplo\" OR \"^bdeplo\")", 1, true },
    { "deploy", "\"deploy\"*", 1, true },
    { "deploy ", "\"deploy\"", 1, true },
    { "\"deploy\"", "\"deploy\"", 1, true },
    { "deploy now", "\"deploy\" AND (\"now\" OR \"^bnow\")", 2, true },
    { "\"a b\" now", "\"a\" AND \"b\" AND (\"now\" OR \"^bnow\")", 2, false },
    { "手机app", "\"手机\" AND (\"app\" OR \"^bapp\")", 1, false },
    /* what FTS5 would take for syntax */
    { "a OR b", "\"a\" AND \"or\" AND \"b\"", 3, true },
    { "NOT x", "\"not\" AND \"x\"", 2, true },
    { "NEAR(a b, 2)", "\"near\" AND \"a\" AND \"b\" AND \"2\"", 3, false },
    { "text:a", "\"text\" AND \"a\"", 1, false },
    { "^a* - {b} + c", "\"a\" AND \"b\" AND \"c\"", 3, true },
    { "\"\"\" a", "\"a\"", 1, true },
    { "x\"y\"z", "\"x\" AND \"y\" AND \"z\"", 3, true },
    { "\x01u5", "\"u5\"", 1, true },
    { "\x01u5\x02x", "\"u5\" AND \"x\"", 2, true },
    { "\"\x01u5\"", "\"u5\"", 1, true },
};

static void meaning_of_queries(void **state)
{
    struct desk *d = *state;

    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        const char *typed = queries[i].typed;
        struct phrases phrases = parse(d, typed, COMPLETE_LAST);
        const char *have = terms(d, typed, COMPLETE_LAST);
        if (strcmp(have, queries[i].terms) != 0)
            fail_msg("%s became %s instead of %s", typed, have, queries[i].terms);
        if (phrases.count != queries[i].phrases || phrases.is_exact != queries[i].is_exact)
            fail_msg("%s: %zu phrases, exact %d", typed, phrases.count, phrases.is_exact);
    }
    assert_string_equal(terms(d, "zh li", COMPLETE_ALL), "\"zh\"* AND \"li\"*");
    assert_string_equal(terms(d, "张 zha", COMPLETE_ALL), "\"张\" AND (\"zha\" OR \"^bzha\")");
}

/* FTS5 itself reads every one of them, and finds the text that holds just what was typed. */
static void no_query_is_syntax(void **state)
{
    struct desk *d = *state;
    sqlite3_stmt *insert, *match;

    assert_int_equal(
        sqlite3_exec(d->c->sqlite,
                     "CREATE VIRTUAL TABLE t USING fts5 (x, detail=none, tokenize='chatd')", NULL,
                     NULL, NULL),
        SQLITE_OK);
    sqlite3_prepare_v2(d->c->sqlite, "INSERT OR REPLACE INTO t (rowid, x) VALUES (1, ?)", -1,
                       &insert, NULL);
    sqlite3_prepare_v2(d->c->sqlite, "SELECT count(*) FROM t WHERE t MATCH ?", -1, &match, NULL);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        struct phrases phrases = parse(d, queries[i].typed, COMPLETE_LAST);
        struct buf out = buf_new(d->arena);
        const char *typed = arena_printf(d->arena, "- %s", queries[i].typed);
        phrases_terms(&phrases, &out);
        if (out.len == 0)
            continue;
        sqlite3_bind_text(insert, 1, typed, -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
        sqlite3_bind_text(match, 1, out.data, -1, SQLITE_STATIC);
        if (sqlite3_step(match) != SQLITE_ROW || sqlite3_column_int(match, 0) != 1)
            fail_msg("%s: %s", out.data, sqlite3_errmsg(d->c->sqlite));
        sqlite3_reset(insert);
        sqlite3_reset(match);
    }
    sqlite3_finalize(insert);
    sqlite3_finalize(match);
}

static const struct {
    const char *typed, *text, *marked; /* NULL: not found */
} places[] = {
    { "海", "我在上海市工作", "我在上[海]市工作" },
    { "上海市", "我在上海市工作", "我在[上海市]工作" },
    { "上海市", "上海，海市", NULL },
    { "上海市", "上海 市", NULL },
    { "上海市", "市上海", NULL },
    { "市 上海", "上海的市", "[上海]的[市]" },
    { "上海 上", "上上海", "[上上海]" },
    { "好好", "好好好", "[好好好]" },
    { "aab", "aaab", NULL },
    { "\"a a b\"", "a a a b", "a [a a b]" },
    { "\"to be\"", "Not to be; to, be", "Not [to be]; [to, be]" },
    { "\"to be\"", "be to", NULL },
    { "to be", "be to", "[be] [to]" },
    { "to be", "to", NULL },
    { "dep", "Deployed depth, undeployed", "[Deployed] [depth], undeployed" },
    { "dep ", "Deployed dep", "Deployed [dep]" },
    { "deployed", "deploy", NULL },
    { "creme", "CRÈME", "[CRÈME]" },
    { "iPhone手机", "用ｉＰｈｏｎｅ手机拍", "用[ｉＰｈｏｎｅ手机]拍" },
    { "iPhone手机", "iphone的手机", NULL },
    { "👍", "ok👍🏽👍", "ok[👍🏽👍]" },
    { "x", "", NULL },
};

/* Text with the spans in brackets. */
static const char *mark(struct desk *d, const char *text, const struct span *spans, size_t count)
{
    struct buf out = buf_new(d->arena);
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        assert_true(spans[i].start >= at && spans[i].end > spans[i].start);
        buf_add(&out, text + at, spans[i].start - at);
        buf_str(&out, "[");
        buf_add(&out, text + spans[i].start, spans[i].end - spans[i].start);
        buf_str(&out, "]");
        at = spans[i].end;
    }
    buf_str(&out, text + at);
    return out.data;
}

static void places_in_texts(void **state)
{
    struct desk *d = *state;

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct phrases phrases = parse(d, places[i].typed, COMPLETE_LAST);
        struct span spans[8];
        size_t count;
        bool found = phrases_find(d->c, d->scratch, &phrases, places[i].text, spans, 8, &count);
        const char *marked = mark(d, places[i].text, spans, count);
        if (found != (places[i].marked != NULL))
            fail_msg("%s in %s: found %d", places[i].typed, places[i].text, found);
        if (found && strcmp(marked, places[i].marked) != 0)
            fail_msg("%s in %s: %s", places[i].typed, places[i].text, marked);
        if (!found)
            assert_int_equal(count, 0);
    }
}

static void only_as_many_places_as_wanted(void **state)
{
    struct desk *d = *state;
    struct phrases phrases = parse(d, "a", COMPLETE_LAST);
    struct span spans[3];
    size_t count;

    assert_true(phrases_find(d->c, d->scratch, &phrases, "a b a b a b a", spans, 3, &count));
    assert_int_equal(count, 3);
    assert_int_equal(spans[2].start, 8);
    assert_true(phrases_find(d->c, d->scratch, &phrases, "a b a", NULL, 0, &count));
    assert_int_equal(count, 0);
}

static void a_long_query_is_cut(void **state)
{
    struct desk *d = *state;
    char typed[1001];
    struct phrases phrases;
    struct buf out = buf_new(d->arena);
    size_t ands = 0;

    for (size_t i = 0; i < sizeof typed - 1; i++)
        typed[i] = i % 2 ? ' ' : 'a';
    typed[sizeof typed - 1] = '\0';
    phrases = parse(d, typed, COMPLETE_LAST);
    assert_int_equal(phrases.count, PHRASE_UNITS_MAX);
    phrases_terms(&phrases, &out);
    for (const char *p = out.data; (p = strstr(p, " AND ")) != NULL; p++)
        ands++;
    assert_int_equal(ands, PHRASE_UNITS_MAX - 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = { T(meaning_of_queries), T(no_query_is_syntax),
                                        T(places_in_texts), T(only_as_many_places_as_wanted),
                                        T(a_long_query_is_cut) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
