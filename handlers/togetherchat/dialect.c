/* The togetherchat dialect: where it stands, its sections in document order, and who calls. */
#include <string.h>

#include "base/str.h"
#include "domain/session.h"
#include "handlers/togetherchat/togetherchat.h"

/* Clients put "Bearer " before the token we gave them (facts 3); a browser cannot, for a socket. */
static const char *given_token(struct req *rq)
{
    const char *header = str_or_empty(req_in(rq, "Authorization"));

    if (header[0] == '\0')
        return rq->route->method == WS ? str_or_empty(req_query(rq, "token")) : "";
    return strncasecmp(header, "Bearer ", 7) == 0 ? header + 7 : header;
}

enum err togetherchat_authenticate(struct req *rq)
{
    const char *token = given_token(rq);
    struct session session;
    enum err e;

    if (token[0] == '\0')
        return OK;
    e = token_verify(&rq->cx, token, TOKEN_BRIEF, &session);
    if (e != OK)
        return e;
    rq->cx.actor = session.user_id;
    rq->cx.session_id = session.id;
    rq->session = ARENA_NEW(rq->cx.arena, struct session);
    *rq->session = session;
    return OK;
}

static const struct section *const sections[] = {
    &togetherchat_call_section, &togetherchat_group_section, &togetherchat_group_member_section,
    &togetherchat_user_section, &togetherchat_chat_section,  &togetherchat_socket_section
};

const struct dialect togetherchat_dialect = {
    .name = "togetherchat",
    .mount = "/capi",
    .sections = sections,
    .section_count = sizeof sections / sizeof sections[0],
    .authenticate = togetherchat_authenticate,
    .envelope = togetherchat_envelope,
    .socket = &togetherchat_socket,
};
