/* The clocks, and RFC 3339 texts in several zones as the Go servers print them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void test_rfc3339(void **state)
{
    static const struct {
        const char *zone;
        int64_t ms;
        const char *text;
    } rows[] = {
        { "UTC0", 0, "1970-01-01T00:00:00Z" },
        { "UTC0", 1, "1970-01-01T00:00:00.001Z" },
        { "UTC0", -1, "1969-12-31T23:59:59.999Z" },
        { "UTC0", -1000, "1969-12-31T23:59:59Z" },
        { "UTC0", 951782400000, "2000-02-29T00:00:00Z" },
        { "CST-8", 1669824369580, "2022-12-01T00:06:09.58+08:00" },
        { "CST-8", 1669824369000, "2022-12-01T00:06:09+08:00" },
        { "CST-8", 1669824369100, "2022-12-01T00:06:09.1+08:00" },
        { "CST-8", 1669824369007, "2022-12-01T00:06:09.007+08:00" },
        { "CST-8", 1669824369070, "2022-12-01T00:06:09.07+08:00" },
        { "NST3:30", 1669824369580, "2022-11-30T12:36:09.58-03:30" },
        { "XST0:30", 0, "1969-12-31T23:30:00-00:30" },
        /* Summer time begins: an hour apart in real time, two on the wall. */
        { "CET-1CEST,M3.5.0,M10.5.0/3", 1711846799000, "2024-03-31T01:59:59+01:00" },
        { "CET-1CEST,M3.5.0,M10.5.0/3", 1711846800000, "2024-03-31T03:00:00+02:00" },
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_zone(rows[i].zone);
        assert_string_equal(time_rfc3339(a, rows[i].ms), rows[i].text);
    }
    /* The ends of the range do not crash; their years have more than four digits. */
    assert_non_null(time_rfc3339(a, INT64_MAX));
    assert_non_null(time_rfc3339(a, INT64_MIN));
    arena_free(a);
}

static void test_system_clock(void **state)
{
    int64_t seconds = time(NULL);
    int64_t wall_ms = clock_wall_ms(&clock_system);
    int64_t first = clock_mono_ms(&clock_system), last = first;

    (void)state;
    assert_in_range(wall_ms / 1000, seconds, seconds + 60);
    /* Waits for the clock to move; a clock that stands still hangs here, and the run with it. */
    while (last == first) {
        last = clock_mono_ms(&clock_system);
        assert_true(last >= first);
    }
}

static int64_t fake_wall(void *arg)
{
    return *(int64_t *)arg;
}

static int64_t fake_mono(void *arg)
{
    return *(int64_t *)arg + 5;
}

static void test_a_clock_can_be_turned(void **state)
{
    int64_t now = 100;
    struct clock c = { fake_wall, fake_mono, &now };

    (void)state;
    assert_int_equal(clock_wall_ms(&c), 100);
    assert_int_equal(clock_mono_ms(&c), 105);
    now = 200;
    assert_int_equal(clock_wall_ms(&c), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc3339),
        cmocka_unit_test(test_system_clock),
        cmocka_unit_test(test_a_clock_can_be_turned),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
