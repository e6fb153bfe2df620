/* Rows of codes that travelled by mail or SMS, and of when they were sent. */
#ifndef DB_CODES_H
#define DB_CODES_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

struct code {
    int64_t medium;
    const char *address;
    const char *purpose; /* "": for any */
    const char *hash;
    int64_t tries_left;
    int64_t expires_at_ms;
};

/* The one code of its address from now on. */
enum err db_code_put(struct db_conn *c, const struct code *code);
/* ERR_CAPTCHA_EXPIRED when there is none. code_r arena. */
enum err db_code_find(struct db_conn *c, struct arena *a, int64_t medium, const char *address,
                      struct code *code_r);
/* One try less. */
enum err db_code_miss(struct db_conn *c, int64_t medium, const char *address);
enum err db_code_delete(struct db_conn *c, int64_t medium, const char *address);
/* Forgets codes that expired by now_ms and notes of sending from before since_ms. */
enum err db_code_delete_old(struct db_conn *c, int64_t now_ms, int64_t since_ms);

enum err db_code_send_note(struct db_conn *c, int64_t medium, const char *address, int64_t now_ms);
/* How many were sent after since_ms, and when the first and last of them; 0 without one. */
enum err db_code_sends(struct db_conn *c, int64_t medium, const char *address, int64_t since_ms,
                       int64_t *count_r, int64_t *first_ms_r, int64_t *last_ms_r);

/* How often somebody tried a code for a new password. */
struct reset_tries {
    int64_t tries; /* since since_ms */
    int64_t since_ms;
    int64_t banned_until_ms; /* 0: not */
};
/* Zeros when there is no row. */
enum err db_reset_tries_find(struct db_conn *c, int64_t user_id, struct reset_tries *tries_r);
enum err db_reset_tries_put(struct db_conn *c, int64_t user_id, const struct reset_tries *tries);

#endif
