/* Token buckets in bounded memory.
 *
 * A bucket is one number: the moment at which it will be full again ("full_ms"). It is full now if
 * that moment has passed, and one token costs every_ms, so burst tokens are in it when full_ms <=
 * now and none when full_ms > now + (burst-1) * every_ms. A full bucket says nothing and may be
 * forgotten.
 *
 * Keys come from outside (names typed at a login form, addresses), so a bucket keeps 128 bits of a
 * SHA-256 over a random seed, the rule and the key: nobody can aim at one chain of the table, and a
 * long key costs no memory. */
#include "base/limit.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/log.h"

#define SEED_BYTES 16
#define NAME_BYTES_MAX 64
/* How many buckets are looked at for one to forget; bounds the time the lock is held. */
#define EVICT_LOOKS 32
#define NONE (-1)

struct bucket_id {
    uint64_t word[2];
};

struct bucket {
    struct bucket_id id;
    int64_t full_ms;
    int32_t next; /* in its chain; NONE ends it */
};

struct limiter {
    pthread_mutex_t lock; /* guards what follows, except seed, capacity and mask */
    uint8_t seed[SEED_BYTES];
    struct bucket *buckets;
    int32_t *heads; /* mask + 1 chains */
    uint32_t mask;
    int32_t capacity;
    int32_t used;      /* buckets below this index are in a chain, unless freed */
    int32_t free_list; /* buckets given back, through next */
    int32_t hand;      /* where the search for a bucket to forget goes on */
};

struct limiter *limiter_new(int capacity)
{
    uint32_t chains = 1;

    assert(capacity > 0 && capacity <= 1 << 24);
    while (chains < (uint32_t)capacity)
        chains *= 2;

    struct limiter *l = calloc(1, sizeof *l);
    struct bucket *buckets = calloc((size_t)capacity, sizeof *buckets);
    int32_t *heads = calloc(chains, sizeof *heads);
    if (l == NULL || buckets == NULL || heads == NULL) {
        log_error("memory", "no memory for %d rate limits; ending", capacity);
        abort();
    }
    for (uint32_t i = 0; i < chains; i++)
        heads[i] = NONE;
    l->buckets = buckets;
    l->heads = heads;
    l->mask = chains - 1;
    l->capacity = capacity;
    l->free_list = NONE;
    crypto_random(l->seed, sizeof l->seed);
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void limiter_free(struct limiter *l)
{
    if (l == NULL)
        return;
    pthread_mutex_destroy(&l->lock);
    free(l->buckets);
    free(l->heads);
    free(l);
}

static struct bucket_id bucket_id(const struct limiter *l, const struct limit_rule *rule,
                                  const char *key)
{
    uint8_t input[SEED_BYTES + 32 + NAME_BYTES_MAX];
    uint8_t digest[32];
    struct bucket_id id;
    size_t name_len = strlen(rule->name);

    assert(name_len <= NAME_BYTES_MAX);
    memcpy(input, l->seed, SEED_BYTES);
    crypto_sha256(key, strlen(key), input + SEED_BYTES);
    memcpy(input + SEED_BYTES + 32, rule->name, name_len);
    crypto_sha256(input, SEED_BYTES + 32 + name_len, digest);
    memcpy(&id, digest, sizeof id);
    return id;
}

/* The link that holds the bucket's index, or the chain's last link. */
static int32_t *find_locked(struct limiter *l, struct bucket_id id)
{
    int32_t *link = &l->heads[id.word[0] & l->mask];

    while (*link != NONE) {
        struct bucket *b = &l->buckets[*link];
        if (b->id.word[0] == id.word[0] && b->id.word[1] == id.word[1])
            break;
        link = &b->next;
    }
    return link;
}

/* Takes a bucket out of its chain. */
static void unlink_locked(struct limiter *l, int32_t index)
{
    int32_t *link = find_locked(l, l->buckets[index].id);

    assert(*link == index);
    *link = l->buckets[index].next;
}

/* Forgets a full bucket, or of those looked at the one that is full soonest: somebody who floods
 * the table with fresh keys pushes out those keys rather than the bucket that holds him back. */
static int32_t evict_locked(struct limiter *l, int64_t now_ms)
{
    int32_t best = NONE;

    for (int i = 0; i < EVICT_LOOKS && i < l->capacity; i++) {
        int32_t index = l->hand;
        l->hand = (l->hand + 1) % l->capacity;
        if (best == NONE || l->buckets[index].full_ms < l->buckets[best].full_ms)
            best = index;
        if (l->buckets[best].full_ms <= now_ms)
            break;
    }
    unlink_locked(l, best);
    return best;
}

/* A full bucket for id, which must not be in the table. */
static struct bucket *insert_locked(struct limiter *l, struct bucket_id id, int64_t now_ms)
{
    int32_t index = l->free_list;

