/* One socket's outgoing side and its deadlines. Everything here only queues and sets flags under
 * the channel's lock; the wire is touched by the sender and by whoever channel_check tells to shut
 * it. */
#include "ws/channel.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "ws/alloc.h"
#include "ws/internal.h"

struct channel *channel_new(struct hub *hub, const struct socket_dialect *dialect,
                            const struct wire *wire)
{
    struct channel *ch = ws_alloc(sizeof *ch);
    ch->hub = hub;
    ch->dialect = dialect;
    ch->wire = *wire;
    guard_init(&ch->guard, (size_t)hub->limits.frame_bytes);
    outbox_init(&ch->out);
    pthread_mutex_init(&ch->lock, NULL);
    hub_cond_init(&ch->moved);
    ch->opened_ms = hub_now(hub);
    atomic_init(&ch->heard_ms, ch->opened_ms);
    return ch;
}

void channel_free(struct channel *ch)
{
    guard_free(&ch->guard);
    outbox_clear(&ch->out);
    free((char *)ch->bond.label);
    pthread_cond_destroy(&ch->moved);
    pthread_mutex_destroy(&ch->lock);
    free(ch);
}

/* ---- queueing ---- */

static bool list_locked(struct channel *ch)
{
    /* A wire that is full says so itself, through epoll. */
    return !ch->blocked && sender_list_locked(&ch->hub->sender, ch);
}

static void close_locked(struct channel *ch, int code)
{
    struct frame *f = frame_new_close(code);
    outbox_add_last(&ch->out, f);
    frame_drop(f);
    ch->closing = true;
    ch->close_code = code;
    ch->closing_ms = hub_now(ch->hub);
}

static bool is_ended_locked(const struct channel *ch)
{
    return ch->closing || ch->shut || ch->leaving;
}

bool channel_queue_locked(struct channel *ch, struct frame *f)
{
    const struct hub_limits *limits = &ch->hub->limits;
    if (is_ended_locked(ch) || !marks_pass_locked(ch, f))
        return false;
    int64_t factor = ch->blocked ? 1 : BURST_FACTOR;
    if (!outbox_add(&ch->out, f, limits->queue_bytes * factor, limits->queue_frames * factor)) {
        outbox_drop_waiting(&ch->out);
        close_locked(ch, CLOSE_TRY_AGAIN);
        ch->overflowed = true;
        atomic_fetch_add(&ch->hub->dropped, 1);
    }
    return list_locked(ch);
}

static void drop_locked(struct channel *ch)
{
    if (atomic_fetch_sub(&ch->refs, 1) == 1 && ch->leaving)
        pthread_cond_broadcast(&ch->moved);
}

static void wake_if(struct hub *hub, bool must_wake)
{
    if (must_wake)
        sender_wake(&hub->sender);
}

void channel_queue(struct channel *ch, struct frame *f)
{
    pthread_mutex_lock(&ch->lock);
    bool must_wake = channel_queue_locked(ch, f);
    pthread_mutex_unlock(&ch->lock);
    wake_if(ch->hub, must_wake);
}

void channel_queue_drop(struct channel *ch, struct frame *f)
{
    struct hub *hub = ch->hub;
    pthread_mutex_lock(&ch->lock);
    bool must_wake = channel_queue_locked(ch, f);
    drop_locked(ch);
    pthread_mutex_unlock(&ch->lock);
    wake_if(hub, must_wake);
}

void channel_drop(struct channel *ch)
{
    pthread_mutex_lock(&ch->lock);
    drop_locked(ch);
    pthread_mutex_unlock(&ch->lock);
}

void channel_send(struct channel *ch, const char *text, size_t len)
{
    struct frame *f = frame_new(FRAME_TEXT, text, len);
    channel_queue(ch, f);
    frame_drop(f);
}

void channel_close(struct channel *ch, int code)
{
    pthread_mutex_lock(&ch->lock);
    bool must_wake = false;
    if (!is_ended_locked(ch)) {
        close_locked(ch, code);
        must_wake = list_locked(ch);
    }
    pthread_mutex_unlock(&ch->lock);
    wake_if(ch->hub, must_wake);
}

static bool hang_up_locked(struct channel *ch, int code)
{
    if (!is_ended_locked(ch))
        close_locked(ch, code);
    ch->hangup = true;
    return list_locked(ch);
}

