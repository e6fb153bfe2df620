/* Rows about the site as a whole: its settings, set-up links, and what it holds. */
#ifndef DB_SITE_H
#define DB_SITE_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

/* value_r: "" when nothing is set. */
enum err db_site_setting(struct db_conn *c, struct arena *a, const char *name,
                         const char **value_r);
enum err db_site_set(struct db_conn *c, const char *name, const char *value);

enum err db_setup_token_insert(struct db_conn *c, const char *hash, int64_t now_ms,
                               int64_t expires_at_ms);
/* ERR_BAD_SETUP when there is none that has not expired. */
enum err db_setup_token_find(struct db_conn *c, const char *hash, int64_t now_ms);
enum err db_setup_token_delete_expired(struct db_conn *c, int64_t now_ms);
enum err db_setup_token_delete_all(struct db_conn *c);
/* Is there an enabled administrator? */
enum err db_site_has_admin(struct db_conn *c, bool *has_r);

struct site_totals {
    int64_t accounts;
    int64_t groups, messages; /* ever made, dissolved and recalled ones too */
    int64_t files, file_bytes;
};
enum err db_site_totals(struct db_conn *c, struct site_totals *totals_r);

struct file_owner {
    int64_t user_id;
    const char *username;
    int64_t size_bytes;
};
/* The ten whose files weigh most. */
enum err db_site_file_owners(struct db_conn *c, struct arena *a, struct file_owner **list_r,
                             size_t *count_r);

/* Living groups with ids below before_id, the newest first. */
enum err db_site_group_list(struct db_conn *c, struct arena *a, int64_t before_id, int64_t limit,
                            struct group **list_r, size_t *count_r);
struct group_facts {
    int64_t last_at_ms; /* 0: nothing was ever said */
    int64_t messages;   /* in its history, notices too */
    int64_t owner_id;
    const char *owner_name;
};
enum err db_site_group_facts(struct db_conn *c, struct arena *a, int64_t group_id,
                             struct group_facts *facts_r);

#endif
