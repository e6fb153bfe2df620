/* See tokenizer.h. A text is cut into stretches: glyphs that are units by themselves are taken here,
 * what lies between them goes to unicode61, which gives words back. */
#include "db/tokenizer.h"

#include <stdint.h>
#include <string.h>

#include "db/glyph.h"

struct tokenizer {
    fts5_tokenizer words; /* unicode61 */
    Fts5Tokenizer *handle;
    char *copy;   /* a stretch whose full-width letters were made narrow */
    size_t *from; /* for each byte of copy and its end: where it comes from */
    size_t cap;
};

/* One walk over a text. */
struct walk {
    struct tokenizer *t;
    const char *text;
    size_t len;
    size_t shift; /* where unicode61's slice begins */
    const size_t *from;
    int (*each)(void *arg, const struct unit *unit);
    void *arg;
};

/* ---- words ---- */

static size_t cut(const char *token, size_t len)
{
    if (len <= TOKENIZER_WORD_BYTES)
        return len;
    len = TOKENIZER_WORD_BYTES;
    while (len > 0 && ((unsigned char)token[len] & 0xc0) == 0x80)
        len--;
    return len;
}

static int on_word(void *arg, int flags, const char *token, int len, int start, int end)
{
    const struct walk *w = arg;
    struct unit unit = { .text = token,
                         .len = cut(token, (size_t)len),
                         .start = w->from != NULL ? w->from[start] : w->shift + (size_t)start,
                         .end = w->from != NULL ? w->from[end] : w->shift + (size_t)end,
                         .kind = UNIT_WORD };

    (void)flags; /* unicode61 gives no synonyms */
    return w->each(w->arg, &unit);
}

static int give_words(struct walk *w, const char *text, size_t len)
{
    return w->t->words.xTokenize(w->t->handle, w, FTS5_TOKENIZE_DOCUMENT, text, (int)len, on_word);
}

static bool make_room(struct tokenizer *t, size_t len)
{
    char *copy;
    size_t *from;

    if (len <= t->cap)
        return true;
    copy = sqlite3_realloc64(t->copy, len);
    if (copy != NULL)
        t->copy = copy;
    from = sqlite3_realloc64(t->from, (len + 1) * sizeof *from);
    if (from != NULL)
        t->from = from;
    if (copy == NULL || from == NULL)
        return false;
    t->cap = len;
    return true;
}

/* The stretch start..end holds full-width forms: unicode61 gets a narrow copy. */
static int give_wide(struct walk *w, size_t start, size_t end)
{
    struct tokenizer *t = w->t;
    size_t n = 0;
    int result;

    if (!make_room(t, end - start))
        return SQLITE_NOMEM;
    for (size_t at = start; at < end;) {
        struct glyph g;
        glyph_read(w->text, end, at, &g);
        for (size_t i = 0; i < g.len; i++) {
            t->from[n] = at + (g.kind == GLYPH_WIDE ? 0 : i);
            t->copy[n++] = g.text[i];
        }
        at = g.end;
        t->from[n] = at;
    }
    w->from = t->from;
    result = give_words(w, t->copy, n);
    w->from = NULL;
    return result;
}

static int give_stretch(struct walk *w, size_t start, size_t end, bool has_wide)
{
    if (start == end)
        return SQLITE_OK;
    if (has_wide)
        return give_wide(w, start, end);
    w->shift = start;
    return give_words(w, w->text + start, end - start);
}

/* ---- stretches ---- */

static int give_glyph(struct walk *w, const struct glyph *g, size_t start, bool joined)
{
    struct unit unit = { .text = g->text,
                         .len = g->len,
                         .start = start,
                         .end = g->end,
                         .kind = g->kind == GLYPH_CHAR ? UNIT_CHAR : UNIT_SYMBOL,
                         .joined = joined };

    return w->each(w->arg, &unit);
}

