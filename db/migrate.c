/* Applies the embedded migrations in order: one transaction each, PRAGMA user_version = number.
 * Migrations are append-only (their checksums are linted); a file from a newer chatd is refused. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "db/internal.h"

static bool fail(char **error_r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool fail(char **error_r, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    if (vasprintf(error_r, format, ap) < 0)
        *error_r = NULL;
    va_end(ap);
    return false;
}

static bool pragma_i64(sqlite3 *sqlite, const char *sql, int64_t *value_r)
{
    sqlite3_stmt *handle = NULL;
    bool found = sqlite3_prepare_v2(sqlite, sql, -1, &handle, NULL) == SQLITE_OK &&
                 sqlite3_step(handle) == SQLITE_ROW;

    if (found)
        *value_r = sqlite3_column_int64(handle, 0);
    sqlite3_finalize(handle);
    return found;
}

static bool apply(sqlite3 *sqlite, const struct migration *m, char **error_r)
{
    char mark[96];

    snprintf(mark, sizeof mark, "PRAGMA user_version = %d; PRAGMA application_id = %d;", m->number,
             DB_APPLICATION_ID);
    if (sqlite3_exec(sqlite, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_exec(sqlite, m->sql, NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_exec(sqlite, mark, NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_exec(sqlite, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return true;
    fail(error_r, "migration %s failed: %s", m->name, sqlite3_errmsg(sqlite));
    sqlite3_exec(sqlite, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

/* Is the file empty, or one of ours that this binary understands? */
static bool check_ours(sqlite3 *sqlite, int64_t *version_r, char **error_r)
{
    int64_t application, tables;

    if (!pragma_i64(sqlite, "PRAGMA application_id", &application) ||
        !pragma_i64(sqlite, "PRAGMA user_version", version_r) ||
        !pragma_i64(sqlite, "SELECT count(*) FROM sqlite_schema", &tables))
        return fail(error_r, "it is not an SQLite database: %s", sqlite3_errmsg(sqlite));
    if (tables > 0 && application != DB_APPLICATION_ID)
        return fail(error_r, "it is a database of another program");
    if (*version_r > migrations[migration_count - 1].number)
        return fail(
            error_r,
            "it was written by a newer chatd (schema %d, this one knows %d): use that version",
            (int)*version_r, migrations[migration_count - 1].number);
    return true;
}

bool migrate(sqlite3 *sqlite, void (*progress)(const char *sentence), char **error_r)
{
    int64_t version;

    if (!check_ours(sqlite, &version, error_r))
        return false;
    for (size_t i = 0; i < migration_count; i++) {
        if (migrations[i].number <= version)
            continue;
        if (progress != NULL && version > 0) {
            char sentence[160];
            snprintf(sentence, sizeof sentence, "upgrading the store: step %d of %d (%s)",
                     migrations[i].number, migrations[migration_count - 1].number,
                     migrations[i].name);
            progress(sentence);
        }
        if (!apply(sqlite, &migrations[i], error_r))
            return false;
    }
    return true;
}

bool migrate_is_done(sqlite3 *sqlite, char **error_r)
{
    int64_t version;

    if (!check_ours(sqlite, &version, error_r))
        return false;
    return version == migrations[migration_count - 1].number ||
           fail(error_r, "it is of another version than the running chatd");
}
