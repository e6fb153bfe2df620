/* What stays of a call: a message in the conversation, said by who rang. See call.h. */
#include <inttypes.h>

#include "db/groups.h"
#include "domain/call_internal.h"
#include "domain/message.h"

const char *call_outcome_name(enum call_outcome outcome)
{
    switch (outcome) {
    case CALL_OPEN: return "";
    case CALL_ANSWERED: return "answered";
    case CALL_MISSED: return "missed";
    case CALL_DECLINED: return "declined";
    case CALL_CANCELLED: return "cancelled";
    case CALL_BUSY: return "busy";
    case CALL_FAILED: return "failed";
    }
    return "";
}

int64_t call_duration_ms(const struct call *call, int64_t now_ms)
{
    if (call->answered_at_ms == 0)
        return 0;
    return (call->ended_at_ms != 0 ? call->ended_at_ms : now_ms) - call->answered_at_ms;
}

/* "01:23", "1:02:03". */
static const char *clock_text(struct arena *a, int64_t duration_ms)
{
    int64_t s = duration_ms / 1000;

    if (s < 3600)
        return arena_printf(a, "%02d:%02d", (int)(s / 60), (int)(s % 60));
    return arena_printf(a, "%" PRId64 ":%02d:%02d", s / 3600, (int)(s / 60 % 60), (int)(s % 60));
}

/* For clients that know nothing of calls. */
static const char *plain_text(struct arena *a, bool is_video, enum call_outcome outcome,
                              int64_t duration_ms)
{
    static const char *const texts[] = { [CALL_MISSED] = "未接听",
                                         [CALL_DECLINED] = "已拒绝",
                                         [CALL_CANCELLED] = "已取消",
                                         [CALL_BUSY] = "对方忙线中",
                                         [CALL_FAILED] = "连接失败" };

    return arena_printf(a, "[%s] %s", is_video ? "视频通话" : "语音通话",
                        outcome == CALL_ANSWERED ? clock_text(a, duration_ms) : texts[outcome]);
}

/* One message: the call came to outcome for target. */
static enum err say(struct ctx *cx, const struct call *call, int64_t sender_id, enum scope scope,
                    int64_t target_id, enum call_outcome outcome, int64_t duration_ms,
                    const int64_t *aware, size_t aware_count)
{
    struct draft draft = { .scope = scope,
                           .target_id = target_id,
                           .kind = KIND_CALL,
                           .body = plain_text(cx->arena, call->is_video, outcome, duration_ms) };

    draft.extra = arena_printf(
        cx->arena, "{\"id\":%" PRId64 ",\"video\":%s,\"state\":\"%s\",\"duration\":%" PRId64 "}",
        call->id, call->is_video ? "true" : "false", call_outcome_name(outcome), duration_ms);
    return message_record(cx, sender_id, &draft, aware, aware_count);
}

static enum err record_in_group(struct ctx *cx, const struct call_work *work)
{
    const struct call *call = &work->call;
    int64_t *aware = arena_array(cx->arena, work->count, sizeof *aware);
    struct group group;
    size_t count = 0;
    enum err e = db_group_by_id(cx->conn, cx->arena, call->group_id, &group);

    if (e != OK)
        return e == ERR_NO_GROUP ? OK : e; /* dissolved while they talked */
    for (size_t i = 0; i < work->count; i++)
        if (work->members[i].joined_at_ms != 0)
            aware[count++] = work->members[i].user_id;
    return say(cx, call, call->creator_id, SCOPE_GROUP, call->group_id, call->outcome,
               call_duration_ms(call, work->now_ms), aware, count);
}

/* What the call came to for one who was called. */
static enum call_outcome outcome_for(const struct call *call, const struct call_member *member)
{
    bool is_called_off = call->outcome == CALL_CANCELLED || call->outcome == CALL_FAILED;

    if (member->joined_at_ms != 0)
        return CALL_ANSWERED;
    if (member->state == CALLEE_DECLINED)
        return CALL_DECLINED;
    if (member->state == CALLEE_BUSY)
        return CALL_BUSY;
    return is_called_off ? call->outcome : CALL_MISSED;
}

enum err call_record(struct ctx *cx, const struct call_work *work)
{
    enum err e = OK;

    if (work->call.group_id != 0)
        return record_in_group(cx, work);
    for (size_t i = 0; e == OK && i < work->count; i++) {
        const struct call_member *m = &work->members[i];
        enum call_outcome outcome = outcome_for(&work->call, m);
        bool is_aware = outcome == CALL_ANSWERED || outcome == CALL_DECLINED;
        if (m->user_id != work->call.creator_id)
            e = say(cx, &work->call, m->invited_by, SCOPE_DIRECT, m->user_id, outcome,
                    m->joined_at_ms != 0 ? m->left_at_ms - m->joined_at_ms : 0, &m->user_id,
                    is_aware);
    }
    return e;
}
