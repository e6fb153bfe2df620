/* Kept statements with sticky errors; see stmt.h. */
#include "db/stmt.h"

#include <assert.h>
#include <inttypes.h>

#include "base/log.h"
#include "base/str.h"
#include "db/internal.h"
#include "db/rows.h"

enum err db_err(int result)
{
    switch (result & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return OK;
    case SQLITE_FULL: return ERR_STORAGE_FULL;
    default: return ERR_DB;
    }
}

/* Remembers the first failure of s and tells the operator which query failed. */
static void stmt_fail(struct db_conn *conn, struct stmt *s, int result)
{
    if (s->err != OK)
        return;
    s->err = db_err(result);
    if ((result & 0xff) != SQLITE_CONSTRAINT)
        log_error("db", "query %s: %s (%d)", query_name[s - conn->stmts],
                  sqlite3_errmsg(conn->sqlite), result);
    db_note_failure(conn->db, result);
}

struct stmt *stmt(struct db_conn *conn, enum query q)
{
    struct stmt *s = &conn->stmts[q];

    assert(!s->busy);
    s->conn = conn;
    s->next = 1;
    s->err = OK;
    s->stepped = false;
    s->busy = true;
    if (s->handle == NULL) {
        int result = sqlite3_prepare_v3(conn->sqlite, query_text[q], -1, SQLITE_PREPARE_PERSISTENT,
                                        &s->handle, NULL);
        if (result != SQLITE_OK)
            stmt_fail(conn, s, result);
    }
    return s;
}

static void bound(struct stmt *s, int result)
{
    if (result != SQLITE_OK)
        stmt_fail(s->conn, s, result);
}

void bind_i64(struct stmt *s, int64_t value)
{
    if (s->err == OK)
        bound(s, sqlite3_bind_int64(s->handle, s->next++, value));
}

void bind_f64(struct stmt *s, double value)
{
    if (s->err == OK)
        bound(s, sqlite3_bind_double(s->handle, s->next++, value));
}

void bind_str(struct stmt *s, const char *text)
{
    if (s->err == OK)
        bound(s, sqlite3_bind_text(s->handle, s->next++, text, -1, SQLITE_STATIC));
}

void bind_str_or_null(struct stmt *s, const char *text)
{
    bind_str(s, text != NULL && text[0] != '\0' ? text : NULL);
}

void bind_ids(struct stmt *s, struct arena *a, const int64_t *ids, size_t count)
{
    struct buf text = buf_new(a);

    buf_str(&text, "[");
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, i == 0 ? "%" PRId64 : ",%" PRId64, ids[i]);
    buf_str(&text, "]");
    bind_str(s, text.data);
}

bool stmt_row(struct stmt *s)
{
    int result;

    if (s->err != OK)
        return false;
    s->stepped = true;
    result = sqlite3_step(s->handle);
    if (result == SQLITE_ROW)
        return true;
    if (result != SQLITE_DONE) {
        s->result = result;
        stmt_fail(s->conn, s, sqlite3_extended_errcode(s->conn->sqlite));
    }
    return false;
}

int64_t col_i64(struct stmt *s, int column)
{
    return sqlite3_column_int64(s->handle, column);
}

double col_f64(struct stmt *s, int column)
{
    return sqlite3_column_double(s->handle, column);
}

bool col_bool(struct stmt *s, int column)
{
    return sqlite3_column_int64(s->handle, column) != 0;
}

const char *col_str(struct stmt *s, int column, struct arena *a)
{
    const char *text = (const char *)sqlite3_column_text(s->handle, column);

    if (text == NULL)
        return "";
    return arena_strndup(a, text, (size_t)sqlite3_column_bytes(s->handle, column));
}

enum err stmt_done(struct stmt *s)
{
    return stmt_done_unique(s, ERR_DB);
}

enum err stmt_done_unique(struct stmt *s, enum err on_conflict)
{
    if (s->err == OK && !s->stepped)
        while (stmt_row(s))
            continue;
    if (s->err == ERR_DB && (s->result & 0xff) == SQLITE_CONSTRAINT) {
        int extended = sqlite3_extended_errcode(s->conn->sqlite);
        if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY)
            s->err = on_conflict;
        else
            log_error("db", "query %s: %s", query_name[s - s->conn->stmts],
                      sqlite3_errmsg(s->conn->sqlite));
    }
    if (s->handle != NULL) {
        sqlite3_reset(s->handle);
        sqlite3_clear_bindings(s->handle);
    }
    s->result = SQLITE_OK;
    s->busy = false;
    return s->err;
}

int64_t stmt_insert_id(struct db_conn *conn)
{
    return sqlite3_last_insert_rowid(conn->sqlite);
}

int stmt_changes(struct db_conn *conn)
{
    return sqlite3_changes(conn->sqlite);
}

enum err stmt_ids(struct stmt *s, struct arena *a, int64_t **ids_r, size_t *count_r)
{
    struct rows rows = rows_new(a, sizeof(int64_t));

    while (stmt_row(s))
        *(int64_t *)rows_add(&rows) = col_i64(s, 0);
    *ids_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}
