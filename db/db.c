/* Connections, the reader pool and the group-committing writer; see db.h. */
#include "db/db.h"

#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "db/internal.h"
#include "db/tokenizer.h"

#define READERS_MAX 8
#define BATCH_MAX 256 /* callers one commit may carry, so that the first of them never waits long */
#define WAL_TRUNCATE_BYTES (64 * 1024 * 1024)
#define QUICK_CHECK_BYTES                                                                          \
    (256 * 1024 * 1024) /* above this a full integrity_check takes too long at start */

/* One caller that waits for its batch; lives on that caller's stack. */
struct waiter {
    struct waiter *next;
    void (*committed)(void *arg);
    void *arg;
    enum err result;
    sem_t done; /* one each, so that nobody who wakes has to fight for a lock */
};

/* A caller that waits for the writer; lives on that caller's stack. The writer is handed from one
 * to the next in order of arrival: nobody overtakes, and only one thread is woken. */
struct turn {
    struct turn *next;
    sem_t go;
};

struct db {
    char *path;
    bool in_memory;
    atomic_bool failed;
    bool commit_each;

    pthread_mutex_t pool_lock;
    pthread_cond_t pool_free;
    struct db_conn *idle;
    int readers;

    struct db_conn *writer;
    sqlite3_stmt *begin, *commit, *rollback, *savepoint, *release, *undo;
    pthread_mutex_t lock; /* guards everything below, never held across SQLite */
    bool busy;            /* somebody has the writer: a caller, or the leader who commits */
    bool open;            /* BEGIN was executed for the forming batch */
    struct turn *queue, **queue_end;
    struct waiter *first, **last; /* callers of the forming batch who wait for its commit */
    unsigned batch_size;
    pthread_mutex_t deliver; /* taken in commit order, so events leave in that order */

    sqlite3 *checkpointer;
    atomic_llong commits, failed_commits, writes, batches[DB_BATCH_SIZES];
};

void db_note_failure(struct db *db, int result)
{
    int kind = result & 0xff;

    if (result == SQLITE_CORRUPT_VTAB) /* an index that can be made anew: db/search.h */
        return;
    if (kind == SQLITE_IOERR || kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB)
        atomic_store(&db->failed, true);
}

bool db_failed(const struct db *db)
{
    return atomic_load(&db->failed);
}

void db_commit_each(struct db *db, bool on)
{
    db->commit_each = on;
}

/* ---- opening ---- */

static const char pragmas[] =
    "PRAGMA busy_timeout = 5000;" /* first: the next lines may meet a lock */
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;" /* NORMAL loses acknowledged messages on power loss */
    "PRAGMA foreign_keys = ON;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA mmap_size = 0;" /* mapped pages are checked again at every use */
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA wal_autocheckpoint = 0;"; /* db_checkpoint does it beside the writer */

sqlite3 *store_open(const char *path, bool create, char **error_r)
{
    sqlite3 *sqlite = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);

    if (sqlite3_open_v2(path, &sqlite, flags, NULL) == SQLITE_OK &&
        sqlite3_extended_result_codes(sqlite, 1) == SQLITE_OK &&
        sqlite3_db_config(sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
        sqlite3_exec(sqlite, pragmas, NULL, NULL, NULL) == SQLITE_OK &&
        search_register(sqlite) == SQLITE_OK && db_add_functions(sqlite) == SQLITE_OK)
        return sqlite;
    if (asprintf(error_r, "cannot open %s: %s%s", path, sqlite3_errmsg(sqlite),
                 sqlite3_errcode(sqlite) == SQLITE_CORRUPT ? " (it is damaged: restore a backup)"
                                                           : "") < 0)
        *error_r = NULL;
    sqlite3_close(sqlite);
    return NULL;
}

static struct db_conn *conn_new(struct db *db, sqlite3 *sqlite)
{
    struct db_conn *conn = calloc(1, sizeof *conn);

    if (conn == NULL)
        abort();
    conn->db = db;
    conn->sqlite = sqlite;
    conn->tokenizer = tokenizer_new(sqlite);
    if (conn->tokenizer == NULL)
        abort();
    return conn;
}

static void conn_free(struct db_conn *conn)
{
    if (conn == NULL)
        return;
    for (size_t i = 0; i < Q_COUNT; i++)
        sqlite3_finalize(conn->stmts[i].handle);
    tokenizer_free(conn->tokenizer);
    sqlite3_finalize(conn->begin);
    sqlite3_finalize(conn->commit);
    sqlite3_close(conn->sqlite);
    free(conn);
}

