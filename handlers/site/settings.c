/* Settings and drafts, the same on all devices of a person. */
#include "domain/settings.h"

#include <string.h>

#include "base/json.h"
#include "base/num.h"
#include "base/str.h"
#include "domain/message.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"
#include "handlers/freeim/own.h"
#include "handlers/site/site.h"

static const struct limit_rule draft_rule = { "draft", 60, 240 };

/* GET /settings: the caller's. */
static enum err settings_get(struct req *rq, const void *args)
{
    struct settings settings;
    enum err e = settings_look(&rq->cx, &settings);

    (void)args; /* takes no fields */
    if (e == OK)
        rq->data = own_settings(rq->cx.arena, &settings);
    return e;
}

struct settings_put {
    const char *language, *quiet_from, *quiet_to;
    int theme, density, notify, last_seen, messages_from;
    int64_t font_size;
    enum flag sounds, enter_sends, quiet_hours, read_receipts, directory;
};
SPEC(settings_put,
     F_STR(settings_put, language, IN_ANY, "language", OPTIONAL, 0, LANGUAGE_CHARACTERS),
     F_ENUM(settings_put, theme, IN_ANY, "theme", OPTIONAL, own_themes),
     F_ENUM(settings_put, density, IN_ANY, "density", OPTIONAL, own_densities),
     F_I64(settings_put, font_size, IN_ANY, "fontSize", OPTIONAL, FONT_SIZE_MIN, FONT_SIZE_MAX),
     F_FLAG(settings_put, sounds, IN_ANY, "sounds", OPTIONAL),
     F_FLAG(settings_put, enter_sends, IN_ANY, "enterSends", OPTIONAL),
     F_ENUM(settings_put, notify, IN_ANY, "notify", OPTIONAL, own_notify),
     F_FLAG(settings_put, quiet_hours, IN_ANY, "quietHours", OPTIONAL),
     F_STR(settings_put, quiet_from, IN_ANY, "quietFrom", OPTIONAL, 5, 5),
     F_STR(settings_put, quiet_to, IN_ANY, "quietTo", OPTIONAL, 5, 5),
     F_FLAG(settings_put, read_receipts, IN_ANY, "readReceipts", OPTIONAL),
     F_ENUM(settings_put, last_seen, IN_ANY, "lastSeen", OPTIONAL, own_whom),
     F_FLAG(settings_put, directory, IN_ANY, "directory", OPTIONAL),
     F_ENUM(settings_put, messages_from, IN_ANY, "messagesFrom", OPTIONAL, own_senders));

/* "07:30" as minutes after midnight; NULL as -1. */
static bool parse_minutes(struct arena *a, const char *text, int64_t *minutes_r)
{
    int64_t hours, minutes;

    *minutes_r = -1;
    if (text == NULL)
        return true;
    if (text[2] != ':' || !num_i64(arena_strndup(a, text, 2), 0, 23, &hours) ||
        !num_i64(text + 3, 0, 59, &minutes))
        return false;
    *minutes_r = hours * 60 + minutes;
    return true;
}

static struct settings_change change_from(const struct settings_put *a)
{
    return (struct settings_change){ .language = a->language,
                                     .theme = a->theme,
                                     .density = a->density,
                                     .notify = a->notify,
                                     .last_seen = a->last_seen,
                                     .messages_from = a->messages_from,
                                     .font_size = a->font_size,
                                     .sounds = site_change_of(a->sounds),
                                     .enter_sends = site_change_of(a->enter_sends),
                                     .quiet_hours = site_change_of(a->quiet_hours),
                                     .read_receipts = site_change_of(a->read_receipts),
                                     .directory = site_change_of(a->directory) };
}

/* PUT /settings: changes those that are named. */
static enum err settings_set(struct req *rq, const void *args)
{
    const struct settings_put *a = args;
    struct settings_change change = change_from(a);
    struct settings settings;
    enum err e;

    if (!parse_minutes(rq->cx.arena, a->quiet_from, &change.quiet_from_min) ||
        !parse_minutes(rq->cx.arena, a->quiet_to, &change.quiet_to_min)) {
        rq->fault = "quietFrom, quietTo: not like 07:30";
        return ERR_BAD_FIELD;
    }
    e = settings_update(&rq->cx, &change, &settings);
    if (e == ERR_BAD_FIELD)
        rq->fault = "language: not a language tag";
    if (e != OK)
        return e;
    rq->note = SAID_SET;
    rq->data = own_settings(rq->cx.arena, &settings);
    return OK;
}

/* GET /drafts: what the caller has written and not sent. */
static enum err drafts_get(struct req *rq, const void *args)
{
    struct saved_draft *list;
    size_t count;
    cJSON *items;
    enum err e = draft_list(&rq->cx, &list, &count);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, own_draft(&list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct draft_put {
    int64_t to_id, reply_to_id, at_ms;
    int ope;
    const char *text;
};
SPEC(draft_put,
     F_ENUM(draft_put, ope, IN_ANY, "ope", REQUIRED, freeim_scopes),
     F_I64(draft_put, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX),
     F_STR(draft_put, text, IN_ANY, "text", OPTIONAL, 0, MESSAGE_BODY_MAX),
     F_I64(draft_put, reply_to_id, IN_ANY, "replyToId", OPTIONAL, 0, ID_MAX),
     F_I64(draft_put, at_ms, IN_ANY, "at", REQUIRED, 1, ID_MAX));

/* PUT /drafts: the one typed last wins; the answer is what holds now. */
static enum err draft_set(struct req *rq, const void *args)
{
    const struct draft_put *a = args;
    struct saved_draft in = { .target_id = a->to_id,
                              .body = str_or_empty(a->text),
                              .reply_to_id = a->reply_to_id,
                              .at_ms = a->at_ms };
    struct saved_draft draft;
    enum err e = site_check_place(rq, a->ope, a->to_id);

    if (e == OK)
        e = draft_save(&rq->cx, &in, &draft);
    if (e != OK)
        return e;
    rq->note = SAID_SET;
    rq->data = own_draft(&draft);
    return OK;
}

static const struct route routes[] = {
    { GET, "/settings", ACCESS_USER, settings_get, NULL, NULL },
    { PUT, "/settings", ACCESS_USER, settings_set, &settings_put_spec, NULL },
    { GET, "/drafts", ACCESS_USER, drafts_get, NULL, NULL },
    { PUT, "/drafts", ACCESS_USER, draft_set, &draft_put_spec, &draft_rule },
};
const struct section site_settings_section = SECTION(routes);
