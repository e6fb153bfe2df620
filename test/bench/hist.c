/* See hist.h. */
#include "hist.h"

#include <time.h>

/* Values below HIST_STEPS have a bucket each; above, the top 7 bits of the value choose one. */
static unsigned bucket_of(uint64_t ns)
{
    unsigned shift, bucket;

    if (ns < HIST_STEPS)
        return (unsigned)ns;
    shift = 57 - (unsigned)__builtin_clzll(ns);
    bucket = (shift + 1) * HIST_STEPS + (unsigned)(ns >> shift) - HIST_STEPS;
    return bucket < HIST_BUCKETS ? bucket : HIST_BUCKETS - 1;
}

/* The upper edge of a bucket. */
static uint64_t edge_of(unsigned bucket)
{
    unsigned shift;

    if (bucket < HIST_STEPS)
        return bucket;
    shift = bucket / HIST_STEPS - 1;
    return ((uint64_t)(bucket % HIST_STEPS + HIST_STEPS + 1) << shift) - 1;
}

void hist_add(struct hist *h, uint64_t ns)
{
    h->buckets[bucket_of(ns)]++;
    h->count++;
    if (ns > h->max_ns)
        h->max_ns = ns;
}

double hist_ms(const struct hist *h, double share)
{
    uint64_t wanted = (uint64_t)(share * (double)h->count), seen = 0;

    if (h->count == 0)
        return 0;
    for (unsigned i = 0; i < HIST_BUCKETS; i++) {
        seen += h->buckets[i];
        if (seen > wanted || seen == h->count) {
            uint64_t edge = edge_of(i);
            return (double)(edge < h->max_ns ? edge : h->max_ns) / 1e6;
        }
    }
    return (double)h->max_ns / 1e6;
}

uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
}
