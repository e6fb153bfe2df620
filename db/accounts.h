/* Rows of users as whoever runs the server sees them. */
#ifndef DB_ACCOUNTS_H
#define DB_ACCOUNTS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

struct account {
    struct user user;
    int64_t password_errors;      /* wrong passwords since the last login */
    int64_t password_error_at_ms; /* the last wrong password; 0: never */
};

/* From and to, both included. */
struct range {
    int64_t from, to;
};
#define RANGE_ALL ((struct range){ 0, INT64_MAX })

struct account_filter {
    struct range enabled; /* 0 and 1 */
    struct range password_errors;
    struct range registered_ms, login_ms, error_ms;
    int64_t offset, limit;
};

/* Exactly this username. ERR_NO_ACCOUNT. */
enum err db_account_by_username(struct db_conn *c, struct arena *a, const char *username,
                                struct account *account_r);
/* The newest first; *total_r counts all that fit the filter. */
enum err db_account_page(struct db_conn *c, struct arena *a, const struct account_filter *filter,
                         struct account **list_r, size_t *count_r, int64_t *total_r);

enum account_state { ACCOUNT_ANY = 0, ACCOUNT_DISABLED, ACCOUNT_ADMIN };

/* At most limit accounts with ids below before_id, the newest first. */
enum err db_account_list(struct db_conn *c, struct arena *a, enum account_state state,
                         int64_t before_id, int64_t limit, struct account **list_r,
                         size_t *count_r);
/* At most 100 accounts whose username, nickname, e-mail, mobile or id begins with text (not empty),
 * by username; of username and e-mail, ASCII letters count in either case. */
enum err db_account_search(struct db_conn *c, struct arena *a, enum account_state state,
                           const char *text, struct account **list_r, size_t *count_r);

#endif
