/* Running the server: what administrators do to accounts and groups, and what they may see. Every
 * function checks that the actor is an administrator whose account is enabled, whatever the gate
 * did: ERR_FORBIDDEN. What is done is written to the log with who did it. */
#ifndef DOMAIN_ADMIN_H
#define DOMAIN_ADMIN_H

#include "db/accounts.h"
#include "db/site.h"
#include "domain/ctx.h"

#define ADMIN_PAGE_MAX 100

/* OK if the actor may run the server, else ERR_FORBIDDEN. */
enum err admin_check(struct ctx *cx);

/* Accounts: those that begin with text (db_account_search), or, when text is "", limit
 * (1..ADMIN_PAGE_MAX) of all with ids below before_id, the newest first. */
enum err admin_people(struct ctx *cx, const char *text, enum account_state state, int64_t before_id,
                      int64_t limit, struct account **list_r, size_t *count_r);
/* As account_set_enabled. ERR_NO_ACCOUNT; ERR_SELF: administrators do not lock themselves out. */
enum err admin_set_enabled(struct ctx *cx, int64_t user_id, bool enabled);
/* Makes an account an administrator, or an ordinary one again. ERR_NO_ACCOUNT; ERR_SELF, so that
 * there is always one. */
enum err admin_set_admin(struct ctx *cx, int64_t user_id, bool on);
/* Sets a password made up for this, which the administrator passes on, and ends the account's
 * sessions. password_r arena. ERR_NO_ACCOUNT, ERR_SELF, ERR_BUSY. */
enum err admin_reset_password(struct ctx *cx, int64_t user_id, const char **password_r);
/* As account_sign_out. ERR_NO_ACCOUNT. */
enum err admin_sign_out(struct ctx *cx, int64_t user_id);

struct admin_group {
    struct group group;
    struct group_facts facts;
};
/* Groups whose name holds text, or whose handle or id it is; when text is "", limit of all with ids
 * below before_id, the newest first. */
enum err admin_groups(struct ctx *cx, const char *text, int64_t before_id, int64_t limit,
                      struct admin_group **list_r, size_t *count_r);
/* ERR_NO_GROUP. */
enum err admin_members(struct ctx *cx, int64_t group_id, struct member **list_r, size_t *count_r);
/* Ends a group whoever owns it; its members hear of it. ERR_NO_GROUP. */
enum err admin_dissolve(struct ctx *cx, int64_t group_id);

struct admin_online {
    struct presence presence;
    struct user user;
};
/* Every open socket and whose it is, the oldest first. */
enum err admin_online(struct ctx *cx, struct admin_online **list_r, size_t *count_r);

struct admin_storage {
    struct site_totals totals;
    int64_t store_bytes;
    int64_t disk_bytes, disk_free_bytes; /* of the disk that data_dir is on; 0: unknown */
    struct file_owner *owners;           /* the ten whose files weigh most */
    size_t owner_count;
};
enum err admin_storage(struct ctx *cx, struct admin_storage *storage_r);

#endif
