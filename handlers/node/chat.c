/* node: netty相关, in the document's order. What other servers of such a network push to people who
 * are connected here is, with us, a message in the store like every other: whoever is away reads it
 * later (facts 7, 11). One process is the whole network, so every stored group is "local". */
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "domain/account.h"
#include "domain/group.h"
#include "domain/message.h"
#include "handlers/node/node.h"
#include "http/dispatch.h"

#define NAME_CHARS_MAX 1000 /* longer than any name: unknown, not wrong */

/* Bodies whose shape no fields can say. */
static const struct spec object_spec = { .size = 1, .body = BODY_WHOLE };
static const struct spec text_spec = { .size = 1, .body = BODY_TEXT };

void node_answer(struct req *rq, bool value)
{
    rq->data = cJSON_CreateBool(value);
}

enum err node_fail(struct req *rq, enum err e, const char *text)
{
    rq->note = text;
    return e;
}

static bool is_json(const struct req *rq)
{
    const char *type = str_or_empty(req_in(rq, "Content-Type"));

    return strncasecmp(type, "application/json", 16) == 0;
}

enum err node_check_json(const struct req *rq)
{
    if (rq->object != NULL)
        return OK;
    return is_json(rq) ? ERR_BAD_REQUEST : ERR_BAD_TYPE;
}

/* From here on the service acts as this person. ERR_NO_ACCOUNT, ERR_ACCOUNT_DISABLED. */
static enum err act_as(struct req *rq, const char *username)
{
    struct account account;
    enum err e = account_find(&rq->cx, username, &account);

    if (e == OK && !account.user.enabled)
        e = ERR_ACCOUNT_DISABLED;
    if (e == OK)
        rq->cx.actor = account.user.id;
    return e;
}

/* GET /getOnlineUserCount: people with a socket, in whatever dialect. */
static enum err online_count(struct req *rq, const void *args)
{
    const struct services *sv = rq->cx.sv;

    (void)args; /* takes no fields */
    rq->data = json_new_i64(sv->live != NULL ? sv->live(sv->hub).users : 0);
    return OK;
}

struct membership {
    const char *name, *member;
};
SPEC(membership,
     F_STR(membership, name, IN_QUERY | IN_BODY, "name", REQUIRED, 1, NAME_CHARS_MAX),
     F_STR(membership, member, IN_QUERY | IN_BODY, "member", REQUIRED, 1, NAME_CHARS_MAX));

/* POST /joinMember: whoever is in already may be told so again. */
static enum err join_member(struct req *rq, const void *args)
{
    const struct membership *a = args;
    struct group group;
    enum err e = group_by_handle(&rq->cx, a->name, &group);

    if (e == OK)
        e = act_as(rq, a->member);
    if (e == OK)
        e = group_enter(&rq->cx, group.id);
    if (e == ERR_DB || e == ERR_STORAGE_FULL)
        return e;
    if (e != OK && e != ERR_ALREADY_MEMBER)
        return node_fail(rq, e, "添加失败");
    node_answer(rq, true);
    return OK;
}

/* GET /port: where clients connect. */
static enum err port(struct req *rq, const void *args)
{
    (void)args; /* takes no fields */
    rq->data = json_new_i64(rq->io->client_port);
    return OK;
}

/* POST /removeMember: whoever is not in it has left. */
static enum err remove_member(struct req *rq, const void *args)
{
    const struct membership *a = args;
    struct group group;
    struct account account;
    enum err e = group_by_handle(&rq->cx, a->name, &group);

    if (e == ERR_NO_GROUP)
        return node_fail(rq, e, "退出群聊失败");
    if (e == OK)
        e = account_find(&rq->cx, a->member, &account);
    if (e == OK) {
        rq->cx.actor = account.user.id;
        e = group_quit(&rq->cx, group.id);
    }
    if (e != OK && e != ERR_NO_ACCOUNT && e != ERR_NOT_MEMBER)
        return e;
    node_answer(rq, true);
    return OK;
}

struct chat_send {
    const char *content, *from, *to;
};
SPEC(chat_send, F_STR(chat_send, content, IN_BODY, "content", OPTIONAL, 0, MESSAGE_BODY_MAX),
     F_STR(chat_send, from, IN_BODY, "from", OPTIONAL, 0, NAME_CHARS_MAX),
     F_STR(chat_send, to, IN_BODY, "to", OPTIONAL, 0, NAME_CHARS_MAX));