    if (index != NONE)
        l->free_list = l->buckets[index].next;
    else if (l->used < l->capacity)
        index = l->used++;
    else
        index = evict_locked(l, now_ms);

    int32_t *head = &l->heads[id.word[0] & l->mask];
    l->buckets[index] = (struct bucket){ .id = id, .full_ms = now_ms, .next = *head };
    *head = index;
    return &l->buckets[index];
}

/* When the bucket would be full again after one more token, or -1 if it has none to give;
 * *wait_ms_r is then set. */
static int64_t after_taking(const struct limit_rule *rule, int64_t full_ms, int64_t now_ms,
                            int64_t *wait_ms_r)
{
    assert(rule->burst > 0 && rule->every_ms > 0 && rule->every_ms <= INT64_MAX / 4 / rule->burst);
    int64_t next_ms = (full_ms > now_ms ? full_ms : now_ms) + rule->every_ms;
    int64_t wait_ms = next_ms - now_ms - rule->burst * rule->every_ms;

    if (wait_ms_r != NULL)
        *wait_ms_r = wait_ms > 0 ? wait_ms : 0;
    return wait_ms > 0 ? -1 : next_ms;
}

bool limiter_take(struct limiter *l, const struct limit_rule *rule, const char *key, int64_t now_ms,
                  int64_t *wait_ms_r)
{
    struct bucket_id id = bucket_id(l, rule, key);

    pthread_mutex_lock(&l->lock);
    int32_t index = *find_locked(l, id);
    struct bucket *b = index != NONE ? &l->buckets[index] : insert_locked(l, id, now_ms);
    int64_t next_ms = after_taking(rule, b->full_ms, now_ms, wait_ms_r);
    if (next_ms >= 0)
        b->full_ms = next_ms;
    pthread_mutex_unlock(&l->lock);
    return next_ms >= 0;
}

bool limiter_allows(struct limiter *l, const struct limit_rule *rule, const char *key,
                    int64_t now_ms, int64_t *wait_ms_r)
{
    struct bucket_id id = bucket_id(l, rule, key);

    pthread_mutex_lock(&l->lock);
    int32_t index = *find_locked(l, id);
    int64_t full_ms = index != NONE ? l->buckets[index].full_ms : now_ms;
    pthread_mutex_unlock(&l->lock);
    return after_taking(rule, full_ms, now_ms, wait_ms_r) >= 0;
}

void limiter_clear(struct limiter *l, const struct limit_rule *rule, const char *key)
{
    struct bucket_id id = bucket_id(l, rule, key);

    pthread_mutex_lock(&l->lock);
    int32_t *link = find_locked(l, id);
    int32_t index = *link;
    if (index != NONE) {
        *link = l->buckets[index].next;
        l->buckets[index].full_ms = INT64_MIN;
        l->buckets[index].next = l->free_list;
        l->free_list = index;
    }
    pthread_mutex_unlock(&l->lock);
}
