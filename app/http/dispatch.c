/* The gate: see dispatch.h for the steps. Each is a small function; run() has them in order. */
#include "http/dispatch.h"

#include "base/str.h"
#include "http/assets.h"
#include "http/bind.h"
#include "http/body.h"
#include "http/intake.h"
#include "http/landing.h"
#include "http/origin.h"
#include "http/reply.h"
#include "http/turn.h"

#define ASSET_METHODS "GET, HEAD, OPTIONS"

/* ---- find ---- */

static bool method_of(const struct io *io, enum method *method_r)
{
    for (enum method m = GET; m < WS; m++) {
        if (str_eq(io->method, method_name(m))) {
            *method_r = m;
            return true;
        }
    }
    *method_r = GET;
    return str_eq(io->method, "HEAD");
}

static size_t body_limit(const struct turn *t)
{
    return (size_t)t->sv->conf->request_body_bytes;
}

/* Is the body for the route that claims it? One that cannot be read has no fields. */
static bool is_claimed(const struct turn *t, const struct spec *spec)
{
    return body_has_field(&t->body, spec->claims) ||
           (body_is_form(t->io) && t->body.len > 0 && !body_has_field(&t->body, spec->yields));
}

/* Two dialects have this path, and the body says whose it is. */
static enum err settle_claim(struct turn *t)
{
    t->has_body = true;
    t->is_decoded = true;
    t->decoded = body_read(t->arena, t->io, body_limit(t), &t->body);
    if (t->decoded == OK)
        t->decoded = body_decode(t->arena, t->io, body_limit(t), &t->body);
    if (is_claimed(t, t->rq.route->spec))
        return OK;
    t->rq.is_unclaimed = t->match.other == NULL;
    if (t->rq.is_unclaimed)
        return ERR_BAD_REQUEST;
    turn_take_other(t);
    return OK;
}

/* Finds the route, or says why there is none. */
static enum err find_route(struct turn *t)
{
    enum method method;
    bool is_known = method_of(t->io, &method);
    struct match socket;

    t->is_head = str_eq(t->io->method, "HEAD");
    turn_match(t, method);
    if (!is_known) {
        t->match.route = NULL;
        t->rq.route = NULL;
    }
    if (t->match.route != NULL && t->io->mount_dialect[0] == '\0' && t->match.route->spec != NULL &&
        t->match.route->spec->claims != NULL)
        return settle_claim(t);
    if (t->match.route != NULL)
        return OK;
    if (!t->match.path_known)
        return ERR_NO_ROUTE;
    socket = router_find(t->router, t->io->mount_dialect, WS, t->io->path);
    if (!is_known || method != GET || socket.route == NULL)
        return ERR_BAD_METHOD;
    t->forced_status = 426;
    return ERR_BAD_REQUEST;
}

/* ---- read and bind ---- */

/* values: what the body said; NULL: not decoded yet. */
static enum err bind_args(struct turn *t, const struct values *values, const void **args_r)
{
    struct values query;
    struct sources from = { &t->match, values != NULL ? values : &t->body.values, &query, t->io };
    enum err e = query_parse(t->arena, t->io->query, &query);

    if (e == OK && values == NULL)
        e = body_decode(t->arena, t->io, body_limit(t), &t->body);
    if (e == OK)
        e = bind_fields(t->arena, t->rq.route->spec, &from, args_r, &t->rq.faults);
    if (t->rq.faults.count > 0)
        t->rq.fault = t->rq.faults.items[0].text;
    return e;
}

static bool takes(const struct turn *t, enum body_kind kind)
{
    return t->rq.route != NULL && t->rq.route->spec != NULL && t->rq.route->spec->body == kind;
}

static enum err read_whole(struct turn *t, const void **args_r)
{
    bool is_ready = t->is_decoded || takes(t, BODY_TEXT);
    enum err e = t->is_decoded ? t->decoded : body_read(t->arena, t->io, body_limit(t), &t->body);

    if (e == OK && t->rq.route->spec != NULL)
        e = bind_args(t, is_ready ? &t->body.values : NULL, args_r);
    t->rq.object = t->body.root;
    t->rq.text = t->body.data;
    return e;
}

