/* See delivery.h. */
#include "domain/delivery.h"

#include "db/deliveries.h"
#include "db/groups.h"

/* The conversation of a group the actor is in. */
static enum err conversation_of(struct ctx *cx, int64_t group_id, int64_t *id_r)
{
    struct group group;
    enum role role = ROLE_NONE;
    int64_t muted_until_ms;
    enum err e = db_group_by_id(ctx_db(cx), cx->arena, group_id, &group);

    if (e == OK)
        e = db_member_find(ctx_db(cx), group_id, cx->actor, &role, &muted_until_ms);
    if (e == OK)
        *id_r = group.conversation_id;
    return e == OK && role == ROLE_NONE ? ERR_NOT_MEMBER : e;
}

enum err delivery_note(struct ctx *cx, int64_t group_id, int64_t seq)
{
    int64_t conversation_id = 0;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = conversation_of(cx, group_id, &conversation_id);
    if (e == OK)
        e = db_delivery_note(cx->conn, cx->actor, conversation_id, seq);
    e = tx_end(cx, e);
    return e == ERR_NO_GROUP || e == ERR_NOT_MEMBER ? OK : e;
}

enum err delivery_find(struct ctx *cx, int64_t group_id, int64_t *seq_r)
{
    int64_t conversation_id = 0;
    bool found;
    enum err e = conversation_of(cx, group_id, &conversation_id);

    return e == OK ? db_delivery_find(ctx_db(cx), cx->actor, conversation_id, &found, seq_r) : e;
}
