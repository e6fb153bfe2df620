/* See admin.h. */
#include "domain/admin.h"

#include <sys/statvfs.h>

#include "base/log.h"
#include "base/num.h"
#include "db/groups.h"
#include "db/users.h"
#include "domain/account.h"
#include "domain/group.h"
#include "domain/user.h"

enum err admin_check(struct ctx *cx)
{
    struct user user;
    enum err e = db_user_by_id(ctx_db(cx), cx->arena, cx->actor, &user);

    if (e == ERR_NO_ACCOUNT || (e == OK && !(user.is_admin && user.enabled)))
        return ERR_FORBIDDEN;
    return e;
}

/* For actions that would turn on who takes them. */
static enum err check_other(struct ctx *cx, int64_t user_id)
{
    enum err e = admin_check(cx);

    return e == OK && user_id == cx->actor ? ERR_SELF : e;
}

static void note(const struct ctx *cx, enum err e, const char *what, int64_t subject)
{
    if (e == OK)
        log_info("admin", "actor=%lld %s %lld", (long long)cx->actor, what, (long long)subject);
}

/* ---- people ---- */

enum err admin_people(struct ctx *cx, const char *text, enum account_state state, int64_t before_id,
                      int64_t limit, struct account **list_r, size_t *count_r)
{
    enum err e = admin_check(cx);

    if (e != OK)
        return e;
    return text[0] != '\0'
               ? db_account_search(ctx_db(cx), cx->arena, state, text, list_r, count_r)
               : db_account_list(ctx_db(cx), cx->arena, state, before_id, limit, list_r, count_r);
}

enum err admin_set_enabled(struct ctx *cx, int64_t user_id, bool enabled)
{
    enum err e = check_other(cx, user_id);

    if (e == OK)
        e = account_set_enabled(cx, user_id, enabled);
    note(cx, e, enabled ? "enabled user" : "disabled user", user_id);
    return e;
}

enum err admin_set_admin(struct ctx *cx, int64_t user_id, bool on)
{
    struct user user;
    enum err e = check_other(cx, user_id);

    if (e == OK)
        e = tx_begin(cx);
    if (e == OK)
        e = db_user_by_id(cx->conn, cx->arena, user_id, &user);
    if (e == OK)
        e = db_user_set_admin(cx->conn, user_id, on, ctx_now(cx));
    e = tx_end(cx, e);
    note(cx, e, on ? "made an administrator of user" : "made an ordinary account of user", user_id);
    return e;
}

/* Four groups of four letters and digits that nobody mistakes for one another: 79 bits. */
static const char *made_up_password(struct arena *a)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    char *text = arena_alloc(a, 20);

    for (size_t i = 0; i < 19; i++)
        text[i] = i % 5 == 4 ? '-' : letters[crypto_random_below(sizeof letters - 1)];
    return text;
}

enum err admin_reset_password(struct ctx *cx, int64_t user_id, const char **password_r)
{
    const char *password = made_up_password(cx->arena);
    struct user user;
    enum err e = check_other(cx, user_id);

    if (e == OK)
        e = db_user_by_id(ctx_db(cx), cx->arena, user_id, &user);
    if (e == OK)
        e = user_replace_password(cx, user_id, password);
    if (e == OK)
        *password_r = password;
    note(cx, e, "reset the password of user", user_id);
    return e;
}

enum err admin_sign_out(struct ctx *cx, int64_t user_id)
{
    enum err e = admin_check(cx);

    if (e == OK)
        e = account_sign_out(cx, user_id);
    note(cx, e, "signed out user", user_id);
    return e;
}

/* ---- groups ---- */

/* The group of that handle, or of that id, in front of those found by name. */
static enum err find_exact(struct ctx *cx, const char *text, struct group *group_r)
{
    int64_t id;
    enum err e = db_group_by_handle(ctx_db(cx), cx->arena, text, group_r);