bool store_is_intact(sqlite3 *sqlite, void (*progress)(const char *sentence), char **error_r)
{
    sqlite3_stmt *handle = NULL;
    sqlite3_int64 size = 0;
    bool ok;

    if (sqlite3_prepare_v2(sqlite,
                           "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
                           -1, &handle, NULL) == SQLITE_OK &&
        sqlite3_step(handle) == SQLITE_ROW)
        size = sqlite3_column_int64(handle, 0);
    sqlite3_finalize(handle);
    if (progress != NULL && size > QUICK_CHECK_BYTES / 8)
        progress("checking that the store is intact");
    handle = NULL;
    ok = sqlite3_prepare_v2(sqlite,
                            size > QUICK_CHECK_BYTES ? "PRAGMA quick_check(1)"
                                                     : "PRAGMA integrity_check(1)",
                            -1, &handle, NULL) == SQLITE_OK &&
         sqlite3_step(handle) == SQLITE_ROW &&
         strcmp((const char *)sqlite3_column_text(handle, 0), "ok") == 0;
    if (!ok && asprintf(error_r, "the store is damaged (%s): restore a backup",
                        handle != NULL && sqlite3_column_text(handle, 0) != NULL
                            ? (const char *)sqlite3_column_text(handle, 0)
                            : sqlite3_errmsg(sqlite)) < 0)
        *error_r = NULL;
    sqlite3_finalize(handle);
    return ok;
}

static sqlite3_stmt *prepare(sqlite3 *sqlite, const char *sql)
{
    sqlite3_stmt *handle = NULL;

    if (sqlite3_prepare_v3(sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL) != SQLITE_OK)
        abort(); /* constant text: only a lack of memory gets here */
    return handle;
}

static void prepare_writer(struct db *db)
{
    sqlite3 *sqlite = db->writer->sqlite;

    db->begin = prepare(sqlite, "BEGIN IMMEDIATE");
    db->commit = prepare(sqlite, "COMMIT");
    db->rollback = prepare(sqlite, "ROLLBACK");
    db->savepoint = prepare(sqlite, "SAVEPOINT caller");
    db->release = prepare(sqlite, "RELEASE caller");
    db->undo = prepare(sqlite, "ROLLBACK TO caller");
}

static struct db *db_new(const char *path)
{
    struct db *db = calloc(1, sizeof *db);

    if (db == NULL)
        abort();
    db->path = strdup(path);
    db->in_memory = strcmp(path, ":memory:") == 0;
    db->last = &db->first;
    db->queue_end = &db->queue;
    pthread_mutex_init(&db->pool_lock, NULL);
    pthread_cond_init(&db->pool_free, NULL);
    pthread_mutex_init(&db->lock, NULL);
    pthread_mutex_init(&db->deliver, NULL);
    return db;
}

struct db *db_open(const char *path, void (*progress)(const char *sentence), char **error_r)
{
    struct db *db = db_new(path);
    sqlite3 *sqlite;

    *error_r = NULL;
    sqlite = store_open(path, true, error_r);
    if (sqlite != NULL) {
        db->writer = conn_new(db, sqlite);
        if (store_is_intact(sqlite, progress, error_r) && migrate(sqlite, progress, error_r)) {
            prepare_writer(db);
            if (db->in_memory || (db->checkpointer = store_open(path, false, error_r)) != NULL)
                return db;
        }
    }
    db_close(db);
    return NULL;
}

struct db *db_open_beside(const char *path, char **error_r)
{
    struct db *db = db_new(path);
    sqlite3 *sqlite;

    *error_r = NULL;
    sqlite = store_open(path, false, error_r);
    if (sqlite != NULL) {
        db->writer = conn_new(db, sqlite);
        if (migrate_is_done(sqlite, error_r)) {
            prepare_writer(db);
            return db;
        }
    }
    db_close(db);
    return NULL;
}

