/* The gate: the only place that knows the steps of a request. match -> authenticate -> access ->
 * limits -> read body whole -> bind fields -> handler -> envelope -> send -> one log line -> arena
 * reset. Knows nothing of CivetWeb: bytes come and go through struct io, so tests and the fuzzer
 * drive it without a socket. */
#ifndef HTTP_DISPATCH_H
#define HTTP_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/dialect.h"

struct router; /* http/router.h */

/* One HTTP request as the server received it. Everything is borrowed for the call. */
struct io {
    const char *method;  /* "GET" */
    const char *path;    /* decoded, normalised, starts with '/' */
    const char *query;   /* raw, without '?'; NULL or "" when none */
    const char *address; /* the peer, "127.0.0.1" */
    bool tls;
    int64_t content_length; /* -1: none given, or chunked */
    bool chunked;
    bool takes_chunks;         /* an answer may come in chunks (HTTP/1.1) */
    int https_port;            /* where the web client answers by TLS; 0: nowhere */
    int client_port;           /* of the first listener for people; 0: there is none */
    const char *mount_dialect; /* "" or the dialect that owns this listener's root */

    void *arg;
    /* A request header's value or NULL; names are case-insensitive. */
    const char *(*header)(void *arg, const char *name);
    /* Up to len bytes of the body: > 0 bytes read, 0 at its end, -1 when it is broken or timed
     * out. */
    int (*read)(void *arg, void *buf, size_t len);
    /* So many bytes of the body are still wanted: they may take their time. NULL: no matter. */
    void (*expect)(void *arg, int64_t bytes);
    /* May one more socket of this account open? Keeps a place for it. NULL: always. */
    bool (*reserve)(void *arg, int64_t user_id);
    /* All of data, or false. */
    bool (*write)(void *arg, const void *data, size_t len);

    /* Set by dispatch: */
    int status;      /* what was answered */
    bool must_close; /* the connection cannot be used for another request */
};

/* Answers one request completely, whatever it is. arena is reset at the end. Never fails: what
 * cannot be answered is answered with an error and io->must_close. Any worker thread. */
void dispatch(const struct router *router, const struct services *sv, struct arena *arena,
              struct io *io);

/* An upgrade request: does everything up to the 101. true: the caller may upgrade; *who_r is filled
 * with arena strings. false: the refusal has been sent. The arena is NOT reset. */
struct upgrade {
    const struct dialect *dialect;
    const struct route *route;
    int64_t user_id;
    int64_t session_id;
    struct bond bond;
    const char *platform; /* what the client calls itself, or "" */
};
bool dispatch_upgrade(const struct router *router, const struct services *sv, struct arena *arena,
                      struct io *io, struct upgrade *who_r);

#endif
