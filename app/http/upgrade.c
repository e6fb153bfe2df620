/* The handshake of a socket, up to the 101. CivetWeb upgrades anything that asks, whatever its
 * method, key and origin (reliability.md 1.1 row 13), so all of it is checked here. */
#include <string.h>

#include "base/str.h"
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

static enum err run(struct turn *t)
{
    enum err e = turn_check_path(t);

    if (e == OK)
        e = find_socket(t);
    if (e == OK)
        e = check_handshake(t);
    if (e == OK)
        e = turn_authenticate(t);
    if (e == OK)
        e = turn_limit(t);
    return e;
}

/* A refusal is one by its status, whatever the dialect answers to plain requests. */
static void refuse(struct turn *t, enum err e)
{
    if (t->forced_status == 0)
        t->forced_status = turn_status(e);
    t->io->must_close = true;
    turn_answer(t, e);
}

bool dispatch_upgrade(const struct router *router, const struct services *sv, struct arena *arena,
                      struct io *io, struct upgrade *who_r)
{
    struct turn t;
    enum err e;

    turn_begin(&t, router, sv, arena, io);
    e = run(&t);
    if (e == OK) {
        io->status = 101;
        *who_r = (struct upgrade){
            .dialect = t.match.dialect,
            .route = t.match.route,
            .user_id = t.rq.cx.actor,
            .session_id = t.rq.cx.session_id,
            .platform = str_or_empty(req_query(&t.rq, "platform")),
        };
    } else {
        refuse(&t, e);
    }
    turn_end(&t);
    return e == OK;
}
