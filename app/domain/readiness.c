/* See readiness.h. */
#include "domain/readiness.h"

#include "db/site.h"

static const struct limit_rule write_rule = { "readiness", 1, 1000 };

static enum err try_to_write(struct ctx *cx)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_site_set(cx->conn, "checked_at_ms",
                        arena_printf(cx->arena, "%lld", (long long)ctx_now(cx)));
    return tx_end(cx, e);
}

enum err readiness_check(struct ctx *cx)
{
    const struct services *sv = cx->sv;

    if (sv->is_ending != NULL && atomic_load(sv->is_ending))
        return ERR_BUSY;
    if (db_failed(sv->db))
        return ERR_DB;
    if (!limiter_take(sv->limiter, &write_rule, "", clock_mono_ms(sv->clock), NULL))
        return OK;
    return try_to_write(cx);
}
