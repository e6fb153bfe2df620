/* Accounts from outside: what the operator's services and administrators do with them. Nothing here
 * asks who the actor is; that is the caller's to check (ACCESS_SERVICE, domain/admin.h). */
#ifndef DOMAIN_ACCOUNT_H
#define DOMAIN_ACCOUNT_H

#include "db/accounts.h"
#include "domain/ctx.h"

/* The account of exactly this username. ERR_NO_ACCOUNT. */
enum err account_find(struct ctx *cx, const char *username, struct account *account_r);
/* The accounts that fit filter, and username unless it is NULL; the newest first. *total_r: how many
 * fit, whatever offset and limit are. */
enum err account_page(struct ctx *cx, const struct account_filter *filter, const char *username,
                      struct account **list_r, size_t *count_r, int64_t *total_r);

/* Enables an account, or disables it: its sessions end at once, in every dialect, and it can log in
 * nowhere. Its sockets are told why before they close. ERR_NO_ACCOUNT. Takes the writer. */
enum err account_set_enabled(struct ctx *cx, int64_t user_id, bool enabled);
/* Ends all sessions of an account and tells its sockets why. ERR_NO_ACCOUNT. Takes the writer. */
enum err account_sign_out(struct ctx *cx, int64_t user_id);

#endif
