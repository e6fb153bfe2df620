/* Latencies in little memory: a histogram whose buckets are at most 1.6 % wide. */
#ifndef BENCH_HIST_H
#define BENCH_HIST_H

#include <stdint.h>

#define HIST_STEPS 64 /* buckets per power of two */
#define HIST_BUCKETS (HIST_STEPS * 40)

struct hist {
    uint64_t count;
    uint64_t max_ns;
    uint64_t buckets[HIST_BUCKETS];
};

void hist_add(struct hist *h, uint64_t ns);
/* The value in ms below which share (0..1) of all lie; 0 when there are none. */
double hist_ms(const struct hist *h, double share);

#define SECOND_NS UINT64_C(1000000000)
uint64_t now_ns(void);

#endif
