/* Who is here: what the domain may know of the sockets, as plain structs. */
#ifndef DOMAIN_PRESENCE_H
#define DOMAIN_PRESENCE_H

#include <stdint.h>

/* The sockets in numbers. frames, bytes and dropped (sockets closed because their queue was full)
 * count from the start of the process. */
struct live {
    int64_t sockets;
    int64_t users; /* accounts with at least one socket */
    int64_t frames_sent, bytes_sent, dropped;
};

/* One open socket. */
struct presence {
    int64_t user_id;
    const char *dialect; /* static */
    const char *address; /* arena */
    int64_t open_ms;     /* for so long */
};

#endif
