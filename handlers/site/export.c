/* Everything an account may see of itself, as one JSON document that grows line by line while it is
 * sent. Documented in README.md beside it. */
#include "domain/export.h"

#include "base/clock.h"
#include "base/json.h"
#include "domain/contact.h"
#include "domain/file.h"
#include "domain/group.h"
#include "domain/settings.h"
#include "domain/setup.h"
#include "domain/user.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/own.h"
#include "handlers/site/site.h"

/* A message may weigh 64 KiB twice over: this is what a page may need of memory. */
#define MESSAGES_PAGE 50
#define FILES_PAGE 200

static const struct spec export_spec = { .media = "application/json" };

/* Each holds a worker for as long as it takes. */
static const struct limit_rule export_rule = { "export", 3, 10 * 60 * 1000 };

struct progress;
/* Adds the next part of one chapter, and moves on to the next chapter after its last. */
typedef enum err chapter_fn(struct req *rq, struct progress *p, struct buf *out);

/* How far the document has come. */
struct progress {
    size_t chapter;
    const char *origin;      /* of file addresses */
    bool has_items;          /* the list being written has one already */
    int64_t before_file;     /* files go from the newest to the oldest */
    int64_t conversation_id; /* the last one begun */
    int64_t target_id;       /* whose messages are being written; 0: none are */
    int64_t after_seq;
    bool has_messages; /* the conversation being written has one already */
};

/* Adds tree, which is deleted, as an item of a list: each on a line of its own. */
static enum err add_item(struct buf *out, cJSON *tree, bool *has_items)
{
    const char *text = json_print(out->arena, tree);

    if (text == NULL)
        return ERR_INTERNAL;
    buf_str(out, *has_items ? ",\n" : "\n");
    buf_str(out, text);
    *has_items = true;
    return OK;
}

static enum err add_member(struct buf *out, const char *key, cJSON *tree)
{
    const char *text = json_print(out->arena, tree);

    if (text == NULL)
        return ERR_INTERNAL;
    buf_printf(out, ",\n\"%s\": ", key);
    buf_str(out, text);
    return OK;
}

static void begin_list(struct buf *out, const char *key)
{
    buf_printf(out, ",\n\"%s\": [", key);
}

static void end_chapter(struct progress *p, struct buf *out)
{
    buf_str(out, "\n]");
    p->has_items = false;
    p->chapter++;
}

/* ---- chapters, in the order of the document ---- */

static enum err add_account(struct req *rq, struct progress *p, struct buf *out)
{
    struct user user;
    struct settings settings;
    const char *name;
    cJSON *head;
    enum err e = user_get(&rq->cx, rq->cx.actor, &user);

    if (e == OK)
        e = settings_look(&rq->cx, &settings);
    if (e == OK)
        e = site_name(&rq->cx, &name);
    if (e != OK)
        return e;
    head = cJSON_CreateString(name);
    buf_str(out, "{\n\"format\": \"chatd export 1\"");
    e = add_member(out, "siteName", head);
    if (e == OK)
        e = add_member(out, "exportedAt",
                       cJSON_CreateString(time_rfc3339(rq->cx.arena, ctx_now(&rq->cx))));
    if (e == OK)
        e = add_member(out, "account", freeim_account(&user, DETAIL_SELF));
    if (e == OK)
        e = add_member(out, "settings", own_settings(rq->cx.arena, &settings));
    p->chapter++;
    return e;
}

/* What the actor knows of a contact, but no address of theirs. */
static cJSON *encode_contact(const struct contact *contact)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", contact->peer.id);
    cJSON_AddStringToObject(o, "username", user_public_name(&contact->peer));
    cJSON_AddStringToObject(o, "nickname", contact->peer.nickname);
    cJSON_AddStringToObject(o, "avatar", contact->peer.avatar);
    cJSON_AddStringToObject(o, "remark", contact->remark);
    cJSON_AddStringToObject(o, "label", contact->label);
    return o;
}

static enum err add_contacts(struct req *rq, struct progress *p, struct buf *out, bool blocked)
{
    struct contact *list = NULL;
    size_t count = 0;
    enum err e = contact_list(&rq->cx, blocked, &list, &count);

    begin_list(out, blocked ? "blocked" : "friends");
    for (size_t i = 0; e == OK && i < count; i++)
        e = add_item(out, encode_contact(&list[i]), &p->has_items);
    end_chapter(p, out);
    return e;
}

static enum err add_friends(struct req *rq, struct progress *p, struct buf *out)
{
    return add_contacts(rq, p, out, false);
}

static enum err add_blocked(struct req *rq, struct progress *p, struct buf *out)
{
    return add_contacts(rq, p, out, true);
}

static enum err add_groups(struct req *rq, struct progress *p, struct buf *out)
{
    struct group *list = NULL;
    size_t count = 0;
    enum err e = group_list(&rq->cx, &list, &count);

