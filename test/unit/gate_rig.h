/* The gate over the dialect of http_fake.h, with nothing behind it: what test_dispatch.c and test_service.c stand on. */
#ifndef TEST_GATE_RIG_H
#define TEST_GATE_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "conf.h"
#include "http_fake.h"
#include "http_rig.h"

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"

struct world {
    struct conf conf;
    struct clock clock;
    int64_t now_ms;
    struct services sv;
    struct router *router;
    struct arena *arena;
    struct rig g; /* the request in hand */
};

static inline int setup(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    char *error = NULL;

    if (w == NULL)
        return -1;
    w->conf = (struct conf){ .www_dir = "",
                             .tls_cert = "",
                             .cors_origins = "",
                             .rate_limits = true,
                             .request_body_bytes = 65536 };
    w->now_ms = 1000000;
    w->clock = (struct clock){ fake_time, fake_time, &w->now_ms };
    w->sv = (struct services){ .conf = &w->conf, .clock = &w->clock, .limiter = limiter_new(100) };
    w->router = router_new(fake_dialects, 1, &error);
    w->arena = arena_new();
    *state = w;
    return w->router == NULL ? -1 : 0;
}

static inline int teardown(void **state)
{
    struct world *w = *state;

    rig_free(&w->g);
    limiter_free(w->sv.limiter);
    router_free(w->router);
    arena_free(w->arena);
    free(w);
    return 0;
}

/* A new request; the answer to the last one is forgotten. */
static inline struct rig *ask(struct world *w, const char *method, const char *path,
                              const char *query)
{
    rig_free(&w->g);
    rig_init(&w->g, method, path, query);
    return &w->g;
}

static inline void run(struct world *w)
{
    dispatch(w->router, &w->sv, w->arena, &w->g.io);
    assert_true(w->g.is_deaf || w->g.out != NULL);
}

/* Runs it, and the answer must have this status and this text in its body. */
static inline void expect(struct world *w, int status, const char *text)
{
    const char *body;

    run(w);
    body = rig_answer_body(&w->g);
    assert_non_null(body);
    if (w->g.io.status != status || strstr(body, text) == NULL)
        fail_msg("%s %s: want %d with '%s', got %s", w->g.io.method, w->g.io.path, status, text,
                 w->g.out);
    assert_int_equal(strtol(w->g.out + strlen("HTTP/1.1 "), NULL, 10), status);
}

#endif
