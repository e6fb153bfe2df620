/* The steps that plain requests and socket upgrades have in common. */
#include "http/turn.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/str.h"
#include "domain/admin.h"
#include "domain/depot.h"
#include "http/download.h"
#include "http/form.h"
#include "http/origin.h"
#include "http/reply.h"

/* ---- what handlers and dialects may ask ---- */

void req_header(struct req *rq, const char *name, const char *value)
{
    if (rq->header_count < REPLY_HEADERS_MAX)
        rq->headers[rq->header_count++] = (struct header){ name, value };
}

const char *req_in(const struct req *rq, const char *name)
{
    return rq->io->header(rq->io->arg, name);
}

const char *req_origin(const struct req *rq)
{
    const char *host = str_or_empty(req_in(rq, "Host"));
    size_t len = strlen(host);

    if (len == 0 || len > 255 ||
        strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_") != len)
        return NULL;
    return arena_printf(rq->cx.arena, "%s://%s", rq->io->tls ? "https" : "http", host);
}

const char *req_query(struct req *rq, const char *name)
{
    struct values query;

    if (query_parse(rq->cx.arena, rq->io->query, &query) != OK)
        return NULL;
    for (size_t i = 0; i < query.count; i++)
        if (strcmp(query.pairs[i].name, name) == 0)
            return query.pairs[i].text;
    return NULL;
}

/* ---- begin and end ---- */

void turn_begin(struct turn *t, const struct router *router, const struct services *sv,
                struct arena *arena, struct io *io)
{
    *t = (struct turn){ .router = router, .sv = sv, .arena = arena, .io = io };
    ctx_init(&t->rq.cx, sv, arena, "", io->address);
    t->rq.io = io;
    t->started_ms = clock_mono_ms(sv->clock);
}

/* People read the log for what changed and what failed; successful reads are for debugging. */
static enum log_level level_of(const struct turn *t)
{
    bool is_read = str_eq(t->io->method, "GET") || str_eq(t->io->method, "HEAD") ||
                   str_eq(t->io->method, "OPTIONS");

    return is_read && t->io->status < 400 && t->io->status != 101 ? LOG_DEBUG : LOG_INFO;
}

void turn_end(struct turn *t)
{
    log_line(level_of(t), "http",
             "%s %d %" PRId64 "ms actor=%" PRId64 " address=%s error=%s path=%.256s", t->io->method,
             t->io->status, clock_mono_ms(t->sv->clock) - t->started_ms, t->rq.cx.actor,
             t->io->address, t->error == OK ? "-" : err_name(t->error), t->io->path);
    if (t->sv->metrics != NULL)
        metrics_request(t->sv->metrics, t->rq.cx.dialect, t->io->status,
                        clock_mono_ms(t->sv->clock) - t->started_ms);
    ctx_release(&t->rq.cx);
    if (t->rq.download != NULL)
        close(t->rq.download->fd);
    body_release(&t->body);
}

/* ---- steps ---- */

enum err turn_check_path(const struct turn *t)
{
    const char *path = t->io->path;
    size_t len = strlen(path);

    if (path[0] != '/' || len > TURN_PATH_MAX || str_has_control(path) || !utf8_valid(path, len))
        return ERR_BAD_REQUEST;
    return OK;
}

static void follow_match(struct turn *t)
{
    t->rq.dialect = t->match.dialect;
    t->rq.route = t->match.route;
    t->rq.cx.dialect = t->match.dialect == NULL ? "" : t->match.dialect->name;
}

void turn_match(struct turn *t, enum method method)
{
    t->match = router_find(t->router, t->io->mount_dialect, method, t->io->path);
    follow_match(t);
}

void turn_take_other(struct turn *t)
{
    t->match.dialect = t->match.other_dialect;
    t->match.route = t->match.other;
    follow_match(t);
}

const char *turn_methods(struct turn *t)
{
    struct buf out = buf_new(t->arena);

    for (enum method m = GET; m <= WS; m++) {
        struct match found = router_find(t->router, t->io->mount_dialect, m, t->io->path);

        if (found.route == NULL)
            continue;
        if (m == GET)
            buf_str(&out, "GET, HEAD, ");
        else if (m != WS)
            buf_printf(&out, "%s, ", method_name(m));
        else if (out.len == 0 || !str_starts(out.data, "GET"))
            buf_str(&out, "GET, ");
    }
    if (out.len == 0)
        return NULL;
    buf_str(&out, "OPTIONS");
    return out.data;
}

/* Wrong passwords of services, per address. */
static const struct limit_rule service_rule = { "service", 10, 2000 };

static enum err check_service(struct turn *t)
{
    const char *secret = t->sv->conf->node_secret;
    int64_t now_ms = clock_mono_ms(t->sv->clock);
    bool is_limited = t->sv->conf->rate_limits;

    if (secret[0] == '\0')
        return request_is_local(t->io) ? OK : ERR_UNAUTHENTICATED;
    if (is_limited && !limiter_allows(t->sv->limiter, &service_rule, t->io->address, now_ms,
                                      &t->rq.retry_after_ms))
        return ERR_RATE_LIMITED;
    if (crypto_equal(str_or_empty(req_in(&t->rq, "password")), secret))
        return OK;
    if (is_limited)
        limiter_take(t->sv->limiter, &service_rule, t->io->address, now_ms, NULL);
    return ERR_UNAUTHENTICATED;
}

enum err turn_authenticate(struct turn *t)
{
    enum access access = t->match.route->access;
    enum err e;

    if (access == ACCESS_PUBLIC)
        return OK;
    if (access == ACCESS_SERVICE)
        return check_service(t);
    e = t->match.dialect->authenticate(&t->rq);
    if (e == OK && t->rq.cx.actor == 0)
        e = ERR_UNAUTHENTICATED;
    if (e == OK && access == ACCESS_ADMIN)
        e = admin_check(&t->rq.cx);
    /* A slow body must not keep a connection to the store. */
    ctx_release(&t->rq.cx);
    return e;
}

enum err turn_limit(struct turn *t)
{
    const struct route *route = t->match.route;
    const char *key = t->io->address;
    int64_t wait_ms = 0;

    if (route->limit == NULL || !t->sv->conf->rate_limits)
        return OK;
    if (t->rq.cx.actor != 0)
        key = arena_printf(t->arena, "%" PRId64, t->rq.cx.actor);
    if (limiter_take(t->sv->limiter, route->limit, key, clock_mono_ms(t->sv->clock), &wait_ms))
        return OK;
    t->rq.retry_after_ms = wait_ms;
    return ERR_RATE_LIMITED;
}

/* ---- answers ---- */

int turn_status(enum err e)
{
    static const struct {
        enum err e;
        int status;
    } statuses[] = {
        { OK, 200 },
        { ERR_BAD_REQUEST, 400 },
        { ERR_BAD_TYPE, 415 },
        { ERR_BAD_FIELD, 400 },
        { ERR_TOO_LARGE, 413 },
        { ERR_NO_ROUTE, 404 },
        { ERR_BAD_METHOD, 405 },
        { ERR_UNAUTHENTICATED, 401 },
        { ERR_FORBIDDEN, 403 },
        { ERR_ACCOUNT_DISABLED, 403 },
        { ERR_RATE_LIMITED, 429 },
        { ERR_BUSY, 503 },
        { ERR_STORAGE_FULL, 507 },
    };

    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        if (statuses[i].e == e)
            return statuses[i].status;
    return 500;
}

/* An answer of our own making, where no dialect is known or its envelope failed. */
static struct reply plain_reply(enum err e)
{
    struct reply reply = { .status = turn_status(e), .body = cJSON_CreateObject() };

    cJSON_AddStringToObject(reply.body, "error", err_meaning(e));
    return reply;
}

static struct reply make_reply(struct turn *t, enum err e)
{
    struct reply reply = { 0 };

    if (t->match.dialect == NULL)
        return plain_reply(e);
    if (t->rq.cx.actor != 0 && t->rq.session != NULL && t->match.dialect->finish != NULL)
        t->match.dialect->finish(&t->rq);
    if (e != OK) {
        cJSON_Delete(t->rq.data);
        t->rq.data = NULL;
    }
    t->match.dialect->envelope(&t->rq, e, &reply);
    if (t->forced_status != 0)
        reply.status = t->forced_status;
    return reply;
}

/* Headers that belong to an error, whoever words it. */
static void add_error_headers(struct turn *t, enum err e, struct answer *w)
{
    const char *allowed = e == ERR_BAD_METHOD ? turn_methods(t) : NULL;
    int64_t wait_ms = t->rq.retry_after_ms > 0 ? t->rq.retry_after_ms : t->rq.cx.retry_after_ms;

    if (allowed != NULL)
        answer_header(w, "Allow", allowed);
    if (wait_ms > 0 && (e == ERR_RATE_LIMITED || e == ERR_BUSY))
        answer_header(w, "Retry-After", arena_printf(t->arena, "%" PRId64, (wait_ms + 999) / 1000));
    if (w->status == 426) {
        answer_header(w, "Upgrade", "websocket");
        answer_header(w, "Connection", "Upgrade");
        answer_header(w, "Sec-WebSocket-Version", "13");
    }
}

static void add_handler_headers(const struct turn *t, struct answer *w)
{
    for (size_t i = 0; i < t->rq.header_count; i++)
        answer_header(w, t->rq.headers[i].name, t->rq.headers[i].value);
}

static void answer_file(struct turn *t)
{
    struct answer w = { 0 };

    download_answer(t->arena, t->io, t->rq.download, &w);
    add_handler_headers(t, &w);
    turn_send(t, &w);
}

/* Prints the tree of reply into w and deletes it. The text is the caller's to free. */
static char *print_reply(struct turn *t, struct reply *reply, struct answer *w)
{
    char *text = cJSON_PrintUnformatted(reply->body);

    cJSON_Delete(reply->body);
    w->type = "application/json; charset=utf-8";
    w->body = text;
    if (text == NULL) {
        log_error("http", "an answer could not be printed");
        t->error = ERR_INTERNAL;
        w->status = 500;
        w->body = "{\"error\":\"internal\"}";
    }
    w->len = strlen(w->body);
    return text;
}

static void answer_blob(struct turn *t)
{
    const struct blob *blob = t->rq.blob;
    struct answer w = { .status = blob->status != 0 ? blob->status : 200,
                        .type = blob->type,
                        .body = blob->data,
                        .len = blob->len,
                        .is_public = blob->is_public };

    if (blob->disposition != NULL)
        answer_header(&w, "Content-Disposition", blob->disposition);
    add_handler_headers(t, &w);
    turn_send(t, &w);
}

/* What an answer in pieces needs between them. */
struct pieces {
    struct turn *t;
    struct arena *arena; /* of one piece */
};

/* The next piece; whatever it read with is given back before the client, who may be slow, gets it. */
static bool next_piece(void *arg, const char **data_r, size_t *len_r)
{
    struct pieces *pieces = arg;
    struct turn *t = pieces->t;
    struct buf out;
    enum err e;

    arena_reset(pieces->arena);
    out = buf_new(pieces->arena);
    t->rq.cx.arena = pieces->arena;
    e = t->rq.stream->next(&t->rq, t->rq.stream->state, &out);
    t->rq.cx.arena = t->arena;
    ctx_release(&t->rq.cx);
    if (e != OK) {
        log_error("http", "an answer was broken off: %s", err_name(e));
        t->error = e;
    }
    *data_r = out.data;
    *len_r = out.len;
    return e == OK;
}

static void answer_stream(struct turn *t)
{
    const struct stream *stream = t->rq.stream;
    struct pieces pieces = { t, arena_new() };
    struct answer w = {
        .status = 200, .type = stream->type, .next = next_piece, .next_arg = &pieces
    };

    if (stream->disposition != NULL)
        answer_header(&w, "Content-Disposition", stream->disposition);
    add_handler_headers(t, &w);
    turn_send(t, &w);
    arena_free(pieces.arena);
}

static void answer_json(struct turn *t, enum err e)
{
    struct reply reply = make_reply(t, e);
    struct answer w = { .status = reply.status };
    char *text = NULL;

    t->error = e;
    if (reply.body != NULL)
        text = print_reply(t, &reply, &w);
    add_error_headers(t, e, &w);
    add_handler_headers(t, &w);
    answer_pack(t->arena, t->io, &w);
    turn_send(t, &w);
    cJSON_free(text);
}

void turn_answer(struct turn *t, enum err e)
{
    if (e == OK && t->rq.download != NULL)
        answer_file(t);
    else if (e == OK && t->rq.blob != NULL)
        answer_blob(t);
    else if (e == OK && t->rq.stream != NULL)
        answer_stream(t);
    else
        answer_json(t, e);
}

static void add_cors(const struct turn *t, struct answer *w)
{
    const char *origin = req_in(&t->rq, "Origin");
    const char *list = t->sv->conf->cors_origins;

    if (w->is_public) {
        answer_header(w, "Access-Control-Allow-Origin", "*");
        return;
    }
    if (list[0] == '\0')
        return;
    answer_header(w, "Vary", "Origin");
    if (origin == NULL || !origin_is_listed(list, origin))
        return;
    answer_header(w, "Access-Control-Allow-Origin", origin);
    answer_header(w, "Access-Control-Expose-Headers", "Authorization, X-Reqid");
}

void turn_send(struct turn *t, struct answer *w)
{
    add_cors(t, w);
    w->omits_body = t->is_head;
    w->is_shared = t->sv->conf->cors_origins[0] != '\0';
    /* Not for the certificate we make: browsers would lock people out with it. */
    w->pins_tls = t->io->tls && t->sv->conf->tls_cert[0] != '\0';
    ctx_release(&t->rq.cx);
    /* Whoever has the answer finds nothing half done. */
    spool_drop(t->rq.incoming.spool);
    t->rq.incoming.spool = NULL;
    answer_send(t->arena, t->io, w);
}