    begin_list(out, "groups");
    for (size_t i = 0; e == OK && i < count; i++)
        e = add_item(out, freeim_group(&list[i]), &p->has_items);
    end_chapter(p, out);
    return e;
}

static enum err add_files(struct req *rq, struct progress *p, struct buf *out)
{
    struct file *list = NULL;
    size_t count = 0;
    enum err e = file_list(&rq->cx, p->before_file, FILES_PAGE, &list, &count);

    if (p->before_file == 0)
        begin_list(out, "files");
    for (size_t i = 0; e == OK && i < count; i++)
        e = add_item(out, site_file(rq->cx.arena, p->origin, &list[i]), &p->has_items);
    if (count < FILES_PAGE)
        end_chapter(p, out);
    else
        p->before_file = list[count - 1].id;
    return e;
}

/* As in /chat/messages, but for what only a client at work needs; with the sender's name. */
static cJSON *encode_message(struct arena *a, const struct message *message, const char *from)
{
    static const char *const unneeded[] = { "isRead", "read", "clientMsgId", "toId", "ope" };
    cJSON *o = freeim_message(a, message);

    for (size_t i = 0; i < sizeof unneeded / sizeof unneeded[0]; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(o, unneeded[i]);
    cJSON_AddStringToObject(o, "fromName", from);
    if (message->reaction_count > 0)
        cJSON_AddItemToObject(o, "reactions", freeim_reactions(message));
    return o;
}

static enum err begin_conversation(struct req *rq, struct progress *p, struct buf *out)
{
    struct export_place place;
    cJSON *name;
    enum err e = export_next(&rq->cx, p->conversation_id, &place);

    if (p->conversation_id == 0)
        begin_list(out, "conversations");
    if (e != OK)
        return e;
    if (place.conversation_id == 0) {
        end_chapter(p, out);
        return OK;
    }
    name = cJSON_CreateString(place.name);
    buf_printf(out, "%s\n{\"ope\": \"%s\", \"targetId\": %lld, \"name\": ", p->has_items ? "," : "",
               freeim_scope_name(place.target_id <= GROUP_ID_LAST ? SCOPE_GROUP : SCOPE_DIRECT),
               (long long)place.target_id);
    buf_str(out, str_or_empty(json_print(out->arena, name)));
    buf_str(out, ", \"messages\": [");
    p->has_items = true;
    p->has_messages = false;
    p->conversation_id = place.conversation_id;
    p->target_id = place.target_id;
    p->after_seq = 0;
    return OK;
}

static enum err add_conversations(struct req *rq, struct progress *p, struct buf *out)
{
    struct export_page page;
    enum err e;

    if (p->target_id == 0)
        return begin_conversation(rq, p, out);
    e = export_messages(&rq->cx, p->target_id, p->after_seq, MESSAGES_PAGE, &page);
    for (size_t i = 0; e == OK && i < page.count; i++)
        e = add_item(out, encode_message(rq->cx.arena, &page.messages[i], page.names[i]),
                     &p->has_messages);
    p->after_seq = page.reached_seq;
    if (page.reached_seq == 0) {
        buf_str(out, "\n]}");
        p->target_id = 0;
    }
    return e;
}

static enum err add_end(struct req *rq, struct progress *p, struct buf *out)
{
    (void)rq; /* nothing more is asked */
    buf_str(out, "\n}\n");
    p->chapter++;
    return OK;
}

static chapter_fn *const chapters[] = { add_account, add_friends,       add_blocked, add_groups,
                                        add_files,   add_conversations, add_end };

static enum err next_piece(struct req *rq, void *state, struct buf *out)
{
    struct progress *p = state;
    enum err e = OK;

    while (e == OK && out->len == 0 && p->chapter < sizeof chapters / sizeof chapters[0])
        e = chapters[p->chapter](rq, p, out);
    return e;
}

/* GET /export: a file people can keep. */
static enum err export_get(struct req *rq, const void *args)
{
    struct arena *a = rq->cx.arena;
    struct progress *p = ARENA_NEW(a, struct progress);

    (void)args; /* takes no fields */
    p->origin = req_origin(rq);
    if (p->origin == NULL)
        return ERR_BAD_REQUEST;
    rq->stream = ARENA_NEW(a, struct stream);
    *rq->stream = (struct stream){
        .type = "application/json; charset=utf-8",
        .disposition =
            arena_printf(a, "attachment; filename=\"chatd-%lld.json\"", (long long)rq->cx.actor),
        .next = next_piece,
        .state = p,
    };
    return OK;
}

static const struct route routes[] = {
    { GET, "/export", ACCESS_USER, export_get, &export_spec, &export_rule },
};
const struct section site_export_section = SECTION(routes);
