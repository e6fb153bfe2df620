/* See admin.h. */
#include "domain/admin.h"

#include "db/users.h"

enum err admin_check(struct ctx *cx)
{
    struct user user;
    enum err e = db_user_by_id(ctx_db(cx), cx->arena, cx->actor, &user);

    if (e == ERR_NO_ACCOUNT || (e == OK && !(user.is_admin && user.enabled)))
        return ERR_FORBIDDEN;
    return e;
}
