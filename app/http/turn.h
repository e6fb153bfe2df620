/* What dispatch.c and upgrade.c share: one request on its way through the gate. */
#ifndef HTTP_TURN_H
#define HTTP_TURN_H

#include "http/body.h"
#include "http/dispatch.h"
#include "http/router.h"

struct answer;

struct turn {
    struct req rq;
    const struct router *router;
    const struct services *sv;
    struct arena *arena;
    struct io *io;
    struct match match;
    enum err error;     /* what it came to */
    int forced_status;  /* instead of the envelope's; 0: the envelope's stands */
    int64_t started_ms; /* monotonic */
    bool is_head;
    bool has_body;    /* the body was read, or need not be */
    bool is_decoded;  /* so early, because it tells whose request it is */
    enum err decoded; /* what came of that */
    struct body body;
};

#define TURN_PATH_MAX 2048

void turn_begin(struct turn *t, const struct router *router, const struct services *sv,
                struct arena *arena, struct io *io);
/* One log line; gives back what the request held. */
void turn_end(struct turn *t);

/* May this path be looked at? */
enum err turn_check_path(const struct turn *t);
/* Sets match, and what of rq follows from it. */
void turn_match(struct turn *t, enum method method);
/* Goes on with the other of two routes that share method and path. */
void turn_take_other(struct turn *t);
/* The methods the path of t answers, "GET, HEAD, OPTIONS" (arena), or NULL if it has no route. */
const char *turn_methods(struct turn *t);
/* By the dialect, where the route wants a user. ERR_UNAUTHENTICATED without one. */
enum err turn_authenticate(struct turn *t);
/* ERR_RATE_LIMITED, with rq.retry_after_ms. */
enum err turn_limit(struct turn *t);
/* Answers e, in the dialect's envelope if there is a dialect. Called once. */
void turn_answer(struct turn *t, enum err e);
/* Sends w with what all answers carry. */
void turn_send(struct turn *t, struct answer *w);

/* The HTTP status of e where no document says one. */
int turn_status(enum err e);

#endif
