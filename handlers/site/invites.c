/* Invitations and QR codes for the web client; see site.h. Documented in README.md beside it. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/qr.h"
#include "base/str.h"
#include "domain/invite.h"
#include "domain/setup.h"
#include "domain/user.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"
#include "handlers/site/site.h"
#include "http/dispatch.h"

static const struct limit_rule look_rule = { "invite", 100, 1000 };
static const struct limit_rule qr_rule = { "qr", 100, 200 };

/* ---- where this site is ---- */

static bool is_loopback(const char *host)
{
    return str_ieq(host, "localhost") || str_starts(host, "127.") || str_eq(host, "[::1]");
}

/* The host of an authority ("box:8080", "[::1]:80"); arena. */
static const char *host_of(struct arena *a, const char *authority)
{
    size_t len = authority[0] == '[' ? strcspn(authority, "]") + 1 : strcspn(authority, ":/?#");

    return arena_strndup(a, authority, len <= strlen(authority) ? len : strlen(authority));
}

/* The URL other people reach this site by: as the client called us, or, if that was this machine's
 * own name for itself, by an address of the network, by plain http where we answer it. Arena. */
static const char *site_url(struct req *rq)
{
    const struct services *sv = rq->cx.sv;
    struct arena *a = rq->cx.arena;
    const char *authority = str_or_empty(req_in(rq, "Host")), *host = host_of(a, authority);
    const char *outside = is_loopback(host) && sv->https_host != NULL && rq->io->https_port != 0
                              ? sv->https_host(sv->tls, a, "")
                              : NULL;
    bool tls = rq->io->client_port == rq->io->https_port;

    if (outside == NULL)
        return arena_printf(a, "%s://%s", rq->io->tls ? "https" : "http", authority);
    return arena_printf(a, "%s://%s:%d", tls ? "https" : "http", outside, rq->io->client_port);
}

/* Does text name a place on this site, under a name it goes by? */
static bool is_own_url(struct req *rq, const char *text)
{
    const struct services *sv = rq->cx.sv;
    struct arena *a = rq->cx.arena;
    size_t scheme = str_starts(text, "https://") ? 8 : str_starts(text, "http://") ? 7 : 0;
    const char *host = host_of(a, text + scheme), *known;

    if (scheme == 0 || strchr(text, '@') != NULL || strchr(text, '\\') != NULL)
        return false;
    if (str_ieq(host, host_of(a, str_or_empty(req_in(rq, "Host")))))
        return true;
    known = sv->https_host != NULL ? sv->https_host(sv->tls, a, host) : NULL;
    return known != NULL && str_ieq(known, host);
}

/* ---- invitations ---- */

static cJSON *encode_invite(struct req *rq, const struct invite *invite)
{
    struct arena *a = rq->cx.arena;
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", invite->id);
    json_add_i64(o, "groupId", invite->group_id);
    cJSON_AddStringToObject(o, "greeting", invite->greeting);
    json_add_i64(o, "uses", invite->uses);
    json_add_i64(o, "used", invite->used);
    cJSON_AddStringToObject(o, "createdAt", time_rfc3339(a, invite->created_at_ms));
    cJSON_AddStringToObject(o, "expiresAt", time_rfc3339(a, invite->expires_at_ms));
    cJSON_AddBoolToObject(o, "valid",
                          invite->used < invite->uses && invite->expires_at_ms > ctx_now(&rq->cx));
    return o;
}

struct wish {
    int64_t days, uses;
    const char *greeting;
};
SPEC(wish,
     F_I64(wish, days, IN_ANY, "days", OPTIONAL, 1, INVITE_DAYS_MAX),
     F_I64(wish, uses, IN_ANY, "uses", OPTIONAL, 1, INVITE_USES_MAX),
     F_STR(wish, greeting, IN_ANY, "greeting", OPTIONAL, 0, INVITE_GREETING_MAX));

struct group_wish {
    int64_t group_id;
    int64_t days, uses;
};
SPEC(group_wish,
     F_I64(group_wish, group_id, IN_PATH, "groupId", REQUIRED, 1, ID_MAX),
     F_I64(group_wish, days, IN_ANY, "days", OPTIONAL, 1, INVITE_DAYS_MAX),
     F_I64(group_wish, uses, IN_ANY, "uses", OPTIONAL, 1, INVITE_USES_MAX));

static enum err make(struct req *rq, const struct invite_wish *wish)
{
    struct invite invite;
    const char *token;
    enum err e = invite_make(&rq->cx, wish, &invite, &token);

    if (e != OK)
        return e;
    rq->data = encode_invite(rq, &invite);
    cJSON_AddStringToObject(rq->data, "token", token);
    cJSON_AddStringToObject(rq->data, "url",
                            arena_printf(rq->cx.arena, "%s/#/invite/%s", site_url(rq), token));
    return OK;
}

/* POST /invites: a link to this site. */
static enum err invites_make(struct req *rq, const void *args)
{
    const struct wish *a = args;
    struct invite_wish wish = { .days = a->days, .uses = a->uses, .greeting = a->greeting };

    return make(rq, &wish);
}

/* POST /groups/{groupId}/invites: a link into a group. */
static enum err group_invites_make(struct req *rq, const void *args)
{
    const struct group_wish *a = args;
    struct invite_wish wish = { .group_id = a->group_id, .days = a->days, .uses = a->uses };

    return make(rq, &wish);
}