static int walk_text(struct walk *w, size_t at)
{
    size_t start = at; /* of the stretch for unicode61 */
    bool has_wide = false, joined = false;
    int result = SQLITE_OK;

    while (at < w->len && result == SQLITE_OK) {
        struct glyph g;
        if ((unsigned char)w->text[at] < 0x80) {
            at++;
            joined = false;
            continue;
        }
        glyph_read(w->text, w->len, at, &g);
        if (g.kind == GLYPH_CHAR || g.kind == GLYPH_SYMBOL || g.kind == GLYPH_BAD) {
            result = give_stretch(w, start, at, has_wide);
            has_wide = false;
            if (g.kind != GLYPH_BAD && result == SQLITE_OK)
                result = give_glyph(w, &g, at, joined && g.kind == GLYPH_CHAR);
            start = g.end;
        }
        has_wide = has_wide || g.kind == GLYPH_WIDE;
        joined = g.kind == GLYPH_CHAR;
        at = g.end;
    }
    return result == SQLITE_OK ? give_stretch(w, start, w->len, has_wide) : result;
}

/* Where the text behind the marks begins. */
static size_t skip_marks(const char *text, size_t len)
{
    const char *end;

    if (len == 0 || text[0] != MARK)
        return 0;
    end = memchr(text, MARKS_END, len);
    return end != NULL ? (size_t)(end - text) + 1 : len;
}

int tokenizer_units(struct tokenizer *t, const char *text, size_t len,
                    int (*each)(void *arg, const struct unit *unit), void *arg)
{
    struct walk w = { .t = t, .text = text, .len = len, .each = each, .arg = arg };

    return walk_text(&w, skip_marks(text, len));
}

/* ---- tokens ---- */

typedef int token_fn(void *arg, int flags, const char *token, int len, int start, int end);

/* Units becoming tokens: a character waits for the next, with which it makes a pair. */
struct pairing {
    token_fn *token;
    void *arg;
    bool is_query;
    bool has_last;
    bool in_pair; /* the last one is the second of a pair already */
    char last[GLYPH_BYTES];
    struct unit unit; /* the last one; its text is in last */
};

static int emit(const struct pairing *p, int flags, const char *text, size_t len, size_t start,
                size_t end)
{
    return p->token(p->arg, flags, text, (int)len, (int)start, (int)end);
}

/* The waiting character has no partner. In a query one that is part of a pair says nothing new, but
 * where more follows it keeps the distance. */
static int flush(struct pairing *p, bool more)
{
    bool silent = !p->has_last || (p->is_query && p->in_pair && !more);

    p->has_last = false;
    return silent ? SQLITE_OK : emit(p, 0, p->last, p->unit.len, p->unit.start, p->unit.end);
}

static int emit_pair(const struct pairing *p, const struct unit *next)
{
    char both[2 * GLYPH_BYTES];
    int result;

    memcpy(both, p->last, p->unit.len);
    memcpy(both + p->unit.len, next->text, next->len);
    result = emit(p, 0, both, p->unit.len + next->len, p->unit.start, next->end);
    if (result == SQLITE_OK && !p->is_query)
        result = emit(p, FTS5_TOKEN_COLOCATED, p->last, p->unit.len, p->unit.start, p->unit.end);
    return result;
}

static int emit_word(const struct pairing *p, const struct unit *unit)
{
    char beginning[2 + 4 * BEGINNING_MAX] = { MARK, MARK_BEGINNING };
    size_t at = 0;
    int result = emit(p, 0, unit->text, unit->len, unit->start, unit->end);

    for (int n = 1; n <= BEGINNING_MAX && !p->is_query && result == SQLITE_OK; n++) {
        do
            at++;
        while (at < unit->len && ((unsigned char)unit->text[at] & 0xc0) == 0x80);
        if (at >= unit->len || at > sizeof beginning - 2)
            break;
        if (n < BEGINNING_MIN)
            continue;
        memcpy(beginning + 2, unit->text, at);
        result = emit(p, FTS5_TOKEN_COLOCATED, beginning, at + 2, unit->start, unit->end);
    }
    return result;
}

