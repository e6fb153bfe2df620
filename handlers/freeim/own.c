/* See own.h; the keys are explained in handlers/README.md. */
#include "handlers/freeim/own.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/json.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/frames.h"

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

/* ---- frames ---- */

/* A frame of ours: who, about what, and body, which is adopted. */
static cJSON *about(struct arena *a, const char *type, enum scope scope, int64_t from_id,
                    int64_t target_id, int64_t at_ms, cJSON *body)
{
    return freeim_frame_end(
        freeim_frame(a, freeim_scope_name(scope), type, from_id, target_id, at_ms),
        json_print(a, body), "normal", false);
}

/* The same to a person's own devices, or about a person and no conversation. */
static cJSON *about_person(struct arena *a, const char *type, int64_t user_id, int64_t at_ms,
                           cJSON *body)
{
    return freeim_frame_end(freeim_frame(a, "system", type, user_id, user_id, at_ms),
                            json_print(a, body), "normal", false);
}

static cJSON *encode_reaction(struct arena *a, const struct event *ev)
{
    const struct reaction_event *reaction = &ev->reaction;
    cJSON *body = cJSON_CreateObject();

    json_add_i64(body, "messageId", reaction->message_id);
    json_add_i64(body, "seq", reaction->seq);
    cJSON_AddStringToObject(body, "emoji", reaction->emoji);
    cJSON_AddBoolToObject(body, "on", reaction->on);
    json_add_i64(body, "count", reaction->count);
    return about(a, "reaction", reaction->scope, reaction->from_id, reaction->target_id,
                 reaction->at_ms, body);
}

static cJSON *encode_pin(struct arena *a, const struct event *ev)
{
    const struct pin_event *pin = &ev->pin;
    cJSON *body = cJSON_CreateObject();

    json_add_i64(body, "messageId", pin->message_id);
    json_add_i64(body, "seq", pin->seq);
    cJSON_AddBoolToObject(body, "on", pin->on);
    return about(a, "pin", pin->scope, pin->from_id, pin->target_id, pin->at_ms, body);
}

static cJSON *encode_nickname(struct arena *a, const struct event *ev)
{
    const struct nickname_event *nickname = &ev->nickname;
    cJSON *body = cJSON_CreateObject();

    cJSON_AddStringToObject(body, "nickname", nickname->nickname);
    return about(a, "groupNickname", SCOPE_GROUP, nickname->user_id, nickname->group_id,
                 nickname->at_ms, body);
}

static cJSON *encode_conversation(struct arena *a, const struct event *ev)
{
    const struct conversation_event *conversation = &ev->conversation;
    cJSON *body = cJSON_CreateObject();

    own_add_state(body, &conversation->state);
    return about(a, "conversation", conversation->scope, conversation->user_id,
                 conversation->target_id, conversation->at_ms, body);
}

static cJSON *encode_settings(struct arena *a, const struct event *ev)
{
    const struct settings_event *settings = &ev->settings;
    return about_person(a, "settings", settings->user_id, settings->at_ms,
                        own_settings(a, &settings->settings));
}

static cJSON *encode_draft(struct arena *a, const struct event *ev)
{
    const struct draft_event *draft = &ev->draft;
    enum scope scope = draft->draft.target_id <= GROUP_ID_LAST ? SCOPE_GROUP : SCOPE_DIRECT;

    return about(a, "draft", scope, draft->user_id, draft->draft.target_id, draft->draft.at_ms,
                 own_draft(&draft->draft));
}

static cJSON *encode_presence(struct arena *a, const struct event *ev)
{
    const struct presence_event *presence = &ev->presence;
    return about_person(a, "presence", presence->user_id, presence->at_ms,
                        own_presence(a, presence->online, presence->last_seen_at_ms));
}

static cJSON *encode_changed(struct arena *a, const struct event *ev)
{
    static const char *const names[] = {
        [CHANGED_CONTACTS] = "contacts", [CHANGED_GROUPS] = "groups", [CHANGED_PROFILE] = "profile"
    };
    cJSON *body = cJSON_CreateObject();

    cJSON_AddStringToObject(body, "what", names[ev->changed.what]);
    return about_person(a, "changed", ev->changed.user_id, ev->changed.at_ms, body);
}

/* One per kind of event that is ours. */
static cJSON *(*const encoders[])(struct arena *a, const struct event *ev) = {
    [EV_REACTION] = encode_reaction, [EV_PIN] = encode_pin,
    [EV_NICKNAME] = encode_nickname, [EV_CONVERSATION] = encode_conversation,
    [EV_SETTINGS] = encode_settings, [EV_DRAFT] = encode_draft,
    [EV_PRESENCE] = encode_presence, [EV_CHANGED] = encode_changed,
};

const char *own_frame(struct arena *a, const struct event *ev)
{
    size_t kind = (size_t)ev->kind;

    if (kind >= sizeof encoders / sizeof encoders[0] || encoders[kind] == NULL)
        return NULL;
    return json_print(a, encoders[kind](a, ev));
}
