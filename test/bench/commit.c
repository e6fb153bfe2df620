/* What group commit is worth, without HTTP: threads that call message_send() on a store of their
 * own, in turns with group commit and with a commit for every send, and beside them SQLite alone as
 * the ceiling.
 *   commit DIR [ms per turn]        prints lines of JSON; DIR must be on the disk that is meant */
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cron.h"
#include "domain/message.h"
#include "domain/password.h"
#include "domain/user.h"
#include "hist.h"

#define PEOPLE 64
#define TURNS 4 /* of each kind, taking turns: the machine's mood falls on both alike */
#define CEILING_BATCH 64

static const char text[] =
    "Are we still on for Thursday? 我周四下午三点之后都有空，可以在老地方见面，"
    "顺便把上次说的照片带给你。 If it rains we take the tram instead, it is only four stops.";

static struct services sv;
static int64_t people[PEOPLE];

static void die(const char *what)
{
    fprintf(stderr, "commit: %s\n", what);
    exit(1);
}

/* ---- message_send from threads ---- */

struct worker {
    pthread_t thread;
    int number;
    uint64_t until_ns;
    struct hist waited;
};

static void send_one(struct arena *arena, int from, const char *client_id)
{
    struct draft draft = { .scope = SCOPE_DIRECT,
                           .target_id = people[from ^ 1],
                           .kind = KIND_TEXT,
                           .body = text,
                           .client_id = client_id };
    struct message message;
    struct ctx cx;
    enum err e;

    ctx_init(&cx, &sv, arena, "bench", "127.0.0.1");
    cx.actor = people[from];
    e = message_send(&cx, &draft, &message);
    if (e != OK)
        die(err_meaning(e));
    ctx_release(&cx);
    arena_reset(arena);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct arena *arena = arena_new();
    uint64_t now = now_ns();
    char client_id[40];

    while (now < w->until_ns) {
        uint64_t start = now;
        snprintf(client_id, sizeof client_id, "%d-%llx", w->number, (unsigned long long)now);
        send_one(arena, w->number, client_id);
        now = now_ns();
        hist_add(&w->waited, now - start);
    }
    arena_free(arena);
    return NULL;
}

static void hist_merge(struct hist *into, const struct hist *from)
{
    for (unsigned i = 0; i < HIST_BUCKETS; i++)
        into->buckets[i] += from->buckets[i];
    into->count += from->count;
    if (from->max_ns > into->max_ns)
        into->max_ns = from->max_ns;
}

/* One turn; sends per second. */
static double turn(int threads, long ms, struct hist *total)
{
    struct worker *workers = calloc((size_t)threads, sizeof *workers);
    uint64_t start = now_ns(), count = 0, end;

    if (workers == NULL)
        die("memory");
    for (int i = 0; i < threads; i++) {
        workers[i].number = i;
        workers[i].until_ns = start + (uint64_t)ms * 1000000;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            die("no thread");
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        count += workers[i].waited.count;
        hist_merge(total, &workers[i].waited);
    }
    end = now_ns();
    free(workers);
    return (double)count * 1e9 / (double)(end - start);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_size);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void compare(int threads, long ms)
{
    static struct hist waited[2];
    double rates[2][TURNS];

    memset(waited, 0, sizeof waited);
    for (int i = 0; i < TURNS * 2; i++) {
        bool each = i % 2 == 1;
        db_commit_each(sv.db, each);
        rates[each][i / 2] = turn(threads, ms, &waited[each]);
    }
    db_commit_each(sv.db, false);
    printf("{\"threads\":%d,\"group\":%.0f,\"group50\":%.3f,\"group99\":%.3f,\"each\":%.0f,"
           "\"each50\":%.3f,"
           "\"each99\":%.3f}\n",
           threads, median(rates[0], TURNS), hist_ms(&waited[0], 0.5), hist_ms(&waited[0], 0.99),
           median(rates[1], TURNS), hist_ms(&waited[1], 0.5), hist_ms(&waited[1], 0.99));
    fflush(stdout);
}

static void open_services(const char *path)
{
    char *error = NULL;

    if (sv.conf == NULL &&
        !conf_parse("password_cost = 4\nrate_limits = off\n", (struct conf **)&sv.conf, &error))
        die(error);
    sv.clock = &clock_system;
    sv.db = db_open(path, NULL, &error);
    if (sv.db == NULL)
        die(error);
    if (sv.limiter == NULL)
        sv.limiter = limiter_new(1000);
    if (sv.hasher == NULL)
        sv.hasher = hasher_new();
}

static void register_people(void)
{
    struct arena *arena = arena_new();

    for (int i = 0; i < PEOPLE; i++) {
        struct new_user in = { .username = arena_printf(arena, "bench%d", i),
                               .password = "correct-horse-7" };
        struct user user;
        struct ctx cx;
        ctx_init(&cx, &sv, arena, "bench", "127.0.0.1");
        if (user_register(&cx, &in, &user) != OK)
            die("cannot register");
        people[i] = user.id;
        ctx_release(&cx);
    }
    arena_free(arena);
}

