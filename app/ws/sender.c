/* The one thread that writes to sockets. It takes what waits for a channel, glues it into one
 * buffer and writes without waiting: one thread that coalesces beats several that do not, and a
 * peer that stops reading costs it one refused write (performance.md 1.2, 1.3). The same thread
 * keeps the deadlines. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "ws/alloc.h"
#include "ws/internal.h"

#define EVENTS_MAX 64

/* ---- the list of channels with something to do ---- */

bool sender_list_locked(struct sender *s, struct channel *ch)
{
    if (ch->ready)
        return false;
    ch->ready = true;
    pthread_mutex_lock(&s->lock);
    ch->next_ready = NULL;
    if (s->first == NULL)
        s->first = ch;
    else
        s->last->next_ready = ch;
    s->last = ch;
    bool must_wake = s->is_asleep;
    s->is_asleep = false;
    pthread_mutex_unlock(&s->lock);
    return must_wake;
}

void sender_wake(struct sender *s)
{
    uint64_t one = 1;
    /* EAGAIN would mean 2^64-1 wakings are pending: awake enough. */
    while (write(s->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static struct channel *take_list(struct sender *s, bool *stopping_r)
{
    pthread_mutex_lock(&s->lock);
    struct channel *list = s->first;
    s->first = NULL;
    s->last = NULL;
    s->is_asleep = list == NULL && !s->is_stopping;
    *stopping_r = s->is_stopping;
    pthread_mutex_unlock(&s->lock);
    return list;
}

/* ---- one channel ---- */

/* Bytes written of the batch, 0 if the wire is full, -1 if the peer is gone. */
static long write_batch(struct sender *s, struct channel *ch)
{
    struct batch *b = &s->batch;
    if (b->count == 1)
        return ch->wire.write(ch->wire.arg, b->frames[0]->bytes + b->skip, b->bytes);
    size_t len = 0;
    for (size_t i = 0; i < b->count; i++) {
        size_t skip = i == 0 ? b->skip : 0;
        memcpy(s->buffer + len, b->frames[i]->bytes + skip, b->frames[i]->len - skip);
        len += b->frames[i]->len - skip;
    }
    return ch->wire.write(ch->wire.arg, s->buffer, len);
}

/* Asks for one event as soon as the wire takes bytes again. */
static bool poll_writable(struct sender *s, struct channel *ch)
{
    struct epoll_event event = { .events = EPOLLOUT | EPOLLONESHOT, .data.ptr = ch };
    int op = ch->is_polled ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(s->epoll_fd, op, ch->wire.fd, &event) != 0) {
        log_error("socket", "epoll refuses a socket: errno=%d", errno);
        return false;
    }
    ch->is_polled = true;
    return true;
}

/* What the sender does with a channel after its lock is given back. */
struct next_step {
    bool must_write, must_shut, must_release;
};

static struct next_step settle_locked(struct sender *s, struct channel *ch)
{
    struct next_step step = { 0 };
    bool is_empty = ch->out.count == 0;
    if (!is_empty && !ch->shut && !ch->blocked && !ch->abandoned)
        sender_list_locked(s, ch); /* one batch each in turn: a busy channel holds up nobody */
    if (is_empty && ch->hangup && !ch->shut && !ch->leaving) {
        ch->shut = true;
        step.must_shut = true;
    }
    step.must_release = ch->leaving && !ch->ready && (is_empty || ch->shut || ch->abandoned);
    if (step.must_release)
        ch->ready = true; /* so that nobody lists it again */
    return step;
}

static struct next_step begin(struct sender *s, struct channel *ch)
{
    pthread_mutex_lock(&ch->lock);
    ch->ready = false;
    bool can_write = ch->out.count > 0 && !ch->shut && !ch->blocked && !ch->abandoned;
    struct next_step step = { .must_write = true };
    ch->is_writing = can_write;
    if (can_write)
        outbox_offer(&ch->out, &s->batch);
    else
        step = settle_locked(s, ch);
    pthread_mutex_unlock(&ch->lock);
    return step;
}

static struct next_step send_batch(struct sender *s, struct channel *ch)
{
    long n = write_batch(s, ch);
    if (n == 0 && !poll_writable(s, ch))
        n = -1;
    pthread_mutex_lock(&ch->lock);
    bool was_shut = ch->shut;
    ch->is_writing = false;
    if (n > 0) {
        atomic_fetch_add_explicit(&ch->hub->bytes_sent, n, memory_order_relaxed);
        atomic_fetch_add_explicit(&ch->hub->frames_sent,
                                  (long long)outbox_taken(&ch->out, (size_t)n),
                                  memory_order_relaxed);
    } else if (n == 0) {
        ch->blocked = true;
    } else {
        ch->shut = true;
    }
    pthread_cond_broadcast(&ch->moved);
    struct next_step step = settle_locked(s, ch);
    if (n < 0 && !was_shut)
        step.must_shut = true;
    pthread_mutex_unlock(&ch->lock);
    return step;
}

/* The last the sender does with a channel: it may be freed at once. */
static void release(struct sender *s, struct channel *ch)
{
    if (ch->is_polled && epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, ch->wire.fd, NULL) != 0)
        log_error("socket", "epoll keeps a socket: errno=%d", errno);
    pthread_mutex_lock(&ch->lock);
    ch->released = true;
    pthread_cond_broadcast(&ch->moved);
    pthread_mutex_unlock(&ch->lock);
}

static void serve(struct sender *s, struct channel *ch)
{
    struct next_step step = begin(s, ch);
    if (step.must_write)
        step = send_batch(s, ch);
    if (step.must_shut)
        ch->wire.shutdown(ch->wire.arg);
    if (step.must_release)
        release(s, ch);
}

/* Only lists the channel: it may stand in the list in hand, and being released ends both. */
static void mark_writable(struct sender *s, struct channel *ch)
{
    pthread_mutex_lock(&ch->lock);
    ch->blocked = false;
    sender_list_locked(s, ch);
    pthread_mutex_unlock(&ch->lock);
}

/* ---- the thread ---- */

static void clear_wake(struct sender *s)
{
    uint64_t count;
    while (read(s->wake_fd, &count, sizeof count) < 0 && errno == EINTR)
        ;
}

static int wait_ms(struct sender *s, int64_t now_ms)
{
    int64_t left = s->next_tick_ms - now_ms;
    return left < 0 ? 0 : left > TICK_MS ? TICK_MS : (int)left;
}

static void poll_events(struct sender *s, int timeout_ms)
{
    struct epoll_event events[EVENTS_MAX];
    int n = epoll_wait(s->epoll_fd, events, EVENTS_MAX, timeout_ms);
    if (n < 0 && errno != EINTR) {
        log_error("socket", "epoll_wait: errno=%d", errno);
        abort();
    }
    for (int i = 0; i < n; i++) {
        if (events[i].data.ptr == NULL)
            clear_wake(s);
        else
            mark_writable(s, events[i].data.ptr);
    }
}

static void *sender_run(void *arg)
{
    struct hub *hub = arg;
    struct sender *s = &hub->sender;
    bool is_stopping = false;
    s->next_tick_ms = hub_now(hub) + TICK_MS;
    while (!is_stopping) {
        struct channel *list = take_list(s, &is_stopping);
        /* Before the list is served: nothing is released between epoll_wait and the use of its
         * answer. */
        poll_events(s, list != NULL || is_stopping ? 0 : wait_ms(s, hub_now(hub)));
        for (struct channel *ch = list, *next; ch != NULL; ch = next) {
            next = ch->next_ready;
            serve(s, ch);
        }
        int64_t now_ms = hub_now(hub);
        if (now_ms >= s->next_tick_ms) {
            hub_tick(hub);
            s->next_tick_ms = now_ms + TICK_MS;
        }
    }
    return NULL;
}

static bool open_fds(struct sender *s)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
    s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return s->epoll_fd >= 0 && s->wake_fd >= 0 &&
           epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, s->wake_fd, &event) == 0;
}

static void close_fds(struct sender *s)
{
    if (s->epoll_fd >= 0)
        close(s->epoll_fd);
    if (s->wake_fd >= 0)
        close(s->wake_fd);
}

/* Signals belong to main's thread. */
static int start_thread(struct sender *s, struct hub *hub)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&s->thread, NULL, sender_run, hub);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

bool sender_start(struct sender *s, struct hub *hub)
{
    pthread_mutex_init(&s->lock, NULL);
    s->buffer = ws_alloc(BATCH_BYTES);
    int error = open_fds(s) ? start_thread(s, hub) : errno;
    if (error == 0) {
        pthread_setname_np(s->thread, "chatd-sender");
        return true;
    }
    log_error("socket", "the sender does not start: errno=%d", error);
    close_fds(s);
    free(s->buffer);
    pthread_mutex_destroy(&s->lock);
    return false;
}

void sender_stop(struct sender *s)
{
    pthread_mutex_lock(&s->lock);
    s->is_stopping = true;
    pthread_mutex_unlock(&s->lock);
    sender_wake(s);
    pthread_join(s->thread, NULL);
    close_fds(s);
    free(s->buffer);
    pthread_mutex_destroy(&s->lock);
}
