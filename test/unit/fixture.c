/* See fixture.h. */
#include "test/unit/fixture.h"

#include <stdio.h>

static int64_t fixture_now(void *arg)
{
    return ((struct fixture *)arg)->now_ms;
}

static const char *text_of(const struct event *ev)
{
    switch (ev->kind) {
    case EV_MESSAGE:
    case EV_MESSAGE_REVOKED:
    case EV_MESSAGE_EDITED: return ev->message.body;
    case EV_CONTACT_REQUEST:
    case EV_CONTACT_REPLY:
    case EV_GROUP_REQUEST:
    case EV_GROUP_REPLY: return ev->request.reason;
    case EV_REACTION: return ev->reaction.emoji;
    case EV_NICKNAME: return ev->nickname.nickname;
    case EV_DRAFT: return ev->draft.draft.body;
    case EV_SETTINGS: return ev->settings.settings.language;
    case EV_CALL_SIGNAL: return ev->call.payload;
    case EV_MOVE: return ev->move.host;
    case EV_DELIVERED:
    case EV_CONVERSATION:
    case EV_PRESENCE:
    case EV_PIN:
    case EV_CHANGED:
    case EV_CALL_RING:
    case EV_CALL_ENTER:
    case EV_CALL_LEAVE:
    case EV_CALL_REJECT:
    case EV_CALL_ELSEWHERE:
    case EV_CALL_ENDED:
    case EV_DIRECT_OPENED:
    case EV_READ:
    case EV_VISIT:
    case EV_ENDED:
    case EV_TYPING: return "";
    }
    return "";
}

static int64_t number_of(const struct event *ev)
{
    switch (ev->kind) {
    case EV_MESSAGE:
    case EV_MESSAGE_REVOKED:
    case EV_MESSAGE_EDITED: return ev->message.id;
    case EV_DIRECT_OPENED: return ev->direct.conversation_id;
    case EV_DELIVERED:
    case EV_READ: return ev->read.read_seq;
    case EV_CONVERSATION: return ev->conversation.target_id;
    case EV_DRAFT: return ev->draft.draft.target_id;
    case EV_PRESENCE: return ev->presence.online ? ev->presence.user_id : -ev->presence.user_id;
    case EV_PIN: return ev->pin.on ? ev->pin.message_id : -ev->pin.message_id;
    case EV_REACTION: return ev->reaction.on ? ev->reaction.count : -ev->reaction.count;
    case EV_CHANGED: return ev->changed.what;
    case EV_NICKNAME:
    case EV_SETTINGS:
    case EV_CONTACT_REQUEST:
    case EV_CONTACT_REPLY:
    case EV_GROUP_REQUEST:
    case EV_GROUP_REPLY:
    case EV_CALL_SIGNAL:
    case EV_CALL_RING:
    case EV_CALL_ENTER:
    case EV_CALL_LEAVE:
    case EV_CALL_REJECT:
    case EV_CALL_ELSEWHERE:
    case EV_CALL_ENDED:
    case EV_MOVE:
    case EV_TYPING: return 0;
    case EV_VISIT: return ev->visit.is_here;
    case EV_ENDED: return ev->ended.reason;
    }
    return 0;
}

static void fixture_deliver(void *arg, const struct event *events, size_t count)
{
    struct fixture *f = arg;

    for (size_t i = 0; i < count; i++) {
        struct recorded *r = &f->events[f->event_count++];
        const char *body = text_of(&events[i]);
        assert_true(f->event_count <= RECORDED_MAX && events[i].to_count <= 16);
        r->kind = events[i].kind;
        r->to_count = events[i].to_count;
        memcpy(r->to, events[i].to, events[i].to_count * sizeof r->to[0]);
        r->id = number_of(&events[i]);
        r->session_id = events[i].session_id;
        if (r->kind >= EV_CALL_RING && r->kind <= EV_CALL_ENDED)
            r->call = events[i].call;
        snprintf(r->body, sizeof r->body, "%s", body);
    }
}

static void fixture_end_session(void *arg, int64_t user_id, int64_t session_id)
{
    struct fixture *f = arg;

    f->ended_user = user_id;
    f->ended_session = session_id;
}

static enum err fixture_send_letter(void *arg, const struct letter *letter)
{
    struct fixture *f = arg;

    f->letter_count++;
    f->letter = *letter;
    f->letter.to = arena_strdup(f->arena, letter->to);
    f->letter.purpose = arena_strdup(f->arena, letter->purpose);
    f->letter.subject = arena_strdup(f->arena, letter->subject);
    f->letter.text = arena_strdup(f->arena, letter->text);
    return f->letter_answer;
}

int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    char *error = NULL;

    assert_true(
        conf_parse("password_cost = 4\ncaptcha = on\nrate_limits = on\n", &f->conf, &error));
    f->now_ms = INT64_C(1700000000000);
    f->clock = (struct clock){ fixture_now, fixture_now, f };
    f->arena = arena_new();
    memset(f->key, 7, sizeof f->key);
    f->sv = (struct services){ .conf = f->conf,
                               .clock = &f->clock,
                               .db = db_open(":memory:", NULL, &error),
                               .limiter = limiter_new(1000),
                               .hasher = hasher_new(),
                               .jwt_key = f->key,
                               .hub = f,
                               .deliver = fixture_deliver,
                               .end_session = fixture_end_session,
                               .post = f,
                               .send_letter = fixture_send_letter };
    if (f->sv.db == NULL)
        fail_msg("%s", error);
    *state = f;
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;

    db_close(f->sv.db);
    hasher_free(f->sv.hasher);
    limiter_free(f->sv.limiter);
    arena_free(f->arena);
    conf_free(f->conf);
    free(f);
    return 0;
}

struct ctx as(struct fixture *f, int64_t user)
{
    struct ctx cx;

    ctx_init(&cx, &f->sv, f->arena, "test", "127.0.0.1");
    cx.actor = user;
    return cx;
}

int64_t person(struct fixture *f, const char *name)
{
    struct ctx cx = as(f, 0);
    struct new_user in = { .username = name, .password = "secret1" };
    struct user user;

    assert_int_equal(user_register(&cx, &in, &user), OK);
    return user.id;
}

void befriend(struct fixture *f, int64_t a, int64_t b)
{
    struct ctx asks = as(f, a), answers = as(f, b);

    assert_int_equal(contact_apply(&asks, b, "hi"), OK);
    assert_int_equal(contact_answer(&answers, a, true, ""), OK);
}

enum err say(struct fixture *f, int64_t from, int64_t to, const char *text, const char *client_id,
             struct message *message_r)
{
    struct ctx cx = as(f, from);
    struct draft draft = { .scope = to <= GROUP_ID_LAST ? SCOPE_GROUP : SCOPE_DIRECT,
                           .target_id = to,
                           .kind = KIND_TEXT,
                           .body = text,
                           .client_id = client_id };
    struct message message;
    enum err e = message_send(&cx, &draft, &message);

    if (e == OK && message_r != NULL)
        *message_r = message;
    return e;
}

int64_t make_group(struct fixture *f, int64_t owner, const char *name, bool history)
{
    struct ctx cx = as(f, owner);
    struct group in = { .name = name, .history_before_join = history };
    struct group group;

    assert_int_equal(group_create(&cx, &in, &group), OK);
    return group.id;
}

void join(struct fixture *f, int64_t group, int64_t user, int64_t owner)
{
    struct ctx asks = as(f, user), answers = as(f, owner);

    assert_int_equal(group_apply(&asks, group, "let me in"), OK);
    assert_int_equal(group_answer(&answers, group, user, true, ""), OK);
}
