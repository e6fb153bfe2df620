/* What togetherchat's messages say (facts 4.5): messageType, content and body on the wire; kind, body
 * and extra in the domain. What other dialects send and this one has no type for is shown as the
 * nearest it has. */
#include "handlers/content.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/num.h"
#include "base/str.h"
#include "handlers/togetherchat/encode.h"

enum {
    TYPE_TEXT = 1,
    TYPE_IMAGE = 2,
    TYPE_FILE = 3,
    TYPE_SYSTEM = 4,
    TYPE_FORWARD = 5,
    TYPE_SOUND = 7
};

#define FORWARDS_MAX 500

/* What a forwarded message's type is called inside extra, by our convention. */
static const struct {
    int type;
    const char *name;
} item_types[] = { { TYPE_TEXT, "text" },   { TYPE_IMAGE, "pic" },       { TYPE_FILE, "file" },
                   { TYPE_SOUND, "voice" }, { TYPE_FORWARD, "forward" }, { TYPE_FILE, "video" },
                   { TYPE_TEXT, "geo" } };

/* A notice's name, for programs, and its sentence, for people. */
static const struct {
    const char *name, *text;
} notices[] = { [NOTICE_NONE] = { "notice", "系统消息" },
                [NOTICE_LEFT] = { "left", "退出了群聊" },
                [NOTICE_REMOVED] = { "removed", "被移出了群聊" },
                [NOTICE_UPDATED] = { "updated", "群资料已更新" },
                [NOTICE_OWNER] = { "owner", "成为了群主" },
                [NOTICE_MANAGER] = { "manager", "成为了管理员" },
                [NOTICE_NO_MANAGER] = { "noManager", "不再是管理员" },
                [NOTICE_MUTED] = { "muted", "被禁言" },
                [NOTICE_UNMUTED] = { "unmuted", "被解除禁言" },
                [NOTICE_DISSOLVED] = { "dissolved", "群聊已解散" },
                [NOTICE_JOINED] = { "joined", "加入了群聊" } };

static int notice_index(const struct message *m)
{
    size_t known = sizeof notices / sizeof notices[0];

    return (size_t)m->notice < known && notices[m->notice].name != NULL ? (int)m->notice
                                                                        : NOTICE_NONE;
}

int togetherchat_type(const struct message *m)
{
    switch (m->kind) {
    case KIND_TEXT:
    case KIND_LOCATION: return TYPE_TEXT;
    case KIND_PICTURE: return TYPE_IMAGE;
    case KIND_VIDEO:
    case KIND_FILE: return TYPE_FILE;
    case KIND_VOICE: return TYPE_SOUND;
    case KIND_FORWARD: return TYPE_FORWARD;
    case KIND_NOTICE:
    case KIND_CALL: return TYPE_SYSTEM;
    }
    return TYPE_TEXT;
}

static bool is_upload(enum message_kind kind)
{
    return kind == KIND_PICTURE || kind == KIND_VIDEO || kind == KIND_FILE || kind == KIND_VOICE;
}

const char *togetherchat_content(struct arena *a, const struct message *m)
{
    struct attachment file;

    if (m->kind == KIND_NOTICE)
        return notices[notice_index(m)].text;
    if (m->status == MESSAGE_REVOKED || !is_upload(m->kind))
        return m->body;
    content_read_attachment(a, m->body, m->extra, &file);
    return file.caption[0] != '\0' ? file.caption : file.name[0] != '\0' ? file.name : file.url;
}

/* ---- extra, outward ---- */

static cJSON *file_json(struct arena *a, const struct message *m)
{
    cJSON *o = cJSON_CreateObject();
    struct attachment file;

    content_read_attachment(a, m->body, m->extra, &file);
    json_add_i64(o, "size", file.size_bytes);
    cJSON_AddStringToObject(o, "url", file.url);
    cJSON_AddStringToObject(o, "fileName", file.name);
    if (m->kind == KIND_PICTURE) {
        json_add_i64(o, "width", file.width);
        json_add_i64(o, "height", file.height);
    }
    if (m->kind == KIND_VOICE)
        json_add_i64(o, "second", (file.duration_ms + 500) / 1000);
    return o;
}

static cJSON *notice_json(const struct message *m)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "type", notices[notice_index(m)].name);
    if (m->subject_id != 0)
        json_add_i64(o, "userId", m->subject_id);
    if (m->amount != 0)
        json_add_i64(o, "minutes", m->amount);
    return o;
}

static int type_of_item(const char *name)
{
    for (size_t i = 0; i < sizeof item_types / sizeof item_types[0]; i++)
        if (str_eq(item_types[i].name, name))
            return item_types[i].type;
    return TYPE_TEXT;
}

/* One item of a forward as a message of the document. */
static cJSON *item_json(const cJSON *item)
{
    cJSON *o = cJSON_CreateObject();
    const char *created = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "createdAt"));
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "name"));
    int64_t from_id;

    if (json_i64(cJSON_GetObjectItemCaseSensitive(item, "fromId"), 1, ID_MAX, &from_id))
        json_add_i64(o, "userId", from_id);
    if (name != NULL)
        cJSON_AddStringToObject(o, "userName", name);
    cJSON_AddStringToObject(
        o, "content",
        str_or_empty(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "body"))));
    cJSON_AddNumberToObject(
        o, "messageType",
        type_of_item(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "type"))));
    if (created != NULL)
        cJSON_AddStringToObject(o, "createTime", created);
    return o;
}

