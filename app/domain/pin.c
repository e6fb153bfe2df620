/* Pins and readers; see pin.h. */
#include "domain/pin.h"

#include "db/messages.h"
#include "db/settings.h"
#include "domain/contact.h"
#include "domain/message_internal.h"

static enum err may_pin(struct ctx *cx, const struct window *w, int64_t peer)
{
    if (w->scope == SCOPE_GROUP)
        return w->role >= ROLE_MANAGER ? OK : ERR_NOT_MANAGER;
    return contact_may_write(cx, peer);
}

static enum err tell(struct ctx *cx, const struct message *message, int64_t peer, bool on)
{
    struct event ev = { .kind = EV_PIN };
    enum err e = message_audience(cx, message, &ev);

    if (e != OK)
        return e;
    ev.pin = (struct pin_event){ .from_id = cx->actor,
                                 .scope = message->scope,
                                 .target_id = peer,
                                 .message_id = message->id,
                                 .seq = message->seq,
                                 .on = on,
                                 .at_ms = ctx_now(cx) };
    event_queue(cx, &ev);
    return OK;
}

static enum err set(struct ctx *cx, int64_t message_id, bool on)
{
    struct pin pin = { message_id, cx->actor, ctx_now(cx) };
    struct message message;
    struct window w;
    int64_t peer = 0, count = 0;
    bool changed = false;
    enum err e = message_find(cx, message_id, &message, &w, &peer);

    if (e == OK && (message.status == MESSAGE_REVOKED || message.kind == KIND_NOTICE))
        e = ERR_NO_MESSAGE;
    if (e == OK)
        e = may_pin(cx, &w, peer);
    if (e == OK)
        e = on ? db_pin_insert(cx->conn, message.conversation_id, &pin, &changed)
               : db_pin_delete(cx->conn, message.conversation_id, message_id, &changed);
    if (e == OK)
        e = db_pin_count(cx->conn, message.conversation_id, &count);
    if (e == OK && count > PINS_MAX)
        e = ERR_TOO_MANY;
    return e == OK && changed ? tell(cx, &message, peer, on) : e;
}

enum err pin_set(struct ctx *cx, int64_t message_id, bool on)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = set(cx, message_id, on);
    return tx_end(cx, e);
}

/* The message of each pin, of those in found (by id) that the actor may see. */
static size_t match(const struct window *w, struct pin *pins, size_t count,
                    const struct message *found, size_t found_count, struct message *messages)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t m = 0; m < found_count; m++)
            if (found[m].id == pins[i].message_id && found[m].seq >= w->first_seq) {
                pins[kept] = pins[i];
                messages[kept++] = found[m];
            }
    return kept;
}

enum err pin_list(struct ctx *cx, int64_t target_id, struct pin **pins_r,
                  struct message **messages_r, size_t *count_r)
{
    struct window w;
    struct message *found = NULL;
    int64_t ids[PINS_MAX];
    size_t found_count = 0;
    enum err e = window_of(cx, target_id, &w);

    *count_r = 0;
    if (e == OK)
        e = db_pin_list(ctx_db(cx), cx->arena, w.conversation_id, pins_r, count_r);
    for (size_t i = 0; e == OK && i < *count_r; i++)
        ids[i] = (*pins_r)[i].message_id;
    if (e == OK)
        e = db_message_list(ctx_db(cx), cx->arena, ids, *count_r, &found, &found_count);
    if (e != OK)
        return e;
    *messages_r = arena_array(cx->arena, *count_r, sizeof **messages_r);
    *count_r = match(&w, *pins_r, *count_r, found, found_count, *messages_r);
    return message_complete(cx, *messages_r, *count_r);
}

enum err message_readers(struct ctx *cx, int64_t id, struct readers *readers_r)
{
    struct settings settings = { 0 };
    struct message message;
    struct window w;
    int64_t peer = 0;
    size_t kept = 0;
    enum err e = message_find(cx, id, &message, &w, &peer);

    *readers_r = (struct readers){ 0 };
    if (e == OK && (message.sender_id != cx->actor || message.kind == KIND_NOTICE))
        e = ERR_NOT_SENDER;
    if (e == OK)
        e = db_settings_find(ctx_db(cx), cx->arena, cx->actor, &settings);
    if (e == OK)
        e = db_reader_list(ctx_db(cx), cx->arena, message.conversation_id, cx->actor, message.seq,
                           w.scope == SCOPE_GROUP ? peer : 0, &readers_r->list, &readers_r->count);
    for (size_t i = 0; e == OK && i < readers_r->count; i++)
        if (settings.read_receipts && !readers_r->list[i].is_hidden)
            readers_r->list[kept++] = readers_r->list[i];
    readers_r->hidden = (int64_t)(readers_r->count - kept);
    readers_r->count = kept;
    return e;
}
