/* See seen.h. The table keeps one slot per person noted since it was last written, found by open
 * addressing; when it is full, further people wait for their next request. */
#include "domain/seen.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "db/users.h"

#define SLOTS 4096 /* a power of two */
#define TRIES 16

struct slot {
    int64_t user_id; /* 0: free */
    int64_t at_ms;
};

struct seen {
    pthread_mutex_t lock;
    struct slot slots[SLOTS];
};

struct seen *seen_new(void)
{
    struct seen *seen = calloc(1, sizeof *seen);

    if (seen == NULL)
        abort();
    pthread_mutex_init(&seen->lock, NULL);
    return seen;
}

void seen_free(struct seen *seen)
{
    if (seen == NULL)
        return;
    pthread_mutex_destroy(&seen->lock);
    free(seen);
}

void seen_note(const struct ctx *cx, int64_t user_id)
{
    struct seen *seen = cx->sv->seen;
    int64_t now_ms = ctx_now(cx);
    uint64_t hash = (uint64_t)user_id * UINT64_C(0x9e3779b97f4a7c15) >> 32;

    if (seen == NULL)
        return;
    pthread_mutex_lock(&seen->lock);
    for (uint64_t i = 0; i < TRIES; i++) {
        struct slot *slot = &seen->slots[(hash + i) & (SLOTS - 1)];
        if (slot->user_id != 0 && slot->user_id != user_id)
            continue;
        *slot = (struct slot){ user_id, now_ms };
        break;
    }
    pthread_mutex_unlock(&seen->lock);
}

static struct slot *take_all(struct ctx *cx)
{
    struct seen *seen = cx->sv->seen;
    struct slot *slots = arena_alloc(cx->arena, sizeof seen->slots);

    pthread_mutex_lock(&seen->lock);
    memcpy(slots, seen->slots, sizeof seen->slots);
    memset(seen->slots, 0, sizeof seen->slots);
    pthread_mutex_unlock(&seen->lock);
    return slots;
}

static enum err write_noted(struct ctx *cx, const struct slot *slots)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < SLOTS; i++)
        if (slots[i].user_id != 0)
            e = db_user_seen(cx->conn, slots[i].user_id, slots[i].at_ms);
    return e;
}

static enum err write_present(struct ctx *cx, const struct presence *list, size_t count)
{
    int64_t now_ms = ctx_now(cx);
    enum err e = OK;

    for (size_t i = 0; e == OK && i < count; i++)
        e = db_user_seen(cx->conn, list[i].user_id, now_ms);
    return e;
}

static bool has_any(const struct slot *slots)
{
    for (size_t i = 0; i < SLOTS; i++)
        if (slots[i].user_id != 0)
            return true;
    return false;
}

enum err seen_write(struct ctx *cx)
{
    struct slot *slots = take_all(cx);
    struct presence *list = NULL;
    size_t count = cx->sv->present != NULL ? cx->sv->present(cx->sv->hub, cx->arena, &list) : 0;
    enum err e;

    if (count == 0 && !has_any(slots))
        return OK;
    e = tx_begin(cx);
    if (e == OK)
        e = write_noted(cx, slots);
    if (e == OK)
        e = write_present(cx, list, count);
    return tx_end(cx, e);
}
