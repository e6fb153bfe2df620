/* Searching messages, people, groups and uploads: ours, in no document. Described in README.md beside
 * this folder. */
#include "domain/search.h"

#include "base/json.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"
#include "handlers/site/site.h"

#define LIMIT_DEFAULT 20

/* As fast as somebody types, and a while on. */
static const struct limit_rule search_rule = { "search everything", 60, 100 };

enum sort { SORT_ALL, SORT_MESSAGES, SORT_PEOPLE, SORT_GROUPS, SORT_FILES };

static const struct enum_name sorts[] = { { "all", SORT_ALL },       { "messages", SORT_MESSAGES },
                                          { "people", SORT_PEOPLE }, { "groups", SORT_GROUPS },
                                          { "files", SORT_FILES },   { NULL, 0 } };
static const struct enum_name haves[] = { { "picture", HAS_PICTURE }, { "file", HAS_FILE },
                                          { "voice", HAS_VOICE },     { "video", HAS_VIDEO },
                                          { "link", HAS_LINK },       { NULL, 0 } };
static const char *const relations[] = {
    [RELATION_STRANGER] = "stranger", [RELATION_MATE] = "group", [RELATION_FRIEND] = "friend"
};

struct search_args {
    const char *text;
    int sort, has;
    int64_t from, in, before, after, cursor, limit;
};
SPEC(search_args,
     F_STR(search_args, text, IN_QUERY, "q", OPTIONAL, 0, SEARCH_TEXT_MAX),
     F_ENUM(search_args, sort, IN_QUERY, "type", OPTIONAL, sorts),
     F_I64(search_args, from, IN_QUERY, "from", OPTIONAL, 0, ID_MAX),
     F_I64(search_args, in, IN_QUERY, "in", OPTIONAL, 0, ID_MAX),
     F_I64(search_args, before, IN_QUERY, "before", OPTIONAL, 0, ID_MAX),
     F_I64(search_args, after, IN_QUERY, "after", OPTIONAL, 0, ID_MAX),
     F_ENUM(search_args, has, IN_QUERY, "has", OPTIONAL, haves),
     F_I64(search_args, cursor, IN_QUERY, "cursor", OPTIONAL, 0, ID_MAX),
     F_I64(search_args, limit, IN_QUERY, "limit", OPTIONAL, 1, SEARCH_LIMIT_MAX));

static cJSON *encode_highlight(const struct highlight *h)
{
    cJSON *o = cJSON_CreateObject(), *ranges;

    cJSON_AddStringToObject(o, "text", h->text);
    ranges = cJSON_AddArrayToObject(o, "ranges");
    for (size_t i = 0; i < h->range_count; i++) {
        cJSON *range = cJSON_CreateArray();
        cJSON_AddItemToArray(range, json_new_i64((int64_t)h->ranges[i].start));
        cJSON_AddItemToArray(range, json_new_i64((int64_t)h->ranges[i].end));
        cJSON_AddItemToArray(ranges, range);
    }
    cJSON_AddBoolToObject(o, "cutStart", h->cut_start);
    cJSON_AddBoolToObject(o, "cutEnd", h->cut_end);
    return o;
}

/* ---- messages and uploads ---- */

static cJSON *encode_found(struct req *rq, const struct found_message *found)
{
    cJSON *o = cJSON_CreateObject(), *place;

    cJSON_AddItemToObject(o, "message", freeim_message(rq->cx.arena, &found->message));
    place = cJSON_AddObjectToObject(o, "conversation");
    cJSON_AddStringToObject(place, "ope", freeim_scope_name(found->scope));
    json_add_i64(place, "targetId", found->target_id);
    cJSON_AddStringToObject(place, "name", found->name);
    cJSON_AddStringToObject(place, "avatar", found->avatar);
    cJSON_AddItemToObject(o, "highlight", encode_highlight(&found->highlight));
    return o;
}

static enum err add_messages(struct req *rq, const char *key, const struct search *what)
{
    struct search_page page;
    cJSON *section, *items;
    enum err e = search_messages(&rq->cx, what, &page);

