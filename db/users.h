/* Rows of users. Every function runs on the connection given; a writing one needs the writer. */
#ifndef DB_USERS_H
#define DB_USERS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

struct stmt;

/* Reads the columns of user_rows from column `first` on. Strings in the arena. */
void user_read(struct stmt *s, int first, struct arena *a, struct user *user_r);

/* ERR_NO_ACCOUNT when there is none. */
enum err db_user_by_id(struct db_conn *c, struct arena *a, int64_t id, struct user *user_r);
/* Exactly this username. */
enum err db_user_by_username(struct db_conn *c, struct arena *a, const char *username,
                             struct user *user_r);
enum err db_user_by_login(struct db_conn *c, struct arena *a, const char *login,
                          struct user *user_r);
/* Only by the address that was proven to be theirs: a username may be anybody's address. */
enum err db_user_by_email(struct db_conn *c, struct arena *a, const char *email,
                          struct user *user_r);
enum err db_user_by_mobile(struct db_conn *c, struct arena *a, const char *mobile,
                           struct user *user_r);
/* By username or uid. */
enum err db_user_by_name(struct db_conn *c, struct arena *a, const char *name, struct user *user_r);
/* At most 100 enabled accounts other than searcher whose username, nickname, e-mail, mobile or id
 * is exactly text. */
enum err db_user_search(struct db_conn *c, struct arena *a, const char *text, int64_t searcher,
                        struct user **users_r, size_t *count_r);

struct user_insert {
    const char *uid;
    const char *username;
    const char *nickname;
    const char *email;  /* NULL: none */
    const char *mobile; /* NULL: none */
    const char *password_hash;
    int64_t now_ms;
    bool email_proven; /* by a code that went there */
};
/* ERR_ACCOUNT_EXISTS when the username, e-mail or mobile is taken. */
enum err db_user_insert(struct db_conn *c, const struct user_insert *in, int64_t *id_r);
enum err db_user_logged_in(struct db_conn *c, int64_t id, int64_t now_ms, const char *address);
enum err db_user_set_password(struct db_conn *c, int64_t id, const char *hash, int64_t now_ms);
/* Not proven yet. ERR_ACCOUNT_EXISTS when the address is somebody else's. */
enum err db_user_set_email(struct db_conn *c, int64_t id, const char *email, int64_t now_ms);
/* Has the account's person proven that its e-mail address is theirs? */
enum err db_user_email_proven(struct db_conn *c, int64_t id, bool *proven_r);
/* Now they have; if it is the first time, password and mobile number are gone. */
enum err db_user_prove_email(struct db_conn *c, int64_t id, int64_t now_ms);
/* Moves the time forward, never back. */
enum err db_user_seen(struct db_conn *c, int64_t id, int64_t seen_at_ms);
/* One more wrong password. */
enum err db_user_password_error(struct db_conn *c, int64_t id, int64_t now_ms);
enum err db_user_set_enabled(struct db_conn *c, int64_t id, bool enabled, int64_t now_ms);
enum err db_user_set_admin(struct db_conn *c, int64_t id, bool is_admin, int64_t now_ms);
/* What a person tells about themselves; "" and 0 leave what there is. */
struct profile {
    const char *nickname, *avatar, *gender, *birth, *intro;
    const char *country, *province, *city, *district;
    double longitude, latitude;
};
enum err db_user_update(struct db_conn *c, int64_t id, const struct profile *in, int64_t now_ms);

#endif
