/* See throttle.h. */
#include "domain/throttle.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* Is the peer on this machine or on a private network? */
static bool is_private_address(const char *address)
{
    static const char *const prefixes[] = { "127.", "10.",   "192.168.", "169.254.",
                                            "::1",  "fe80:", "fc",       "fd" };
    int64_t second;

    if (str_starts(address, "::ffff:"))
        address += strlen("::ffff:");
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (str_starts(address, prefixes[i]))
            return true;
    second = str_starts(address, "172.") ? strtol(address + 4, NULL, 10) : 0;
    return second >= 16 && second <= 31;
}

enum err throttle_take(struct ctx *cx, const struct limit_rule *rule, const char *key)
{
    if (!cx->sv->conf->rate_limits ||
        limiter_take(cx->sv->limiter, rule, key, clock_mono_ms(cx->sv->clock), &cx->retry_after_ms))
        return OK;
    return ERR_RATE_LIMITED;
}

enum err throttle_peer(struct ctx *cx, const struct limit_rule *in_private,
                       const struct limit_rule *in_public)
{
    const struct limit_rule *rule = is_private_address(cx->address) ? in_private : in_public;

    return throttle_take(cx, rule, cx->address);
}