static enum err fail_absent(struct req *rq, const char *to)
{
    return node_fail(rq, ERR_NO_ACCOUNT,
                     arena_printf(rq->cx.arena, "对方用户\"%s\"不存在或者不在线", to));
}

/* The checks upstream makes before it looks for the receiver (facts 8, Chat). */
static enum err check_send(struct req *rq, const struct chat_send *a)
{
    if (str_or_empty(a->from)[0] == '\0' || str_or_empty(a->to)[0] == '\0' ||
        str_or_empty(a->content)[0] == '\0')
        return node_fail(rq, ERR_BAD_FIELD, "缺失必要参数");
    return act_as(rq, a->from);
}

/* POST /send: a message from one person to another. It is stored, whether or not the receiver is
 * there; the answer still says whether they were: to an operator's program, whom nobody's lastSeen
 * setting concerns. */
static enum err chat_send(struct req *rq, const void *args)
{
    const struct chat_send *a = args;
    const struct services *sv = rq->cx.sv;
    struct draft draft = { .scope = SCOPE_DIRECT, .kind = KIND_TEXT, .body = a->content };
    struct message message;
    struct account to;
    enum err e = node_check_json(rq);

    if (e == OK)
        e = check_send(rq, a);
    if (e != OK)
        return e;
    e = account_find(&rq->cx, a->to, &to);
    if (e == ERR_NO_ACCOUNT || (e == OK && !to.user.enabled))
        return fail_absent(rq, a->to);
    draft.target_id = to.user.id;
    if (e == OK)
        e = message_send(&rq->cx, &draft, &message);
    if (e == OK && (sv->is_online == NULL || !sv->is_online(sv->hub, to.user.id)))
        return fail_absent(rq, a->to);
    if (e == OK)
        node_answer(rq, true);
    return e;
}

/* ---- groups ---- */

static const char *text_in(const cJSON *object, const char *key)
{
    return str_or_empty(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key)));
}

/* One message is sent once, to the whole group, however many of its receivers are named. */
static bool is_repeated(const cJSON *first, const cJSON *message)
{
    static const char *const keys[] = { "from", "groupName", "content", "sequenceId", "time" };

    for (const cJSON *other = first; other != message; other = other->next) {
        size_t same = 0;
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            const cJSON *a = cJSON_GetObjectItemCaseSensitive(other, keys[i]);
            const cJSON *b = cJSON_GetObjectItemCaseSensitive(message, keys[i]);
            same += (a == NULL && b == NULL) || cJSON_Compare(a, b, true);
        }
        if (same == sizeof keys / sizeof keys[0])
            return true;
    }
    return false;
}

static enum err say_in_group(struct req *rq, const cJSON *said)
{
    struct draft draft = { .scope = SCOPE_GROUP,
                           .kind = KIND_TEXT,
                           .body = text_in(said, "content") };
    struct message message;
    struct group group;
    enum err e = group_by_handle(&rq->cx, text_in(said, "groupName"), &group);

    if (e == OK)
        e = act_as(rq, text_in(said, "from"));
    if (e != OK)
        return e;
    draft.target_id = group.id;
    return message_send(&rq->cx, &draft, &message);
}

/* What cannot be delivered is skipped, as upstream does; what the store refuses is not. */
static enum err skip(const char *what, enum err e)
{
    if (e == OK || e == ERR_DB || e == ERR_STORAGE_FULL || e == ERR_INTERNAL)
        return e;
    log_info("node", "%s skipped: %s", what, err_name(e));
    return OK;
}

static bool are_objects(const cJSON *list)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
        if (!cJSON_IsObject(item))
            return false;
    return true;
}

/* POST /sendGroupChatMessage: receiver -> message. */
static enum err group_chat(struct req *rq, const void *args)
{
    const cJSON *said;
    enum err e = node_check_json(rq);

    (void)args; /* the names are the receivers' */
    if (e == OK && !are_objects(rq->object))
        e = ERR_BAD_REQUEST;
    if (e != OK)
        return e;
    cJSON_ArrayForEach(said, rq->object) {
        if (e != OK || cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(said, "success")) ||
            is_repeated(rq->object->child, said))
            continue;
        e = skip("a group message", say_in_group(rq, said));
    }
    node_answer(rq, true);
    return e;
}

#define GROUP_NAME_CHARS_MAX 64