    if (e != OK)
        return e;
    section = cJSON_AddObjectToObject(rq->data, key);
    items = cJSON_AddArrayToObject(section, "items");
    for (size_t i = 0; i < page.count; i++)
        cJSON_AddItemToArray(items, encode_found(rq, &page.items[i]));
    if (page.next_below_id != 0)
        json_add_i64(section, "cursor", page.next_below_id);
    else
        cJSON_AddNullToObject(section, "cursor");
    cJSON_AddBoolToObject(section, "building", page.is_building);
    return OK;
}

/* ---- people and groups ---- */

static cJSON *encode_person(const struct found_person *found)
{
    static const enum detail details[] = { [RELATION_STRANGER] = DETAIL_STRANGER,
                                           [RELATION_MATE] = DETAIL_HIDDEN,
                                           [RELATION_FRIEND] = DETAIL_FRIEND };
    cJSON *o = cJSON_CreateObject();

    cJSON_AddItemToObject(o, "account", freeim_account(&found->user, details[found->relation]));
    cJSON_AddStringToObject(o, "remark", found->remark);
    cJSON_AddStringToObject(o, "relation", relations[found->relation]);
    cJSON_AddItemToObject(o, "highlight", encode_highlight(&found->highlight));
    return o;
}

static enum err add_people(struct req *rq, const char *text, bool strangers, size_t limit)
{
    struct found_person *list;
    size_t count;
    cJSON *items;
    enum err e = search_people(&rq->cx, text, strangers, limit, &list, &count);

    if (e != OK)
        return e;
    items = cJSON_AddArrayToObject(cJSON_AddObjectToObject(rq->data, "people"), "items");
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, encode_person(&list[i]));
    return OK;
}

static enum err add_groups(struct req *rq, const char *text, size_t limit)
{
    struct found_group *list;
    size_t count;
    cJSON *items;
    enum err e = search_groups(&rq->cx, text, limit, &list, &count);

    if (e != OK)
        return e;
    items = cJSON_AddArrayToObject(cJSON_AddObjectToObject(rq->data, "groups"), "items");
    for (size_t i = 0; i < count; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToObject(item, "group", freeim_group(&list[i].group));
        cJSON_AddBoolToObject(item, "member", list[i].is_member);
        cJSON_AddItemToObject(item, "highlight", encode_highlight(&list[i].highlight));
        cJSON_AddItemToArray(items, item);
    }
    return OK;
}

/* ---- all of them ---- */

static enum err add_files(struct req *rq, struct search what)
{
    if (what.has == HAS_ANYTHING)
        what.has = HAS_UPLOAD;
    return add_messages(rq, "files", &what);
}

/* Who sent it, or what it has, is enough to look for messages; names are looked for by text. */
static bool needs_text(const struct search_args *a)
{
    if (a->sort == SORT_MESSAGES)
        return a->from == 0 && a->has == HAS_ANYTHING;
    return a->sort != SORT_FILES;
}

/* GET /api/v1/search */
static enum err site_search(struct req *rq, const void *args)
{
    const struct search_args *a = args;
    bool all = a->sort == SORT_ALL;
    struct search what = { .text = a->text != NULL ? a->text : "",
                           .sender_id = a->from,
                           .target_id = a->in,
                           .after_ms = a->after,
                           .before_ms = a->before,
                           .has = (enum search_has)a->has,
                           .below_id = a->cursor,
                           .limit = a->limit != 0 ? (size_t)a->limit : LIMIT_DEFAULT };
    enum err e = OK;

    if (what.text[0] == '\0' && needs_text(a)) {
        rq->fault = "q: required";
        return ERR_BAD_FIELD;
    }
    rq->data = cJSON_CreateObject();
    if (all || a->sort == SORT_MESSAGES)
        e = add_messages(rq, "messages", &what);
    if (e == OK && (all || a->sort == SORT_PEOPLE))
        e = add_people(rq, what.text, !all, what.limit);
    if (e == OK && (all || a->sort == SORT_GROUPS))
        e = add_groups(rq, what.text, what.limit);
    if (e == OK && (all || a->sort == SORT_FILES))
        e = add_files(rq, what);
    return e;
}

static const struct route routes[] = {
    { GET, "/search", ACCESS_USER, site_search, &search_args_spec, &search_rule },
};
const struct section site_search_section = SECTION(routes);
