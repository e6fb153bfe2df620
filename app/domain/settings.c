/* Settings and drafts; see settings.h. */
#include "domain/settings.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "db/settings.h"
#include "domain/message.h"
#include "domain/message_internal.h"

enum err settings_look(struct ctx *cx, struct settings *settings_r)
{
    return db_settings_find(ctx_db(cx), cx->arena, cx->actor, settings_r);
}

static bool is_language(const char *tag)
{
    for (const char *p = tag; *p != '\0'; p++)
        if (!isalnum((unsigned char)*p) && *p != '-')
            return false;
    return strlen(tag) <= LANGUAGE_CHARACTERS;
}

static void put_flag(bool *member, int value)
{
    if (value >= 0)
        *member = value > 0;
}

static void put_number(int64_t *member, int64_t value, int64_t unset)
{
    if (value != unset)
        *member = value;
}

static void apply(const struct settings_change *change, struct settings *s)
{
    if (change->language != NULL)
        s->language = change->language;
    if (change->theme != 0)
        s->theme = (enum theme)change->theme;
    if (change->density != 0)
        s->density = (enum density)change->density;
    if (change->notify != 0)
        s->notify = (enum notify)change->notify;
    if (change->last_seen != 0)
        s->last_seen = (enum whom)change->last_seen;
    if (change->messages_from != 0)
        s->messages_from = (enum whom)change->messages_from;
    put_number(&s->font_size, change->font_size, 0);
    put_number(&s->quiet_from_min, change->quiet_from_min, -1);
    put_number(&s->quiet_to_min, change->quiet_to_min, -1);
    put_flag(&s->sounds, change->sounds);
    put_flag(&s->enter_sends, change->enter_sends);
    put_flag(&s->quiet_hours, change->quiet_hours);
    put_flag(&s->read_receipts, change->read_receipts);
    put_flag(&s->directory, change->directory);
}

static struct event own_event(struct ctx *cx, enum event_kind kind)
{
    struct event ev = { .kind = kind, .to_count = 1 };

    ev.to = arena_memdup(cx->arena, &cx->actor, sizeof cx->actor);
    return ev;
}

static enum err update(struct ctx *cx, const struct settings_change *change,
                       struct settings *settings_r)
{
    struct event ev = own_event(cx, EV_SETTINGS);
    enum err e = db_settings_find(cx->conn, cx->arena, cx->actor, settings_r);

    if (e != OK)
        return e;
    apply(change, settings_r);
    ev.settings = (struct settings_event){ cx->actor, *settings_r, ctx_now(cx) };
    event_queue(cx, &ev);
    return db_settings_put(cx->conn, cx->actor, settings_r);
}

enum err settings_update(struct ctx *cx, const struct settings_change *change,
                         struct settings *settings_r)
{
    enum err e;

    if (change->language != NULL && !is_language(change->language))
        return ERR_BAD_FIELD;
    e = tx_begin(cx);
    if (e == OK)
        e = update(cx, change, settings_r);
    return tx_end(cx, e);
}

/* ---- drafts ---- */

/* One more, where there was none? */
static enum err check_room(struct ctx *cx, const struct saved_draft *before,
                           const struct saved_draft *after)
{
    int64_t count = 0;
    enum err e = OK;

    if (before->body[0] == '\0' && after->body[0] != '\0')
        e = db_draft_count(cx->conn, cx->actor, &count);
    return e == OK && count >= DRAFTS_MAX ? ERR_TOO_MANY : e;
}

static enum err save(struct ctx *cx, const struct saved_draft *in, struct saved_draft *draft_r)
{
    struct event ev = own_event(cx, EV_DRAFT);
    struct window w;
    struct saved_draft now = *in, before = { 0 };
    enum err e = window_of(cx, in->target_id, &w);

    if (e == OK)
        e = db_draft_find(cx->conn, cx->arena, cx->actor, in->target_id, &before);
    *draft_r = before;
    if (now.at_ms > ctx_now(cx))
        now.at_ms = ctx_now(cx);
    if (e != OK || now.at_ms <= before.at_ms)
        return e;
    e = check_room(cx, &before, &now);
    if (e == OK)
        e = db_draft_forget(cx->conn, cx->actor, ctx_now(cx) - DRAFT_FORGET_MS);
    if (e == OK)
        e = db_draft_put(cx->conn, cx->actor, &now);
    if (e != OK)
        return e;
    *draft_r = now;
    ev.draft = (struct draft_event){ cx->actor, now };
    event_queue(cx, &ev);
    return OK;
}

enum err draft_save(struct ctx *cx, const struct saved_draft *in, struct saved_draft *draft_r)
{
    enum err e;

    if (strlen(in->body) > MESSAGE_BODY_MAX)
        return ERR_TOO_LARGE;
    e = tx_begin(cx);
    if (e == OK)
        e = save(cx, in, draft_r);
    return tx_end(cx, e);
}

enum err draft_list(struct ctx *cx, struct saved_draft **list_r, size_t *count_r)
{
    return db_draft_list(ctx_db(cx), cx->arena, cx->actor, list_r, count_r);
}