/* The group that a reason names: 您已被拉入群聊"NAME"! Arena; NULL if it names none. */
static const char *group_in_reason(struct arena *a, const char *reason)
{
    const char *begin = strstr(reason, "群聊\""), *end = strrchr(reason, '"'), *name;

    if (begin == NULL)
        return NULL;
    begin += strlen("群聊\"");
    if (end < begin)
        return NULL;
    name = arena_strndup(a, begin, (size_t)(end - begin));
    return name[0] != '\0' && utf8_chars(name) <= GROUP_NAME_CHARS_MAX ? name : NULL;
}

/* The group of that name. The message does not say who made it, so if there is none yet, the first
 * of its members we know owns it. */
static enum err find_or_make(struct req *rq, const char *name, const cJSON *members,
                             struct group *group_r)
{
    struct group in = { .handle = name, .name = name, .is_open = true };
    const cJSON *member;
    enum err e = group_by_handle(&rq->cx, name, group_r), known = ERR_NO_ACCOUNT;

    if (e != ERR_NO_GROUP)
        return e;
    cJSON_ArrayForEach(member, members)
        if (known == ERR_NO_ACCOUNT)
            known = act_as(rq, str_or_empty(cJSON_GetStringValue(member)));
    return known == OK ? group_create(&rq->cx, &in, group_r) : known;
}

static enum err pull_in(struct req *rq, const cJSON *made)
{
    const cJSON *members = cJSON_GetObjectItemCaseSensitive(made, "members"), *member;
    const char *name = group_in_reason(rq->cx.arena, text_in(made, "reason"));
    struct group group;
    enum err e = name != NULL ? find_or_make(rq, name, members, &group) : ERR_NO_GROUP;

    cJSON_ArrayForEach(member, members) {
        enum err joined = OK;
        if (e != OK)
            break;
        joined = act_as(rq, str_or_empty(cJSON_GetStringValue(member)));
        if (joined == OK)
            joined = group_enter(&rq->cx, group.id);
        e = joined == ERR_ALREADY_MEMBER ? OK : skip("a new member", joined);
    }
    return e;
}

/* Upstream looks at the first member of each and fails where there is none. */
static enum err check_members(struct req *rq, const cJSON *list)
{
    const cJSON *made;

    if (!cJSON_IsArray(list) || !are_objects(list))
        return ERR_BAD_REQUEST;
    cJSON_ArrayForEach(made, list) {
        const cJSON *members = cJSON_GetObjectItemCaseSensitive(made, "members");
        if (members != NULL && !cJSON_IsNull(members) && !cJSON_IsArray(members))
            return ERR_BAD_REQUEST;
        if (cJSON_GetArraySize(members) > 0)
            continue;
        rq->fault = cJSON_IsArray(members) ? NODE_NO_MEMBERS : NODE_NULL_MEMBERS;
        return ERR_BAD_FIELD;
    }
    return OK;
}

static enum err create_all(struct req *rq, const cJSON *list)
{
    const cJSON *made;
    enum err e = check_members(rq, list);

    cJSON_ArrayForEach(made, list)
        if (e == OK && !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(made, "success")))
            e = skip("a new group", pull_in(rq, made));
    return e;
}

/* POST /sendGroupCreateMessage: tells people that they are in a group now, which makes it so. */
static enum err group_created(struct req *rq, const void *args)
{
    const char *text = str_or_empty(rq->text);
    enum err e = ERR_BAD_TYPE;
    cJSON *list;

    (void)args; /* an array has no fields */
    list = is_json(rq) ? json_parse(text, strlen(text), &e) : NULL;
    if (list != NULL)
        e = create_all(rq, list);
    cJSON_Delete(list);
    node_answer(rq, true);
    return e;
}

static const struct route routes[] = {
    { GET, "/getOnlineUserCount", ACCESS_SERVICE, online_count, NULL, NULL },
    { POST, "/joinMember", ACCESS_SERVICE, join_member, &membership_spec, NULL },
    { GET, "/port", ACCESS_SERVICE, port, NULL, NULL },
    { POST, "/removeMember", ACCESS_SERVICE, remove_member, &membership_spec, NULL },
    { POST, "/send", ACCESS_SERVICE, chat_send, &chat_send_spec, NULL },
    { POST, "/sendGroupChatMessage", ACCESS_SERVICE, group_chat, &object_spec, NULL },
    { POST, "/sendGroupCreateMessage", ACCESS_SERVICE, group_created, &text_spec, NULL },
};
const struct section node_chat_section = SECTION(routes);
