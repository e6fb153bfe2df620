/* What db.c, stmt.c and migrate.c share about a connection. */
#ifndef DB_INTERNAL_H
#define DB_INTERNAL_H

#include "db/stmt.h"

struct tokenizer; /* db/tokenizer.h */

struct db_conn {
    sqlite3 *sqlite;
    struct db *db;
    struct db_conn *next;         /* in the pool of idle readers */
    sqlite3_stmt *begin, *commit; /* a reader's */
    struct tokenizer *tokenizer;
    struct stmt stmts[Q_COUNT];
};

/* A connection set up as all of ours are. NULL: *error_r is one sentence; owned. */
sqlite3 *store_open(const char *path, bool create, char **error_r);
/* Is every page of the store as it should be (of a very large one: the most of it)? false: *error_r as
 * above. progress may be NULL. */
bool store_is_intact(sqlite3 *sqlite, void (*progress)(const char *sentence), char **error_r);

/* Notes an SQLite result that means the store itself is broken. */
void db_note_failure(struct db *db, int result);

/* Brings the schema of a fresh or older file up to this binary, one transaction per migration.
 * false: *error_r is one sentence (owned). */
bool migrate(sqlite3 *sqlite, void (*progress)(const char *sentence), char **error_r);

/* Makes the tokenizer and the functions of the search indexes' triggers known on a connection. An
 * SQLite result. */
int search_register(sqlite3 *sqlite);
/* Is the file ours, and of exactly this binary's schema? */
bool migrate_is_done(sqlite3 *sqlite, char **error_r);
/* Makes our SQL functions known to a connection; an SQLite result. Queries prepare only where they
 * are. */
int db_add_functions(sqlite3 *sqlite);

/* Maps an SQLite result to the error list. */
enum err db_err(int result);

#endif
