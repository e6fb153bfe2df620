/* A dialect that exists only in tests and fuzz targets: one route for each way through the gate. */
#ifndef TEST_HTTP_FAKE_H
#define TEST_HTTP_FAKE_H

#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "http/dialect.h"
#include "http/router.h"
#include "ws/channel.h"

#define FAKE_ACTOR 10000001

static const struct enum_name fake_kinds[] = { { "text", 1 }, { "pic", 2 }, { NULL, 0 } };

struct fake_echo {
    int64_t id;
    const char *text;
    enum flag on;
    int kind;
    struct i64_list ids;
    double where;
};
SPEC(fake_echo, F_I64(fake_echo, id, IN_PATH | IN_QUERY | IN_BODY, "id", OPTIONAL, 1, 500),
     F_STR(fake_echo, text, IN_QUERY | IN_BODY, "text", OPTIONAL, 1, 60000),
     F_FLAG(fake_echo, on, IN_QUERY | IN_BODY, "on", OPTIONAL),
     F_ENUM(fake_echo, kind, IN_QUERY | IN_BODY, "kind", OPTIONAL, fake_kinds),
     F_I64S(fake_echo, ids, IN_QUERY | IN_BODY, "ids", OPTIONAL, 1, 10),
     F_F64(fake_echo, where, IN_QUERY | IN_BODY, "where", OPTIONAL, -180, 180));

static enum err fake_answer_echo(struct req *rq, const void *args)
{
    const struct fake_echo *a = args;

    rq->data = cJSON_CreateObject();
    json_add_i64(rq->data, "id", a->id);
    if (a->text != NULL)
        cJSON_AddStringToObject(rq->data, "text", a->text);
    json_add_i64(rq->data, "on", a->on);
    json_add_i64(rq->data, "kind", a->kind);
    json_add_i64(rq->data, "ids", (int64_t)a->ids.count);
    return OK;
}

static enum err fake_answer_actor(struct req *rq, const void *args)
{
    (void)args;
    rq->data = json_new_i64(rq->cx.actor);
    return OK;
}

static enum err fake_answer_logout(struct req *rq, const void *args)
{
    (void)args;
    rq->session = NULL;
    return OK;
}

/* Fails after it had made its answer. */
static enum err fake_answer_late_error(struct req *rq, const void *args)
{
    (void)args;
    rq->data = cJSON_CreateString("must not be seen");
    return ERR_NOT_FRIEND;
}

static enum err fake_answer_big(struct req *rq, const void *args)
{
    (void)args;
    rq->data = cJSON_CreateArray();
    for (int i = 0; i < 1000; i++)
        cJSON_AddItemToArray(rq->data, cJSON_CreateString("again"));
    return OK;
}

/* An answer that cannot be printed. */
static enum err fake_answer_broken(struct req *rq, const void *args)
{
    (void)args;
    rq->data = cJSON_CreateObject();
    rq->data->type = cJSON_Invalid;
    return OK;
}

static enum err fake_answer_header(struct req *rq, const void *args)
{
    (void)args;
    req_header(rq, "X-Good", "yes");
    req_header(rq, "X-Bad", "a\r\nX-Evil: 1");
    return OK;
}

static enum err fake_answer_text(struct req *rq, const void *args)
{
    (void)args;
    rq->blob = ARENA_NEW(rq->cx.arena, struct blob);
    *rq->blob = (struct blob){
        .status = 503, .type = "text/plain; charset=utf-8", .data = "not in an envelope", .len = 18
    };
    return OK;
}

/* id pieces, then the end, or with text an error. */
static enum err fake_next_piece(struct req *rq, void *state, struct buf *out)
{
    struct fake_echo *left = state;

    if (left->id > 0)
        buf_printf(out, "%s %d left\n", arena_strdup(rq->cx.arena, "piece,"), (int)--left->id);
    return out->len == 0 && left->text != NULL ? ERR_DB : OK;
}

static enum err fake_answer_pieces(struct req *rq, const void *args)
{
    rq->stream = ARENA_NEW(rq->cx.arena, struct stream);
    *rq->stream =
        (struct stream){ .type = "text/plain",
                         .disposition = "attachment",
                         .next = fake_next_piece,
                         .state = arena_memdup(rq->cx.arena, args, sizeof(struct fake_echo)) };
    return OK;
}

static const struct limit_rule fake_limit = { "fake", 2, 1500 };

