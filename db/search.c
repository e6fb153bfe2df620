/* See search.h. */
#include "db/search.h"

#include <inttypes.h>
#include <string.h>

#include "db/internal.h"
#include "db/rows.h"
#include "db/tokenizer.h"
#include "db/users.h"

#define CLOCK_SLACK_MS                                                                             \
    INT64_C(3600000) /* how far a clock may have been set back between two messages */

/* ---- filling ---- */

static enum err next_batch(struct db_conn *c, int64_t limit, int64_t *to_r)
{
    struct stmt *s = stmt(c, Q_SEARCH_WAITING);

    *to_r = 0;
    bind_i64(s, limit);
    if (stmt_row(s))
        *to_r = col_i64(s, 0);
    return stmt_done(s);
}

static enum err run_with_id(struct db_conn *c, enum query q, int64_t id)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, id);
    return stmt_done(s);
}

/* FTS5 writes at the next savepoint: here, so that its errors are known here. */
static enum err flush(struct db_conn *c)
{
    enum err e = stmt_done(stmt(c, Q_SEARCH_FLUSH_BEGIN));

    return e == OK ? stmt_done(stmt(c, Q_SEARCH_FLUSH_END)) : e;
}

enum err db_search_index(struct db_conn *c, int64_t limit, enum index_state *state_r)
{
    int64_t to;
    enum err e = next_batch(c, limit, &to);

    *state_r = e == OK && to != 0 ? INDEX_GROWING : INDEX_COMPLETE;
    if (*state_r == INDEX_COMPLETE)
        return e;
    e = run_with_id(c, Q_SEARCH_INDEX_TO, to);
    if (e == OK)
        e = flush(c);
    if (e != OK && sqlite3_extended_errcode(c->sqlite) == SQLITE_CORRUPT_VTAB)
        *state_r = INDEX_DAMAGED;
    return e == OK ? run_with_id(c, Q_SEARCH_SET_PROGRESS, to) : e;
}

enum err db_search_is_due(struct db_conn *c, bool *due_r)
{
    int64_t to;
    enum err e = next_batch(c, 1, &to);

    *due_r = to != 0;
    return e;
}

enum err db_search_lag(struct db_conn *c, int64_t *lag_r)
{
    struct stmt *s = stmt(c, Q_SEARCH_LAG);

    if (stmt_row(s))
        *lag_r = col_i64(s, 0);
    return stmt_done(s);
}

enum err db_search_empty(struct db_conn *c)
{
    enum err e = stmt_done(stmt(c, Q_SEARCH_EMPTY));

    return e == OK ? run_with_id(c, Q_SEARCH_SET_PROGRESS, 0) : e;
}

/* ---- where to look ---- */

