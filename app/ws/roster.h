/* Who has sockets: accounts and addresses by hash, with the places they hold. The hub's lock
 * guards it. */
#ifndef WS_ROSTER_H
#define WS_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ws/hub.h"

/* An entry of a table; the entry's struct begins with it. */
struct link {
    struct link *next;
    uint64_t hash;
};

struct table {
    struct link **slots; /* owned */
    size_t cap;          /* a power of two, or 0 */
    size_t count;
};

/* Exists while places > 0. */
struct account {
    struct link link;
    int64_t user_id;
    int64_t places;           /* reserved: open sockets, and handshakes under way */
    struct channel *channels; /* through channel.next_of_account */
};

struct address {
    struct link link;
    int64_t places;
    char text[];
};

struct roster {
    struct table accounts, addresses;
    int64_t places;
};

void roster_free(struct roster *r);
/* Takes a place, or false if one of the three limits is reached. */
bool roster_reserve(struct roster *r, const struct hub_limits *limits, int64_t user_id,
                    const char *address);
/* Gives a reserved place back; the last one frees account and address. */
void roster_release(struct roster *r, struct account *account, struct address *address);
/* NULL if unknown. */
struct account *roster_account(const struct roster *r, int64_t user_id);
struct address *roster_address(const struct roster *r, const char *text);

#endif
