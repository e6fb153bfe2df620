/* Origin checks, shared by CORS and the socket handshake. */
#include "http/origin.h"

#include <string.h>

#include "base/str.h"

bool origin_is_listed(const char *list, const char *origin)
{
    size_t origin_len = strlen(origin);

    while (*list != '\0') {
        size_t len = strcspn(list, " ");

        if (len > 0 && len == origin_len && memcmp(list, origin, len) == 0)
            return true;
        list += len + strspn(list + len, " ");
    }
    return false;
}

bool origin_is_own(const char *host, const char *origin)
{
    const char *rest;

    /* Either scheme: a proxy in front may speak TLS where we do not. */
    if (str_starts(origin, "https://"))
        rest = origin + strlen("https://");
    else if (str_starts(origin, "http://"))
        rest = origin + strlen("http://");
    else
        return false;
    return rest[0] != '\0' && str_ieq(rest, host);
}
