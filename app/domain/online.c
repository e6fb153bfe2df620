/* See online.h. Everybody who is here, or went a moment ago, has a slot in a chained hash; the cron
 * walks it for those whose patience has run out. */
#include "domain/online.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "db/settings.h"
#include "db/users.h"

#define CHAINS 4096 /* a power of two */

struct here {
    struct here *next;
    int64_t user_id;
    int64_t went_ms; /* monotonic; 0: here */
};

struct online {
    pthread_mutex_t lock;
    struct here *chains[CHAINS]; /* owned */
};

struct online *online_new(void)
{
    struct online *online = calloc(1, sizeof *online);

    if (online == NULL)
        abort();
    pthread_mutex_init(&online->lock, NULL);
    return online;
}

void online_free(struct online *online)
{
    if (online == NULL)
        return;
    for (size_t i = 0; i < CHAINS; i++)
        for (struct here *h = online->chains[i], *next; h != NULL; h = next) {
            next = h->next;
            free(h);
        }
    pthread_mutex_destroy(&online->lock);
    free(online);
}

/* Where the slot of user_id hangs, or would. Under the lock. */
static struct here **slot_of(struct online *online, int64_t user_id)
{
    struct here **at = &online->chains[(uint64_t)user_id & (CHAINS - 1)];

    while (*at != NULL && (*at)->user_id != user_id)
        at = &(*at)->next;
    return at;
}

static bool has_socket(const struct ctx *cx, int64_t user_id)
{
    return cx->sv->is_online != NULL && cx->sv->is_online(cx->sv->hub, user_id);
}

static void tell(struct ctx *cx, int64_t user_id, bool is_here)
{
    struct event ev = { .kind = EV_PRESENCE };
    int64_t *to = NULL;
    enum err e = db_presence_watchers(ctx_db(cx), cx->arena, user_id, &to, &ev.to_count);

    ctx_release(cx);
    if (e != OK)
        log_warn("presence", "nobody was told who came or went: %s", err_meaning(e));
    if (e != OK || ev.to_count == 0 || cx->sv->deliver == NULL)
        return;
    ev.to = to;
    ev.presence = (struct presence_event){ user_id, is_here, ctx_now(cx), ctx_now(cx) };
    cx->sv->deliver(cx->sv->hub, &ev, 1);
}

void online_came(struct ctx *cx)
{
    struct online *online = cx->sv->online;
    struct here **at;
    bool is_new;

    if (online == NULL)
        return;
    pthread_mutex_lock(&online->lock);
    at = slot_of(online, cx->actor);
    is_new = *at == NULL;
    if (is_new) {
        *at = calloc(1, sizeof **at);
        if (*at == NULL)
            abort();
        (*at)->user_id = cx->actor;
    }
    (*at)->went_ms = 0;
    pthread_mutex_unlock(&online->lock);
    if (is_new)
        tell(cx, cx->actor, true);
}

void online_went(struct ctx *cx)
{
    struct online *online = cx->sv->online;
    struct here *here;

    if (online == NULL || has_socket(cx, cx->actor))
        return;
    pthread_mutex_lock(&online->lock);
    here = *slot_of(online, cx->actor);
    if (here != NULL)
        here->went_ms = clock_mono_ms(cx->sv->clock);
    pthread_mutex_unlock(&online->lock);
}

/* Takes out one chain's people whose patience has run out. */
static size_t take_gone(struct ctx *cx, struct here **at, int64_t *gone, size_t room)
{
    int64_t now_ms = clock_mono_ms(cx->sv->clock);
    size_t count = 0;

    while (*at != NULL && count < room) {
        struct here *here = *at;
        if (here->went_ms != 0 && has_socket(cx, here->user_id))
            here->went_ms = 0; /* a new socket opened while the old one was closing */
        if (here->went_ms == 0 || now_ms < here->went_ms + ONLINE_PATIENCE_MS) {
            at = &here->next;
            continue;
        }
        *at = here->next;
        gone[count++] = here->user_id;
        free(here);
    }
    return count;
}

static enum err write_seen(struct ctx *cx, const int64_t *gone, size_t count)
{
    enum err e = tx_begin(cx);

    for (size_t i = 0; e == OK && i < count; i++)
        e = db_user_seen(cx->conn, gone[i], ctx_now(cx));
    return tx_end(cx, e);
}

enum err online_announce(struct ctx *cx)
{
    struct online *online = cx->sv->online;
    int64_t gone[256];
    size_t count = 0;
    enum err e;

    if (online == NULL)
        return OK;
    pthread_mutex_lock(&online->lock);
    for (size_t i = 0; i < CHAINS; i++)
        count +=
            take_gone(cx, &online->chains[i], gone + count, sizeof gone / sizeof gone[0] - count);
    pthread_mutex_unlock(&online->lock);
    if (count == 0)
        return OK;
    e = write_seen(cx, gone, count);
    for (size_t i = 0; i < count; i++)
        if (!has_socket(cx, gone[i])) /* else somebody came back this moment, and it is told */
            tell(cx, gone[i], false);
    return e;
}

static const struct last_seen *find(const struct last_seen *list, size_t count, int64_t user_id)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list[middle].user_id < user_id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && list[low].user_id == user_id ? &list[low] : NULL;
}

/* As the contacts were told, so that a list read while somebody's socket is being replaced agrees with
 * what comes after it. */
static bool is_here(const struct ctx *cx, int64_t user_id)
{
    struct online *online = cx->sv->online;
    bool is_known;

    if (online == NULL)
        return has_socket(cx, user_id);
    pthread_mutex_lock(&online->lock);
    is_known = *slot_of(online, user_id) != NULL;
    pthread_mutex_unlock(&online->lock);
    return is_known;
}

enum err online_list(struct ctx *cx, const int64_t *ids, size_t count, struct online_view **list_r)
{
    struct last_seen *seen = NULL;
    size_t found = 0;
    struct online_view *list = arena_array(cx->arena, count, sizeof *list);
    enum err e = db_presence_list(ctx_db(cx), cx->arena, cx->actor, ids, count, &seen, &found);

    for (size_t i = 0; e == OK && i < count; i++) {
        const struct last_seen *one = find(seen, found, ids[i]);
        list[i].user_id = ids[i];
        list[i].is_shown = one != NULL && one->is_shown;
        if (!list[i].is_shown)
            continue;
        list[i].online = is_here(cx, ids[i]);
        list[i].last_seen_at_ms = list[i].online ? ctx_now(cx) : one->at_ms;
    }
    *list_r = list;
    return e;
}
