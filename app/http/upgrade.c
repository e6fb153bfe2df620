/* The handshake of a socket, up to the 101. CivetWeb upgrades anything that asks, whatever its
 * method, key and origin (reliability.md 1.1 row 13), so all of it is checked here. */
#include <string.h>

#include "base/str.h"
#include "http/bind.h"
#include "http/dispatch.h"
#include "http/origin.h"
#include "http/turn.h"

/* A key is 16 bytes in base64. */
static bool is_key(const char *key)
{
    return key != NULL && strlen(key) == 24 && strcmp(key + 22, "==") == 0 &&
           strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") == 22;
}

/* Programs send no Origin; a page of another site always does, and its user's cookies or network
 * place must not open a socket for it. */
static bool is_origin_allowed(const struct turn *t)
{
    const char *origin = req_in(&t->rq, "Origin");

    return origin == NULL || origin_is_own(req_in(&t->rq, "Host"), origin) ||
           origin_is_listed(t->sv->conf->cors_origins, origin);
}

static enum err check_handshake(struct turn *t)
{
    if (!is_origin_allowed(t))
        return ERR_FORBIDDEN;
    if (!is_key(req_in(&t->rq, "Sec-WebSocket-Key")))
        return ERR_BAD_REQUEST;
    if (!str_eq(req_in(&t->rq, "Sec-WebSocket-Version"), "13")) {
        t->forced_status = 426;
        return ERR_BAD_REQUEST;
    }
    return t->io->content_length > 0 || t->io->chunked ? ERR_BAD_REQUEST : OK;
}

static enum err find_socket(struct turn *t)
{
    turn_match(t, WS);
    if (t->match.route == NULL && !t->match.path_known)
        return ERR_NO_ROUTE;
    if (!str_eq(t->io->method, "GET"))
        return ERR_BAD_METHOD;
    return t->match.route == NULL ? ERR_BAD_REQUEST : OK;
}

/* A place for the socket, then what its dialect does before it opens: nothing is done for a socket
 * that could not be. */
static enum err prepare(struct turn *t)
{
    const struct route *route = t->match.route;
    struct values query, none = { 0 };
    struct sources from = { &t->match, &none, &query, t->io };
    const void *args = NULL;
    enum err e = OK;

    if (t->io->reserve != NULL && !t->io->reserve(t->io->arg, t->rq.cx.actor))
        return ERR_BUSY;
    if (route->spec != NULL)
        e = query_parse(t->arena, t->io->query, &query);
    if (e == OK && route->spec != NULL)
        e = bind_fields(t->arena, route->spec, &from, &args, &t->rq.faults);
    return e == OK && route->handler != NULL ? route->handler(&t->rq, args) : e;
}

/* protocol_r: the refusal is of the handshake itself, not of who wants what. */
static enum err run(struct turn *t, bool *protocol_r)
{
    enum err e = turn_check_path(t);

    if (e == OK)
        e = find_socket(t);
    if (e == OK)
        e = check_handshake(t);
    *protocol_r = e != OK;
    if (e == OK)
        e = turn_authenticate(t);
    if (e == OK)
        e = turn_limit(t);
    return e == OK ? prepare(t) : e;
}

/* A refusal is one by its status, whatever the dialect answers to plain requests, unless its
 * document says otherwise. */
static void refuse(struct turn *t, enum err e, bool is_protocol)
{
    if (t->forced_status == 0 && (is_protocol || !t->match.dialect->keeps_status))
        t->forced_status = turn_status(e);
    t->io->must_close = true;
    turn_answer(t, e);
}

bool dispatch_upgrade(const struct router *router, const struct services *sv, struct arena *arena,
                      struct io *io, struct upgrade *who_r)
{
    bool is_protocol = true;
    struct turn t;
    enum err e;

    turn_begin(&t, router, sv, arena, io);
    e = run(&t, &is_protocol);
    if (e == OK) {
        io->status = 101;
        *who_r = (struct upgrade){
            .dialect = t.match.dialect,
            .route = t.match.route,
            .user_id = t.rq.cx.actor,
            .session_id = t.rq.cx.session_id,
            .bond = t.rq.bond,
            .platform = str_or_empty(req_query(&t.rq, "platform")),
        };
    } else {
        refuse(&t, e, is_protocol);
    }
    turn_end(&t);
    return e == OK;
}