void channel_hang_up(struct channel *ch, int code)
{
    pthread_mutex_lock(&ch->lock);
    bool must_wake = hang_up_locked(ch, code);
    pthread_mutex_unlock(&ch->lock);
    wake_if(ch->hub, must_wake);
}

bool channel_is_closing(struct channel *ch)
{
    pthread_mutex_lock(&ch->lock);
    bool is_closing = is_ended_locked(ch);
    pthread_mutex_unlock(&ch->lock);
    return is_closing;
}

int64_t channel_user(const struct channel *ch)
{
    return ch->user_id;
}

int64_t channel_session(const struct channel *ch)
{
    return ch->session_id;
}

const struct bond *channel_bond(const struct channel *ch)
{
    return &ch->bond;
}

int channel_code(struct channel *ch)
{
    pthread_mutex_lock(&ch->lock);
    int code = ch->close_code;
    pthread_mutex_unlock(&ch->lock);
    return code;
}

/* ---- deadlines ---- */

bool channel_rate_ok(struct channel *ch, uint8_t head, int64_t now_ms)
{
    /* The guard limits continuations: 64 to a message. */
    bool is_continuation = (head & 0x0f) == 0;
    if (!ch->hub->limits.rate || is_continuation)
        return true;
    if (ch->rate_ms < now_ms)
        ch->rate_ms = now_ms;
    if (ch->rate_ms - now_ms > (FRAME_BURST - 1) * FRAME_EVERY_MS)
        return false;
    ch->rate_ms += FRAME_EVERY_MS;
    return true;
}

static bool ping_locked(struct channel *ch, int64_t now_ms)
{
    struct frame *f = marks_ask_locked(ch);
    bool must_wake = channel_queue_locked(ch, f);
    frame_drop(f);
    ch->pinged_ms = now_ms;
    return must_wake;
}

bool channel_check(struct channel *ch, int64_t now_ms)
{
    const struct hub_limits *limits = &ch->hub->limits;
    int64_t heard = atomic_load(&ch->heard_ms);
    int64_t half = atomic_load(&ch->half_ms);
    bool must_wake = false;
    bool must_shut = false;

    pthread_mutex_lock(&ch->lock);
    int64_t quiet_since = heard > ch->pinged_ms ? heard : ch->pinged_ms;
    if (ch->shut)
        ;
    else if (ch->closing)
        must_shut = now_ms - ch->closing_ms >= CLOSE_GRACE_MS;
    else if (now_ms - heard >= limits->timeout_ms)
        must_shut = true;
    else if (half != 0 && now_ms - half >= HALF_FRAME_MS)
        must_wake = hang_up_locked(ch, CLOSE_PROTOCOL);
    else if (now_ms - quiet_since >= limits->ping_ms || marks_are_due_locked(ch, now_ms))
        must_wake = ping_locked(ch, now_ms);
    ch->shut = ch->shut || must_shut;
    pthread_mutex_unlock(&ch->lock);
    wake_if(ch->hub, must_wake);
    return must_shut;
}

bool channel_shut(struct channel *ch, int64_t now_ms)
{
    (void)now_ms;
    pthread_mutex_lock(&ch->lock);
    bool must_shut = !ch->shut;
    ch->shut = true;
    pthread_mutex_unlock(&ch->lock);
    return must_shut;
}

/* ---- leaving ---- */

void channel_leave(struct channel *ch)
{
    struct hub *hub = ch->hub;
    struct timespec until = hub_moment(REMOVE_FLUSH_MS);

    pthread_mutex_lock(&ch->lock);
    ch->leaving = true;
    bool must_wake = sender_list_locked(&hub->sender, ch);
    pthread_mutex_unlock(&ch->lock);
    wake_if(hub, must_wake);

    pthread_mutex_lock(&ch->lock);
    while (!ch->released && !ch->abandoned)
        ch->abandoned = pthread_cond_timedwait(&ch->moved, &ch->lock, &until) == ETIMEDOUT;
    must_wake = !ch->released && sender_list_locked(&hub->sender, ch);
    pthread_mutex_unlock(&ch->lock);
    wake_if(hub, must_wake);

    pthread_mutex_lock(&ch->lock);
    while (!ch->released || atomic_load(&ch->refs) > 0)
        pthread_cond_wait(&ch->moved, &ch->lock);
    pthread_mutex_unlock(&ch->lock);
}