    if (e == ERR_NO_GROUP && num_i64(text, 1, GROUP_ID_LAST, &id))
        e = db_group_by_id(ctx_db(cx), cx->arena, id, group_r);
    return e;
}

static enum err find_groups(struct ctx *cx, const char *text, struct group **list_r,
                            size_t *count_r)
{
    struct group exact, *found, *list;
    size_t count, n = 0;
    enum err has_exact = find_exact(cx, text, &exact);
    enum err e = group_search(cx, text, &found, &count);

    if (e != OK || (has_exact != OK && has_exact != ERR_NO_GROUP))
        return e != OK ? e : has_exact;
    list = arena_array(cx->arena, count + 1, sizeof *list);
    if (has_exact == OK)
        list[n++] = exact;
    for (size_t i = 0; i < count; i++)
        if (has_exact != OK || found[i].id != exact.id)
            list[n++] = found[i];
    *list_r = list;
    *count_r = n;
    return OK;
}

enum err admin_groups(struct ctx *cx, const char *text, int64_t before_id, int64_t limit,
                      struct admin_group **list_r, size_t *count_r)
{
    struct group *groups = NULL;
    enum err e = admin_check(cx);

    if (e == OK && text[0] != '\0')
        e = find_groups(cx, text, &groups, count_r);
    else if (e == OK)
        e = db_site_group_list(ctx_db(cx), cx->arena, before_id, limit, &groups, count_r);
    if (e != OK)
        return e;
    *list_r = arena_array(cx->arena, *count_r, sizeof **list_r);
    for (size_t i = 0; e == OK && i < *count_r; i++) {
        (*list_r)[i].group = groups[i];
        e = db_site_group_facts(ctx_db(cx), cx->arena, groups[i].id, &(*list_r)[i].facts);
    }
    return e;
}

enum err admin_members(struct ctx *cx, int64_t group_id, struct member **list_r, size_t *count_r)
{
    struct group group;
    enum err e = admin_check(cx);

    if (e == OK)
        e = db_group_by_id(ctx_db(cx), cx->arena, group_id, &group);
    return e == OK ? db_member_list(ctx_db(cx), cx->arena, group_id, list_r, count_r) : e;
}

enum err admin_dissolve(struct ctx *cx, int64_t group_id)
{
    enum err e = admin_check(cx);

    if (e == OK)
        e = group_end(cx, group_id);
    note(cx, e, "dissolved group", group_id);
    return e;
}

/* ---- the machine ---- */

enum err admin_online(struct ctx *cx, struct admin_online **list_r, size_t *count_r)
{
    struct presence *present = NULL;
    enum err e = admin_check(cx);

    if (e != OK)
        return e;
    *count_r = cx->sv->present != NULL ? cx->sv->present(cx->sv->hub, cx->arena, &present) : 0;
    *list_r = arena_array(cx->arena, *count_r, sizeof **list_r);
    for (size_t i = 0; e == OK && i < *count_r; i++) {
        (*list_r)[i].presence = present[i];
        e = db_user_by_id(ctx_db(cx), cx->arena, present[i].user_id, &(*list_r)[i].user);
    }
    return e;
}

enum err admin_storage(struct ctx *cx, struct admin_storage *storage_r)
{
    struct statvfs disk;
    enum err e = admin_check(cx);

    if (e != OK)
        return e;
    *storage_r = (struct admin_storage){ .store_bytes = db_size(cx->sv->db) };
    if (statvfs(cx->sv->conf->data_dir, &disk) == 0) {
        storage_r->disk_bytes = (int64_t)disk.f_blocks * (int64_t)disk.f_frsize;
        storage_r->disk_free_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    }
    e = db_site_totals(ctx_db(cx), &storage_r->totals);
    if (e == OK)
        e = db_site_file_owners(ctx_db(cx), cx->arena, &storage_r->owners, &storage_r->owner_count);
    return e;
}
