/* Rows of accounts for the operator; see accounts.h. */
#include "db/accounts.h"

#include "db/rows.h"
#include "db/stmt.h"
#include "db/users.h"

static void account_read(struct stmt *s, int first, struct arena *a, struct account *account_r)
{
    account_r->password_errors = col_i64(s, first);
    account_r->password_error_at_ms = col_i64(s, first + 1);
    user_read(s, first + 2, a, &account_r->user);
}

enum err db_account_by_username(struct db_conn *c, struct arena *a, const char *username,
                                struct account *account_r)
{
    struct stmt *s = stmt(c, Q_ACCOUNT_BY_USERNAME);
    bool found;
    enum err e;

    bind_str(s, username);
    found = stmt_row(s);
    if (found)
        account_read(s, 0, a, account_r);
    e = stmt_done(s);
    return e == OK && !found ? ERR_NO_ACCOUNT : e;
}

static void bind_range(struct stmt *s, const struct range *range)
{
    bind_i64(s, range->from);
    bind_i64(s, range->to);
}

static bool is_open(const struct range *range)
{
    return range->from == 0 && range->to == INT64_MAX;
}

enum err db_account_page(struct db_conn *c, struct arena *a, const struct account_filter *filter,
                         struct account **list_r, size_t *count_r, int64_t *total_r)
{
    enum query q = !is_open(&filter->error_ms)   ? Q_ACCOUNT_PAGE_BY_ERROR
                   : !is_open(&filter->login_ms) ? Q_ACCOUNT_PAGE_BY_LOGIN
                                                 : Q_ACCOUNT_PAGE_BY_REGISTER;
    struct stmt *s = stmt(c, q);
    struct rows rows = rows_new(a, sizeof(struct account));

    bind_i64(s, filter->offset);
    bind_i64(s, filter->limit);
    bind_range(s, &filter->enabled);
    bind_range(s, &filter->password_errors);
    bind_range(s, &filter->registered_ms);
    bind_range(s, &filter->login_ms);
    bind_range(s, &filter->error_ms);
    *total_r = 0;
    while (stmt_row(s)) {
        *total_r = col_i64(s, 0);
        if (col_i64(s, 3) != 0)
            account_read(s, 1, a, rows_add(&rows));
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}