static const struct route fake_routes[] = {
    { GET, "/echo", ACCESS_PUBLIC, fake_answer_echo, &fake_echo_spec, NULL },
    { POST, "/echo", ACCESS_PUBLIC, fake_answer_echo, &fake_echo_spec, NULL },
    { PUT, "/echo/{id}", ACCESS_PUBLIC, fake_answer_echo, &fake_echo_spec, NULL },
    { DELETE, "/echo/last", ACCESS_PUBLIC, fake_answer_echo, &fake_echo_spec, NULL },
    { POST, "/plain", ACCESS_PUBLIC, fake_answer_actor, NULL, NULL },
    { GET, "/me", ACCESS_USER, fake_answer_actor, NULL, NULL },
    { POST, "/me", ACCESS_USER, fake_answer_echo, &fake_echo_spec, NULL },
    { POST, "/logout", ACCESS_USER, fake_answer_logout, NULL, NULL },
    { GET, "/late", ACCESS_USER, fake_answer_late_error, NULL, NULL },
    { GET, "/big", ACCESS_PUBLIC, fake_answer_big, NULL, NULL },
    { GET, "/broken", ACCESS_PUBLIC, fake_answer_broken, NULL, NULL },
    { GET, "/header", ACCESS_PUBLIC, fake_answer_header, NULL, NULL },
    { POST, "/limited", ACCESS_PUBLIC, fake_answer_actor, NULL, &fake_limit },
    { POST, "/mine", ACCESS_USER, fake_answer_actor, NULL, &fake_limit },
    { GET, "/service", ACCESS_SERVICE, fake_answer_actor, NULL, NULL },
    { GET, "/text", ACCESS_PUBLIC, fake_answer_text, NULL, NULL },
    { GET, "/pieces", ACCESS_PUBLIC, fake_answer_pieces, &fake_echo_spec, NULL },
    { WS, "/ws", ACCESS_USER, NULL, NULL, NULL },
    { WS, "/open", ACCESS_PUBLIC, NULL, NULL, NULL },
};
static const struct section fake_section = SECTION(fake_routes);
static const struct section *const fake_sections[] = { &fake_section };

/* "token: good" or "?t=good" is the actor, "other" another one; anything else is refused. */
static enum err fake_authenticate(struct req *rq)
{
    const char *token = req_in(rq, "token");

    if (token == NULL)
        token = req_query(rq, "t");
    if (token == NULL)
        return OK;
    if (strcmp(token, "good") != 0 && strcmp(token, "other") != 0)
        return ERR_UNAUTHENTICATED;
    rq->cx.actor = strcmp(token, "good") == 0 ? FAKE_ACTOR : FAKE_ACTOR + 1;
    rq->cx.session_id = 77;
    rq->session = ARENA_NEW(rq->cx.arena, struct session);
    return OK;
}

static void fake_finish(struct req *rq)
{
    req_header(rq, "X-Renewed", "token");
}

/* Like freeim, answers what is not about the request itself with 200. */
static void fake_envelope(struct req *rq, enum err e, struct reply *reply_r)
{
    cJSON *body = cJSON_CreateObject();

    cJSON_AddStringToObject(body, "err", err_name(e));
    if (rq->fault != NULL)
        cJSON_AddStringToObject(body, "fault", rq->fault);
    if (rq->data != NULL)
        cJSON_AddItemToObject(body, "data", rq->data);
    rq->data = NULL;
    reply_r->body = body;
    reply_r->status = e == ERR_TOO_LARGE         ? 413
                      : e == ERR_NO_ROUTE        ? 404
                      : e == ERR_BAD_METHOD      ? 405
                      : e == ERR_BAD_REQUEST     ? 400
                      : e == ERR_BAD_TYPE        ? 415
                      : e == ERR_UNAUTHENTICATED ? 401
                      : e == ERR_RATE_LIMITED    ? 429
                                                 : 200;
}

static const struct socket_dialect fake_sockets = { .name = "fake" };

static const struct dialect fake_dialect = { .name = "fake",
                                             .mount = "/api",
                                             .sections = fake_sections,
                                             .section_count = 1,
                                             .authenticate = fake_authenticate,
                                             .finish = fake_finish,
                                             .envelope = fake_envelope,
                                             .socket = &fake_sockets };

static const struct dialect *const fake_dialects[] = { &fake_dialect };

/* A clock that stands until it is turned. */
static inline int64_t fake_time(void *arg)
{
    return *(const int64_t *)arg;
}

#endif
