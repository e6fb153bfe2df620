/* See phrases.h. */
#include "db/phrases.h"

#include <stdlib.h>
#include <string.h>

#include "db/internal.h"
#include "db/rows.h"
#include "db/tokenizer.h"

struct term_unit {
    const char *text; /* arena */
    size_t len;
    enum unit_kind kind;
    bool joined;
    bool may_go_on; /* a word whose beginning this is counts too */
};

struct phrase {
    struct term_unit *units;
    size_t count;
};

/* ---- reading ---- */

struct reading {
    struct arena *arena;
    struct rows units; /* of the phrase being read */
    size_t total;
    size_t last_end; /* where the last unit ends, in bytes of the piece */
};

static int add_unit(void *arg, const struct unit *unit)
{
    struct reading *r = arg;
    struct term_unit *u;

    if (r->total == PHRASE_UNITS_MAX)
        return SQLITE_OK;
    r->total++;
    u = rows_add(&r->units);
    *u = (struct term_unit){ .text = arena_strndup(r->arena, unit->text, unit->len),
                             .len = unit->len,
                             .kind = unit->kind,
                             .joined = unit->joined };
    r->last_end = unit->end;
    return SQLITE_OK;
}

static bool starts(const char *at, const char *with)
{
    return strncmp(at, with, strlen(with)) == 0;
}

/* The bytes of the quotation mark or white space at `at`, or 0. */
static size_t quote_len(const char *at)
{
    return *at == '"' ? 1 : starts(at, "“") || starts(at, "”") || starts(at, "＂") ? 3 : 0;
}

/* Control characters are white space too: MARK must not begin a piece. */
static size_t space_len(const char *at)
{
    return *at > 0 && *at <= ' '                          ? 1
           : starts(at, "\u00a0")                         ? 2
           : starts(at, "\u3000") || starts(at, "\u2028") ? 3
                                                          : 0;
}

/* The end of the piece that begins at `at`: behind a quotation mark the next one, else white space. */
static const char *piece_end(const char *at, bool quoted)
{
    while (*at != '\0' && quote_len(at) == 0 && (quoted || space_len(at) == 0))
        at++;
    return at;
}

static enum err read_piece(struct db_conn *c, struct reading *r, const char *at, size_t len,
                           struct rows *phrases)
{
    struct phrase *phrase;
    int result;

    for (; len > 0 && *at == MARK; len--)
        at++;
    r->units = rows_new(r->arena, sizeof(struct term_unit));
    result = tokenizer_units(c->tokenizer, at, len, add_unit, r);
    if (result != SQLITE_OK || r->units.count == 0)
        return db_err(result);
    phrase = rows_add(phrases);
    *phrase = (struct phrase){ r->units.items, r->units.count };
    return OK;
}

/* The word that is being typed: text ends with it. */
static void let_go_on(struct rows *phrases, const struct reading *r, const char *at,
                      const char *end)
{
    const struct phrase *phrase = (struct phrase *)phrases->items + phrases->count - 1;
    struct term_unit *last = &phrase->units[phrase->count - 1];

    last->may_go_on = *end == '\0' && at + r->last_end == end && last->kind == UNIT_WORD &&
                      utf8_chars(last->text) >= BEGINNING_MIN;
}

static void finish(struct phrases *phrases, enum completion how)
{
    phrases->is_exact = true;
    for (size_t p = 0; p < phrases->count; p++) {
        struct phrase *phrase = &phrases->items[p];
        bool is_pair = phrase->count == 2 && phrase->units[1].joined;
        if (phrase->count > 1 && !is_pair)
            phrases->is_exact = false;
        for (size_t i = 0; how == COMPLETE_ALL && i < phrase->count; i++)
            phrase->units[i].may_go_on = phrase->units[i].kind == UNIT_WORD;
    }
}

enum err phrases_parse(struct db_conn *c, struct arena *a, const char *text, enum completion how,
                       struct phrases *phrases_r)
{
    struct reading r = { .arena = a };
    struct rows phrases = rows_new(a, sizeof(struct phrase));
    const char *at = text;
    enum err e = OK;

    while (*at != '\0' && e == OK) {
        size_t quote = quote_len(at), count = phrases.count;
        const char *end;
        at += quote != 0 ? quote : space_len(at);
        end = piece_end(at, quote != 0);
        e = read_piece(c, &r, at, (size_t)(end - at), &phrases);
        if (quote == 0 && phrases.count > count)
            let_go_on(&phrases, &r, at, end);
        at = quote != 0 && *end != '\0' ? end + quote_len(end) : end;
    }
    *phrases_r = (struct phrases){ .items = phrases.items, .count = phrases.count };
    finish(phrases_r, how);
    return e;
}

/* ---- terms ---- */

static void add_quoted(struct buf *out, const char *text)
{
    buf_str(out, "\"");
    buf_str(out, text);
    buf_str(out, "\"");
}

