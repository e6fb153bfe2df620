/* The room dialect: where it stands, its sections in document order, and who calls. */
#include <string.h>

#include "base/str.h"
#include "domain/session.h"
#include "handlers/room/room.h"

static enum err refuse(struct req *rq, const char *why)
{
    rq->fault = why;
    return ERR_UNAUTHENTICATED;
}

/* "Authorization: Bearer TOKEN", cut at the first space and in exactly this spelling (facts 1.1). */
static enum err authenticate(struct req *rq)
{
    const char *header = str_or_empty(req_in(rq, "Authorization"));
    struct session session;
    enum err e;

    if (header[0] == '\0')
        return refuse(rq, "请求头中的token为空");
    if (!str_starts(header, "Bearer "))
        return refuse(rq, "请求头中auth格式有误");
    header += strlen("Bearer ");
    e = token_verify(&rq->cx, header, TOKEN_SHORT, &session);
    if (e == ERR_UNAUTHENTICATED && token_is_orphan(&rq->cx, header, TOKEN_SHORT))
        return ERR_NO_ACCOUNT;
    if (e == ERR_UNAUTHENTICATED)
        return refuse(rq, "无效的token");
    if (e != OK)
        return e;
    rq->cx.actor = session.user_id;
    rq->cx.session_id = session.id;
    return OK;
}

static const struct section *const sections[] = { &room_user_section, &room_picture_section,
                                                  &room_room_section, &room_enter_section };

const struct dialect room_dialect = {
    .name = "room",
    .mount = "",
    .sections = sections,
    .section_count = sizeof sections / sizeof sections[0],
    .authenticate = authenticate,
    .envelope = room_envelope,
    .socket = &room_socket,
    .keeps_status = true,
};
