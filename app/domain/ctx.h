/* Everything a domain function may see: who acts, where memory and the store are, what time it is,
 * and the events that wait for the commit. Built by the gate for each request or socket frame. */
#ifndef DOMAIN_CTX_H
#define DOMAIN_CTX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/limit.h"
#include "conf.h"
#include "db/db.h"
#include "domain/event.h"
#include "domain/letter.h"
#include "domain/presence.h"

struct hasher;    /* domain/password.h */
struct depot;     /* domain/depot.h */
struct seen;      /* domain/seen.h */
struct metrics;   /* base/metrics.h */
struct authority; /* domain/authority.h */
struct tls;       /* tls/tls.h */

/* What lives as long as the process; main fills it, unit tests put recorders there. */
struct services {
    const struct conf *conf;
    const struct clock *clock;
    struct db *db;
    struct limiter *limiter;
    struct hasher *hasher;
    const uint8_t *jwt_key; /* JWT_KEY_BYTES */
    struct depot *depot;    /* uploaded files; NULL: none are taken */
    struct online *online;  /* who is here; NULL: nobody keeps it (domain/online.h) */
    struct seen *seen;      /* NULL: nobody notes who was seen when */
    struct metrics *metrics;
    int64_t started_at_ms;        /* wall time */
    const atomic_bool *is_ending; /* no longer ready for new work */

    /* The sockets, as far as domain may know them. hub is passed back as the first argument. */
    void *hub;
    /* Hands over committed events in commit order; must not block or call back into domain. */
    void (*deliver)(void *hub, const struct event *events, size_t count);
    bool (*is_online)(void *hub, int64_t user_id);
    /* Has this session an open socket? NULL: as if each had. */
    bool (*is_session_online)(void *hub, int64_t user_id, int64_t session_id);
    /* Closes the sockets of a session, or of all sessions of user_id when session_id is 0. */
    void (*end_session)(void *hub, int64_t user_id, int64_t session_id);
    struct live (*live)(void *hub);
    /* Every open socket, the oldest first; list_r in the arena. */
    size_t (*present)(void *hub, struct arena *a, struct presence **list_r);
    /* Tells count sockets, the oldest, of ev (an EV_MOVE) and closes them so that their clients come
     * back. Nobody if count is below 1, or not below the number of sockets. How many were told. */
    int64_t (*move)(void *hub, int64_t count, const struct event *ev);

    /* The local CA people may trust; NULL, or a result of NULL: there is none. */
    struct tls *tls;
    const struct authority *(*authority)(const struct tls *tls);
    /* The host part of an https URL whose certificate fits: host, or another name of this machine;
     * arena. NULL: there is none. */
    const char *(*https_host)(struct tls *tls, struct arena *a, const char *host);

    /* The way out by mail and SMS. post is passed back as the first argument. */
    void *post;
    /* Takes a copy of letter and sends it soon; never waits. ERR_BUSY: too many are waiting. */
    enum err (*send_letter)(void *post, const struct letter *letter);
};

struct ctx {
    const struct services *sv;
    struct arena *arena;
    int64_t actor;          /* account id; 0: nobody */
    int64_t session_id;     /* 0: nobody */
    int64_t socket_id;      /* the socket this came by, unique in this run; 0: a request */
    const char *address;    /* the peer's IP address in text; never NULL */
    const char *dialect;    /* name of the dialect the request came through; never NULL */
    int64_t retry_after_ms; /* with ERR_RATE_LIMITED: when to come back; 0: unknown */

    /* Private to ctx.c: */
    struct db_conn *conn; /* the connection in hand: a reader, or the writer inside a transaction */
    bool in_tx;
    struct event *events; /* arena */
    size_t event_count, event_cap;
};

/* A context with no actor. Nothing to free but ctx_release. */
void ctx_init(struct ctx *cx, const struct services *sv, struct arena *arena, const char *dialect,
              const char *address);
/* Gives back the reader, if one was taken. Call at the end of the request, and before anything
 * slow. */
void ctx_release(struct ctx *cx);
/* The connection to query: the writer inside a transaction, else a pooled reader taken on first
 * use. */
struct db_conn *ctx_db(struct ctx *cx);
/* Wall time in ms. */
int64_t ctx_now(const struct ctx *cx);

/* Begins the caller's part of the forming batch: takes the writer. Never nests. */
enum err tx_begin(struct ctx *cx);
/* With e == OK: waits until the batch is on disk, its events delivered in commit order, and returns
 * OK, or ERR_DB / ERR_STORAGE_FULL if the commit failed (nothing is delivered then). With any other
 * e: undoes this caller's part, drops its events and returns e. Always gives the writer back. */
enum err tx_end(struct ctx *cx, enum err e);
/* Queues ev (copied; what it points to must be arena memory of this ctx) until tx_end. */
void event_queue(struct ctx *cx, const struct event *ev);

#endif
