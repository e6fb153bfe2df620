/* The store: schema, group commit, what a rollback undoes, and that no query walks over a growing
 * table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/db.h"
#include "db/internal.h"
#include "db/sessions.h"

struct place {
    char folder[64];
    char path[80];
};

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    snprintf(p->folder, sizeof p->folder, "/tmp/chatd-db-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->path, sizeof p->path, "%s/chatd.db", p->folder);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    static const char *const suffixes[] = { "", "-wal", "-shm" };
    char file[100];

    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s%s", p->path, suffixes[i]);
        unlink(file);
    }
    rmdir(p->folder);
    free(p);
    return 0;
}

static struct db *open_ok(const char *path)
{
    char *error = NULL;
    struct db *db = db_open(path, NULL, &error);

    if (db == NULL)
        fail_msg("%s", error);
    return db;
}

/* Runs sql on the file behind the server's back. */
static void meddle(const char *path, const char *sql)
{
    sqlite3 *sqlite;

    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(sqlite);
}

static void refuses(const char *path, const char *because)
{
    char *error = NULL;

    assert_null(db_open(path, NULL, &error));
    assert_non_null(error);
    if (strstr(error, because) == NULL)
        fail_msg("%s", error);
    free(error);
}

static void opening(void **state)
{
    struct place *p = *state;

    db_close(open_ok(p->path));
    db_close(open_ok(p->path)); /* migrations are not applied twice */
    meddle(p->path, "PRAGMA user_version = 9999");
    refuses(p->path, "newer chatd");
    meddle(p->path, "PRAGMA user_version = 1; PRAGMA application_id = 5");
    refuses(p->path, "another program");
}

static void not_a_database(void **state)
{
    struct place *p = *state;
    FILE *file = fopen(p->path, "w");

    for (int i = 0; i < 1000; i++)
        fputs("this is a letter, not a database\n", file);
    fclose(file);
    refuses(p->path, "not a database");
}

static void damage_is_noticed(void **state)
{
    struct place *p = *state;
    FILE *file;

    db_close(open_ok(p->path));
    file = fopen(p->path, "r+");
    for (long page = 2; page < 20; page++) {
        fseek(file, page * 4096 + 8, SEEK_SET);
        fputs("XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX", file);
    }
    fclose(file);
    refuses(p->path, "damaged");
}

struct writer {
    struct db *db;
    int first, count;
    bool keep_odd_only;
};

static atomic_int committed_count, in_committed;

static void committed(void *arg)
{
    (void)arg;
    assert_int_equal(atomic_fetch_add(&in_committed, 1), 0); /* one at a time, in order */
    atomic_fetch_add(&committed_count, 1);
    atomic_fetch_sub(&in_committed, 1);
}

static void *write_some(void *arg)
{
    const struct writer *w = arg;

    for (int i = w->first; i < w->first + w->count; i++) {
        struct db_conn *c;
        char key[16];
        bool keep = i % 2 == 1;
        snprintf(key, sizeof key, "k%d", i);
        assert_int_equal(db_write_begin(w->db, &c), OK);
        assert_int_equal(db_captcha_insert(c, key, "login", "1234", INT64_MAX), OK);
        assert_int_equal(db_write_end(w->db, keep, committed, NULL), OK);
    }
    return NULL;
}

static int64_t count_captchas(const char *path, const char *where)
{
    sqlite3 *sqlite;
    sqlite3_stmt *s;
    char sql[200];
    int64_t count;

    snprintf(sql, sizeof sql, "SELECT count(*) FROM captchas WHERE %s", where);
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(sqlite, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    count = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(sqlite);
    return count;
}

/* Every other caller undoes its part; the others of its batch must not notice. */
static void group_commit(void **state)
{
    struct place *p = *state;
    struct db *db = open_ok(p->path);
    pthread_t threads[8];
    struct writer writers[8];

    atomic_store(&committed_count, 0);
    for (int i = 0; i < 8; i++) {
        writers[i] = (struct writer){ .db = db, .first = i * 100, .count = 100 };
        assert_int_equal(pthread_create(&threads[i], NULL, write_some, &writers[i]), 0);
    }
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&committed_count), 400);
    assert_int_equal(count_captchas(p->path, "1"), 400);
    assert_int_equal(count_captchas(p->path, "CAST(substr(key, 2) AS INTEGER) % 2 = 0"), 0);
    db_close(db);
}

static void an_answer_is_on_disk(void **state)
{
    struct place *p = *state;
    struct db *db = open_ok(p->path);
    struct db_conn *c;

    assert_int_equal(db_write_begin(db, &c), OK);
    assert_int_equal(db_captcha_insert(c, "one", "login", "1", 1), OK);
    assert_int_equal(count_captchas(p->path, "1"), 0);
    assert_int_equal(db_write_end(db, true, NULL, NULL), OK);
    assert_int_equal(count_captchas(p->path, "1"), 1);
    db_close(db);
}

/* A growing table may be walked over only where the plan says through which index. */
static bool is_walk(const char *detail)
{
    static const char *const growing[] = {
        "users",   "sessions",       "contacts",      "contact_requests", "groups",
        "members", "group_requests", "conversations", "messages",         "participants",
        "codes",   "code_sends",     "reactions",     "mentions",         "pins",
        "drafts",  "files",          "settings",      "presence",         "group_notices"
    };
    char table[64];

    if (strncmp(detail, "SCAN found VIRTUAL TABLE INDEX ", 31) == 0)
        return strstr(detail, ":M") == NULL; /* a search index asked for everything */
    if (strncmp(detail, "SCAN ", 5) != 0 || strstr(detail, "SUBQUERY") != NULL ||
        strstr(detail, "CONSTANT") != NULL || strstr(detail, "VIRTUAL TABLE INDEX 2") != NULL)
        return false;
    snprintf(table, sizeof table, "%s", detail + 5);
    table[strcspn(table, " ")] = '\0';
    for (size_t i = 0; i < sizeof growing / sizeof growing[0]; i++)
        if (strcmp(table, growing[i]) == 0)
            return true;
    return strlen(table) <= 2; /* an alias of one: u, m, c, g, r, p, k */
}

static void every_query_prepares_and_walks_nowhere(void **state)
{
    struct place *p = *state;
    sqlite3 *sqlite;

    db_close(open_ok(p->path));
    assert_int_equal(sqlite3_open(p->path, &sqlite), SQLITE_OK);
    assert_int_equal(search_register(sqlite), SQLITE_OK);
    assert_int_equal(db_add_functions(sqlite), SQLITE_OK);
    for (int q = 0; q < Q_COUNT; q++) {
        char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", query_text[q]);
        sqlite3_stmt *s;
        if (sqlite3_prepare_v2(sqlite, sql, -1, &s, NULL) != SQLITE_OK)
            fail_msg("%s: %s", query_name[q], sqlite3_errmsg(sqlite));
        while (sqlite3_step(s) == SQLITE_ROW) {
            const char *detail = (const char *)sqlite3_column_text(s, 3);
            if (is_walk(detail))
                fail_msg("%s walks over a growing table: %s", query_name[q], detail);
        }
        sqlite3_finalize(s);
        sqlite3_free(sql);
    }
    sqlite3_close(sqlite);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(opening),      T(not_a_database),       T(damage_is_noticed),
        T(group_commit), T(an_answer_is_on_disk), T(every_query_prepares_and_walks_nowhere)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
