/* The tokenizer: which terms a text becomes, where they stand in it, and that no bytes harm it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/tokenizer.h"

static int setup(void **state)
{
    static const char schema[] = "CREATE VIRTUAL TABLE t USING fts5 (x, tokenize='chatd');"
                                 "CREATE VIRTUAL TABLE v USING fts5vocab (t, instance);";
    sqlite3 *sqlite;

    assert_int_equal(sqlite3_open(":memory:", &sqlite), SQLITE_OK);
    assert_int_equal(tokenizer_register(sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite, schema, NULL, NULL, NULL), SQLITE_OK);
    *state = sqlite;
    return 0;
}

static int teardown(void **state)
{
    return sqlite3_close(*state) == SQLITE_OK ? 0 : -1;
}

/* The first column of all rows, a space between them; MARK shown as '^'. Owned. */
static char *ask(sqlite3 *sqlite, const char *sql, const char *parameter)
{
    sqlite3_stmt *s;
    sqlite3_str *out = sqlite3_str_new(sqlite);
    char *text;
    int result;

    assert_int_equal(sqlite3_prepare_v2(sqlite, sql, -1, &s, NULL), SQLITE_OK);
    if (parameter != NULL)
        sqlite3_bind_text(s, 1, parameter, -1, SQLITE_STATIC);
    while ((result = sqlite3_step(s)) == SQLITE_ROW)
        sqlite3_str_appendf(out, "%s%s", sqlite3_str_length(out) > 0 ? " " : "",
                            sqlite3_column_text(s, 0));
    if (result != SQLITE_DONE)
        fail_msg("%s with %s: %s", sql, parameter, sqlite3_errmsg(sqlite));
    sqlite3_finalize(s);
    text = sqlite3_str_finish(out);
    if (text == NULL)
        text = sqlite3_mprintf("");
    for (char *p = text; *p != '\0'; p++)
        if (*p == MARK)
            *p = '^';
    return text;
}

static void hold(sqlite3 *sqlite, const char *text)
{
    sqlite3_free(ask(sqlite, "DELETE FROM t", NULL));
    sqlite3_free(ask(sqlite, "INSERT INTO t (x) VALUES (?)", text));
}

static const struct {
    const char *text, *terms; /* by their place in the text, then by their bytes */
} texts[] = {
    { "", "" },
    { "，。！? \t\n", "" },
    /* Chinese: every character, and every two that follow one another */
    { "我", "我" },
    { "上海", "上 上海 海" },
    { "上海市", "上 上海 海 海市 市" },
    { "上，海", "上 海" },
    { "上 海", "上 海" },
    { "𠮷野家", "𠮷 𠮷野 野 野家 家" },
    { "二〇二四", "二 二〇 〇 〇二 二 二四 四" },
    { "ㄅㄆ", "ㄅ ㄅㄆ ㄆ" },
    { "葛\U000e0100城", "葛 葛城 城" }, /* a variation selector */
    /* Japanese */
    { "食べる", "食 食べ べ べる る" },
    { "人々", "人 人々 々" },
    { "ﾃﾞｰﾀ", "デ デー ー ータ タ" },
    { "ﾊﾟﾝ", "パ パン ン" },
    { "か\u3099く", "が がく く" },
    { "ウ\u3099", "ヴ" },
    { "\u306f\u309a", "ぱ" },
    { "は゛", "は" },
    /* Korean, whole and as macOS takes it apart */
    { "한국어", "한 한국 국 국어 어" },
    { "\u1112\u1161\u11ab\u1100\u116e\u11a8", "한 한국 국" },
    /* everything else as unicode61 */
    { "to be", "to be" },
    { "Hello, World", "^bhel ^bhell hello ^bwor ^bworl world" },
    { "a.b@c.de", "a b c de" },
    { "Crème ÉTÉ", "^bcre ^bcrem creme ete" },
    { "e\u0301te\u0301", "ete" },
    { "Ünïted", "^buni ^bunit ^bunite united" },
    { "ПРИВЕТ", "^bпри ^bприв ^bприве привет" },
    { "v2.10", "v2 10" },
    /* mixed */
    { "用iPhone手机", "用 ^biph ^bipho ^biphon iphone 手 手机 机" },
    { "A股", "a 股" },
    { "３月ＡＢＣ", "3 月 abc" },
    { "ＵＰ，down", "up ^bdow down" },
    /* emoji */
    { "👍🏽ok", "👍 ok" },
    { "🇨🇳", "🇨🇳" },
    { "👨\u200d👩", "👨 👩" },
    { "❤\ufe0f好", "❤ 好" },
    /* bytes that are no UTF-8 separate */
    { "\xff\xfe上\x80海", "上 海" },
    { "\xe4\xb8", "" },
    { "ab\xc0\xaf", "ab" },
    { "\xed\xa0\x80好", "好" },
    { "\xf4\x90\x80\x80", "" },
    /* marks: only at the beginning, and never out of anybody's text */
    { "\x01u5\x01k1\x02hi", "^u5 ^k1 hi" },
    { "\x01u5", "^u5" },
    { "\x01u5\x02\x01u6\x02x", "^u5 u6 x" },
    { "hi \x01u5\x02", "hi u5" },
};