static enum err answer_list(struct req *rq, enum err e, const struct invite *list, size_t count)
{
    cJSON *items;

    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, encode_invite(rq, &list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

/* GET /invites: mine. */
static enum err invites_list(struct req *rq, const void *args)
{
    struct invite *list = NULL;
    size_t count = 0;
    enum err e = invite_list(&rq->cx, &list, &count);

    (void)args; /* takes no fields */
    return answer_list(rq, e, list, count);
}

/* GET /groups/{groupId}/invites: those into a group I run. */
static enum err group_invites_list(struct req *rq, const void *args)
{
    const struct group_wish *a = args;
    struct invite *list = NULL;
    size_t count = 0;
    enum err e = invite_list_of_group(&rq->cx, a->group_id, &list, &count);

    return answer_list(rq, e, list, count);
}

struct invite_id {
    int64_t id;
};
SPEC(invite_id, F_I64(invite_id, id, IN_PATH, "id", REQUIRED, 1, ID_MAX));

/* DELETE /invites/{id}. */
static enum err invites_revoke(struct req *rq, const void *args)
{
    const struct invite_id *a = args;

    return invite_revoke(&rq->cx, a->id);
}

struct invite_token {
    const char *token;
};
SPEC(invite_token, F_STR(invite_token, token, IN_PATH, "token", REQUIRED, 1, 64));

static cJSON *encode_face(int64_t id, const char *name, const char *avatar)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", id);
    cJSON_AddStringToObject(o, "name", name);
    cJSON_AddStringToObject(o, "avatar", avatar);
    return o;
}

/* GET /invites/{token}: what whoever opens the link should know, logged in or not. Changes nothing:
 * previews and prefetching browsers call it too. */
static enum err invites_look(struct req *rq, const void *args)
{
    const struct invite_token *a = args;
    const struct conf *conf = rq->cx.sv->conf;
    struct invite_view v = { 0 };
    const char *name;
    enum err named = site_name(&rq->cx, &name), e = invite_look(&rq->cx, a->token, &v);

    if (named != OK || (e != OK && e != ERR_TOO_LATE))
        return named != OK ? named : e;
    rq->data = cJSON_CreateObject();
    cJSON_AddStringToObject(rq->data, "siteName", name);
    cJSON_AddBoolToObject(rq->data, "valid", e == OK);
    if (e != OK)
        return OK;
    cJSON_AddItemToObject(rq->data, "inviter",
                          encode_face(v.inviter.id, v.inviter.nickname, v.inviter.avatar));
    if (v.invite.group_id != 0)
        cJSON_AddItemToObject(rq->data, "group",
                              encode_face(v.group.id, v.group.name, v.group.avatar));
    cJSON_AddBoolToObject(rq->data, "registers",
                          v.makes_an_account || conf->registration == REGISTRATION_OPEN);
    cJSON_AddStringToObject(rq->data, "expiresAt",
                            time_rfc3339(rq->cx.arena, v.invite.expires_at_ms));
    return OK;
}

/* POST /invites/{token}/accept: contacts with the inviter, or a member of the group. */
static enum err invites_accept(struct req *rq, const void *args)
{
    const struct invite_token *a = args;

    return invite_accept(&rq->cx, a->token);
}

/* ---- QR codes ---- */

static const struct enum_name qr_formats[] = { { "svg", 1 }, { "png", 2 }, { NULL, 0 } };

struct qr_code {
    const char *text;
    int format;
};
SPEC_BARE(qr_code, "image/*", F_STR(qr_code, text, IN_QUERY, "text", REQUIRED, 1, QR_TEXT_MAX / 4),
          F_ENUM(qr_code, format, IN_QUERY, "format", OPTIONAL, qr_formats));

/* GET /qr: a URL of this site as a QR code. Without a token, since an image cannot send one; of
 * other sites none, so that nobody's code looks like ours. */
static enum err qr_code(struct req *rq, const void *args)
{
    const struct qr_code *a = args;
    struct arena *arena = rq->cx.arena;
    const struct qr *qr = is_own_url(rq, a->text) ? qr_encode(arena, a->text) : NULL;
    struct blob *blob = ARENA_NEW(arena, struct blob);

    rq->fault = "text: not a URL of this site";
    if (qr == NULL)
        return ERR_BAD_FIELD;
    if (a->format == 2) {
        blob->type = "image/png";
        blob->data = qr_png(arena, qr, 8, &blob->len);
    } else {
        blob->type = "image/svg+xml";
        blob->data = qr_svg(arena, qr);
        blob->len = strlen(blob->data);
    }
    rq->blob = blob->data != NULL ? blob : NULL;
    return blob->data != NULL ? OK : ERR_INTERNAL;
}

static const struct route routes[] = {
    { POST, "/invites", ACCESS_USER, invites_make, &wish_spec, NULL },
    { GET, "/invites", ACCESS_USER, invites_list, NULL, NULL },
    { DELETE, "/invites/{id}", ACCESS_USER, invites_revoke, &invite_id_spec, NULL },
    { GET, "/invites/{token}", ACCESS_PUBLIC, invites_look, &invite_token_spec, &look_rule },
    { POST, "/invites/{token}/accept", ACCESS_USER, invites_accept, &invite_token_spec, NULL },
    { POST, "/groups/{groupId}/invites", ACCESS_USER, group_invites_make, &group_wish_spec, NULL },
    { GET, "/groups/{groupId}/invites", ACCESS_USER, group_invites_list, &group_wish_spec, NULL },
    { GET, "/qr", ACCESS_PUBLIC, qr_code, &qr_code_spec, &qr_rule },
};
const struct section site_invites_section = SECTION(routes);
