/* See host.h. */
#include "tls/host.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool host_address_is_loopback(const struct host_address *address)
{
    return address->family == AF_INET ? address->bytes[0] == 127
                                      : memcmp(address->bytes, &in6addr_loopback, 16) == 0;
}

static bool take_address(const struct sockaddr *from, struct host_address *out)
{
    *out = (struct host_address){ .family = from->sa_family };
    if (from->sa_family == AF_INET) {
        memcpy(out->bytes, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
        return !host_address_is_loopback(out);
    }
    if (from->sa_family == AF_INET6) {
        memcpy(out->bytes, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
        return !host_address_is_loopback(out);
    }
    return false;
}

static int compare_address(const void *a, const void *b)
{
    const struct host_address *x = a, *y = b;

    return x->family != y->family ? (x->family < y->family ? -1 : 1)
                                  : memcmp(x->bytes, y->bytes, sizeof x->bytes);
}

void host_tidy(struct host *host)
{
    size_t kept = 0;

    qsort(host->addresses, host->count, sizeof host->addresses[0], compare_address);
    for (size_t i = 0; i < host->count; i++)
        if (kept == 0 || compare_address(&host->addresses[kept - 1], &host->addresses[i]) != 0)
            host->addresses[kept++] = host->addresses[i];
    host->count = kept;
}

bool host_name_is_good(const char *name)
{
    size_t label = 0;

    if (strlen(name) > 253)
        return false;
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '.' && label == 0)
            return false;
        if (*p != '.' && *p != '-' && !isalnum((unsigned char)*p))
            return false;
        label = *p == '.' ? 0 : label + 1;
        if (label > 63)
            return false;
    }
    return label > 0;
}

const char *host_label(const char *name, char buf[64])
{
    size_t len = strcspn(name, ".");

    memcpy(buf, name, len < 64 ? len : 63);
    buf[len < 64 ? len : 63] = '\0';
    return buf;
}

static void read_name(struct host *host)
{
    if (gethostname(host->name, sizeof host->name - 1) != 0)
        host->name[0] = '\0';
    for (char *p = host->name; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    if (!host_name_is_good(host->name))
        host->name[0] = '\0';
}

void host_read(void *arg, struct host *host_r)
{
    struct ifaddrs *list = NULL;

    (void)arg;
    *host_r = (struct host){ 0 };
    read_name(host_r);
    if (getifaddrs(&list) != 0)
        return;
    for (struct ifaddrs *i = list; i != NULL && host_r->count < HOST_ADDRESSES_MAX; i = i->ifa_next)
        if (i->ifa_addr != NULL && (i->ifa_flags & IFF_UP) &&
            take_address(i->ifa_addr, &host_r->addresses[host_r->count]))
            host_r->count++;
    freeifaddrs(list);
    host_tidy(host_r);
}

bool host_equal(const struct host *a, const struct host *b)
{
    return strcmp(a->name, b->name) == 0 && a->count == b->count &&
           memcmp(a->addresses, b->addresses, a->count * sizeof a->addresses[0]) == 0;
}

bool host_address_is_private(const struct host_address *address)
{
    const uint8_t *b = address->bytes;

    if (address->family == AF_INET)
        return b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168) ||
               (b[0] == 169 && b[1] == 254);
    return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80);
}

bool host_address_is_link_local(const struct host_address *address)
{
    const uint8_t *b = address->bytes;

    return address->family == AF_INET ? b[0] == 169 && b[1] == 254
                                      : b[0] == 0xfe && (b[1] & 0xc0) == 0x80;
}

const char *host_address_text(const struct host_address *address, char buf[INET6_ADDRSTRLEN])
{
    return inet_ntop(address->family, address->bytes, buf, INET6_ADDRSTRLEN);
}

const char *host_url(struct arena *a, const struct host_address *address, bool tls, int port)
{
    bool is_six = address->family == AF_INET6;
    char text[INET6_ADDRSTRLEN];
    const char *at = port == (tls ? 443 : 80) ? "" : arena_printf(a, ":%d", port);

    return arena_printf(a, "%s://%s%s%s%s", tls ? "https" : "http", is_six ? "[" : "",
                        host_address_text(address, text), is_six ? "]" : "", at);
}

/* The address packets to the world would carry; connecting a datagram socket sends none. */
static bool outward(struct host_address *out)
{
    struct sockaddr_in world = { .sin_family = AF_INET,
                                 .sin_port = htons(9),
                                 .sin_addr = { htonl(0xc6336401) } }; /* 198.51.100.1 */
    struct sockaddr_storage own;
    socklen_t len = sizeof own;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && connect(fd, (const struct sockaddr *)&world, sizeof world) == 0 &&
              getsockname(fd, (struct sockaddr *)&own, &len) == 0 &&
              take_address((const struct sockaddr *)&own, out);

    if (fd >= 0)
        close(fd);
    return ok;
}

/* The higher, the likelier somebody else reaches it. */
static int worth(const struct host_address *address, const struct host_address *out)
{
    if (out != NULL && compare_address(address, out) == 0)
        return 5;
    if (host_address_is_link_local(address))
        return address->family == AF_INET ? 1 : 0; /* fe80:: needs a zone, which no URL has */
    return (address->family == AF_INET ? 2 : 1) + (host_address_is_private(address) ? 1 : 0);
}

const struct host_address *host_best(const struct host *host)
{
    const struct host_address *best = NULL;
    struct host_address out;
    bool known = outward(&out);
    int most = 0;

    for (size_t i = 0; i < host->count; i++) {
        int value = worth(&host->addresses[i], known ? &out : NULL);
        if (value > most) {
            most = value;
            best = &host->addresses[i];
        }
    }
    return best;
}
