/* The hub's face: who is connected, what reaches whom, what clients may send. The work with one
 * socket is in channel.c, the writing in sender.c; internal.h says which lock guards what. */
#include "ws/hub.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "domain/online.h"
#include "ws/alloc.h"
#include "ws/internal.h"

int64_t hub_now(const struct hub *hub)
{
    return clock_mono_ms(hub->sv->clock);
}

void hub_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attr);
    pthread_condattr_destroy(&attr);
}

struct timespec hub_moment(int64_t wait_ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (time_t)(wait_ms / 1000);
    t.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

struct hub *hub_new(const struct hub_limits *limits, const struct services *sv)
{
    struct hub *hub = ws_alloc(sizeof *hub);
    hub->limits = *limits;
    hub->sv = sv;
    hub->scratch = arena_new();
    pthread_mutex_init(&hub->publish, NULL);
    pthread_mutex_init(&hub->lock, NULL);
    pthread_mutex_init(&hub->arena_lock, NULL);
    hub_cond_init(&hub->gone);
    if (sender_start(&hub->sender, hub))
        return hub;
    arena_free(hub->scratch);
    free(hub);
    return NULL;
}

void hub_free(struct hub *hub)
{
    if (hub == NULL)
        return;
    assert(hub->present == 0);
    sender_stop(&hub->sender);
    roster_free(&hub->roster);
    while (hub->spare_count > 0)
        arena_free(hub->spare[--hub->spare_count]);
    arena_free(hub->scratch);
    free(hub->targets);
    pthread_cond_destroy(&hub->gone);
    pthread_mutex_destroy(&hub->arena_lock);
    pthread_mutex_destroy(&hub->lock);
    pthread_mutex_destroy(&hub->publish);
    free(hub);
}

/* ---- places ---- */

bool hub_reserve(struct hub *hub, int64_t user_id, const char *address)
{
    pthread_mutex_lock(&hub->lock);
    bool is_free =
        hub->closed_code == 0 && roster_reserve(&hub->roster, &hub->limits, user_id, address);
    pthread_mutex_unlock(&hub->lock);
    return is_free;
}

void hub_unreserve(struct hub *hub, int64_t user_id, const char *address)
{
    pthread_mutex_lock(&hub->lock);
    struct account *account = roster_account(&hub->roster, user_id);
    struct address *from = roster_address(&hub->roster, address);
    assert(account != NULL && from != NULL);
    roster_release(&hub->roster, account, from);
    pthread_mutex_unlock(&hub->lock);
}

/* ---- contexts for the dialect ---- */

static struct arena *take_arena(struct hub *hub)
{
    struct arena *a = NULL;
    pthread_mutex_lock(&hub->arena_lock);
    if (hub->spare_count > 0)
        a = hub->spare[--hub->spare_count];
    pthread_mutex_unlock(&hub->arena_lock);
    return a != NULL ? a : arena_new();
}

static void give_arena(struct hub *hub, struct arena *a)
{
    arena_reset(a);
    pthread_mutex_lock(&hub->arena_lock);
    bool is_kept = hub->spare_count < HUB_SPARE_ARENAS;
    if (is_kept)
        hub->spare[hub->spare_count++] = a;
    pthread_mutex_unlock(&hub->arena_lock);
    if (!is_kept)
        arena_free(a);
}

enum occasion { OPENED, RECEIVED, CLOSED };

/* Calls the dialect as the socket's account; text with RECEIVED. */
static void call_dialect(struct hub *hub, struct channel *ch, enum occasion occasion,
                         const char *text, size_t len)
{
    struct arena *a = take_arena(hub);
    struct ctx cx;
    ctx_init(&cx, hub->sv, a, ch->dialect->name, ch->address->text);
    cx.actor = ch->user_id;
    cx.session_id = ch->session_id;
    cx.socket_id = ch->id;
    if (occasion == RECEIVED)
        ch->dialect->receive(&cx, ch, text, len);
    else if (occasion == OPENED && ch->dialect->opened != NULL)
        ch->dialect->opened(&cx, ch);
    else if (occasion == CLOSED && ch->dialect->closed != NULL)
        ch->dialect->closed(&cx, ch);
    if (occasion == OPENED)
        online_came(&cx);
    else if (occasion == CLOSED)
        online_went(&cx);
    ctx_release(&cx);
    give_arena(hub, a);
}

/* ---- coming and going ---- */

static int dialect_index(struct hub *hub, const struct socket_dialect *dialect)
{
    int i = 0;
    while (i < hub->dialect_count && hub->dialects[i] != dialect)
        i++;
    if (i == hub->dialect_count) {
        assert(i < HUB_DIALECTS_MAX);
        hub->dialects[hub->dialect_count++] = dialect;
    }
    return i;
}

static void link_channel(struct hub *hub, struct channel *ch)
{
    struct account *account = ch->account;
    hub->users += account->channels == NULL;
    ch->next_of_account = account->channels;
    account->channels = ch;

    ch->id = ++hub->last_id;
    ch->next = hub->channels;
    ch->previous = &hub->channels;
    if (ch->next != NULL)
        ch->next->previous = &ch->next;
    hub->channels = ch;
    hub->present++;
}

static void unlink_channel(struct hub *hub, struct channel *ch)
{
    struct channel **at = &ch->account->channels;
    while (*at != ch)
        at = &(*at)->next_of_account;
    *at = ch->next_of_account;
    hub->users -= ch->account->channels == NULL;

    *ch->previous = ch->next;
    if (ch->next != NULL)
        ch->next->previous = ch->previous;
}

struct channel *hub_add(struct hub *hub, const struct socket_dialect *dialect,
                        const struct wire *wire, int64_t user_id, int64_t session_id,
                        const char *address)
{
    struct channel *ch = channel_new(hub, dialect, wire);
    ch->user_id = user_id;
    ch->session_id = session_id;

    pthread_mutex_lock(&hub->lock);
    ch->account = roster_account(&hub->roster, user_id);
    ch->address = roster_address(&hub->roster, address);
    assert(ch->account != NULL && ch->address != NULL);
    ch->dialect_index = dialect_index(hub, dialect);
    link_channel(hub, ch);
    int closed_code = hub->closed_code;
    pthread_mutex_unlock(&hub->lock);

    if (closed_code != 0)
        channel_close(ch, closed_code);
    else
        call_dialect(hub, ch, OPENED, NULL, 0);
    return ch;
}

void hub_remove(struct hub *hub, struct channel *ch)
{
    pthread_mutex_lock(&hub->lock);
    unlink_channel(hub, ch);
    pthread_mutex_unlock(&hub->lock);

    call_dialect(hub, ch, CLOSED, NULL, 0);
    channel_leave(ch);
    /* Said here, not where it happened: the log may be slow, and this thread holds up nobody. */
    if (ch->overflowed)
        log_warn("socket", "user=%" PRId64 " dialect=%s dropped: its queue was full", ch->user_id,
                 ch->dialect->name);

    pthread_mutex_lock(&hub->lock);
    roster_release(&hub->roster, ch->account, ch->address);
    hub->present--;
    pthread_cond_broadcast(&hub->gone);
    pthread_mutex_unlock(&hub->lock);
    channel_free(ch);
}

/* ---- from the peer ---- */

static void answer_ping(struct channel *ch, const char *data, size_t len)
{
    struct frame *f = frame_new(FRAME_PONG, data, len);
    channel_queue(ch, f);
    frame_drop(f);
}

bool hub_frame(struct hub *hub, struct channel *ch, uint8_t head, const char *data, size_t len)
{
    int64_t now_ms = hub_now(hub);
    atomic_store(&ch->heard_ms, now_ms);
    atomic_store(&ch->half_ms, 0);
    struct guard_out in = guard_frame(&ch->guard, head, data, len);
    if (in.verdict == GUARD_CLOSE) {
        channel_hang_up(ch, in.close_code);
        return false;
    }
    if (!channel_rate_ok(ch, head, now_ms))
        channel_close(ch, CLOSE_POLICY);
    /* After a Close of ours only the answer to it matters. We read on until it comes: leaving with
     * bytes unread would reset the connection and might take our Close with it. */
    bool is_heard = !channel_is_closing(ch);
    if (is_heard && in.verdict == GUARD_PING)
        answer_ping(ch, in.data, in.len);
    else if (is_heard && in.verdict == GUARD_TEXT)
        call_dialect(hub, ch, RECEIVED, in.data, in.len);
    else if (is_heard && in.verdict == GUARD_BINARY)
        channel_close(ch, CLOSE_UNSUPPORTED);
    if (in.verdict == GUARD_TEXT || in.verdict == GUARD_BINARY)
        guard_free(&ch->guard); /* an idle socket keeps no buffer */
    return true;
}

void hub_frame_too_big(struct channel *ch)
{
    channel_hang_up(ch, CLOSE_TOO_BIG);
}

void hub_bytes_seen(struct channel *ch)
{
    long long none = 0;
    atomic_compare_exchange_strong(&ch->half_ms, &none, hub_now(ch->hub));
}

/* ---- to the peers ---- */

static void add_target(struct hub *hub, size_t count, struct channel *ch)
{
    if (count == hub->target_cap) {
        hub->target_cap = count == 0 ? 64 : count * 2;
        hub->targets = ws_realloc(hub->targets, hub->target_cap * sizeof(struct channel *));
    }
    hub->targets[count] = ch;
}

/* The channels that hear ev, each held in refs, so that the hub's lock is free while frames are
 * built. */
static size_t collect(struct hub *hub, const struct event *ev)
{
    size_t count = 0;
    pthread_mutex_lock(&hub->lock);
    for (size_t i = 0; i < ev->to_count; i++) {
        struct account *account = roster_account(&hub->roster, ev->to[i]);
        struct channel *ch = account != NULL ? account->channels : NULL;
        for (; ch != NULL; ch = ch->next_of_account) {
            if (ev->session_id != 0 && ev->session_id != ch->session_id)
                continue;
            add_target(hub, count++, ch);
            atomic_fetch_add_explicit(&ch->refs, 1, memory_order_relaxed);
        }
    }
    pthread_mutex_unlock(&hub->lock);
    return count;
}

/* One event as each dialect says it. */
struct wording {
    bool is_known;
    struct frame *frame; /* owned; NULL: this dialect does not tell of it */
};

static struct frame *word(struct hub *hub, struct wording *w, const struct channel *ch,
                          const struct event *ev)
{
    if (!w->is_known) {
        const char *text = ch->dialect->encode(hub->scratch, ev);
        w->frame = text != NULL ? frame_new(FRAME_TEXT, text, strlen(text)) : NULL;
        w->is_known = true;
    }
    return w->frame;
}

static void drop_wordings(struct wording wordings[HUB_DIALECTS_MAX])
{
    for (int i = 0; i < HUB_DIALECTS_MAX; i++) {
        if (wordings[i].frame != NULL)
            frame_drop(wordings[i].frame);
    }
}

static void publish(struct hub *hub, const struct event *ev)
{
    struct wording wordings[HUB_DIALECTS_MAX] = { 0 };
    size_t count = collect(hub, ev);
    for (size_t i = 0; i < count; i++) {
        struct channel *ch = hub->targets[i];
        struct frame *f = word(hub, &wordings[ch->dialect_index], ch, ev);
        if (f != NULL)
            channel_queue_drop(ch, f);
        else
            channel_drop(ch);
    }
    drop_wordings(wordings);
    arena_reset(hub->scratch);
}

void hub_deliver(void *arg, const struct event *events, size_t count)
{
    struct hub *hub = arg;
    pthread_mutex_lock(&hub->publish);
    for (size_t i = 0; i < count; i++)
        publish(hub, &events[i]);
    pthread_mutex_unlock(&hub->publish);
}

bool hub_is_online(void *arg, int64_t user_id)
{
    struct hub *hub = arg;
    pthread_mutex_lock(&hub->lock);
    const struct account *account = roster_account(&hub->roster, user_id);
    bool is_online = account != NULL && account->channels != NULL;
    pthread_mutex_unlock(&hub->lock);
    return is_online;
}

bool hub_is_session_online(void *arg, int64_t user_id, int64_t session_id)
{
    struct hub *hub = arg;
    pthread_mutex_lock(&hub->lock);
    const struct account *account = roster_account(&hub->roster, user_id);
    struct channel *ch = account != NULL ? account->channels : NULL;
    while (ch != NULL && ch->session_id != session_id)
        ch = ch->next_of_account;
    pthread_mutex_unlock(&hub->lock);
    return ch != NULL;
}

/* ---- ending ---- */

void hub_end_session(void *arg, int64_t user_id, int64_t session_id)
{
    struct hub *hub = arg;
    pthread_mutex_lock(&hub->lock);
    const struct account *account = roster_account(&hub->roster, user_id);
    struct channel *ch = account != NULL ? account->channels : NULL;
    for (; ch != NULL; ch = ch->next_of_account) {
        if (session_id == 0 || ch->session_id == session_id)
            channel_close(ch, CLOSE_UNAUTHORIZED);
    }
    pthread_mutex_unlock(&hub->lock);
}

/* Shuts the wires must_shut asks for, without any lock. */
static void shut_each(struct hub *hub, bool (*must_shut)(struct channel *ch, int64_t now_ms))
{
    struct channel *list = NULL;
    int64_t now_ms = hub_now(hub);
    pthread_mutex_lock(&hub->lock);
    for (struct channel *ch = hub->channels; ch != NULL; ch = ch->next) {
        if (must_shut(ch, now_ms)) {
            atomic_fetch_add_explicit(&ch->refs, 1, memory_order_relaxed);
            ch->next_shut = list;
            list = ch;
        }
    }
    pthread_mutex_unlock(&hub->lock);
    for (struct channel *ch = list, *next; ch != NULL; ch = next) {
        next = ch->next_shut;
        ch->wire.shutdown(ch->wire.arg);
        channel_drop(ch);
    }
}

void hub_tick(struct hub *hub)
{
    shut_each(hub, channel_check);
}

void hub_close_all(struct hub *hub, int code, int64_t wait_ms)
{
    struct timespec until = hub_moment(wait_ms);
    int wait = 0;
    pthread_mutex_lock(&hub->lock);
    hub->closed_code = code;
    for (struct channel *ch = hub->channels; ch != NULL; ch = ch->next)
        channel_close(ch, code);
    while (hub->present > 0 && wait == 0)
        wait = pthread_cond_timedwait(&hub->gone, &hub->lock, &until);
    pthread_mutex_unlock(&hub->lock);
    shut_each(hub, channel_shut);
}

/* ---- for the operator ---- */

struct live hub_live(void *arg)
{
    struct hub *hub = arg;
    struct live live = {
        .frames_sent = atomic_load(&hub->frames_sent),
        .bytes_sent = atomic_load(&hub->bytes_sent),
        .dropped = atomic_load(&hub->dropped),
    };
    pthread_mutex_lock(&hub->lock);
    live.sockets = hub->present;
    live.users = hub->users;
    pthread_mutex_unlock(&hub->lock);
    return live;
}

size_t hub_present(void *arg, struct arena *a, struct presence **list_r)
{
    struct hub *hub = arg;
    int64_t now_ms = hub_now(hub);
    pthread_mutex_lock(&hub->lock);
    size_t count = 0;
    for (const struct channel *ch = hub->channels; ch != NULL; ch = ch->next)
        count++;
    struct presence *list = arena_array(a, count, sizeof *list);
    size_t i = count;
    for (const struct channel *ch = hub->channels; ch != NULL; ch = ch->next)
        list[--i] = (struct presence){ .user_id = ch->user_id,
                                       .dialect = ch->dialect->name,
                                       .address = arena_strdup(a, ch->address->text),
                                       .open_ms = now_ms - ch->opened_ms };
    pthread_mutex_unlock(&hub->lock);
    *list_r = list;
    return count;
}

/* The oldest count channels that are not closing, held in refs; none if that would be all. */
static size_t collect_oldest(struct hub *hub, int64_t count)
{
    int64_t open = 0;
    size_t collected = 0;
    pthread_mutex_lock(&hub->lock);
    for (struct channel *ch = hub->channels; ch != NULL; ch = ch->next)
        open += !channel_is_closing(ch);
    int64_t stay = count > 0 && count < open ? open - count : open;
    for (struct channel *ch = hub->channels; ch != NULL; ch = ch->next) {
        if (channel_is_closing(ch) || stay-- > 0)
            continue;
        add_target(hub, collected++, ch);
        atomic_fetch_add_explicit(&ch->refs, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&hub->lock);
    return collected;
}

int64_t hub_move(void *arg, int64_t count, const struct event *ev)
{
    struct hub *hub = arg;
    struct wording wordings[HUB_DIALECTS_MAX] = { 0 };
    pthread_mutex_lock(&hub->publish);
    size_t moved = collect_oldest(hub, count);
    for (size_t i = 0; i < moved; i++) {
        struct channel *ch = hub->targets[i];
        struct frame *f = word(hub, &wordings[ch->dialect_index], ch, ev);
        if (f != NULL)
            channel_queue(ch, f);
        channel_close(ch, CLOSE_RESTART);
        channel_drop(ch);
    }
    drop_wordings(wordings);
    arena_reset(hub->scratch);
    pthread_mutex_unlock(&hub->publish);
    return (int64_t)moved;
}
