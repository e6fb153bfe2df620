/* The machine's two clocks, and the one text form of a time that several dialects share. */
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec now;

    /* Fails only for a clock the kernel does not have, and Linux has both. */
    if (clock_gettime(id, &now) != 0)
        abort();
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_wall_ms(void *arg)
{
    (void)arg;
    return read_ms(CLOCK_REALTIME);
}

static int64_t system_mono_ms(void *arg)
{
    (void)arg;
    return read_ms(CLOCK_MONOTONIC);
}

const struct clock clock_system = { system_wall_ms, system_mono_ms, NULL };

int64_t clock_wall_ms(const struct clock *c)
{
    return c->wall_ms(c->arg);
}

int64_t clock_mono_ms(const struct clock *c)
{
    return c->mono_ms(c->arg);
}

/* ".58" for 580, "" for 0. */
static const char *fraction(struct arena *a, int ms)
{
    int digits = 3;

    if (ms == 0)
        return "";
    while (ms % 10 == 0) {
        ms /= 10;
        digits--;
    }
    return arena_printf(a, ".%0*d", digits, ms);
}

char *time_rfc3339(struct arena *a, int64_t wall_ms)
{
    int ms = (int)(wall_ms % 1000);
    time_t seconds = wall_ms / 1000;
    struct tm tm;

    if (ms < 0) {
        ms += 1000;
        seconds--;
    }
    /* Fails only when the year does not fit an int, which 64-bit milliseconds cannot reach. */
    if (localtime_r(&seconds, &tm) == NULL)
        abort();

    const char *zone = "Z";
    if (tm.tm_gmtoff != 0) {
        long minutes = labs(tm.tm_gmtoff) / 60;
        zone = arena_printf(a, "%c%02ld:%02ld", tm.tm_gmtoff < 0 ? '-' : '+', minutes / 60,
                            minutes % 60);
    }
    return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%s%s", tm.tm_year + 1900, tm.tm_mon + 1,
                        tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, fraction(a, ms), zone);
}
