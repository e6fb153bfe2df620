/* The JSON gate: what is refused and why, what gets through whole, and exact integers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/num.h"

/* A copy of the exact size, so that ASan sees a read beyond the end. */
static enum err parse(const char *text, size_t len)
{
    char *copy = malloc(len == 0 ? 1 : len);
    enum err e = ERR_INTERNAL;

    memcpy(copy, text, len);
    enum err checked = json_check(copy, len);
    cJSON *root = json_parse(copy, len, &e);
    free(copy);
    assert_int_equal(root != NULL, e == OK);
    if (checked != OK)
        assert_int_equal(e, checked);
    cJSON_Delete(root);
    return e;
}

static void test_good(void **state)
{
    static const char *const rows[] = {
        "0",
        "-0",
        "-12.5e+10",
        "1E5",
        "true",
        "false",
        "null",
        "\"\"",
        "[]",
        "{}",
        " \t\r\n[ ] \n",
        "[1,2,3]",
        "{\"a\":1,\"b\":[{\"a\":null},{}]}",
        "{ \"a\" : [ 1 , { \"b\" : false } ] }",
        "\"你好 \xF0\x9F\x98\x80 \x7F\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u4F60\"",
        "\"\\ud83d\\uDE00\"",
        "\"\\u0001\"",
        "{\"A\":1,\"a\":2}",
        "[{\"a\":1,\"b\":2},{\"a\":3}]",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        "123456789012345678901234567890123456789012345678901234567890123",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (parse(rows[i], strlen(rows[i])) != OK)
            fail_msg("%s", rows[i]);
    }
}

#define ROW(text, e)                                                                               \
    {                                                                                              \
        text, sizeof text - 1, e                                                                   \
    }

static void test_bad(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        enum err e;
    } rows[] = {
        ROW("", ERR_BAD_REQUEST),
        ROW("  ", ERR_BAD_REQUEST),
        ROW("\xEF\xBB\xBF{}", ERR_BAD_REQUEST), /* a byte order mark */
        ROW("01", ERR_BAD_REQUEST),
        ROW("-01", ERR_BAD_REQUEST),
        ROW("[01]", ERR_BAD_REQUEST),
        ROW("1.", ERR_BAD_REQUEST),
        ROW("[1.]", ERR_BAD_REQUEST),
        ROW(".5", ERR_BAD_REQUEST),
        ROW("+1", ERR_BAD_REQUEST),
        ROW("-", ERR_BAD_REQUEST),
        ROW("1e", ERR_BAD_REQUEST),
        ROW("1e+", ERR_BAD_REQUEST),
        ROW("0x10", ERR_BAD_REQUEST),
        ROW("NaN", ERR_BAD_REQUEST),
        ROW("Infinity", ERR_BAD_REQUEST),
        ROW("tru", ERR_BAD_REQUEST),
        ROW("True", ERR_BAD_REQUEST),
        ROW("nulll", ERR_BAD_REQUEST),
        ROW("{} {}", ERR_BAD_REQUEST),
        ROW("{}x", ERR_BAD_REQUEST),
        ROW("{}\0", ERR_BAD_REQUEST),
        ROW("[1,]", ERR_BAD_REQUEST),
        ROW("[,1]", ERR_BAD_REQUEST),
        ROW("[1 2]", ERR_BAD_REQUEST),
        ROW("[1", ERR_BAD_REQUEST),
        ROW("[", ERR_BAD_REQUEST),
        ROW("]", ERR_BAD_REQUEST),
        ROW("[}", ERR_BAD_REQUEST),
        ROW("{]", ERR_BAD_REQUEST),
        ROW("[1}", ERR_BAD_REQUEST),
        ROW("{\"a\":1]", ERR_BAD_REQUEST),
        ROW("{\"a\"}", ERR_BAD_REQUEST),
        ROW("{\"a\":}", ERR_BAD_REQUEST),
        ROW("{\"a\":1,}", ERR_BAD_REQUEST),
        ROW("{\"a\" 1}", ERR_BAD_REQUEST),
        ROW("{a:1}", ERR_BAD_REQUEST),
        ROW("{'a':1}", ERR_BAD_REQUEST),
        ROW("{1:1}", ERR_BAD_REQUEST),
        ROW("{\"a\":1 \"b\":2}", ERR_BAD_REQUEST),
        ROW("[1]// note", ERR_BAD_REQUEST),
        ROW("\"a", ERR_BAD_REQUEST),
        ROW("\"a\\\"", ERR_BAD_REQUEST),
        ROW("\"\\", ERR_BAD_REQUEST),
        ROW("\"\\u12", ERR_BAD_REQUEST),
        ROW("\"a\nb\"", ERR_BAD_REQUEST),
        ROW("\"a\tb\"", ERR_BAD_REQUEST),
        ROW("\"a\0b\"", ERR_BAD_REQUEST),
        ROW("\"\\u0000\"", ERR_BAD_REQUEST),
        ROW("{\"\\u0000\":1}", ERR_BAD_REQUEST),
        ROW("\"\\ud83d\"", ERR_BAD_REQUEST), /* a high surrogate alone */
        ROW("\"\\ud83dx\"", ERR_BAD_REQUEST),
        ROW("\"\\ud83d\\u0041\"", ERR_BAD_REQUEST),
        ROW("\"\\ud83d\\ud83d\"", ERR_BAD_REQUEST),
        ROW("\"\\ude00\"", ERR_BAD_REQUEST), /* a low one alone */
        ROW("\"\\uzzzz\"", ERR_BAD_REQUEST),
        ROW("\"\\u+123\"", ERR_BAD_REQUEST),
        ROW("\"\\x41\"", ERR_BAD_REQUEST),
        ROW("\"\\\0\"", ERR_BAD_REQUEST),
        ROW("\"\xFF\"", ERR_BAD_REQUEST),
        ROW("\"\xC0\x80\"", ERR_BAD_REQUEST),
        ROW("\"\xED\xA0\x80\"", ERR_BAD_REQUEST),
        ROW("\"\xE4\xBD\"", ERR_BAD_REQUEST),
        ROW("[\xC2\xA0]", ERR_BAD_REQUEST), /* a no-break space is no white space */
        ROW("{\"a\":1,\"b\":2,\"a\":3}", ERR_BAD_REQUEST),
        ROW("{\"a\":1,\"\\u0061\":3}", ERR_BAD_REQUEST),
        ROW("{\"\":1,\"\":3}", ERR_BAD_REQUEST),
        ROW("1234567890123456789012345678901234567890123456789012345678901234", ERR_BAD_REQUEST),
        ROW("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", ERR_TOO_LARGE),
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum err e = parse(rows[i].text, rows[i].len);
        if (e != rows[i].e)
            fail_msg("row %zu, %s: %s", i, rows[i].text, err_name(e));
    }
    assert_int_equal(json_check(NULL, 0), ERR_BAD_REQUEST);
}

