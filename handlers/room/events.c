/* room's sockets: one for each room somebody is in. Raw text comes in; what is said in the group
 * goes out, to each once and in order: first what they have not seen, then what is new. */
#include <string.h>

#include "base/str.h"
#include "domain/delivery.h"
#include "domain/group.h"
#include "domain/message.h"
#include "domain/session.h"
#include "domain/user.h"
#include "handlers/room/room.h"
#include "handlers/room/words.h"

#define PAGE 200
#define NAMES_MAX 512 /* remembered while the past is told */

/* ---- what happens ---- */

static const char *encode_message(struct arena *a, const struct event *ev)
{
    struct said said = { &ev->message, str_or_empty(ev->actor_name), str_or_empty(ev->subject_name),
                         str_or_empty(ev->group_name) };

    return room_message_frame(a, &said);
}

static const char *encode_system(struct arena *a, const struct event *ev, const char *format)
{
    const char *text = arena_printf(a, "%s%s", format, str_or_empty(ev->actor_name));

    if (format[0] == '\0')
        text = arena_printf(a, "%s成功进入房间", str_or_empty(ev->actor_name));
    return room_frame(a, SYSTEM_NAME, str_or_empty(ev->group_name), text);
}

static const char *encode(struct arena *a, const struct event *ev)
{
    if (ev->kind == EV_MESSAGE)
        return ev->message.edited_at_ms == 0 ? encode_message(a, ev) : NULL;
    if (ev->kind == EV_MESSAGE_REVOKED)
        return room_frame(a, SYSTEM_NAME, str_or_empty(ev->group_name),
                          arena_printf(a, "%s撤回了一条消息", str_or_empty(ev->actor_name)));
    if (ev->kind == EV_VISIT)
        return encode_system(a, ev, ev->visit.is_here ? "" : "exit");
    if (ev->kind == EV_MOVE)
        return room_frame(a, SYSTEM_NAME, "",
                          arena_printf(a, "服务器正在迁移，请重新进入房间：%s", ev->move.host));
    return NULL;
}

static bool wants(const struct channel *ch, const struct event *ev)
{
    int64_t tag = channel_bond(ch)->tag;

    if (ev->kind == EV_MESSAGE || ev->kind == EV_MESSAGE_REVOKED)
        return ev->message.scope == SCOPE_GROUP && ev->message.target_id == tag;
    if (ev->kind == EV_VISIT)
        return ev->visit.group_id == tag;
    return ev->kind == EV_MOVE || ev->kind == EV_ENDED;
}

/* An edited message keeps its place in the row, which has passed. */
static int64_t mark(const struct event *ev)
{
    return ev->kind == EV_MESSAGE && ev->message.edited_at_ms == 0 ? ev->message.seq : 0;
}

static int end_with(struct arena *a, const struct channel *ch, const char *why, int code,
                    const char **last_r)
{
    *last_r = room_frame(a, SYSTEM_NAME, str_or_empty(channel_bond(ch)->label), why);
    return code;
}

/* Who is removed, disabled or left without a room is told why. */
static int ends(struct arena *a, const struct channel *ch, const struct event *ev,
                const char **last_r)
{
    const struct message *m = &ev->message;
    bool is_own;

    if (ev->kind == EV_ENDED && ev->ended.reason == END_DISABLED)
        return end_with(a, ch, "该账号已被禁用", CLOSE_POLICY, last_r);
    if (ev->kind == EV_ENDED)
        return end_with(a, ch, "登录已失效，请重新登录", CLOSE_UNAUTHORIZED, last_r);
    if (ev->kind != EV_MESSAGE || m->kind != KIND_NOTICE)
        return 0;
    is_own = m->subject_id == channel_user(ch);
    if (m->notice == NOTICE_DISSOLVED)
        return end_with(a, ch, "房间已解散", CLOSE_NORMAL, last_r);
    if (m->notice == NOTICE_REMOVED && is_own)
        return end_with(a, ch, arena_printf(a, "你已被%s踢出房间", str_or_empty(ev->actor_name)),
                        CLOSE_POLICY, last_r);
    return m->notice == NOTICE_LEFT && is_own ? CLOSE_NORMAL : 0;
}

/* ---- what comes in ---- */

/* Says something to this socket alone. */
static void tell(struct ctx *cx, struct channel *ch, const char *text)
{
    const char *frame =
        room_frame(cx->arena, SYSTEM_NAME, str_or_empty(channel_bond(ch)->label), text);

    channel_send(ch, frame, strlen(frame));
}

