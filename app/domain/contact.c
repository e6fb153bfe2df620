/* Contacts; see contact.h. */
#include "domain/contact.h"

#include "db/contacts.h"
#include "db/groups.h"
#include "db/settings.h"
#include "db/users.h"
#include "domain/changed.h"

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

/* People whose only tie is groups that keep their members apart may not ask each other there. */
static enum err may_meet(struct ctx *cx, int64_t to)
{
    int64_t all, closed;
    enum err e = db_group_ties(cx->conn, cx->actor, to, &all, &closed);

    return e == OK && all > 0 && all == closed ? ERR_KEPT_APART : e;
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
    if (e == OK && by_peer)
        e = ERR_BLOCKED;
    return e == OK ? may_meet(cx, to) : e;
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

/* Gives each contact of a list (ordered by id) its groups. */
static enum err add_groups(struct ctx *cx, struct contact *list, size_t count)
{
    struct contact_group_row *rows;
    struct contact_group *groups;
    size_t total, at = 0;
    enum err e = db_contact_groups_of(ctx_db(cx), cx->arena, cx->actor, &rows, &total);

    if (e != OK)
        return e;
    groups = arena_array(cx->arena, total, sizeof *groups);
    for (size_t i = 0; i < count; i++) {
        while (at < total && rows[at].contact_id < list[i].id)
            at++;
        list[i].groups = groups + at;
        for (; at < total && rows[at].contact_id == list[i].id; at++) {
            groups[at] = rows[at].group;
            list[i].group_count++;
        }
    }
    return OK;
}

enum err contact_list(struct ctx *cx, bool blocked, struct contact **list_r, size_t *count_r)
{
    enum err e = db_contact_list(ctx_db(cx), cx->arena, cx->actor, blocked, list_r, count_r);

    return e == OK ? add_groups(cx, *list_r, *count_r) : e;
}

enum err contact_look(struct ctx *cx, int64_t peer, struct contact *contact_r)
{
    enum err e = db_contact_by_peer(ctx_db(cx), cx->arena, cx->actor, peer, contact_r);

    return e == OK ? add_groups(cx, contact_r, 1) : e;
}

enum err contact_remove(struct ctx *cx, int64_t peer)
{
    bool gone = false;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_contact_delete(cx->conn, cx->actor, peer, &gone);
    if (e == OK && !gone)
        e = ERR_NOT_FRIEND;
    return changed_end(cx, CHANGED_CONTACTS, e);
}

static enum err block(struct ctx *cx, int64_t peer)
{
    struct user target;
    enum err e = peer == cx->actor ? ERR_SELF : db_user_by_id(cx->conn, cx->arena, peer, &target);

    return e == OK ? db_contact_block(cx->conn, cx->actor, peer, ctx_now(cx)) : e;
}

enum err contact_block(struct ctx *cx, int64_t peer, bool on)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = on ? block(cx, peer) : db_contact_unblock(cx->conn, cx->actor, peer, ctx_now(cx));
    return changed_end(cx, CHANGED_CONTACTS, e);
}

enum err contact_set_remark(struct ctx *cx, int64_t peer, const char *remark)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_contact_set_remark(cx->conn, cx->actor, peer, remark, ctx_now(cx));
    return changed_end(cx, CHANGED_CONTACTS, e);
}

enum err contact_set_label(struct ctx *cx, int64_t peer, const char *label)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_contact_set_label(cx->conn, cx->actor, peer, label, ctx_now(cx));
    return changed_end(cx, CHANGED_CONTACTS, e);
}

enum err contact_verify(struct ctx *cx, int64_t peer, bool *is_friend_r, bool *is_blocked_r)
{
    struct user target;
    enum err e = db_user_by_id(ctx_db(cx), cx->arena, peer, &target);

    if (e == OK)
        e = db_contact_find(ctx_db(cx), peer, cx->actor, is_friend_r, is_blocked_r);
    *is_friend_r = e == OK && *is_friend_r && !*is_blocked_r;
    return e;
}

enum err contact_may_write(struct ctx *cx, int64_t peer)
{
    struct user target;
    struct settings settings;
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
    if (e == OK && !is_friend)
        e = db_settings_find(ctx_db(cx), cx->arena, peer, &settings);
    return e == OK && !is_friend && settings.messages_from != WHOM_EVERYONE ? ERR_NOT_FRIEND : e;
}

enum err contact_introduce(struct ctx *cx, int64_t asker, int64_t peer)
{
    bool is_friend = false, blocks = false, is_blocked = false, unused;
    enum err e = db_contact_find(cx->conn, asker, peer, &is_friend, &blocks);

    if (e == OK)
        e = db_contact_find(cx->conn, peer, asker, &unused, &is_blocked);
    if (e == OK && (blocks || is_blocked))
        e = ERR_BLOCKED;
    if (e == OK && is_friend)
        e = ERR_ALREADY_FRIEND;
    if (e == OK)
        e = befriend(cx, asker, peer);
    if (e == OK)
        tell(cx, EV_CONTACT_REPLY, asker, peer, REQUEST_PASSED, "");
    return e;
}
