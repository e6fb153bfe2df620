/* The store: one SQLite file in WAL mode with synchronous=FULL, a pool of reading connections and
 * one writer with group commit. Only db/ touches sqlite3.
 *
 * Group commit: callers enter the forming batch one after another, each inside a savepoint of its
 * own. The last one for whom nobody is waiting commits for all, so one fsync serves everybody who
 * came during the last one; nobody ever waits for a batch to fill. An answer given after
 * db_write_end is on disk. */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct db;
struct db_conn;

/* "CHAT" in ASCII: marks the file as ours (PRAGMA application_id). */
#define DB_APPLICATION_ID 0x43484154

/* Opens or creates the store at path (":memory:" for tests: one connection serves everything, one
 * thread), checks that it is ours, intact and not newer than this binary, and applies missing
 * migrations. progress (may be NULL) is told one sentence before anything that may take seconds.
 * Owned: db_close. NULL: *error_r is one sentence; free it. */
struct db *db_open(const char *path, void (*progress)(const char *sentence), char **error_r);
/* Opens a store that a running chatd has open, for a few short transactions: nothing is checked or
 * changed about it, and it must be of exactly this binary's schema. Owned: db_close. */
struct db *db_open_beside(const char *path, char **error_r);
/* Checkpoints and closes. No caller may be inside. NULL is allowed. */
void db_close(struct db *db);

/* Copies the store at path, which others may be writing to, as it is at one moment, into a new file
 * at to, and checks that the copy is whole. bytes_r: its size. false: *error_r is one sentence; owned. */
bool db_backup(const char *path, const char *to, int64_t *bytes_r, char **error_r);

/* A reading connection; waits while all are in use. All it reads until it is given back is of one
 * moment, that of the first read: between two statements nothing changes, and only the first has to
 * find out what that moment is. Give it back before waiting for anything else. */
struct db_conn *db_read_begin(struct db *db);
void db_read_end(struct db *db, struct db_conn *conn);

/* Takes the writer and opens the caller's savepoint. ERR_DB once the store has failed (db_failed);
 * the writer is not taken then. The caller must not hold a reader. */
enum err db_write_begin(struct db *db, struct db_conn **conn_r);
/* keep: releases the savepoint, waits until the batch is on disk, and returns OK after
 * committed(arg) was called (by whoever committed, in the order of the batch; it must not block or
 * use the db). !keep: undoes the savepoint, returns OK at once. ERR_DB / ERR_STORAGE_FULL: nothing
 * of the batch was kept as far as is known, committed was not called. */
enum err db_write_end(struct db *db, bool keep, void (*committed)(void *arg), void *arg);

/* Moves the write-ahead log into the file; called by cron. Never blocks writers. */
void db_checkpoint(struct db *db);
/* What the writer has done since the store was opened. */
#define DB_BATCH_SIZES 9 /* 1, 2, 3-4, 5-8, ... 129-256 callers in one commit */
struct db_stats {
    int64_t commits, failed_commits;
    int64_t writes; /* callers whose part was committed */
    int64_t batches[DB_BATCH_SIZES];
};
struct db_stats db_stats(const struct db *db);
/* The version of SQLite; static. */
const char *db_library(void);
/* Bytes of the store on disk, its write-ahead log included. */
int64_t db_size(const struct db *db);
/* An I/O error or corruption was met: writes are refused, the process should end and be
 * restarted. */
bool db_failed(const struct db *db);
/* Turns group commit off: every caller commits alone. For the bench, which compares. */
void db_commit_each(struct db *db, bool on);

#endif
