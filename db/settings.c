/* Rows of settings and drafts; see settings.h. */
#include "db/settings.h"

#include "db/rows.h"
#include "db/stmt.h"

#define FONT_SIZE_DEFAULT 16
#define EVENING_MIN (22 * 60)
#define MORNING_MIN (7 * 60)

static const struct settings defaults = { .language = "",
                                          .theme = THEME_SYSTEM,
                                          .density = DENSITY_COSY,
                                          .font_size = FONT_SIZE_DEFAULT,
                                          .sounds = true,
                                          .enter_sends = true,
                                          .notify = NOTIFY_ALL,
                                          .quiet_from_min = EVENING_MIN,
                                          .quiet_to_min = MORNING_MIN,
                                          .read_receipts = true,
                                          .last_seen = WHOM_EVERYONE,
                                          .directory = true,
                                          .messages_from = WHOM_EVERYONE };

enum err db_settings_find(struct db_conn *c, struct arena *a, int64_t user_id,
                          struct settings *settings_r)
{
    struct stmt *s = stmt(c, Q_SETTINGS_FIND);
    int i = 0;

    *settings_r = defaults;
    bind_i64(s, user_id);
    if (stmt_row(s)) {
        settings_r->language = col_str(s, i++, a);
        settings_r->theme = (enum theme)col_i64(s, i++);
        settings_r->density = (enum density)col_i64(s, i++);
        settings_r->font_size = col_i64(s, i++);
        settings_r->sounds = col_bool(s, i++);
        settings_r->enter_sends = col_bool(s, i++);
        settings_r->notify = (enum notify)col_i64(s, i++);
        settings_r->quiet_hours = col_bool(s, i++);
        settings_r->quiet_from_min = col_i64(s, i++);
        settings_r->quiet_to_min = col_i64(s, i++);
        settings_r->read_receipts = col_bool(s, i++);
        settings_r->last_seen = (enum whom)col_i64(s, i++);
        settings_r->directory = col_bool(s, i++);
        settings_r->messages_from = (enum whom)col_i64(s, i++);
    }
    return stmt_done(s);
}

enum err db_settings_put(struct db_conn *c, int64_t user_id, const struct settings *in)
{
    struct stmt *s = stmt(c, Q_SETTINGS_PUT);

    bind_i64(s, user_id);
    bind_str(s, in->language);
    bind_i64(s, in->theme);
    bind_i64(s, in->density);
    bind_i64(s, in->font_size);
    bind_i64(s, in->sounds);
    bind_i64(s, in->enter_sends);
    bind_i64(s, in->notify);
    bind_i64(s, in->quiet_hours);
    bind_i64(s, in->quiet_from_min);
    bind_i64(s, in->quiet_to_min);
    bind_i64(s, in->read_receipts);
    bind_i64(s, in->last_seen);
    bind_i64(s, in->directory);
    bind_i64(s, in->messages_from);
    return stmt_done(s);
}

static struct saved_draft draft_read(struct stmt *s, struct arena *a)
{
    return (struct saved_draft){ .target_id = col_i64(s, 0),
                                 .body = col_str(s, 1, a),
                                 .reply_to_id = col_i64(s, 2),
                                 .at_ms = col_i64(s, 3) };
}

enum err db_draft_find(struct db_conn *c, struct arena *a, int64_t user_id, int64_t target_id,
                       struct saved_draft *draft_r)
{
    struct stmt *s = stmt(c, Q_DRAFT_FIND);

    *draft_r = (struct saved_draft){ .target_id = target_id, .body = "" };
    bind_i64(s, user_id);
    bind_i64(s, target_id);
    if (stmt_row(s))
        *draft_r = draft_read(s, a);
    return stmt_done(s);
}

enum err db_draft_list(struct db_conn *c, struct arena *a, int64_t user_id,
                       struct saved_draft **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_DRAFT_LIST);
    struct rows rows = rows_new(a, sizeof(struct saved_draft));

    bind_i64(s, user_id);
    while (stmt_row(s))
        *(struct saved_draft *)rows_add(&rows) = draft_read(s, a);
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_draft_count(struct db_conn *c, int64_t user_id, int64_t *count_r)
{
    struct stmt *s = stmt(c, Q_DRAFT_COUNT);

    bind_i64(s, user_id);
    *count_r = stmt_row(s) ? col_i64(s, 0) : 0;
    return stmt_done(s);
}

enum err db_draft_put(struct db_conn *c, int64_t user_id, const struct saved_draft *in)
{
    struct stmt *s = stmt(c, Q_DRAFT_PUT);

    bind_i64(s, user_id);
    bind_i64(s, in->target_id);
    bind_str(s, in->body);
    bind_i64(s, in->reply_to_id);
    bind_i64(s, in->at_ms);
    return stmt_done(s);
}

enum err db_draft_forget(struct db_conn *c, int64_t user_id, int64_t before_ms)
{
    struct stmt *s = stmt(c, Q_DRAFT_FORGET);

    bind_i64(s, user_id);
    bind_i64(s, before_ms);
    return stmt_done(s);
}

enum err db_presence_list(struct db_conn *c, struct arena *a, int64_t viewer, const int64_t *ids,
                          size_t count, struct last_seen **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_PRESENCE_LIST);
    struct rows rows = rows_new(a, sizeof(struct last_seen));

    bind_i64(s, viewer);
    bind_ids(s, a, ids, count);
    while (stmt_row(s))
        *(struct last_seen *)rows_add(&rows) =
            (struct last_seen){ col_i64(s, 0), col_i64(s, 1), col_bool(s, 2) };
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_presence_watchers(struct db_conn *c, struct arena *a, int64_t user_id, int64_t **ids_r,
                              size_t *count_r)
{
    struct stmt *s = stmt(c, Q_PRESENCE_WATCHERS);

    bind_i64(s, user_id);
    return stmt_ids(s, a, ids_r, count_r);
}