static void finalize_writer(struct db *db)
{
    sqlite3_stmt *const own[] = { db->begin,     db->commit,  db->rollback,
                                  db->savepoint, db->release, db->undo };

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        sqlite3_finalize(own[i]);
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    finalize_writer(db);
    while (db->idle != NULL) {
        struct db_conn *conn = db->idle;
        db->idle = conn->next;
        conn_free(conn);
    }
    if (db->checkpointer != NULL) {
        sqlite3_wal_checkpoint_v2(db->checkpointer, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        sqlite3_close(db->checkpointer);
    }
    conn_free(db->writer);
    pthread_mutex_destroy(&db->pool_lock);
    pthread_cond_destroy(&db->pool_free);
    pthread_mutex_destroy(&db->lock);
    pthread_mutex_destroy(&db->deliver);
    free(db->path);
    free(db);
}

/* ---- readers ---- */

static int run(sqlite3_stmt *handle)
{
    int result = sqlite3_step(handle);

    sqlite3_reset(handle);
    return result == SQLITE_DONE ? SQLITE_OK : result;
}

/* KB, taken as they are needed: 2 MB, the default, hold too little of a grown store. */
static const char reader_pragmas[] = "PRAGMA query_only = ON; PRAGMA cache_size = -8192;";

static struct db_conn *reader_new(struct db *db)
{
    char *error = NULL;
    sqlite3 *sqlite = store_open(db->path, false, &error);

    if (sqlite != NULL && sqlite3_exec(sqlite, reader_pragmas, NULL, NULL, NULL) == SQLITE_OK) {
        struct db_conn *conn = conn_new(db, sqlite);
        conn->begin = prepare(sqlite, "BEGIN");
        conn->commit = prepare(sqlite, "COMMIT");
        return conn;
    }
    log_error("db", "no further connection: %s", error != NULL ? error : "it cannot be set up");
    free(error);
    sqlite3_close(sqlite);
    return NULL;
}

struct db_conn *db_read_begin(struct db *db)
{
    struct db_conn *conn = NULL;

    if (db->in_memory)
        return db->writer;
    pthread_mutex_lock(&db->pool_lock);
    while (conn == NULL) {
        if (db->idle != NULL) {
            conn = db->idle;
            db->idle = conn->next;
        } else if (db->readers < READERS_MAX) {
            db->readers++;
            pthread_mutex_unlock(&db->pool_lock);
            conn = reader_new(db);
            pthread_mutex_lock(&db->pool_lock);
            if (conn == NULL && --db->readers == 0) {
                log_error("db", "no connection to the store can be opened; ending");
                abort();
            }
            if (conn == NULL) /* the others' will have to do */
                pthread_cond_wait(&db->pool_free, &db->pool_lock);
        } else {
            pthread_cond_wait(&db->pool_free, &db->pool_lock);
        }
    }
    pthread_mutex_unlock(&db->pool_lock);
    run(conn->begin);
    return conn;
}

void db_read_end(struct db *db, struct db_conn *conn)
{
    if (db->in_memory)
        return;
    if (run(conn->commit) != SQLITE_OK)
        sqlite3_exec(conn->sqlite, "ROLLBACK", NULL, NULL, NULL);
    pthread_mutex_lock(&db->pool_lock);
    conn->next = db->idle;
    db->idle = conn;
    pthread_cond_signal(&db->pool_free);
    pthread_mutex_unlock(&db->pool_lock);
}

/* ---- the writer ---- */

static void wait_for(sem_t *sem)
{
    while (sem_wait(sem) != 0)
        continue; /* a signal */
}

/* Takes the writer, in turn. */
static void take_writer(struct db *db)
{
    struct turn self = { 0 };

    pthread_mutex_lock(&db->lock);
    if (!db->busy) {
        db->busy = true;
        pthread_mutex_unlock(&db->lock);
        return;
    }
    sem_init(&self.go, 0, 0);
    *db->queue_end = &self;
    db->queue_end = &self.next;
    pthread_mutex_unlock(&db->lock);
    wait_for(&self.go);
    sem_destroy(&self.go);
}

/* Called with db->lock held by who has the writer; gives both away. */
static void pass_writer(struct db *db)
{
    struct turn *next = db->queue;

    if (next == NULL) {
        db->busy = false;
    } else {
        db->queue = next->next;
        if (db->queue == NULL)
            db->queue_end = &db->queue;
    }
    pthread_mutex_unlock(&db->lock);
    if (next != NULL)
        sem_post(&next->go);
}

/* Ends the batch in SQLite. A full disk or an I/O error may have rolled everything back already. */
static enum err commit_batch(struct db *db, bool wanted)
{
    int result;

    if (sqlite3_get_autocommit(db->writer->sqlite))
        return wanted ? ERR_STORAGE_FULL : OK;
    result = run(wanted ? db->commit : db->rollback);
    if (result == SQLITE_OK)
        return OK;
    log_error("db", "commit failed: %s (%d)", sqlite3_errmsg(db->writer->sqlite), result);
    db_note_failure(db, result);
    if (!sqlite3_get_autocommit(db->writer->sqlite))
        run(db->rollback);
    return db_err(result);
}

static void count_commit(struct db *db, enum err result, unsigned size)
{
    int i = 0;

    while (i < DB_BATCH_SIZES - 1 && size > 1u << i)
        i++;
    atomic_fetch_add(result == OK ? &db->commits : &db->failed_commits, 1);
    if (result != OK)
        return;
    atomic_fetch_add(&db->writes, size);
    atomic_fetch_add(&db->batches[i], 1);
}

/* Called with db->lock held by who has the writer: commits for everyone in the batch. Gives both
 * away. */
static void lead(struct db *db)
{
    struct waiter *list = db->first, *next;
    unsigned size = db->batch_size;
    enum err result;

    db->first = NULL;
    db->last = &db->first;
    db->batch_size = 0;
    pthread_mutex_unlock(&db->lock);

    result = commit_batch(db, list != NULL);
    if (list != NULL)
        count_commit(db, result, size);
    db->open = false;
    pthread_mutex_lock(&db->deliver);
    pthread_mutex_lock(&db->lock);
    pass_writer(db);

    if (result == OK)
        for (struct waiter *w = list; w != NULL; w = w->next)
            if (w->committed != NULL)
                w->committed(w->arg);
    pthread_mutex_unlock(&db->deliver);

    for (struct waiter *w = list; w != NULL; w = next) {
        next = w->next; /* w is gone as soon as its owner may go on */
        w->result = result;
        sem_post(&w->done);
    }
}

enum err db_write_begin(struct db *db, struct db_conn **conn_r)
{
    int result = SQLITE_OK;

    take_writer(db);
    if (db_failed(db)) {
        pthread_mutex_lock(&db->lock);
        if (db->queue == NULL && db->first != NULL)
            lead(db); /* those who wait for the batch must not wait for ever */
        else
            pass_writer(db);
        return ERR_DB;
    }
    if (!db->open) {
        result = run(db->begin);
        db->open = result == SQLITE_OK;
    }
    if (result == SQLITE_OK)
        result = run(db->savepoint);
    if (result == SQLITE_OK) {
        *conn_r = db->writer;
        return OK;
    }
    log_error("db", "cannot begin a transaction: %s", sqlite3_errmsg(db->writer->sqlite));
    db_note_failure(db, result);
    db_write_end(db, false, NULL, NULL);
    return db_err(result);
}

enum err db_write_end(struct db *db, bool keep, void (*committed)(void *arg), void *arg)
{
    struct waiter self = { .committed = committed, .arg = arg };
    bool lost = sqlite3_get_autocommit(db->writer->sqlite) != 0;
    int result = SQLITE_OK;

    if (!lost) {
        if (!keep)
            result = run(db->undo);
        if (result == SQLITE_OK)
            result = run(db->release);
        if (result != SQLITE_OK)
            db_note_failure(db, result);
        lost = sqlite3_get_autocommit(db->writer->sqlite) != 0;
    }
    if (keep)
        sem_init(&self.done, 0, 0);
    pthread_mutex_lock(&db->lock);
    if (keep) {
        *db->last = &self;
        db->last = &self.next;
        db->batch_size++;
    }
    if (db->queue == NULL || db->batch_size >= BATCH_MAX || lost || db->commit_each)
        lead(db);
    else
        pass_writer(db);
    if (!keep)
        return OK;
    wait_for(&self.done);
    sem_destroy(&self.done);
    return result == SQLITE_OK ? self.result : db_err(result);
}

void db_checkpoint(struct db *db)
{
    int frames = 0, done = 0;

    if (db->checkpointer == NULL)
        return;
    sqlite3_wal_checkpoint_v2(db->checkpointer, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &done);
    if ((int64_t)frames * 4096 > WAL_TRUNCATE_BYTES)
        sqlite3_wal_checkpoint_v2(db->checkpointer, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

/* ---- numbers ---- */

struct db_stats db_stats(const struct db *db)
{
    struct db_stats stats = { .commits = atomic_load(&db->commits),
                              .failed_commits = atomic_load(&db->failed_commits),
                              .writes = atomic_load(&db->writes) };

    for (int i = 0; i < DB_BATCH_SIZES; i++)
        stats.batches[i] = atomic_load(&db->batches[i]);
    return stats;
}

int64_t db_size(const struct db *db)
{
    static const char *const suffixes[] = { "", "-wal" };
    int64_t bytes = 0;

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char *file = NULL;
        struct stat st;
        if (asprintf(&file, "%s%s", db->path, suffixes[i]) < 0)
            abort();
        if (stat(file, &st) == 0)
            bytes += st.st_size;
        free(file);
    }
    return bytes;
}

const char *db_library(void)
{
    return sqlite3_libversion();
}
