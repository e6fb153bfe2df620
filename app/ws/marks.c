/* Channels that are told of everything once and in order, and how far their peers are; see "marks" in
 * channel.h. A ping carries the highest mark queued before it, so its pong says that the peer has
 * read everything up to there: nothing else does, for what the kernel took may never arrive. What
 * was written after the last pong counts as read only if the peer left in order, having
 * acknowledged every byte of it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ws/alloc.h"
#include "ws/internal.h"

#define DRAIN_STEP_MS 250
#define WRITE_WAIT_MS 1000

bool marks_pass_locked(struct channel *ch, const struct frame *f)
{
    if (f->mark == 0)
        return true;
    if (!ch->is_live) {
        ch->missed = f->mark > ch->missed ? f->mark : ch->missed;
        return false;
    }
    if (f->mark <= ch->queued)
        return false;
    ch->queued = f->mark;
    return true;
}

struct frame *marks_ask_locked(struct channel *ch)
{
    char text[24] = "";
    if (ch->queued > 0)
        snprintf(text, sizeof text, "%" PRId64, ch->queued);
    ch->asked = ch->queued;
    return frame_new(FRAME_PING, text, strlen(text));
}

bool marks_are_due_locked(const struct channel *ch, int64_t now_ms)
{
    return ch->out.mark > ch->asked && now_ms - ch->pinged_ms >= ASK_EVERY_MS;
}

bool marks_heard(struct channel *ch, const char *data, size_t len)
{
    int64_t mark = 0;
    if (len == 0 || len > 18)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (data[i] < '0' || data[i] > '9')
            return false;
        mark = mark * 10 + (data[i] - '0');
    }
    pthread_mutex_lock(&ch->lock);
    bool is_news = !ch->has_ended && mark > ch->confirmed && mark <= ch->out.mark;
    if (is_news)
        ch->confirmed = mark;
    pthread_mutex_unlock(&ch->lock);
    return is_news;
}

/* A quick peer reads what the sender writes, and leaves, before the sender has come to say that it
 * wrote. */
static void await_sender_locked(struct channel *ch)
{
    struct timespec until = hub_moment(WRITE_WAIT_MS);
    while (ch->is_writing && pthread_cond_timedwait(&ch->moved, &ch->lock, &until) == 0)
        ;
}

void marks_end(struct channel *ch)
{
    pthread_mutex_lock(&ch->lock);
    await_sender_locked(ch);
    int64_t written = ch->out.mark, after = ch->out.after;
    pthread_mutex_unlock(&ch->lock);
    /* Asked after that: what is written by now may be on its way still. A ping that crossed the
     * peer's Close is not worth telling everything again: what follows the mark may be missing. */
    int64_t missing = ch->wire.missing != NULL ? ch->wire.missing(ch->wire.arg) : -1;

    pthread_mutex_lock(&ch->lock);
    if (!ch->has_ended && missing >= 0 && missing <= after && written > ch->confirmed)
        ch->confirmed = written;
    if (!ch->has_ended)
        outbox_drop_waiting(&ch->out);
    ch->has_ended = true;
    ch->is_live = false;
    pthread_mutex_unlock(&ch->lock);
}

int64_t marks_confirmed(struct channel *ch)
{
    pthread_mutex_lock(&ch->lock);
    int64_t mark = ch->confirmed;
    pthread_mutex_unlock(&ch->lock);
    return mark;
}

/* ---- catching up ---- */

void channel_send_past(struct channel *ch, const char *text, size_t len, int64_t mark)
{
    struct frame *f = frame_new(FRAME_TEXT, text, len);
    f->mark = mark;
    pthread_mutex_lock(&ch->lock);
    bool was_live = ch->is_live;
    ch->is_live = !ch->has_ended;
    bool must_wake = channel_queue_locked(ch, f);
    ch->is_live = was_live;
    pthread_mutex_unlock(&ch->lock);
    if (must_wake)
        sender_wake(&ch->hub->sender);
    frame_drop(f);
}

static bool is_over_locked(const struct channel *ch)
{
    return ch->closing || ch->shut || ch->leaving || ch->has_ended;
}

bool channel_drain(struct channel *ch)
{
    int64_t since_ms = hub_now(ch->hub);
    pthread_mutex_lock(&ch->lock);
    uint32_t count = ch->out.count;
    bool is_late = false;
    while (!is_over_locked(ch) && ch->out.count > PAST_FRAMES / 2 && !is_late) {
        struct timespec until = hub_moment(DRAIN_STEP_MS);
        pthread_cond_timedwait(&ch->moved, &ch->lock, &until);
        int64_t now_ms = hub_now(ch->hub);
        if (ch->out.count < count) {
            count = ch->out.count;
            since_ms = now_ms;
            atomic_store(&ch->heard_ms, now_ms); /* it reads, and so it lives */
        }
        is_late = now_ms - since_ms >= ch->hub->limits.timeout_ms;
    }
    bool is_open = !is_over_locked(ch) && !is_late;
    pthread_mutex_unlock(&ch->lock);
    return is_open;
}

bool channel_go_live(struct channel *ch, int64_t mark)
{
    pthread_mutex_lock(&ch->lock);
    ch->queued = mark > ch->queued ? mark : ch->queued;
    ch->is_live = ch->missed <= mark && !ch->has_ended;
    bool is_done = ch->is_live || is_over_locked(ch);
    pthread_mutex_unlock(&ch->lock);
    return is_done;
}

/* The account's other channels with the dialect and bond of ch, each held in refs; owned. */
static struct channel **find_others(struct channel *ch, size_t *count_r)
{
    struct channel **list = NULL;
    size_t count = 0;
    pthread_mutex_lock(&ch->hub->lock);
    for (struct channel *other = ch->account->channels; other != NULL;
         other = other->next_of_account) {
        if (other == ch || other->dialect != ch->dialect || other->bond.tag != ch->bond.tag)
            continue;
        list = ws_realloc(list, (count + 1) * sizeof(struct channel *));
        list[count++] = other;
        atomic_fetch_add_explicit(&other->refs, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&ch->hub->lock);
    *count_r = count;
    return list;
}

int64_t channel_take_over(struct channel *ch, const char *last, int code)
{
    size_t count;
    struct channel **others = find_others(ch, &count);
    int64_t highest = 0;
    for (size_t i = 0; i < count; i++) {
        marks_end(others[i]);
        int64_t mark = marks_confirmed(others[i]);
        highest = mark > highest ? mark : highest;
        if (last != NULL)
            channel_send(others[i], last, strlen(last));
        channel_close(others[i], code);
        channel_drop(others[i]);
    }
    free(others);
    return highest;
}