/* A word that may go on: the index knows beginnings of some lengths, the others it collects. */
static void add_beginning(struct buf *out, const char *text)
{
    size_t chars = utf8_chars(text);

    if (chars < BEGINNING_MIN || chars > BEGINNING_MAX) {
        add_quoted(out, text);
        buf_str(out, "*");
    } else {
        buf_str(out, "(");
        add_quoted(out, text);
        buf_printf(out, " OR \"%c%c%s\")", MARK, MARK_BEGINNING, text);
    }
}

void phrases_terms(const struct phrases *phrases, struct buf *out)
{
    for (size_t p = 0; p < phrases->count; p++) {
        const struct phrase *phrase = &phrases->items[p];
        for (size_t i = 0; i < phrase->count; i++) {
            const struct term_unit *u = &phrase->units[i];
            bool pairs_on = i + 1 < phrase->count && phrase->units[i + 1].joined;
            if (u->joined && !pairs_on)
                continue; /* the second of a pair already */
            if (out->len > 0)
                buf_str(out, " AND ");
            if (pairs_on)
                buf_printf(out, "\"%s%s\"", u->text, phrase->units[i + 1].text);
            else if (u->may_go_on)
                add_beginning(out, u->text);
            else
                add_quoted(out, u->text);
        }
    }
}

/* ---- finding them in a text ---- */

/* How far a phrase has come: begun[k] is where an occurrence of its first k units that ends at the
 * last unit read begins, + 1; 0: there is none. */
struct progress {
    size_t *begun;
    bool found;
};

struct finding {
    const struct phrases *phrases;
    struct progress *progress; /* one for each phrase */
    struct rows *spans;        /* NULL: not wanted */
};

static bool fits(const struct term_unit *want, const struct unit *have, bool inside)
{
    if (want->kind != have->kind || (inside && want->joined && !have->joined))
        return false;
    if (want->may_go_on ? have->len < want->len : have->len != want->len)
        return false;
    return memcmp(want->text, have->text, want->len) == 0;
}

static void note(struct finding *f, size_t start, size_t end)
{
    struct span *span;

    if (f->spans == NULL)
        return;
    span = rows_add(f->spans);
    *span = (struct span){ start, end };
}

static int find_unit(void *arg, const struct unit *unit)
{
    struct finding *f = arg;

    for (size_t p = 0; p < f->phrases->count; p++) {
        const struct phrase *phrase = &f->phrases->items[p];
        struct progress *at = &f->progress[p];
        for (size_t k = phrase->count; k-- > 0;) {
            size_t begun = k == 0 ? unit->start + 1 : at->begun[k];
            bool on = begun != 0 && fits(&phrase->units[k], unit, k > 0);
            if (k > 0)
                at->begun[k] = 0;
            if (!on)
                continue;
            if (k + 1 < phrase->count) {
                at->begun[k + 1] = begun;
            } else {
                at->found = true;
                note(f, begun - 1, unit->end);
            }
        }
    }
    return SQLITE_OK;
}

static int by_start(const void *a, const void *b)
{
    const struct span *x = a, *y = b;

    return x->start != y->start ? (x->start < y->start ? -1 : 1) : x->end < y->end ? 1 : -1;
}

/* Sorts, makes one of those that overlap or touch, and copies at most max. */
static size_t merge(struct rows *found, struct span *spans_r, size_t max)
{
    struct span *all = found->items;
    size_t n = 0;

    if (found->count > 0)
        qsort(all, found->count, sizeof *all, by_start);
    for (size_t i = 0; i < found->count; i++) {
        if (n > 0 && all[i].start <= spans_r[n - 1].end) {
            if (all[i].end > spans_r[n - 1].end)
                spans_r[n - 1].end = all[i].end;
        } else if (n == max) {
            break;
        } else {
            spans_r[n++] = all[i];
        }
    }
    return n;
}

bool phrases_find(struct db_conn *c, struct arena *scratch, const struct phrases *phrases,
                  const char *text, struct span *spans_r, size_t max, size_t *count_r)
{
    struct rows found = rows_new(scratch, sizeof(struct span));
    struct finding f = { .phrases = phrases,
                         .progress = arena_array(scratch, phrases->count, sizeof(struct progress)),
                         .spans = max > 0 ? &found : NULL };
    bool all = true;

    for (size_t p = 0; p < phrases->count; p++)
        f.progress[p].begun = arena_array(scratch, phrases->items[p].count + 1, sizeof(size_t));
    *count_r = 0;
    if (tokenizer_units(c->tokenizer, text, strlen(text), find_unit, &f) != SQLITE_OK)
        return false;
    for (size_t p = 0; p < phrases->count; p++)
        all = all && f.progress[p].found;
    if (all && max > 0)
        *count_r = merge(&found, spans_r, max);
    return all;
}
