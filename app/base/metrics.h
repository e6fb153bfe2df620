/* Counters of the process that no table keeps: answered requests and stored messages. They only
 * rise, from the start of the process on. Any thread, no locks. */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#define METRICS_DIALECTS_MAX 16
#define METRICS_BUCKETS 11

struct metrics;

/* names (count, at most METRICS_DIALECTS_MAX - 1; borrowed for good): the dialects to tell apart.
 * Owned: metrics_free. */
struct metrics *metrics_new(const char *const *names, size_t count);
void metrics_free(struct metrics *m);

/* A request of dialect ("" or unknown: of none) was answered with an HTTP status after so long. */
void metrics_request(struct metrics *m, const char *dialect, int status, int64_t took_ms);
void metrics_messages(struct metrics *m, int64_t count);

/* Upper bounds of the buckets of request durations, rising. */
extern const int64_t metrics_bounds_ms[METRICS_BUCKETS];

struct request_stats {
    const char *dialect;                  /* "" : none */
    int64_t by_class[6];                  /* [4]: statuses 400..499 */
    int64_t buckets[METRICS_BUCKETS + 1]; /* not cumulative; the last one is above all bounds */
    int64_t sum_ms;
};
/* Fills one per dialect, "" last; returns how many. */
size_t metrics_requests(const struct metrics *m, struct request_stats list_r[METRICS_DIALECTS_MAX]);
int64_t metrics_message_count(const struct metrics *m);

#endif
