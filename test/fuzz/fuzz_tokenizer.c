/* Any bytes as a message: units lie in it in order and are what they become when read again, and whatever piece of it
 * somebody types is found in it, by the index and by the highlighter alike. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"
#include "db/phrases.h"
#include "db/tokenizer.h"

#define PIECE_UNITS 5

static struct db *db;
static struct db_conn *c;
static struct tokenizer *again; /* for reading a unit while the other reads the text */
static sqlite3_stmt *add, *match;

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char table[] =
        "CREATE VIRTUAL TABLE t USING fts5 (x, detail=none, tokenize='chatd')";
    char *error = NULL;

    (void)argc;
    (void)argv;
    db = db_open(":memory:", NULL, &error);
    require(db != NULL);
    c = db_read_begin(db);
    again = tokenizer_new(c->sqlite);
    require(again != NULL && sqlite3_exec(c->sqlite, table, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_prepare_v2(c->sqlite, "INSERT OR REPLACE INTO t (rowid, x) VALUES (1, ?)", -1, &add,
                       NULL);
    sqlite3_prepare_v2(c->sqlite, "SELECT count(*) FROM t WHERE t MATCH ?", -1, &match, NULL);
    return 0;
}

struct reading {
    size_t len, count;
    struct unit last;
    size_t start, end; /* of the first PIECE_UNITS units */
};

static int same_unit(void *arg, const struct unit *unit)
{
    const struct unit **want = arg;

    require(*want != NULL && unit->kind == (*want)->kind && unit->len == (*want)->len &&
            memcmp(unit->text, (*want)->text, unit->len) == 0);
    *want = NULL; /* and no second one */
    return SQLITE_OK;
}

static int on_unit(void *arg, const struct unit *unit)
{
    struct reading *r = arg;
    const struct unit *want = unit;

    require(unit->len > 0 && unit->start < unit->end && unit->end <= r->len);
    require(r->count == 0 || unit->start >= r->last.start);
    require(!unit->joined ||
            (unit->kind == UNIT_CHAR && r->last.kind == UNIT_CHAR && r->last.end == unit->start));
    require(tokenizer_units(again, unit->text, unit->len, same_unit, &want) == SQLITE_OK);
    require(want == NULL);
    if (r->count == 0)
        r->start = unit->start;
    if (r->count++ < PIECE_UNITS)
        r->end = unit->end;
    r->last = *unit;
    return SQLITE_OK;
}

/* Somebody types a piece of text. */
static void look_for(struct arena *a, struct arena *scratch, const char *text, const char *piece)
{
    struct phrases phrases;
    struct buf terms = buf_new(a);
    struct span spans[3];
    size_t count;

    require(phrases_parse(c, a, piece, COMPLETE_LAST, &phrases) == OK);
    if (phrases.count == 0)
        return;
    require(phrases_find(c, scratch, &phrases, text, spans, 3, &count) && count > 0);
    for (size_t i = 0; i < count; i++)
        require(spans[i].start < spans[i].end && spans[i].end <= strlen(text) &&
                (i == 0 || spans[i].start > spans[i - 1].end));
    phrases_terms(&phrases, &terms);
    sqlite3_bind_text(add, 1, text, -1, SQLITE_STATIC);
    require(sqlite3_step(add) == SQLITE_DONE && sqlite3_reset(add) == SQLITE_OK);
    sqlite3_bind_text(match, 1, terms.data, -1, SQLITE_STATIC);
    require(sqlite3_step(match) == SQLITE_ROW && sqlite3_column_int(match, 0) == 1);
    sqlite3_reset(match);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading r = { .len = size };
    struct arena *a = arena_new(), *scratch = arena_new();
    const char *text = arena_strndup(a, (const char *)data, size);

    require(tokenizer_units(c->tokenizer, (const char *)data, size, on_unit, &r) == SQLITE_OK);
    r = (struct reading){ .len = strlen(text) };
    require(tokenizer_units(c->tokenizer, text, r.len, on_unit, &r) == SQLITE_OK);
    if (r.count > 0)
        look_for(a, scratch, text, arena_strndup(a, text + r.start, r.end - r.start));
    arena_free(scratch);
    arena_free(a);
    return 0;
}
