/* See words.h. Media are their URL, as facts 3.2 have it for pictures; what has none is told in a
 * few words. */
#include "handlers/room/words.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "domain/user.h"

const char *room_frame(struct arena *a, const char *from, const char *room, const char *content)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "FromUserName", from);
    cJSON_AddStringToObject(o, "RoomName", room);
    cJSON_AddStringToObject(o, "Content", content);
    return arena_printf(a, "%s\n", json_print(a, o));
}

/* ---- notices ---- */

static const char *notice_text(struct arena *a, const struct said *s)
{
    const struct message *m = s->message;

    switch (m->notice) {
    case NOTICE_JOINED: return arena_printf(a, "%s成功进入房间", s->subject);
    case NOTICE_LEFT:
    case NOTICE_REMOVED: return arena_printf(a, "exit%s", s->subject);
    case NOTICE_UPDATED: return arena_printf(a, "%s修改了房间信息", s->actor);
    case NOTICE_OWNER: return arena_printf(a, "%s成为房主", s->subject);
    case NOTICE_MANAGER: return arena_printf(a, "%s成为管理员", s->subject);
    case NOTICE_NO_MANAGER: return arena_printf(a, "%s不再是管理员", s->subject);
    case NOTICE_MUTED: return arena_printf(a, "%s被禁言%" PRId64 "分钟", s->subject, m->amount);
    case NOTICE_UNMUTED: return arena_printf(a, "%s被解除禁言", s->subject);
    case NOTICE_DISSOLVED: return "房间已解散";
    case NOTICE_ANNOUNCED: return arena_printf(a, "%s发布了群公告", s->actor);
    case NOTICE_NONE: break;
    }
    return "";
}

/* ---- messages ---- */

static const char *text_of(const cJSON *o, const char *key)
{
    return str_or_empty(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key)));
}

/* body is what clients of other dialects agree upon among themselves, mostly JSON with a place. */
static const char *place_text(struct arena *a, const struct message *m)
{
    enum err e;
    cJSON *o = json_parse(m->body, strlen(m->body), &e);
    const char *name = text_of(o, "name");
    const char *title = name[0] != '\0' ? name : text_of(o, "title");
    const char *address = text_of(o, "address");
    const char *text = arena_printf(a, "[位置] %s %s", title, address);

    if (title[0] == '\0' && address[0] == '\0')
        text = arena_printf(a, "[位置] %s", m->body);
    cJSON_Delete(o);
    return text;
}

static const char *forward_text(struct arena *a, const struct message *m)
{
    enum err e;
    cJSON *o = json_parse(m->extra, strlen(m->extra), &e);
    int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(o, "items"));

    cJSON_Delete(o);
    return arena_printf(a, "[聊天记录] %s (%d条)", m->body, count);
}

static const char *message_text(struct arena *a, const struct said *s)
{
    const struct message *m = s->message;

    switch (m->kind) {
    case KIND_NOTICE: return notice_text(a, s);
    case KIND_LOCATION: return place_text(a, m);
    case KIND_FORWARD: return forward_text(a, m);
    case KIND_CALL: return arena_printf(a, "[通话] %s", m->body);
    case KIND_TEXT:
    case KIND_PICTURE:
    case KIND_VOICE:
    case KIND_VIDEO:
    case KIND_FILE: break;
    }
    return m->body;
}

const char *room_message_frame(struct arena *a, const struct said *s)
{
    const struct message *m = s->message;
    bool is_notice = m->kind == KIND_NOTICE;
    const char *text;

    if (m->status == MESSAGE_REVOKED)
        return NULL;
    text = message_text(a, s);
    return text[0] != '\0' ? room_frame(a, is_notice ? SYSTEM_NAME : s->actor, s->room, text)
                           : NULL;
}