/* "[0,0,...]" with count zeros. */
static enum err parse_array(int count)
{
    size_t len = (size_t)count * 2 + 1;
    char *text = malloc(len);

    for (int i = 0; i < count; i++)
        memcpy(text + i * 2, ",0", 2);
    text[0] = '[';
    text[len - 1] = ']';
    enum err e = parse(text, len);
    free(text);
    return e;
}

static void test_nodes(void **state)
{
    (void)state;
    assert_int_equal(parse_array(JSON_NODES_MAX - 1), OK);
    assert_int_equal(parse_array(JSON_NODES_MAX), ERR_TOO_LARGE);
}

/* As many members as fit, all different, then the first one again. */
static void test_many_keys(void **state)
{
    size_t cap = JSON_NODES_MAX * 20, len = 0;
    char *text = malloc(cap);

    (void)state;
    text[len++] = '{';
    for (int i = 0; i < JSON_NODES_MAX - 2; i++)
        len += (size_t)snprintf(text + len, cap - len, "\"k%d\":0,", i);
    text[len - 1] = '}';
    assert_int_equal(parse(text, len), OK);
    len += (size_t)snprintf(text + len - 1, cap - len, ",\"k0\":0}") - 1;
    assert_int_equal(parse(text, len), ERR_BAD_REQUEST);
    free(text);
}

static void test_deep_nesting_is_refused_at_once(void **state)
{
    size_t len = 100000;
    char *text = malloc(len);

    (void)state;
    memset(text, '[', len);
    assert_int_equal(parse(text, len), ERR_TOO_LARGE);
    for (size_t i = 0; i + 5 <= len; i += 5)
        memcpy(text + i, "{\"a\":", 5);
    assert_int_equal(parse(text, len), ERR_TOO_LARGE);
    free(text);
}