static void terms_of_texts(void **state)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *terms;
        hold(*state, texts[i].text);
        terms = ask(*state, "SELECT term FROM v ORDER BY offset, term", NULL);
        if (strcmp(terms, texts[i].terms) != 0)
            fail_msg("\"%s\" became \"%s\" instead of \"%s\"", texts[i].text, terms,
                     texts[i].terms);
        sqlite3_free(terms);
    }
}

static const struct {
    const char *text, *query, *marked; /* NULL: not found */
} questions[] = {
    { "我在上海市工作", "\"上海\"", "我在[上海]市工作" },
    { "我在上海市工作", "\"上海市\"", "我在[上海市]工作" },
    { "我在上海市工作", "\"作\"", "我在上海市工[作]" },
    { "我在上海市工作", "\"海上\"", NULL },
    { "上海 海市", "\"上海市\"", NULL },
    { "上海，好", "\"海好\"", NULL },
    { "用iPhone手机拍", "\"iphone手机\"", "用[iPhone手机]拍" },
    { "手机iPhone", "\"手机iphone\"", "[手机iPhone]" },
    { "手机和iPhone", "\"手机iphone\"", NULL },
    { "ｉＰｈｏｎｅ １５", "\"iphone 15\"", "[ｉＰｈｏｎｅ １５]" },
    { "iPhone", "\"ｉｐｈｏｎｅ\"", "[iPhone]" },
    { "データ", "\"ﾃﾞｰﾀ\"", "[データ]" },
    { "\u1112\u1161\u11ab글", "\"한글\"", "[\u1112\u1161\u11ab글]" },
    { "Crème", "\"CREME\"", "[Crème]" },
    { "ok 👍🏽!", "\"👍\"", "ok [👍🏽]!" },
    { "a\u00e9b好", "\"好\"", "a\u00e9b[好]" },
};

/* Through FTS5's own highlight(), which trusts our offsets. (Of a character found alone it would mark
 * the pair; what people see is phrases_find's.) */
static void places_of_terms(void **state)
{
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        char *marked;
        hold(*state, questions[i].text);
        marked = ask(*state, "SELECT highlight(t, 0, '[', ']') FROM t WHERE t MATCH ?",
                     questions[i].query);
        if (strcmp(marked, questions[i].marked != NULL ? questions[i].marked : "") != 0)
            fail_msg("%s in \"%s\": \"%s\"", questions[i].query, questions[i].text, marked);
        sqlite3_free(marked);
    }
}

static void a_long_word_counts_by_its_beginning(void **state)
{
    char word[300];
    char *terms;

    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    hold(*state, word);
    terms = ask(*state, "SELECT max(length(term)) FROM v", NULL);
    assert_string_equal(terms, "96"); /* TOKENIZER_WORD_BYTES */
    sqlite3_free(terms);
    terms = ask(*state, "SELECT count(*) FROM t WHERE t MATCH ?", word);
    assert_string_equal(terms, "1");
    sqlite3_free(terms);
}

struct check {
    size_t len, last_start;
    size_t units;
};

static int check_unit(void *arg, const struct unit *unit)
{
    struct check *check = arg;

    assert_true(unit->start >= check->last_start && unit->start < unit->end &&
                unit->end <= check->len);
    assert_true(unit->len > 0);
    check->last_start = unit->start;
    check->units++;
    return SQLITE_OK;
}

/* Three bytes of every kind in every order, between two letters. */
static void any_bytes(void **state)
{
    static const unsigned char bytes[] = { 0x00, 0x01, 0x02, 'a',  0x7f, 0x80, 0x8d, 0x99,
                                           0xb8, 0xbf, 0xc2, 0xcc, 0xe2, 0xe3, 0xe4, 0xed,
                                           0xef, 0xf0, 0x9f, 0xf3, 0xf4, 0xff };
    const size_t n = sizeof bytes;
    struct tokenizer *t = tokenizer_new(*state);
    size_t all = 0;

    assert_non_null(t);
    for (size_t i = 0; i < n * n * n; i++) {
        char text[] = { 'x', (char)bytes[i % n], (char)bytes[i / n % n], (char)bytes[i / n / n],
                        'y' };
        for (size_t len = 0; len <= sizeof text; len++) {
            struct check check = { .len = len };
            assert_int_equal(tokenizer_units(t, text, len, check_unit, &check), SQLITE_OK);
            all += check.units;
        }
    }
    assert_true(all > n * n * n);
    tokenizer_free(t);
}

static int refuse(void *arg, const struct unit *unit)
{
    (void)unit;
    ++*(int *)arg;
    return SQLITE_ABORT;
}

static void the_caller_may_stop(void **state)
{
    static const char *const stops[] = { "one two", "一二", "👍👍", "一two" };
    struct tokenizer *t = tokenizer_new(*state);

    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        int calls = 0;
        assert_int_equal(tokenizer_units(t, stops[i], strlen(stops[i]), refuse, &calls),
                         SQLITE_ABORT);
        assert_int_equal(calls, 1);
    }
    tokenizer_free(t);
}

static void it_takes_no_options(void **state)
{
    assert_int_not_equal(
        sqlite3_exec(*state, "CREATE VIRTUAL TABLE o USING fts5 (x, tokenize='chatd fast')", NULL,
                     NULL, NULL),
        SQLITE_OK);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(terms_of_texts), T(places_of_terms),     T(a_long_word_counts_by_its_beginning),
        T(any_bytes),      T(the_caller_may_stop), T(it_takes_no_options)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
