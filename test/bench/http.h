/* One HTTP request at a time over a kept connection. */
#ifndef BENCH_HTTP_H
#define BENCH_HTTP_H

#include "net.h"

struct lane;

/* status 0: the connection ended before the answer was complete. body is NUL-terminated, valid for
 * the call. */
typedef void answered_fn(struct lane *l, int status, const char *body, size_t len);

struct lane {
    struct conn conn; /* first, so that a conn is its lane */
    answered_fn *answered;
    struct bytes request; /* kept until the connection is up */
    bool is_busy;
    uint64_t asked_ns;
    void *arg;
    long n; /* the owner's own number for it */
};

/* Connections are made when first needed and again after they were closed. */
void lane_init(struct lane *l, struct loop *loop, answered_fn *answered);
void lane_get(struct lane *l, const char *path, const char *token);
void lane_post(struct lane *l, const char *path, const char *token, const char *json, size_t len);
void lane_close(struct lane *l);

#endif
