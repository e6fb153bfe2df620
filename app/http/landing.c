/* See landing.h. */
#include "http/landing.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"

static bool is_loopback_address(const char *address)
{
    if (strncasecmp(address, "::ffff:", 7) == 0)
        address += 7;
    return str_starts(address, "127.") || str_eq(address, "::1");
}

/* "localhost:8080", "127.0.0.1", "[::1]:8080" */
static bool is_loopback_host(const char *host)
{
    size_t len = strcspn(host, ":");

    return str_starts(host, "[::1]") || str_starts(host, "127.") ||
           (len == 9 && strncasecmp(host, "localhost", 9) == 0) ||
           (len > 10 && strncasecmp(host + len - 10, ".localhost", 10) == 0);
}

static bool is_forwarded(const struct io *io)
{
    static const char *const marks[] = { "Forwarded",        "X-Forwarded-For", "X-Forwarded-Proto",
                                         "X-Forwarded-Host", "X-Real-IP",       "Via" };

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (io->header(io->arg, marks[i]) != NULL)
            return true;
    return false;
}

bool landing_is_due(const struct io *io)
{
    const char *host = io->header(io->arg, "Host");
    const char *accept = str_or_empty(io->header(io->arg, "Accept"));

    return !io->tls && io->https_port != 0 && str_eq(io->path, "/") && host != NULL &&
           strstr(accept, "text/html") != NULL && !is_loopback_host(host) &&
           !is_loopback_address(io->address) && !is_forwarded(io);
}
