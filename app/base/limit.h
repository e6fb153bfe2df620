/* Token buckets by key: how often something may happen. Memory is bounded: the table forgets full
 * buckets first. Any thread. */
#ifndef BASE_LIMIT_H
#define BASE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct limiter;

/* One rule: `burst` at once, then one more every `every_ms`. */
struct limit_rule {
    const char *name; /* distinguishes the buckets of one key */
    int burst;
    int64_t every_ms;
};

/* Owned: limiter_free. At most capacity buckets are remembered. */
struct limiter *limiter_new(int capacity);
void limiter_free(struct limiter *l);
/* Takes one token of (rule, key) at monotonic time now_ms. true: allowed. false: refused, and
 * *wait_ms_r (may be NULL) says when the next token comes. A refused call takes nothing. */
bool limiter_take(struct limiter *l, const struct limit_rule *rule, const char *key, int64_t now_ms,
                  int64_t *wait_ms_r);
/* Would limiter_take be allowed? Takes nothing. */
bool limiter_allows(struct limiter *l, const struct limit_rule *rule, const char *key,
                    int64_t now_ms, int64_t *wait_ms_r);
/* Forgets the bucket: as if nothing had happened (a right password forgives wrong ones). */
void limiter_clear(struct limiter *l, const struct limit_rule *rule, const char *key);

#endif
