/* What this machine is called and which addresses it has: what its certificate is for, and where
 * people find it. */
#ifndef TLS_HOST_H
#define TLS_HOST_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define HOST_ADDRESSES_MAX 64

struct host_address {
    int family;        /* AF_INET or AF_INET6 */
    uint8_t bytes[16]; /* network order; 4 of them for AF_INET, the rest 0 */
};

struct host {
    char name[256]; /* as the system says, in lower case; "" if that is no name for the DNS */
    struct host_address addresses[HOST_ADDRESSES_MAX]; /* sorted, each once */
    size_t count;
};

/* Where a host comes from: host_read, or what a test puts in its place. */
struct host_source {
    void (*read)(void *arg, struct host *host_r);
    void *arg;
};

/* Asks the system: its name, and the addresses of all interfaces that are up, without 127.0.0.0/8
 * and ::1. What is beyond HOST_ADDRESSES_MAX is left out. arg is unused. */
void host_read(void *arg, struct host *host_r);
/* Sorts and removes doubles, as host_read leaves it. */
void host_tidy(struct host *host);
bool host_equal(const struct host *a, const struct host *b);

/* May the name stand in a certificate? Letters, digits, '-' and '.', at most 63 in a label. */
bool host_name_is_good(const char *name);
/* The name up to its first dot, in buf. */
const char *host_label(const char *name, char buf[64]);

/* Is it of a range that everybody may use at home: 10/8, 172.16/12, 192.168/16, 169.254/16,
 * fc00::/7, fe80::/10? Only such addresses can be vouched for by a CA of one's own. */
bool host_address_is_private(const struct host_address *address);
bool host_address_is_loopback(const struct host_address *address);
/* Is it of an interface that has found nobody to give it an address: 169.254/16, fe80::/10? */
bool host_address_is_link_local(const struct host_address *address);
/* Numbers with dots or colons. */
const char *host_address_text(const struct host_address *address, char buf[INET6_ADDRSTRLEN]);
/* http(s)://ADDRESS:PORT; a port that the scheme implies is left out. Arena. */
const char *host_url(struct arena *a, const struct host_address *address, bool tls, int port);
/* The address others on the network reach it by, as far as one can tell: the one used towards the
 * rest of the world, else a private one. NULL: none. */
const struct host_address *host_best(const struct host *host);

#endif