enum err db_search_groups_of(struct db_conn *c, struct arena *a, int64_t user_id,
                             struct search_group **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_SEARCH_GROUPS_OF);
    struct rows rows = rows_new(a, sizeof(struct search_group));

    bind_i64(s, user_id);
    while (stmt_row(s)) {
        struct search_group *group = rows_add(&rows);
        group->group_id = col_i64(s, 0);
        group->first_id = col_i64(s, 1);
        group->hidden = col_i64(s, 2);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

/* The message at id or the next one; *id_r 0 when there is none. */
static enum err time_of(struct db_conn *c, int64_t id, int64_t *id_r, int64_t *at_ms_r)
{
    struct stmt *s = stmt(c, Q_SEARCH_TIME);

    *id_r = 0;
    bind_i64(s, id);
    if (stmt_row(s)) {
        *id_r = col_i64(s, 0);
        *at_ms_r = col_i64(s, 1);
    }
    return stmt_done(s);
}

/* The first id in [1, last + 1] from which on messages are not older than at_ms: ids rise with time,
 * but for a clock that was set back. */
static enum err first_since(struct db_conn *c, int64_t last, int64_t at_ms, int64_t *id_r)
{
    int64_t low = 1, high = last + 1;
    enum err e = OK;

    while (low < high && e == OK) {
        int64_t middle = low + (high - low) / 2, id, time_ms = 0;
        e = time_of(c, middle, &id, &time_ms);
        if (id == 0 || time_ms >= at_ms)
            high = middle;
        else
            low = id + 1;
    }
    *id_r = low;
    return e;
}

enum err db_search_ids_between(struct db_conn *c, int64_t from_ms, int64_t to_ms, int64_t *above_r,
                               int64_t *below_r)
{
    struct stmt *s = stmt(c, Q_SEARCH_LAST_ID);
    int64_t last = 0, id = 0;
    enum err e;

    if (stmt_row(s))
        last = col_i64(s, 0);
    e = stmt_done(s);
    *above_r = 0;
    *below_r = last + 1;
    if (e == OK && from_ms != 0) {
        e = first_since(c, last, from_ms - CLOCK_SLACK_MS, &id);
        *above_r = id - 1;
    }
    if (e == OK && to_ms != 0)
        e = first_since(c, last, to_ms + CLOCK_SLACK_MS, below_r);
    return e;
}

/* ---- the expression ---- */

static void add_mark(struct buf *out, char letter, int64_t number)
{
    buf_printf(out, "\"%c%c%" PRId64 "\"", MARK, letter, number);
}

static void add_or(struct buf *out, bool *first)
{
    buf_str(out, *first ? "" : " OR ");
    *first = false;
}

/* (this direct conversation OR these groups) */
static void add_places(struct buf *out, const struct message_search *what)
{
    bool first = true;

    buf_str(out, "(");
    if (what->direct) {
        add_or(out, &first);
        if (what->peer_id != 0) {
            buf_str(out, "(");
            add_mark(out, 'u', what->viewer);
            buf_str(out, " AND ");
            add_mark(out, 'u', what->peer_id);
            buf_str(out, ")");
        } else {
            add_mark(out, 'u', what->viewer);
        }
    }
    for (size_t i = 0; i < what->group_count; i++) {
        add_or(out, &first);
        add_mark(out, 'g', what->groups[i].group_id);
    }
    buf_str(out, ")");
}

static void add_kinds(struct buf *out, unsigned kinds)
{
    bool first = true;

    buf_str(out, " AND (");
    for (unsigned kind = 1; kind < 31; kind++)
        if ((kinds & SEARCH_KIND(kind)) != 0) {
            add_or(out, &first);
            add_mark(out, 'k', kind);
        }
    if ((kinds & SEARCH_LINK) != 0) {
        add_or(out, &first);
        buf_printf(out, "\"%cl\"", MARK);
    }
    buf_str(out, ")");
}

static const char *expression(struct arena *a, const struct message_search *what)
{
    struct buf terms = buf_new(a), out = buf_new(a);

    phrases_terms(what->phrases, &terms);
    add_places(&out, what);
    if (what->sender_id != 0) {
        buf_str(&out, " AND ");
        add_mark(&out, 's', what->sender_id);
    }
    if (what->kinds != 0)
        add_kinds(&out, what->kinds);
    if (terms.len > 0)
        buf_printf(&out, " AND %s", terms.data);
    return out.data;
}

/* ---- asking ---- */

/* The words of the row's message; NULL: the viewer may not see it. */
static const char *words_of(struct stmt *s)
{
    const char *text = (const char *)sqlite3_column_text(s->handle, 6);
    const char *end = text != NULL ? strchr(text, MARKS_END) : NULL;

    return end != NULL ? end + 1 : NULL;
}

static void hit_read(struct stmt *s, struct arena *a, struct message_hit *hit)
{
    int64_t group_id = col_i64(s, 1);

    hit->id = col_i64(s, 0);
    hit->scope = group_id != 0 ? SCOPE_GROUP : SCOPE_DIRECT;
    hit->target_id = group_id != 0 ? group_id : col_i64(s, 2);
    hit->name = col_str(s, 3, a);
    hit->avatar = col_str(s, 4, a);
    hit->read_seq = col_i64(s, 5);
    hit->text = arena_strdup(a, words_of(s));
}

/* Is the row for the viewer, and does it hold the phrases where the index knows only their terms?
 * *tried counts what cost a look. */
static bool is_hit(struct db_conn *c, struct stmt *s, struct arena *scratch,
                   const struct message_search *what, size_t *tried)
{
    const char *words = words_of(s);
    size_t unused;

    if (words != NULL && what->phrases->is_exact)
        return true;
    ++*tried;
    arena_reset(scratch);
    return words != NULL && phrases_find(c, scratch, what->phrases, words, NULL, 0, &unused);
}

enum err db_search_messages(struct db_conn *c, struct arena *a, struct arena *scratch,
                            const struct message_search *what, struct message_hit **list_r,
                            size_t *count_r, int64_t *reached_r)
{
    const char *match = expression(a, what);
    struct stmt *s = stmt(c, Q_SEARCH_MESSAGES);
    struct rows rows = rows_new(a, sizeof(struct message_hit));
    size_t tried = 0;

    *reached_r = 0;
    bind_i64(s, what->viewer);
    bind_str(s, match);
    bind_i64(s, what->above_id);
    bind_i64(s, what->below_id);
    bind_i64(s, what->from_ms);
    bind_i64(s, what->to_ms);
    while (rows.count < what->limit && *reached_r == 0 && stmt_row(s)) {
        if (is_hit(c, s, scratch, what, &tried))
            hit_read(s, a, rows_add(&rows));
        if (tried == what->tries)
            *reached_r = col_i64(s, 0);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_search_mates(struct db_conn *c, struct arena *a, int64_t viewer,
                         const struct phrases *phrases, int64_t limit, struct user **list_r,
                         size_t *count_r)
{
    struct buf match = buf_new(a);
    struct stmt *s = stmt(c, Q_SEARCH_MATES);
    struct rows rows = rows_new(a, sizeof(struct user));

    phrases_terms(phrases, &match);
    bind_i64(s, viewer);
    bind_str(s, match.data);
    bind_i64(s, limit);
    while (stmt_row(s))
        user_read(s, 0, a, rows_add(&rows));
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}
