/* The freeim dialect: where it stands, its sections in document order, and who calls. */
#include <string.h>

#include "base/str.h"
#include "domain/session.h"
#include "handlers/freeim/freeim.h"

static const char *given_token(struct req *rq)
{
    const char *header = req_in(rq, "Authorization");

    if (header == NULL || header[0] == '\0')
        return req_query(rq, "t");
    if (strncasecmp(header, "Bearer ", 7) == 0)
        header += 7;
    return header;
}

enum err freeim_authenticate(struct req *rq)
{
    const char *token = given_token(rq);
    struct session session;
    enum err e;

    if (token == NULL || token[0] == '\0')
        return OK;
    e = token_verify(&rq->cx, token, TOKEN_ACCESS, &session);
    if (e != OK)
        return e;
    rq->cx.actor = session.user_id;
    rq->cx.session_id = session.id;
    rq->session = ARENA_NEW(rq->cx.arena, struct session);
    *rq->session = session;
    return OK;
}

void freeim_finish(struct req *rq)
{
    const char *token;

    if (rq->session == NULL || session_renew(&rq->cx, rq->session, &token) != OK)
        return; /* the old token still serves */
    req_header(rq, "Authorization", token);
    req_header(rq, "Access-Control-Expose-Headers", "Authorization");
}

static const struct section *const sections[] = {
    &freeim_login_section,         &freeim_me_section,     &freeim_friends_section,
    &freeim_friend_groups_section, &freeim_groups_section, &freeim_group_manage_section,
    &freeim_chat_section,          &freeim_upload_section
};

const struct dialect freeim_dialect = {
    .name = "freeim",
    .mount = "/api/v1",
    .sections = sections,
    .section_count = sizeof sections / sizeof sections[0],
    .authenticate = freeim_authenticate,
    .finish = freeim_finish,
    .envelope = freeim_envelope,
    .socket = &freeim_socket,
};