static const char *why_not(enum err e)
{
    switch ((int)e) {
    case ERR_MUTED: return "您已被禁言，消息未发送";
    case ERR_TOO_LARGE: return "消息过长，未发送";
    case ERR_NOT_MEMBER:
    case ERR_NO_GROUP: return "您不在房间内，消息未发送";
    case ERR_STORAGE_FULL: return "服务器存储空间不足，消息未发送";
    default: return "消息未发送";
    }
}

static void receive(struct ctx *cx, struct channel *ch, const char *text, size_t len)
{
    struct draft draft = { .scope = SCOPE_GROUP,
                           .target_id = channel_bond(ch)->tag,
                           .kind = KIND_TEXT,
                           .body = arena_strndup(cx->arena, text, len) };
    struct message message;
    enum err e;

    if (len == 0)
        return; /* facts 3.1: ignored */
    e = strlen(draft.body) == len ? message_send(cx, &draft, &message) : ERR_BAD_FIELD;
    if (e != OK)
        tell(cx, ch, why_not(e));
}

/* ---- coming in ---- */

/* Nicknames, asked for once each. */
struct names {
    int64_t ids[NAMES_MAX];
    const char *texts[NAMES_MAX];
    size_t count;
};

static const char *name_of(struct ctx *cx, struct names *names, int64_t id)
{
    struct user user;
    const char *text;

    if (id == 0)
        return "";
    for (size_t i = 0; i < names->count; i++)
        if (names->ids[i] == id)
            return names->texts[i];
    text = user_get(cx, id, &user) == OK ? user.nickname : "";
    if (names->count < NAMES_MAX) {
        names->ids[names->count] = id;
        names->texts[names->count++] = text;
    }
    return text;
}

static void send_page(struct ctx *cx, struct channel *ch, const struct history_page *page,
                      struct names *names)
{
    const char *room = str_or_empty(channel_bond(ch)->label);

    for (size_t i = 0; i < page->count; i++) {
        const struct message *m = &page->messages[i];
        struct said said = { m, name_of(cx, names, m->sender_id), name_of(cx, names, m->subject_id),
                             room };
        const char *frame = room_message_frame(cx->arena, &said);
        if (frame != NULL)
            channel_send_past(ch, frame, strlen(frame), m->seq);
    }
}

/* Tells everything after seq, up to where the present begins. */
static enum err send_past(struct ctx *cx, struct channel *ch, int64_t seq)
{
    struct history what = {
        .target_id = channel_bond(ch)->tag, .page = 1, .limit = PAGE, .by_seq = true
    };
    struct names *names = ARENA_NEW(cx->arena, struct names);
    struct history_page page;
    enum err e = OK;

    do {
        what.after_seq = seq;
        e = message_history(cx, &what, &page);
        if (e == OK)
            send_page(cx, ch, &page, names);
        if (e == OK && page.count > 0)
            seq = page.messages[page.count - 1].seq;
        ctx_release(cx); /* a slow reader must not keep a connection to the store */
        if (e == OK && page.count > 0 && !channel_drain(ch))
            return OK; /* it has ended */
    } while (e == OK && (page.count > 0 || !channel_go_live(ch, seq)));
    return e;
}

static void opened(struct ctx *cx, struct channel *ch)
{
    const struct bond *bond = channel_bond(ch);
    const char *elsewhere =
        room_frame(cx->arena, SYSTEM_NAME, str_or_empty(bond->label), "已在别处进入此房间");
    int64_t before, seq = 0;
    enum err e = session_hold(cx);

    before = channel_take_over(ch, elsewhere, CLOSE_NORMAL);
    if (e == OK)
        e = delivery_find(cx, bond->tag, &seq);
    if (e == OK)
        e = send_past(cx, ch, before > seq ? before : seq);
    if (e == OK && bond->word != ROOM_ENTERED)
        e = group_visit(cx, bond->tag, true);
    if (e == OK)
        return;
    /* Removed between the handshake and now, most likely. */
    tell(cx, ch, e == ERR_NOT_MEMBER || e == ERR_NO_GROUP ? "您不在房间内" : "系统错误");
    channel_close(ch, CLOSE_POLICY);
}

static void delivered(struct ctx *cx, struct channel *ch, int64_t seq)
{
    delivery_note(cx, channel_bond(ch)->tag, seq);
}

/* Who logs out stays a member; the others hear that they have gone (facts 3.1). A connection that
 * breaks says nothing. */
static void closed(struct ctx *cx, struct channel *ch)
{
    if (channel_code(ch) == CLOSE_UNAUTHORIZED)
        group_visit(cx, channel_bond(ch)->tag, false);
}

const struct socket_dialect room_socket = {
    .name = "room",
    .encode = encode,
    .receive = receive,
    .opened = opened,
    .closed = closed,
    .wants = wants,
    .ends = ends,
    .mark = mark,
    .delivered = delivered,
    .takes_binary = true,
};