static cJSON *forward_json(const struct message *m)
{
    cJSON *o = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(o, "messageList");
    enum err e;
    cJSON *extra = json_parse(m->extra, strlen(m->extra), &e);
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(extra, "items"))
        cJSON_AddItemToArray(list, item_json(item));
    cJSON_Delete(extra);
    return o;
}

static cJSON *call_json(const struct message *m)
{
    enum err e;
    cJSON *o = json_parse(m->extra, strlen(m->extra), &e);

    return o != NULL ? o : cJSON_CreateObject();
}

cJSON *togetherchat_extra(struct arena *a, const struct message *m)
{
    cJSON *o, *inner = NULL;
    const char *name = "fileMessage";

    if (m->status == MESSAGE_REVOKED)
        return NULL;
    switch (m->kind) {
    case KIND_TEXT:
    case KIND_LOCATION: return NULL;
    case KIND_PICTURE: name = "imageMessage"; break;
    case KIND_VOICE: name = "soundMessage"; break;
    case KIND_VIDEO:
    case KIND_FILE: break;
    case KIND_FORWARD:
        name = "forwardMessage";
        inner = forward_json(m);
        break;
    case KIND_NOTICE:
        name = "systemMessage";
        inner = notice_json(m);
        break;
    case KIND_CALL:
        name = "callMessage";
        inner = call_json(m);
        break;
    }
    o = cJSON_CreateObject();
    cJSON_AddItemToObject(o, name, inner != NULL ? inner : file_json(a, m));
    return o;
}

/* ---- body, inward ---- */

static const char *text_in(const cJSON *o, const char *key)
{
    return str_or_empty(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key)));
}

static int64_t number_in(const cJSON *o, const char *key)
{
    int64_t value;

    return json_i64(cJSON_GetObjectItemCaseSensitive(o, key), 0, ID_MAX, &value) ? value : 0;
}

static bool read_file(struct arena *a, const char *content, const cJSON *body, struct said *said)
{
    const cJSON *second = cJSON_GetObjectItemCaseSensitive(body, "second");
    struct attachment file = { .url = arena_strdup(a, text_in(body, "url")),
                               .name = text_in(body, "fileName"),
                               .caption = content,
                               .size_bytes = number_in(body, "size"),
                               .width = number_in(body, "width"),
                               .height = number_in(body, "height") };

    if (!content_is_url(file.url))
        return false;
    if (cJSON_IsNumber(second) && second->valuedouble > 0 && second->valuedouble < 1e9)
        file.duration_ms = llround(second->valuedouble * 1000);
    said->body = file.url;
    said->extra = content_write_attachment(a, &file);
    return true;
}

static const char *item_type_name(const cJSON *message)
{
    int64_t type = number_in(message, "messageType");

    for (size_t i = 0; i < sizeof item_types / sizeof item_types[0]; i++)
        if (item_types[i].type == type)
            return item_types[i].name;
    return "text";
}

static cJSON *read_item(const cJSON *message)
{
    cJSON *o = cJSON_CreateObject();
    int64_t from_id = number_in(message, "userId");

    if (from_id != 0)
        json_add_i64(o, "fromId", from_id);
    if (text_in(message, "userName")[0] != '\0')
        cJSON_AddStringToObject(o, "name", text_in(message, "userName"));
    cJSON_AddStringToObject(o, "type", item_type_name(message));
    cJSON_AddStringToObject(o, "body", text_in(message, "content"));
    if (text_in(message, "createTime")[0] != '\0')
        cJSON_AddStringToObject(o, "createdAt", text_in(message, "createTime"));
    return o;
}

static bool read_forward(struct arena *a, const cJSON *body, struct said *said)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(body, "messageList"), *message;
    int count = cJSON_GetArraySize(list);
    cJSON *o, *items;

    if (!cJSON_IsArray(list) || count < 1 || count > FORWARDS_MAX)
        return false;
    o = cJSON_CreateObject();
    items = cJSON_AddArrayToObject(o, "items");
    cJSON_ArrayForEach(message, list)
        cJSON_AddItemToArray(items, read_item(message));
    said->extra = json_print(a, o);
    return said->extra != NULL;
}

bool togetherchat_read_content(struct arena *a, int64_t type, const char *content,
                               const cJSON *body, struct said *said_r, const char **fault_r)
{
    bool ok = true;

    *said_r = (struct said){ .kind = KIND_TEXT, .body = content, .extra = "" };
    *fault_r = NULL;
    switch (type) {
    case TYPE_TEXT: return true;
    case TYPE_IMAGE: said_r->kind = KIND_PICTURE; break;
    case TYPE_FILE: said_r->kind = KIND_FILE; break;
    case TYPE_SOUND: said_r->kind = KIND_VOICE; break;
    case TYPE_FORWARD: said_r->kind = KIND_FORWARD; break;
    default: *fault_r = "messageType消息类型有误"; return false;
    }
    ok = type == TYPE_FORWARD ? read_forward(a, body, said_r) : read_file(a, content, body, said_r);
    if (!ok)
        *fault_r = body == NULL ? "body不能为空" : "body格式有误";
    return ok;
}

void togetherchat_recontent(struct arena *a, const struct message *m, const char *content,
                            struct said *said_r)
{
    *said_r = (struct said){ .kind = m->kind };
    if (is_upload(m->kind))
        said_r->extra = content_with_caption(a, m->extra, content);
    else
        said_r->body = content;
}
