/* The client side of a WebSocket: handshake, frames in, pings answered. */
#ifndef BENCH_WS_H
#define BENCH_WS_H

#include "net.h"

struct sock;

struct sock_events {
    void (*opened)(struct sock *s);
    /* One text message; not NUL-terminated. */
    void (*text)(struct sock *s, const char *text, size_t len);
    /* code: of the server's Close frame, 0 if none came. */
    void (*ended)(struct sock *s, int code);
};

struct sock {
    struct conn conn; /* first, so that a conn is its sock */
    const struct sock_events *on;
    const char *token; /* borrowed */
    bool is_agreed;    /* the 101 came */
    int close_code;
    /* The owner's: */
    long next; /* number of the message expected next */
    long index;
};

void sock_open(struct sock *s, struct loop *loop, const char *token, const struct sock_events *on);
void sock_close(struct sock *s);

#endif
