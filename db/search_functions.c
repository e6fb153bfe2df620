/* SQL functions of the search indexes. The triggers of migrations/NNNN_search.sql call them so that
 * the indexes follow whoever changes or deletes a row, in the same transaction. Triggers and views
 * may neither write to an FTS5 table nor read JSON themselves: both are not safe from a forged schema
 * (PRAGMA trusted_schema), while these functions can only harm an index. */
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "db/internal.h"
#include "db/tokenizer.h"
#include "db/types.h"

/* ---- words ---- */

/* freeim's clients write JSON into bodies (facts/freeim.md 4). */
static const char *const of_body[] = { "content", "fileName", NULL };
static const char *const of_extra[] = { "name", "caption", NULL };
static const char *const of_items[] = { "body", NULL };

static bool is_words(int64_t kind)
{
    return kind == KIND_TEXT || kind == KIND_LOCATION;
}

static void add_words(struct buf *out, int64_t kind, const char *body, const char *extra)
{
    if (body[0] == '{')
        json_add_texts(out, body, NULL, of_body);
    if (is_words(kind))
        return;
    json_add_texts(out, extra, NULL, of_extra);
    if (kind == KIND_FORWARD)
        json_add_texts(out, extra, "items", of_items);
}

/* search_words(kind, body, extra): what people read of a message, a line each: a text's body, an
 * upload's name and caption, what was forwarded. */
static void search_words(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    int64_t kind = sqlite3_value_int64(arguments[0]);
    const char *body = (const char *)sqlite3_value_text(arguments[1]);
    const char *extra = (const char *)sqlite3_value_text(arguments[2]);
    struct arena *arena;
    struct buf out;

    (void)count; /* SQLite checked it */
    if (body == NULL || extra == NULL || (is_words(kind) && body[0] != '{')) {
        sqlite3_result_value(context, arguments[1]);
        return;
    }
    arena = arena_new();
    out = buf_new(arena);
    add_words(&out, kind, body, extra);
    if (out.len == 0 && is_words(kind))
        sqlite3_result_value(context, arguments[1]);
    else
        sqlite3_result_text64(context, str_or_empty(out.data), out.len, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
    arena_free(arena);
}

/* ---- what triggers do ---- */

/* search_add(index, id, text), search_drop(index, id, text): index is 'message' or 'user'. In drop
 * text must be what was added. */
static void change(sqlite3_context *context, sqlite3_value **arguments, enum query of_messages,
                   enum query of_users)
{
    sqlite3 *sqlite = sqlite3_context_db_handle(context);
    const char *index = (const char *)sqlite3_value_text(arguments[0]);
    bool is_user = index != NULL && strcmp(index, "user") == 0;
    sqlite3_stmt *handle = NULL;
    int result;

    result =
        sqlite3_prepare_v2(sqlite, query_text[is_user ? of_users : of_messages], -1, &handle, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_bind_value(handle, 1, arguments[1]);
    if (result == SQLITE_OK)
        result = sqlite3_bind_value(handle, 2, arguments[2]);
    if (result == SQLITE_OK)
        sqlite3_step(handle);
    result = sqlite3_finalize(handle);
    if (result != SQLITE_OK)
        sqlite3_result_error_code(context, sqlite3_extended_errcode(sqlite));
}

static void search_add(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count; /* SQLite checked it */
    change(context, arguments, Q_SEARCH_ADD_MESSAGE, Q_SEARCH_ADD_USER);
}

static void search_drop(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count; /* SQLite checked it */
    change(context, arguments, Q_SEARCH_DROP_MESSAGE, Q_SEARCH_DROP_USER);
}

int search_register(sqlite3 *sqlite)
{
    const int how = SQLITE_UTF8 | SQLITE_INNOCUOUS;
    int result = tokenizer_register(sqlite);

    if (result == SQLITE_OK)
        result = sqlite3_create_function(sqlite, "search_words", 3, how | SQLITE_DETERMINISTIC,
                                         NULL, search_words, NULL, NULL);
    if (result == SQLITE_OK)
        result =
            sqlite3_create_function(sqlite, "search_add", 3, how, NULL, search_add, NULL, NULL);
    if (result == SQLITE_OK)
        result =
            sqlite3_create_function(sqlite, "search_drop", 3, how, NULL, search_drop, NULL, NULL);
    return result;
}