static enum err read_file(struct turn *t, const void **args_r)
{
    struct values fields = { 0 };
    enum err e = intake_read(&t->rq, &fields);

    return e == OK ? bind_args(t, &fields, args_r) : e;
}

static bool takes_file(const struct turn *t)
{
    return takes(t, BODY_FILE) || takes(t, BODY_FORM);
}

static enum err read_args(struct turn *t, const void **args_r)
{
    t->has_body = true;
    return takes_file(t) ? read_file(t, args_r) : read_whole(t, args_r);
}

/* Takes the body of a request that is refused anyway off the connection, so that it can be used
 * again and the client, still sending, sees the answer. It is closed where that is not possible. */
static void skip_body(struct turn *t)
{
    if (t->has_body)
        return;
    t->has_body = true;
    if (takes_file(t))
        intake_skip(t->io);
    else
        body_read(t->arena, t->io, body_limit(t), &t->body);
}

/* ---- run ---- */

static enum err run(struct turn *t)
{
    const void *args = NULL;
    enum err e = turn_authenticate(t);

    if (e == OK)
        e = turn_limit(t);
    if (e == OK)
        e = read_args(t, &args);
    if (e == OK)
        e = t->rq.route->handler(&t->rq, args);
    return e;
}

/* ---- what has no route ---- */

/* The web client lives where no dialect does. */
static bool answer_asset(struct turn *t)
{
    bool is_due = t->sv->conf->landing && landing_is_due(t->io);
    const char *path = is_due ? LANDING_PATH : t->io->path;
    struct answer w = { .is_landing = str_eq(path, LANDING_PATH) };

    if (t->match.dialect != NULL || t->io->mount_dialect[0] != '\0')
        return false;
    if (!asset_answer(t->arena, t->io, t->sv->conf->www_dir, path, &w))
        return false;
    skip_body(t);
    if (t->is_head || str_eq(t->io->method, "GET")) {
        turn_send(t, &w);
    } else {
        req_header(&t->rq, "Allow", ASSET_METHODS);
        turn_answer(t, ERR_BAD_METHOD);
    }
    return true;
}

static void answer_request(struct turn *t)
{
    enum err e = find_route(t);

    if (e == ERR_NO_ROUTE && answer_asset(t))
        return;
    if (e == OK)
        e = run(t);
    skip_body(t);
    turn_answer(t, e);
}

/* ---- OPTIONS ---- */

/* Lets a listed site ask with what our clients send. */
static void add_preflight(const struct turn *t, const char *allowed, struct answer *w)
{
    const char *origin = req_in(&t->rq, "Origin");

    if (origin == NULL || req_in(&t->rq, "Access-Control-Request-Method") == NULL ||
        !origin_is_listed(t->sv->conf->cors_origins, origin))
        return;
    answer_header(w, "Access-Control-Allow-Methods", allowed);
    answer_header(w, "Access-Control-Allow-Headers",
                  "Authorization, Content-Type, Content-MD5, token");
    answer_header(w, "Access-Control-Max-Age", "600");
}

static void answer_options(struct turn *t)
{
    struct answer w = { .status = 204 };
    struct answer unused = { 0 };
    const char *allowed;

    turn_match(t, GET);
    allowed = turn_methods(t);
    if (allowed == NULL && t->match.dialect == NULL && t->io->mount_dialect[0] == '\0' &&
        asset_answer(t->arena, t->io, t->sv->conf->www_dir, t->io->path, &unused))
        allowed = ASSET_METHODS;
    skip_body(t);
    if (allowed == NULL) {
        turn_answer(t, ERR_NO_ROUTE);
        return;
    }
    answer_header(&w, "Allow", allowed);
    add_preflight(t, allowed, &w);
    turn_send(t, &w);
}

void dispatch(const struct router *router, const struct services *sv, struct arena *arena,
              struct io *io)
{
    struct turn t;
    enum err e;

    turn_begin(&t, router, sv, arena, io);
    e = turn_check_path(&t);
    if (e != OK) {
        skip_body(&t);
        turn_answer(&t, e);
    } else if (str_eq(io->method, "OPTIONS")) {
        answer_options(&t);
    } else {
        answer_request(&t);
    }
    turn_end(&t);
    arena_reset(arena);
}