static void on_store_failure(void)
{
    die("the store has failed");
}

/* ---- what a send costs without disk or threads ---- */

static void in_memory(long ms)
{
    struct hist *waited = calloc(1, sizeof *waited);

    open_services(":memory:");
    register_people();
    printf("{\"in_memory\":%.0f}\n", turn(1, ms, waited));
    fflush(stdout);
    db_close(sv.db);
    free(waited);
}

/* ---- SQLite alone ---- */

static atomic_bool done;

static void must(sqlite3 *db, int result)
{
    if (result != SQLITE_OK && result != SQLITE_DONE)
        die(sqlite3_errmsg(db));
}

static sqlite3 *open_raw(const char *path)
{
    sqlite3 *db = NULL;

    must(db, sqlite3_open(path, &db));
    must(db, sqlite3_exec(
                 db,
                 "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                 "PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = ON",
                 NULL, NULL, NULL));
    return db;
}

/* As cron does for the server. */
static void *checkpoint(void *path)
{
    sqlite3 *db = open_raw(path);
    struct timespec pause = { 0, 250000000 };

    while (!done) {
        nanosleep(&pause, NULL);
        sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    sqlite3_close(db);
    return NULL;
}

static void insert(sqlite3_stmt *s, uint64_t n)
{
    char client_id[40];

    snprintf(client_id, sizeof client_id, "raw-%llx", (unsigned long long)n);
    sqlite3_bind_int64(s, 1, 1 + (sqlite3_int64)(n % (PEOPLE / 2)));
    sqlite3_bind_int64(s, 2, 1000000 + (sqlite3_int64)n);
    sqlite3_bind_int64(s, 3, people[n % PEOPLE]);
    sqlite3_bind_text(s, 4, client_id, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 5, text, sizeof text - 1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 6, (sqlite3_int64)(now_ns() / 1000000));
    must(sqlite3_db_handle(s), sqlite3_step(s));
    sqlite3_reset(s);
}

/* The same rows into the same tables by one thread that has nothing else to do. */
static void ceiling(char *path, int batch, long ms)
{
    sqlite3 *db = open_raw(path);
    sqlite3_stmt *s = NULL;
    static uint64_t n; /* rows must differ over calls */
    uint64_t start, end, first = n;
    pthread_t checkpointer;

    done = false;
    must(db, sqlite3_prepare_v2(
                 db,
                 "INSERT INTO messages (conversation_id, seq, sender_id, client_id, kind, body,"
                 " created_at_ms, updated_at_ms) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?6)",
                 -1, &s, NULL));
    if (pthread_create(&checkpointer, NULL, checkpoint, path) != 0)
        die("no thread");
    start = now_ns();
    do {
        must(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
        for (int i = 0; i < batch; i++)
            insert(s, n++);
        must(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
        end = now_ns();
    } while (end - start < (uint64_t)ms * 1000000);
    printf("{\"batch\":%d,\"rows\":%.0f}\n", batch,
           (double)(n - first) * 1e9 / (double)(end - start));
    fflush(stdout);
    done = true;
    pthread_join(checkpointer, NULL);
    sqlite3_finalize(s);
    sqlite3_close(db);
}

/* ---- the disk ---- */

static void measure_disk(const char *dir)
{
    char path[4096], block[4096] = { 1 };
    double waited[200];
    int fd;

    snprintf(path, sizeof path, "%s/sync", dir);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        die(path);
    for (size_t i = 0; i < 200; i++) {
        uint64_t start = now_ns();
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block || fdatasync(fd) != 0)
            die("the disk does not take 4 KiB");
        waited[i] = (double)(now_ns() - start) / 1e6;
    }
    close(fd);
    unlink(path);
    printf("{\"fdatasync\":%.3f}\n", median(waited, 200));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    long ms = argc > 2 ? strtol(argv[2], NULL, 10) : 400;
    static const int threads[] = { 1, 8, 64 };
    char path[4096];
    struct cron *cron;

    if (argc < 2)
        die("usage: commit DIR [ms per turn]");
    snprintf(path, sizeof path, "%s/commit.db", argv[1]);
    measure_disk(argv[1]);
    in_memory(ms);
    open_services(path);
    register_people();
    cron = cron_start(&sv, NULL, on_store_failure);
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
        compare(threads[i], ms);
    cron_stop(cron);
    db_close(sv.db);
    ceiling(path, 1, ms * 2);
    ceiling(path, CEILING_BATCH, ms * 2);
    hasher_free((struct hasher *)sv.hasher);
    limiter_free(sv.limiter);
    conf_free((struct conf *)sv.conf);
    return 0;
}
