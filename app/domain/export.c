/* See export.h. */
#include "domain/export.h"

#include "db/messages.h"
#include "domain/message_internal.h"

enum err export_next(struct ctx *cx, int64_t conversation_id, struct export_place *place_r)
{
    return db_export_place_after(ctx_db(cx), cx->arena, cx->actor, conversation_id, place_r);
}

static const char *name_of(const struct nickname *list, size_t count, int64_t user_id)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].user_id == user_id)
            return list[i].text;
    return "";
}

static enum err fill_names(struct ctx *cx, struct export_page *page)
{
    int64_t *ids = arena_array(cx->arena, page->count, sizeof *ids);
    struct nickname *list = NULL;
    size_t count = 0;
    enum err e;

    for (size_t i = 0; i < page->count; i++)
        ids[i] = page->messages[i].sender_id;
    e = db_user_nicknames(ctx_db(cx), cx->arena, ids, page->count, &list, &count);
    page->names = arena_array(cx->arena, page->count, sizeof *page->names);
    for (size_t i = 0; i < page->count; i++)
        page->names[i] = name_of(list, count, page->messages[i].sender_id);
    return e;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

enum err export_messages(struct ctx *cx, int64_t target_id, int64_t after_seq, int64_t limit,
                         struct export_page *page_r)
{
    struct window w;
    struct message_range range;
    enum err e = window_of(cx, target_id, &w);

    *page_r = (struct export_page){ 0 };
    if (e == ERR_NOT_MEMBER || e == ERR_NO_GROUP || e == ERR_NO_ACCOUNT)
        return OK;
    if (e != OK)
        return e;
    range = (struct message_range){ .conversation_id = w.conversation_id,
                                    .from_seq = later(after_seq + 1, w.first_seq),
                                    .to_seq = w.last_seq,
                                    .limit = limit };
    e = db_message_page(ctx_db(cx), cx->arena, &range, &page_r->messages, &page_r->count);
    if (e == OK)
        e = message_complete(cx, page_r->messages, page_r->count);
    if (e == OK)
        e = fill_names(cx, page_r);
    if (e == OK && page_r->count == (size_t)limit)
        page_r->reached_seq = page_r->messages[page_r->count - 1].seq;
    return e;
}
