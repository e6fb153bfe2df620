/* See health.h. */
#include "handlers/site/health.h"

#include <string.h>

#include "domain/readiness.h"
#include "http/origin.h"
#include "http/turn.h"

static const char *word_of(enum err e)
{
    return e == OK                 ? "ok"
           : e == ERR_BUSY         ? "ending"
           : e == ERR_STORAGE_FULL ? "disk full"
                                   : "no store";
}

static void answer(struct req *rq, enum err e)
{
    struct blob *blob = ARENA_NEW(rq->cx.arena, struct blob);
    const char *text = arena_printf(rq->cx.arena, "{\"status\":\"%s\"}", word_of(e));

    *blob = (struct blob){ .status = e == OK ? 200 : 503,
                           .type = "application/json; charset=utf-8",
                           .data = text,
                           .len = strlen(text) };
    rq->blob = blob;
}

/* GET /healthz: the process answers. */
static enum err health(struct req *rq, const void *args)
{
    (void)args; /* takes no fields */
    answer(rq, OK);
    return OK;
}

/* GET /readyz: it takes new work. */
static enum err ready(struct req *rq, const void *args)
{
    (void)args; /* takes no fields */
    answer(rq, readiness_check(&rq->cx));
    return OK;
}

/* GET /metrics: to whom chat.conf says. */
static enum err metrics(struct req *rq, const void *args)
{
    int64_t whom = rq->cx.sv->conf->metrics;
    const char *text;
    enum err e;

    (void)args; /* takes no fields */
    if (whom == METRICS_OFF)
        return ERR_NO_ROUTE;
    if (whom == METRICS_LOCAL && !request_is_local(rq->io))
        return ERR_FORBIDDEN;
    e = metrics_text(&rq->cx, &text);
    if (e != OK)
        return e;
    rq->blob = ARENA_NEW(rq->cx.arena, struct blob);
    *rq->blob = (struct blob){ .type = "text/plain; version=0.0.4; charset=utf-8",
                               .data = text,
                               .len = strlen(text) };
    return OK;
}

static void envelope(struct req *rq, enum err e, struct reply *reply_r)
{
    (void)rq;
    reply_r->status = turn_status(e);
    reply_r->body = cJSON_CreateObject();
    cJSON_AddStringToObject(reply_r->body, "error", err_meaning(e));
}

static const struct route routes[] = {
    { GET, "/healthz", ACCESS_PUBLIC, health, NULL, NULL },
    { GET, "/readyz", ACCESS_PUBLIC, ready, NULL, NULL },
    { GET, "/metrics", ACCESS_PUBLIC, metrics, NULL, NULL },
};
static const struct section health_section = SECTION(routes);
static const struct section *const sections[] = { &health_section };

const struct dialect health_dialect = {
    .name = "health",
    .mount = "",
    .sections = sections,
    .section_count = 1,
    .envelope = envelope,
};
