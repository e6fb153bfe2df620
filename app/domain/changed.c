/* See changed.h. */
#include "domain/changed.h"

#include "db/contacts.h"

static void queue(struct ctx *cx, enum changed what, const int64_t *to, size_t count)
{
    struct event ev = { .kind = EV_CHANGED, .to = to, .to_count = count };

    ev.changed = (struct changed_event){ .user_id = cx->actor, .what = what, .at_ms = ctx_now(cx) };
    event_queue(cx, &ev);
}

void changed_tell(struct ctx *cx, enum changed what)
{
    queue(cx, what, arena_memdup(cx->arena, &cx->actor, sizeof cx->actor), 1);
}

enum err changed_end(struct ctx *cx, enum changed what, enum err e)
{
    if (e == OK)
        changed_tell(cx, what);
    return tx_end(cx, e);
}

enum err changed_profile(struct ctx *cx)
{
    int64_t *to = NULL;
    size_t count = 0;
    enum err e = db_contact_holders(cx->conn, cx->arena, cx->actor, &to, &count);

    if (e == OK && count > 0)
        queue(cx, CHANGED_PROFILE, to, count);
    if (e == OK)
        changed_tell(cx, CHANGED_PROFILE);
    return e;
}