static int on_unit(void *arg, const struct unit *unit)
{
    struct pairing *p = arg;
    bool pairs = p->has_last && unit->joined;
    int result = pairs ? emit_pair(p, unit) : flush(p, true);

    if (result != SQLITE_OK)
        return result;
    if (unit->kind == UNIT_WORD)
        return emit_word(p, unit);
    if (unit->kind == UNIT_SYMBOL)
        return emit(p, 0, unit->text, unit->len, unit->start, unit->end);
    p->has_last = true;
    p->in_pair = pairs;
    p->unit = *unit;
    memcpy(p->last, unit->text, unit->len);
    return SQLITE_OK;
}

static int emit_marks(const struct pairing *p, const char *text, size_t end)
{
    int result = SQLITE_OK;

    for (size_t at = 0; at < end && result == SQLITE_OK;) {
        size_t next = at + 1;
        while (next < end && text[next] != MARK && text[next] != MARKS_END)
            next++;
        if (text[at] == MARK)
            result = emit(p, 0, text + at, next - at, at, next);
        at = next;
    }
    return result;
}

static int tokenize(Fts5Tokenizer *handle, void *arg, int flags, const char *text, int len,
                    token_fn *token)
{
    struct pairing p = { .token = token,
                         .arg = arg,
                         .is_query = (flags & FTS5_TOKENIZE_QUERY) != 0 };
    size_t size = (size_t)len;
    int result = text == NULL ? SQLITE_OK : emit_marks(&p, text, skip_marks(text, size));

    if (result == SQLITE_OK && text != NULL)
        result = tokenizer_units((struct tokenizer *)handle, text, size, on_unit, &p);
    return result == SQLITE_OK ? flush(&p, false) : result;
}

/* ---- making and registering ---- */

static fts5_api *api_of(sqlite3 *sqlite)
{
    fts5_api *api = NULL;
    sqlite3_stmt *handle = NULL;

    if (sqlite3_prepare_v2(sqlite, "SELECT fts5(?1)", -1, &handle, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(handle, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(handle);
    }
    sqlite3_finalize(handle);
    return api;
}

static int create(void *arg, const char **options, int count, Fts5Tokenizer **handle_r)
{
    static const char *fold[] = { "remove_diacritics", "2" };
    fts5_api *api = arg;
    struct tokenizer *t = sqlite3_malloc64(sizeof *t);
    void *own = NULL;
    int result = t != NULL ? SQLITE_OK : SQLITE_NOMEM;

    (void)options; /* it takes none */
    if (count > 0)
        result = SQLITE_ERROR;
    if (result == SQLITE_OK) {
        memset(t, 0, sizeof *t);
        result = api->xFindTokenizer(api, "unicode61", &own, &t->words);
    }
    if (result == SQLITE_OK)
        result = t->words.xCreate(own, fold, 2, &t->handle);
    if (result != SQLITE_OK) {
        sqlite3_free(t);
        t = NULL;
    }
    *handle_r = (Fts5Tokenizer *)t;
    return result;
}

static void drop(Fts5Tokenizer *handle)
{
    tokenizer_free((struct tokenizer *)handle);
}

int tokenizer_register(sqlite3 *sqlite)
{
    fts5_tokenizer own = { create, drop, tokenize };
    fts5_api *api = api_of(sqlite);

    return api != NULL ? api->xCreateTokenizer(api, "chatd", api, &own, NULL) : SQLITE_ERROR;
}

struct tokenizer *tokenizer_new(sqlite3 *sqlite)
{
    fts5_api *api = api_of(sqlite);
    Fts5Tokenizer *handle = NULL;

    if (api != NULL)
        create(api, NULL, 0, &handle);
    return (struct tokenizer *)handle;
}

void tokenizer_free(struct tokenizer *t)
{
    if (t == NULL)
        return;
    t->words.xDelete(t->handle);
    sqlite3_free(t->copy);
    sqlite3_free(t->from);
    sqlite3_free(t);
}
