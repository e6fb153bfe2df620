/* Kept statements: one per named query and connection, prepared on first use. Errors stick, so a
 * function binds, steps, copies and returns stmt_done(). Only db/ includes this. */
#ifndef DB_STMT_H
#define DB_STMT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "queries.h"

struct stmt {
    struct db_conn *conn;
    sqlite3_stmt *handle; /* NULL until prepared */
    int next;             /* the next parameter to bind */
    enum err err;         /* the first failure since stmt() */
    int result;           /* SQLite's code of a failed step */
    bool busy;            /* between stmt() and stmt_done() */
    bool stepped;
};

/* The statement of query q on conn, reset and ready to bind. Must be ended by stmt_done before it
 * is used again. */
struct stmt *stmt(struct db_conn *conn, enum query q);

/* Each binds the next parameter. Text is borrowed until stmt_done; NULL text binds NULL. */
void bind_i64(struct stmt *s, int64_t value);
void bind_f64(struct stmt *s, double value);
void bind_str(struct stmt *s, const char *text);
/* NULL or "" binds NULL: for columns where "none" is NULL because they are unique. */
void bind_str_or_null(struct stmt *s, const char *text);

/* A list of ids as the text of a JSON array, for json_each(); copied into the arena. */
void bind_ids(struct stmt *s, struct arena *a, const int64_t *ids, size_t count);

/* Steps: true when a row is there to read. */
bool stmt_row(struct stmt *s);
int64_t col_i64(struct stmt *s, int column);
double col_f64(struct stmt *s, int column);
bool col_bool(struct stmt *s, int column);
/* Arena copy; NULL columns read as "". */
const char *col_str(struct stmt *s, int column, struct arena *a);

/* Runs a statement whose rows are ids: *ids_r arena. Ends it as stmt_done does. */
enum err stmt_ids(struct stmt *s, struct arena *a, int64_t **ids_r, size_t *count_r);
/* Runs to the end if not stepped yet, resets, and tells the outcome: OK, ERR_STORAGE_FULL or
 * ERR_DB. */
enum err stmt_done(struct stmt *s);
/* Like stmt_done, with a violated UNIQUE constraint answered by on_conflict. */
enum err stmt_done_unique(struct stmt *s, enum err on_conflict);
int64_t stmt_insert_id(struct db_conn *conn);
int stmt_changes(struct db_conn *conn);

#endif
