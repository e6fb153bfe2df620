/* Contacts; see contact.h. */
#include "domain/contact.h"

#include "db/contacts.h"
#include "db/users.h"

/* Two accounts as an event's receivers, arena. */
static const int64_t *both(struct ctx *cx, int64_t a, int64_t b)
{
    int64_t *to = arena_array(cx->arena, 2, sizeof *to);

    to[0] = a;
    to[1] = b;
    return to;
}

static void tell(struct ctx *cx, enum event_kind kind, int64_t from, int64_t to,
                 enum request_status status, const char *reason)
{
    struct event ev = { .kind = kind, .to = both(cx, from, to), .to_count = 2 };

    ev.request = (struct request_event){
        .from_id = from, .to_id = to, .status = status, .reason = reason, .at_ms = ctx_now(cx)
    };
    event_queue(cx, &ev);
}

static enum err befriend(struct ctx *cx, int64_t a, int64_t b)
{
    enum err e = db_contact_befriend(cx->conn, a, b, ctx_now(cx));

    return e == OK ? db_contact_befriend(cx->conn, b, a, ctx_now(cx)) : e;
}

static enum err answer(struct ctx *cx, int64_t from, enum request_status status, const char *reason)
{
    enum err e = db_contact_request_answer(cx->conn, from, cx->actor, status, reason, ctx_now(cx));

    if (e == OK && status == REQUEST_PASSED)
        e = befriend(cx, from, cx->actor);
    if (e == OK)
        tell(cx, EV_CONTACT_REPLY, from, cx->actor, status, reason);
    return e;
}

static enum err may_apply(struct ctx *cx, int64_t to)
{
    struct user target;
    bool is_friend, is_blocked, by_peer;
    enum err e = to == cx->actor ? ERR_SELF : db_user_by_id(cx->conn, cx->arena, to, &target);

    if (e == OK && !target.enabled)
        e = ERR_NO_ACCOUNT;
    if (e == OK)
        e = db_contact_find(cx->conn, cx->actor, to, &is_friend, &is_blocked);
    if (e == OK && is_friend)
        e = ERR_ALREADY_FRIEND;
    if (e == OK)
        e = db_contact_find(cx->conn, to, cx->actor, &is_friend, &by_peer);
    return e == OK && by_peer ? ERR_BLOCKED : e;
}

enum err contact_apply(struct ctx *cx, int64_t to, const char *reason)
{
    bool they_asked = false;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = may_apply(cx, to);
    if (e == OK)
        e = db_contact_request_waiting(cx->conn, to, cx->actor, &they_asked);
    if (e == OK && they_asked)
        e = answer(cx, to, REQUEST_PASSED, "");
    if (e == OK && !they_asked) {
        e = db_contact_request_insert(cx->conn, cx->actor, to, reason, ctx_now(cx));
        if (e == OK)
            tell(cx, EV_CONTACT_REQUEST, cx->actor, to, REQUEST_WAITING, reason);
    }
    return tx_end(cx, e);
}

enum err contact_answer(struct ctx *cx, int64_t from, bool pass, const char *reason)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = answer(cx, from, pass ? REQUEST_PASSED : REQUEST_DENIED, reason);
    return tx_end(cx, e);
}

enum err contact_requests(struct ctx *cx, struct contact_request **list_r, size_t *count_r)
{
    return db_contact_request_list(ctx_db(cx), cx->arena, cx->actor, list_r, count_r);
}

enum err contact_list(struct ctx *cx, bool blocked, struct contact **list_r, size_t *count_r)
{
    return db_contact_list(ctx_db(cx), cx->arena, cx->actor, blocked, list_r, count_r);
}

enum err contact_may_write(struct ctx *cx, int64_t peer)
{
    struct user target;
    bool is_friend = false, is_blocked = false;
    enum err e = peer == cx->actor ? ERR_SELF : db_user_by_id(ctx_db(cx), cx->arena, peer, &target);

    if (e == OK && !target.enabled)
        e = ERR_NO_ACCOUNT;
    if (e == OK)
        e = db_contact_find(ctx_db(cx), peer, cx->actor, &is_friend, &is_blocked);
    if (e == OK && is_blocked)
        e = ERR_BLOCKED;
    if (e == OK && !is_friend && cx->sv->conf->messages_from == WRITE_FRIENDS)
        e = ERR_NOT_FRIEND;
    return e;
}
