/* Counters; see metrics.h. */
#include "base/metrics.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

const int64_t metrics_bounds_ms[METRICS_BUCKETS] = { 1,   5,   10,   25,   50,   100,
                                                     250, 500, 1000, 2500, 10000 };

struct requests {
    const char *dialect;
    atomic_llong by_class[6];
    atomic_llong buckets[METRICS_BUCKETS + 1];
    atomic_llong sum_ms;
};

struct metrics {
    struct requests requests[METRICS_DIALECTS_MAX];
    size_t count;
    atomic_llong messages;
};

struct metrics *metrics_new(const char *const *names, size_t count)
{
    struct metrics *m = calloc(1, sizeof *m);

    assert(count < METRICS_DIALECTS_MAX);
    if (m == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        m->requests[i].dialect = names[i];
    m->requests[count].dialect = "";
    m->count = count + 1;
    return m;
}

void metrics_free(struct metrics *m)
{
    free(m);
}

static void add(atomic_llong *counter, long long value)
{
    atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static long long get(const atomic_llong *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_request(struct metrics *m, const char *dialect, int status, int64_t took_ms)
{
    struct requests *r = m->requests;
    size_t bucket = 0;

    while (r->dialect[0] != '\0' && strcmp(r->dialect, dialect) != 0)
        r++;
    while (bucket < METRICS_BUCKETS && took_ms > metrics_bounds_ms[bucket])
        bucket++;
    add(&r->by_class[status >= 100 && status < 600 ? status / 100 : 0], 1);
    add(&r->buckets[bucket], 1);
    add(&r->sum_ms, took_ms);
}

void metrics_messages(struct metrics *m, int64_t count)
{
    add(&m->messages, count);
}

size_t metrics_requests(const struct metrics *m, struct request_stats list_r[METRICS_DIALECTS_MAX])
{
    for (size_t i = 0; i < m->count; i++) {
        const struct requests *from = &m->requests[i];
        struct request_stats *to = &list_r[i];

        *to = (struct request_stats){ .dialect = from->dialect, .sum_ms = get(&from->sum_ms) };
        for (size_t c = 0; c < 6; c++)
            to->by_class[c] = get(&from->by_class[c]);
        for (size_t b = 0; b <= METRICS_BUCKETS; b++)
            to->buckets[b] = get(&from->buckets[b]);
    }
    return m->count;
}

int64_t metrics_message_count(const struct metrics *m)
{
    return get(&m->messages);
}
