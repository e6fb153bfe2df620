/* What is in a store, as lines of tab-separated text, for the checker that compares it with what
 * clients were told.
 *   check FILE AFTER_ID [full]
 *     C id user_lo user_hi group_id last_seq             every conversation
 *     P user_id conversation_id read_seq                 every participant
 *     M id conversation_id seq sender_id client_id body notice subject_id amount
 *                                                        messages with an id above AFTER_ID, rising
 *     X text                                             what SQLite finds wrong, when full
 * Opened for reading only and beside the running server: so the server, not this program, recovers
 * the log. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(sqlite3 *db, const char *what)
{
    fprintf(stderr, "check: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

/* One field; a byte that would break the line apart becomes '?'. */
static void put(const char *text)
{
    putchar('\t');
    for (; text != NULL && *text != '\0'; text++)
        putchar((unsigned char)*text < 32 ? '?' : *text);
}

/* A line per row, but none for rows that say only "ok". */
static void dump(sqlite3 *db, const char *mark, const char *sql, sqlite3_int64 after)
{
    sqlite3_stmt *rows = NULL;
    int result;

    if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK)
        fail(db, sql);
    if (sqlite3_bind_parameter_count(rows) > 0)
        sqlite3_bind_int64(rows, 1, after);
    while ((result = sqlite3_step(rows)) == SQLITE_ROW) {
        const char *first = (const char *)sqlite3_column_text(rows, 0);
        if (first != NULL && strcmp(first, "ok") == 0)
            continue;
        fputs(mark, stdout);
        for (int i = 0; i < sqlite3_column_count(rows); i++)
            put((const char *)sqlite3_column_text(rows, i));
        putchar('\n');
    }
    if (result != SQLITE_DONE)
        fail(db, sql);
    sqlite3_finalize(rows);
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    sqlite3_int64 after;

    if (argc < 3) {
        fputs("usage: check FILE AFTER_ID [full]\n", stderr);
        return 2;
    }
    after = strtoll(argv[2], NULL, 10);
    if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        fail(db, argv[1]);
    sqlite3_busy_timeout(db, 5000);
    if (sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) /* one moment for all lines */
        fail(db, "BEGIN");
    dump(db, "C", "SELECT id, user_lo, user_hi, group_id, last_seq FROM conversations", 0);
    dump(db, "P", "SELECT user_id, conversation_id, read_seq FROM participants", 0);
    dump(db, "M",
         "SELECT id, conversation_id, seq, sender_id, client_id, body, notice, subject_id, amount "
         "FROM messages WHERE id > ?1 ORDER BY id",
         after);
    if (argc > 3) {
        dump(db, "X", "PRAGMA integrity_check", 0);
        dump(db, "X", "PRAGMA foreign_key_check", 0);
    }
    if (sqlite3_close(db) != SQLITE_OK)
        fail(db, "close");
    if (fflush(stdout) != 0)
        return 1;
    return 0;
}
