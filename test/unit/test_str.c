/* Growing buffers, UTF-8, comparisons, hex and base64 (the vectors of RFC 4648). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void test_buf_grows(void **state)
{
    struct buf b = buf_new(*state);
    char expected[20001] = "";

    assert_string_equal(b.data, "");
    for (int i = 0; i < 2000; i++) {
        buf_str(&b, "01234");
        buf_printf(&b, "%05d", i);
        snprintf(expected + i * 10, sizeof expected - (size_t)i * 10, "01234%05d", i);
    }
    assert_int_equal(b.len, 20000);
    assert_string_equal(b.data, expected);
}

static void test_buf_holds_any_bytes(void **state)
{
    struct buf b = buf_new(*state);

    buf_add(&b, NULL, 0);
    buf_add(&b, "a\0b", 3);
    assert_int_equal(b.len, 3);
    assert_memory_equal(b.data, "a\0b", 4);
}

/* A formatted piece that just fits, just does not, and is far too long. */
static void test_buf_printf_at_the_edges(void **state)
{
    for (int len = 0; len < 600; len++) {
        struct buf b = buf_new(*state);
        buf_printf(&b, "%*s", len, "");
        buf_printf(&b, "%s", "end");
        assert_int_equal(b.len, len + 3);
        assert_int_equal(strlen(b.data), len + 3);
        assert_string_equal(b.data + len, "end");
    }
}

static void test_utf8(void **state)
{
    static const struct {
        const char *text;
        bool valid;
    } rows[] = {
        { "", true },
        { "plain", true },
        { "\xC2\x80", true },
        { "\xDF\xBF", true },
        { "\xE0\xA0\x80", true },
        { "\xED\x9F\xBF", true },
        { "\xEE\x80\x80", true },
        { "\xEF\xBF\xBF", true },
        { "\xF0\x90\x80\x80", true },
        { "\xF4\x8F\xBF\xBF", true },
        { "你好, мир, \xF0\x9F\x98\x80", true },
        { "\x80", false },             /* a continuation on its own */
        { "\xC0\x80", false },         /* overlong NUL */
        { "\xC1\xBF", false },         /* overlong */
        { "\xE0\x9F\xBF", false },     /* overlong */
        { "\xF0\x8F\xBF\xBF", false }, /* overlong */
        { "\xED\xA0\x80", false },     /* a surrogate */
        { "\xED\xBF\xBF", false },     /* a surrogate */
        { "\xF4\x90\x80\x80", false }, /* above 10FFFF */
        { "\xF5\x80\x80\x80", false },
        { "\xFF", false },
        { "\xFE", false },
        { "\xC2", false },         /* cut short */
        { "\xE4\xBD", false },     /* cut short */
        { "\xF0\x9F\x98", false }, /* cut short */
        { "\xC2"
          "A",
          false },
        { "\xE4\xBD"
          "A",
          false },
        { "\xF0\x9F\x98"
          "A",
          false },
        { "good \xE4\xBD\xA0 bad \xE4", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        /* A copy of the exact size, so that ASan sees a read beyond the end. */
        size_t len = strlen(rows[i].text);
        char *copy = malloc(len + 1);
        memcpy(copy, rows[i].text, len);
        if (utf8_valid(copy, len) != rows[i].valid)
            fail_msg("row %zu", i);
        free(copy);
    }
    assert_true(utf8_valid("a\0b", 3));
    assert_int_equal(utf8_chars(""), 0);
    assert_int_equal(utf8_chars("abc"), 3);
    assert_int_equal(utf8_chars("é你\xF0\x9F\x98\x80!"), 4);
}

static void test_comparisons(void **state)
{
    (void)state;
    assert_true(str_eq("a", "a"));
    assert_false(str_eq("a", "A"));
    assert_false(str_eq(NULL, NULL));
    assert_false(str_eq("a", NULL));
    assert_true(str_ieq("Content-TYPE", "content-type"));
    assert_true(str_ieq("", ""));
    assert_false(str_ieq("abc", "abcd"));
    assert_false(str_ieq("abcd", "abc"));
    assert_false(str_ieq("[", "{")); /* 0x20 apart like letters, but none */
    assert_false(str_ieq(NULL, NULL));
    assert_true(str_starts("abc", "ab"));
    assert_true(str_starts("abc", ""));
    assert_false(str_starts("a", "ab"));
    assert_false(str_starts(NULL, "a"));
    assert_string_equal(str_or_empty(NULL), "");
    assert_string_equal(str_or_empty("x"), "x");
    assert_false(str_has_control(""));
    assert_false(str_has_control("text 你好~"));
    assert_true(str_has_control("a\nb"));
    assert_true(str_has_control("\x7F"));
    assert_true(str_has_control("\x1F"));
}

static void test_encodings(void **state)
{
    static const char *const rows[][2] = {
        { "", "" },
        { "f", "Zg==" },
        { "fo", "Zm8=" },
        { "foo", "Zm9v" },
        { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" },
        { "foobar", "Zm9vYmFy" },
    };
    struct arena *a = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(base64_encode(a, rows[i][0], strlen(rows[i][0])), rows[i][1]);
    assert_string_equal(base64_encode(a, "\xFB\xFF\xFE", 3), "+//+");
    assert_string_equal(hex_encode(a, "\x00\x9F\xFF", 3), "009fff");
    assert_string_equal(hex_encode(a, "", 0), "");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_buf_grows), T(test_buf_holds_any_bytes), T(test_buf_printf_at_the_edges),
        T(test_utf8),      T(test_comparisons),         T(test_encodings),
    };
    return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