/* 10 MB in texts that invite to look twice at each byte; a quadratic scan would take hours. */
static void test_ten_megabytes(void **state)
{
    static const char *const fills[] = { "a", "\\\\", "\xE4\xBD\xA0", "\\ud83d\\ude00", "\\u0041" };
    size_t len = 10 << 20;
    char *text = malloc(len);
    clock_t start = clock();

    (void)state;
    for (size_t f = 0; f < sizeof fills / sizeof fills[0]; f++) {
        size_t step = strlen(fills[f]), at = 1;
        memset(text, ' ', len);
        text[0] = '"';
        for (; at + step < len; at += step)
            memcpy(text + at, fills[f], step);
        text[at] = '"';
        assert_int_equal(json_check(text, len), OK);
        text[at] = ' ';
        assert_int_equal(json_check(text, at), ERR_BAD_REQUEST);
    }
    memset(text, ' ', len);
    assert_int_equal(json_check(text, len), ERR_BAD_REQUEST);
    memset(text, '1', len);
    assert_int_equal(json_check(text, len), ERR_BAD_REQUEST);
    free(text);
    assert_true(clock() - start < 60 * CLOCKS_PER_SEC);
}

static void test_reading_integers(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } rows[] = {
        { "0", true, 0 },
        { "-0", true, 0 },
        { "1.0", true, 1 },
        { "1e3", true, 1000 },
        { "2147483648", true, 2147483648 },
        { "999999999999999", true, ID_MAX },
        { "-999999999999999", true, -ID_MAX },
        { "1000000000000000", false, 0 },
        { "9007199254740993", false, 0 },
        { "9223372036854775807", false, 0 },
        { "1e999", false, 0 },
        { "-1e999", false, 0 },
        { "0.1", false, 0 },
        { "1.5", false, 0 },
        { "\"12\"", true, 12 },
        { "\"-12\"", true, -12 },
        { "\"9223372036854775807\"", true, INT64_MAX },
        { "\"9223372036854775808\"", false, 0 },
        { "\"12abc\"", false, 0 },
        { "\" 12\"", false, 0 },
        { "\"1e3\"", false, 0 },
        { "\"\"", false, 0 },
        { "true", false, 0 },
        { "null", false, 0 },
        { "[1]", false, 0 },
        { "{}", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum err e;
        int64_t value = 1234;
        cJSON *node = json_parse(rows[i].text, strlen(rows[i].text), &e);
        assert_non_null(node);
        if (json_i64(node, INT64_MIN, INT64_MAX, &value) != rows[i].good)
            fail_msg("%s", rows[i].text);
        assert_int_equal(value, rows[i].good ? rows[i].value : 1234);
        if (rows[i].good) {
            assert_true(json_i64(node, rows[i].value, rows[i].value, &value));
            if (rows[i].value < INT64_MAX)
                assert_false(json_i64(node, rows[i].value + 1, INT64_MAX, &value));
            assert_false(json_i64(node, INT64_MIN, rows[i].value - 1, &value));
        }
        cJSON_Delete(node);
    }
    int64_t value = 1234;
    assert_false(json_i64(NULL, 0, 10, &value));
    assert_int_equal(value, 1234);
}

static void test_writing_integers(void **state)
{
    static const int64_t values[] = {
        0,        1,      -1,      2147483647,      2147483648, 4294967296,
        10000000, ID_MAX, -ID_MAX, 100000000000000, ID_MAX - 1, 123456789012345
    };

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char expected[64];
        int64_t back = 0;
        cJSON *obj = cJSON_CreateObject();

        json_add_i64(obj, "id", values[i]);
        char *text = cJSON_PrintUnformatted(obj);
        snprintf(expected, sizeof expected, "{\"id\":%lld}", (long long)values[i]);
        assert_string_equal(text, expected);
        assert_true(json_i64(cJSON_GetObjectItemCaseSensitive(obj, "id"), -ID_MAX, ID_MAX, &back));
        assert_int_equal(back, values[i]);
        free(text);
        cJSON_Delete(obj);
    }
    json_add_i64(NULL, "id", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_nodes),
        cmocka_unit_test(test_many_keys),
        cmocka_unit_test(test_deep_nesting_is_refused_at_once),
        cmocka_unit_test(test_ten_megabytes),
        cmocka_unit_test(test_reading_integers),
        cmocka_unit_test(test_writing_integers),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
