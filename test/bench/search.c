/* What searching a grown store costs: puts its messages into the index as the server would, then times
 * the domain functions behind GET /search, on one thread and without HTTP.
 *   search FILE PEOPLE     FILE as the scale bench filled it; prints lines of JSON
 * Words are pieces of the messages themselves, another one each time, unless a question names them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "db/internal.h"
#include "domain/search.h"
#include "hist.h"

#define RUNS 300
#define TALKERS 100 /* the first people of the store, who write to many friends */

static struct services sv;
static struct arena *arena;
static int64_t people_count, last_id;

static void die(const char *what)
{
    fprintf(stderr, "search: %s\n", what);
    exit(1);
}

static void must(enum err e, const char *what)
{
    if (e != OK)
        die(arena_printf(arena, "%s: %s", what, err_name(e)));
}

static uint64_t state = 88172645463325252u;
static int64_t pick(int64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int64_t)(state % (uint64_t)below);
}

static int64_t ask_i64(const char *sql)
{
    struct db_conn *c = db_read_begin(sv.db);
    sqlite3_stmt *s = NULL;
    int64_t value = 0;

    if (sqlite3_prepare_v2(c->sqlite, sql, -1, &s, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(c->sqlite));
    if (sqlite3_step(s) == SQLITE_ROW)
        value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    db_read_end(sv.db, c);
    return value;
}

static double thread_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- filling ---- */

static void index_all(void)
{
    struct ctx cx;
    uint64_t start = now_ns();
    double cpu = thread_ms();
    int64_t messages = ask_i64("SELECT count(*) FROM messages"), lag = 1;

    while (lag > 0) {
        ctx_init(&cx, &sv, arena, "bench", "");
        must(search_index(&cx), "search_index");
        ctx_release(&cx);
        arena_reset(arena);
        db_checkpoint(sv.db);
        lag = ask_i64("SELECT coalesce(max(id), 0) - (SELECT indexed_to FROM search_progress) FROM "
                      "messages");
    }
    printf("{\"indexed\":%" PRId64 ",\"seconds\":%.1f,\"cpu\":%.1f,\"index_bytes\":%" PRId64
           ",\"text_bytes\":%" PRId64 "}\n",
           messages, (double)(now_ns() - start) / 1e9, (thread_ms() - cpu) / 1e3,
           ask_i64("SELECT sum(length(block)) FROM message_index_data"),
           ask_i64("SELECT sum(length(CAST(body AS BLOB))) FROM messages"));
}

/* ---- words ---- */

static const char *some_text(void)
{
    struct db_conn *c = db_read_begin(sv.db);
    sqlite3_stmt *s = NULL;
    const char *text = "";

    sqlite3_prepare_v2(c->sqlite,
                       "SELECT body FROM messages WHERE id >= ? AND kind = 1 ORDER BY id LIMIT 1",
                       -1, &s, NULL);
    sqlite3_bind_int64(s, 1, 1 + pick(last_id));
    if (sqlite3_step(s) == SQLITE_ROW)
        text = arena_strdup(arena, (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    db_read_end(sv.db, c);
    return text;
}

static bool is_han(const char *p)
{
    return (unsigned char)p[0] >= 0xe4 && (unsigned char)p[0] <= 0xe9;
}

/* So many Chinese characters in a row, out of some message. */
static const char *han(size_t count)
{
    for (;;) {
        const char *text = some_text(), *p = text;
        size_t run = 0, skip = (size_t)pick(20);
        for (; *p != '\0' && (run < count || skip > 0); p++) {
            run = is_han(p) ? run + 1 : 0;
            p += is_han(p) ? 2 : 0;
            skip -= skip > 0 && run >= count;
        }
        if (run >= count)
            return arena_strndup(arena, p - 3 * count, 3 * count);
    }
}

/* An English word of at least five letters, out of some message; with letters: only its beginning. */
static const char *english(size_t letters)
{
    for (;;) {
        const char *text = some_text();
        for (size_t tries = 0; tries < 5 && text[0] != '\0'; tries++) {
            const char *p = text + pick((int64_t)strlen(text));
            size_t len;
            while (p > text && ((p[-1] | 0x20) >= 'a' && (p[-1] | 0x20) <= 'z'))
                p--;
            len = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
            if (len >= 5)
                return letters > 0 ? arena_strndup(arena, p, letters)
                                   : arena_printf(arena, "%.*s ", (int)len, p);
        }
    }
}

/* ---- questions ---- */

enum who { TALKER, ANYBODY };
enum word { GIVEN, HAN_1, HAN_2, HAN_3, WORD, LETTERS_3, LETTERS_5, LETTERS_6 };

static const struct question {
    const char *name;
    enum who who;
    enum word word;
    const char *given;
    struct search what;
} questions[] = {
    { "one Chinese character", TALKER, HAN_1, NULL, { 0 } },
    { "two", TALKER, HAN_2, NULL, { 0 } },
    { "three", TALKER, HAN_3, NULL, { 0 } },
    { "an English word", TALKER, WORD, NULL, { 0 } },
    { "its first 3 letters", TALKER, LETTERS_3, NULL, { 0 } },
    { "its first 5 letters", TALKER, LETTERS_5, NULL, { 0 } },
    { "its first 6 letters or the word", TALKER, LETTERS_6, NULL, { 0 } },
    { "the commonest character, 不", TALKER, GIVEN, "不", { 0 } },
    { "the commonest word, the", TALKER, GIVEN, "the ", { 0 } },
    { "the, by anybody of the store", ANYBODY, GIVEN, "the ", { 0 } },
    { "不, by anybody", ANYBODY, GIVEN, "不", { 0 } },
    { "two characters, by anybody", ANYBODY, HAN_2, NULL, { 0 } },
    { "the, from one sender", TALKER, GIVEN, "the ", { .sender_id = USER_ID_FIRST + 7 } },
    { "the, in one conversation", TALKER, GIVEN, "the ", { .target_id = USER_ID_FIRST + 1000 } },
    { "the, has a picture", TALKER, GIVEN, "the ", { .has = HAS_PICTURE } },
    { "pictures", TALKER, GIVEN, "", { .has = HAS_PICTURE } },
    { "the, in the middle of the time", TALKER, GIVEN, "the ", { .after_ms = 1, .before_ms = 1 } },
    { "not on the server", TALKER, GIVEN, "qqqqq", { 0 } },
    { "phrase, of the", TALKER, GIVEN, "\"of the\"", { 0 } },
    { "phrase nobody said, the of", TALKER, GIVEN, "\"the of\"", { 0 } },
    { "begins with ther-", TALKER, GIVEN, "ther", { 0 } },
    { "begins with consid-", TALKER, GIVEN, "consid", { 0 } },
};

static const char *word_of(const struct question *q)
{
    switch (q->word) {
    case GIVEN: return q->given;
    case HAN_1: return han(1);
    case HAN_2: return han(2);
    case HAN_3: return han(3);
    case WORD: return english(0);
    case LETTERS_3: return english(3);
    case LETTERS_5: return english(5);
    case LETTERS_6: return english(6);
    }
    return "";
}

static void measure(const struct question *q)
{
    static struct hist waited, worked;
    int64_t found = 0, until_ms = ask_i64("SELECT max(created_at_ms) FROM messages");

    waited = worked = (struct hist){ 0 };
    for (int i = 0; i < RUNS; i++) {
        struct search what = q->what;
        struct search_page page;
        struct ctx cx;
        uint64_t start;
        double cpu;
        what.text = word_of(q);
        what.limit = 20;
        if (what.before_ms != 0) {
            what.after_ms = until_ms / 4;
            what.before_ms = until_ms / 2;
        }
        ctx_init(&cx, &sv, arena, "bench", "");
        cx.actor = USER_ID_FIRST + pick(q->who == TALKER ? TALKERS : people_count);
        start = now_ns();
        cpu = thread_ms();
        must(search_messages(&cx, &what, &page), q->name);
        hist_add(&worked, (uint64_t)((thread_ms() - cpu) * 1e6));
        hist_add(&waited, now_ns() - start);
        found += (int64_t)page.count;
        ctx_release(&cx);
        arena_reset(arena);
    }
    printf("{\"question\":\"%s\",\"found\":%.1f,\"p50\":%.3f,\"p99\":%.3f,\"cpu50\":%.3f,\"cpu99\":"
           "%.3f}\n",
           q->name, (double)found / RUNS, hist_ms(&waited, 0.5), hist_ms(&waited, 0.99),
           hist_ms(&worked, 0.5), hist_ms(&worked, 0.99));
}

int main(int argc, char **argv)
{
    struct conf *conf;
    char *error = NULL;

    if (argc != 3)
        die("usage: search FILE PEOPLE");
    people_count = strtoll(argv[2], NULL, 10);
    if (!conf_parse("", &conf, &error) || (sv.db = db_open(argv[1], NULL, &error)) == NULL)
        die(error);
    sv.conf = conf;
    sv.clock = &clock_system;
    arena = arena_new();
    last_id = ask_i64("SELECT max(id) FROM messages");
    if (last_id == 0)
        die("there is nothing to search in");
    index_all();
    for (size_t q = 0; q < sizeof questions / sizeof questions[0]; q++)
        measure(&questions[q]);
    db_close(sv.db);
    return 0;
}
