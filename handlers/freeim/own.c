/* See own.h; the keys are explained in handlers/README.md. */
#include "handlers/freeim/own.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/json.h"
#include "handlers/freeim/encode.h"

const struct enum_name own_themes[] = {
    { "system", THEME_SYSTEM }, { "light", THEME_LIGHT }, { "dark", THEME_DARK }, { NULL, 0 }
};
const struct enum_name own_densities[] = { { "cosy", DENSITY_COSY },
                                           { "compact", DENSITY_COMPACT },
                                           { NULL, 0 } };
const struct enum_name own_notify[] = {
    { "all", NOTIFY_ALL }, { "mentions", NOTIFY_MENTIONS }, { "none", NOTIFY_NONE }, { NULL, 0 }
};
const struct enum_name own_notify_here[] = { { "default", NOTIFY_DEFAULT + 1 },
                                             { "all", NOTIFY_ALL + 1 },
                                             { "mentions", NOTIFY_MENTIONS + 1 },
                                             { "none", NOTIFY_NONE + 1 },
                                             { NULL, 0 } };
const struct enum_name own_whom[] = { { "everyone", WHOM_EVERYONE },
                                      { "contacts", WHOM_CONTACTS },
                                      { "nobody", WHOM_NOBODY },
                                      { NULL, 0 } };
const struct enum_name own_senders[] = { { "everyone", WHOM_EVERYONE },
                                         { "contacts", WHOM_CONTACTS },
                                         { NULL, 0 } };

static void add_name(cJSON *o, const char *key, const struct enum_name *names, int value)
{
    while (names->name != NULL && names->value != value)
        names++;
    cJSON_AddStringToObject(o, key, names->name != NULL ? names->name : "");
}

static void add_minutes(cJSON *o, struct arena *a, const char *key, int64_t minutes)
{
    cJSON_AddStringToObject(
        o, key, arena_printf(a, "%02" PRId64 ":%02" PRId64, minutes / 60, minutes % 60));
}

cJSON *own_settings(struct arena *a, const struct settings *settings)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "language", settings->language);
    add_name(o, "theme", own_themes, (int)settings->theme);
    add_name(o, "density", own_densities, (int)settings->density);
    json_add_i64(o, "fontSize", settings->font_size);
    cJSON_AddBoolToObject(o, "sounds", settings->sounds);
    cJSON_AddBoolToObject(o, "enterSends", settings->enter_sends);
    add_name(o, "notify", own_notify, (int)settings->notify);
    cJSON_AddBoolToObject(o, "quietHours", settings->quiet_hours);
    add_minutes(o, a, "quietFrom", settings->quiet_from_min);
    add_minutes(o, a, "quietTo", settings->quiet_to_min);
    cJSON_AddBoolToObject(o, "readReceipts", settings->read_receipts);
    add_name(o, "lastSeen", own_whom, (int)settings->last_seen);
    cJSON_AddBoolToObject(o, "directory", settings->directory);
    add_name(o, "messagesFrom", own_senders, (int)settings->messages_from);
    return o;
}

void own_add_state(cJSON *o, const struct conversation_state *state)
{
    json_add_i64(o, "muteUntil", state->mute_until_ms);
    add_name(o, "notify", own_notify_here, (int)state->notify + 1);
    cJSON_AddBoolToObject(o, "pinned", state->is_pinned);
    cJSON_AddBoolToObject(o, "hidden", state->is_hidden);
    cJSON_AddBoolToObject(o, "markedUnread", state->is_marked_unread);
    json_add_i64(o, "clearedSeq", state->cleared_seq);
}

cJSON *own_draft(const struct saved_draft *draft)
{
    enum scope scope = draft->target_id <= GROUP_ID_LAST ? SCOPE_GROUP : SCOPE_DIRECT;
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "ope", freeim_scope_name(scope));
    json_add_i64(o, "targetId", draft->target_id);
    cJSON_AddStringToObject(o, "text", draft->body);
    json_add_i64(o, "replyToId", draft->reply_to_id);
    json_add_i64(o, "at", draft->at_ms);
    return o;
}

cJSON *own_presence(struct arena *a, bool online, int64_t last_seen_at_ms)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddBoolToObject(o, "online", online);
    if (last_seen_at_ms != 0)
        cJSON_AddStringToObject(o, "lastSeenAt", time_rfc3339(a, last_seen_at_ms));
    else
        cJSON_AddNullToObject(o, "lastSeenAt");
    return o;
}
