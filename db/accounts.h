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

#endif
