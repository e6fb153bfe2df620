/* Where a request comes from: checks shared by CORS, the socket handshake and what only this machine
 * may ask. */
#include "http/origin.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "http/dispatch.h"

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

static bool is_loopback(const char *address)
{
    if (str_starts(address, "::ffff:"))
        address += strlen("::ffff:");
    return str_eq(address, "::1") || str_starts(address, "127.");
}

/* host: a Host header, with or without a port. */
static bool names_loopback(const char *host)
{
    static const char *const names[] = { "localhost", "[::1]" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t len = strlen(names[i]);
        if (strncasecmp(host, names[i], len) == 0 && (host[len] == '\0' || host[len] == ':'))
            return true;
    }
    return str_starts(host, "127.") && strspn(host, "0123456789.:") == strlen(host);
}

bool request_is_local(const struct io *io)
{
    static const char *const passed_on[] = { "Forwarded", "X-Forwarded-For", "X-Real-IP",
                                             "Origin" };
    const char *host = io->header(io->arg, "Host");

    for (size_t i = 0; i < sizeof passed_on / sizeof passed_on[0]; i++)
        if (io->header(io->arg, passed_on[i]) != NULL)
            return false;
    return is_loopback(io->address) && (host == NULL || names_loopback(host));
}
