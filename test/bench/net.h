/* The load client's sockets: one thread, epoll, nothing blocks. TCP to 127.0.0.1, with TLS when
 * asked. Whatever is wrong with the client's own system calls ends the program with a sentence. */
#ifndef BENCH_NET_H
#define BENCH_NET_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conn;

struct bytes {
    char *data; /* owned; always followed by a NUL */
    size_t len, cap;
};

struct loop {
    int epoll_fd;
    int port;
    SSL_CTX *tls; /* NULL: plain */
    bool stop;    /* loop_run returns */
    /* Called after each round of events; may be NULL. */
    void (*tick)(void *arg, uint64_t now);
    void *tick_arg;
};

/* What a connection tells its owner. */
struct conn_events {
    void (*opened)(struct conn *c);
    /* Returns how many of the len bytes it took; the rest is offered again with what follows. */
    size_t (*received)(struct conn *c, char *data, size_t len);
    /* The peer closed, or the connection broke. It may be opened again. */
    void (*ended)(struct conn *c);
};

struct conn {
    struct loop *loop;
    const struct conn_events *on;
    int fd; /* -1: none */
    SSL *ssl;
    bool is_open;       /* usable: connected, and TLS is agreed */
    bool is_stalled;    /* nothing is read */
    bool wants_out;     /* EPOLLOUT is armed */
    int receive_buffer; /* SO_RCVBUF; 0: the system's */
    struct bytes in, out;
};

void die(const char *what) __attribute__((noreturn));
void *must_alloc(void *old, size_t size);
void bytes_add(struct bytes *b, const void *data, size_t len);

void loop_init(struct loop *loop, int port, bool tls);
/* Until loop->stop is set or the moment passes. */
void loop_run(struct loop *loop, uint64_t until_ns);

/* c must be zeroed but for receive_buffer. */
void conn_open(struct conn *c, struct loop *loop, const struct conn_events *on);
void conn_close(struct conn *c);
void conn_send(struct conn *c, const void *data, size_t len);
void conn_stall(struct conn *c, bool stalled);

#endif
