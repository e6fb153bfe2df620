/* Time, as something a test can turn. Wall time is for what people see and what is stored,
 * monotonic time for everything that waits or expires in memory. Both in milliseconds. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/arena.h"

struct clock {
    int64_t (*wall_ms)(void *arg); /* since 1970-01-01 UTC */
    int64_t (*mono_ms)(void *arg); /* since some fixed moment, never goes back */
    void *arg;
};

/* The machine's clock. */
extern const struct clock clock_system;

int64_t clock_wall_ms(const struct clock *c);
int64_t clock_mono_ms(const struct clock *c);

/* RFC 3339 with the local offset, as Go prints it: milliseconds with trailing zeros trimmed
 * ("2022-12-01T00:06:09.58+08:00"; "...:09+08:00" on a whole second; UTC prints "Z"). Arena. */
char *time_rfc3339(struct arena *a, int64_t wall_ms);

#endif
