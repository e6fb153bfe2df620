/* Strict numbers: what is taken, and that a refusal leaves the result alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <float.h>

#include "base/num.h"

static void test_integers(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } rows[] = {
        { "0", true, 0 },
        { "-0", true, 0 },
        { "007", true, 7 },
        { "42", true, 42 },
        { "-42", true, -42 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "-9223372036854775809", false, 0 },
        { "99999999999999999999999999", false, 0 },
        { "", false, 0 },
        { "-", false, 0 },
        { "--1", false, 0 },
        { "+1", false, 0 },
        { " 1", false, 0 },
        { "1 ", false, 0 },
        { "1\n", false, 0 },
        { "12abc", false, 0 },
        { "0x10", false, 0 },
        { "1e3", false, 0 },
        { "1.0", false, 0 },
        { "１", false, 0 }, /* a full-width digit */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t value = 1234;
        if (num_i64(rows[i].text, INT64_MIN, INT64_MAX, &value) != rows[i].good)
            fail_msg("\"%s\"", rows[i].text);
        assert_int_equal(value, rows[i].good ? rows[i].value : 1234);
    }
}

static void test_integer_ranges(void **state)
{
    int64_t value = 1234;

    (void)state;
    assert_false(num_i64(NULL, 0, 10, &value));
    assert_false(num_i64("11", 0, 10, &value));
    assert_false(num_i64("-1", 0, 10, &value));
    assert_int_equal(value, 1234);
    assert_true(num_i64("0", 0, 10, &value));
    assert_int_equal(value, 0);
    assert_true(num_i64("10", 0, 10, &value));
    assert_int_equal(value, 10);
}

static void test_decimals(void **state)
{
    static const char *const bad[] = { "",         ".",     ".5",     "5.",  "1e",    "e5",  "1e+",
                                       "+1",       " 1",    "1 ",     "1,5", "0x1p3", "nan", "inf",
                                       "infinity", "1e999", "-1e999", "--1", "1.2.3", "1.5x" };
    static const struct {
        const char *text;
        double value;
    } good[] = { { "0", 0 },       { "1.5", 1.5 },   { "-2.25", -2.25 },        { "1e3", 1000 },
                 { "1E-2", 0.01 }, { "2.5e+1", 25 }, { "31.230416", 31.230416 } };
    double value = 7;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (num_f64(bad[i], -DBL_MAX, DBL_MAX, &value))
            fail_msg("\"%s\"", bad[i]);
    }
    assert_true(value == 7);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!num_f64(good[i].text, -1000, 1000, &value) || value != good[i].value)
            fail_msg("\"%s\"", good[i].text);
    }
    value = 7;
    assert_false(num_f64("90.01", -90, 90, &value));
    assert_false(num_f64("-90.01", -90, 90, &value));
    assert_false(num_f64(NULL, -90, 90, &value));
    assert_true(value == 7);
}

static void test_flags(void **state)
{
    static const char *const yes[] = { "1", "t", "T", "TRUE", "true", "True" };
    static const char *const no[] = { "0", "f", "F", "FALSE", "false", "False" };
    static const char *const bad[] = { "", "2", "yes", "on", "tRUE", "true ", "01", NULL };

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        bool value = false;
        assert_true(num_bool(yes[i], &value));
        assert_true(value);
        assert_true(num_bool(no[i], &value));
        assert_false(value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bool value = true;
        assert_false(num_bool(bad[i], &value));
        assert_true(value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_integer_ranges),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_flags),
    };
    return cmocka_run_group_tests_name("num", tests, NULL, NULL);
}
