/* Token buckets on a turned clock, forgetting, and many threads at one bucket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limit.h"

static const struct limit_rule slow = { "slow", 3, 1000 };
static const struct limit_rule other = { "other", 1, 1000 };

static int setup(void **state)
{
    *state = limiter_new(100);
    return 0;
}

static int teardown(void **state)
{
    limiter_free(*state);
    return 0;
}

static void test_burst_then_one_per_interval(void **state)
{
    struct limiter *l = *state;
    int64_t wait = 77;

    for (int i = 0; i < 3; i++) {
        assert_true(limiter_take(l, &slow, "k", 5000, &wait));
        assert_int_equal(wait, 0);
    }
    assert_false(limiter_take(l, &slow, "k", 5000, &wait));
    assert_int_equal(wait, 1000);
    assert_false(limiter_take(l, &slow, "k", 5400, &wait));
    assert_int_equal(wait, 600);
    assert_false(limiter_take(l, &slow, "k", 5999, NULL));
    /* Refusals took nothing: the token comes when promised. */
    assert_true(limiter_take(l, &slow, "k", 6000, NULL));
    assert_false(limiter_take(l, &slow, "k", 6000, NULL));
    /* Two and a half intervals later two tokens are there, not three. */
    assert_true(limiter_take(l, &slow, "k", 8500, NULL));
    assert_true(limiter_take(l, &slow, "k", 8500, NULL));
    assert_false(limiter_take(l, &slow, "k", 8500, &wait));
    assert_int_equal(wait, 500);
    /* However long the rest, no more than the burst. */
    for (int i = 0; i < 3; i++)
        assert_true(limiter_take(l, &slow, "k", 9000000, NULL));
    assert_false(limiter_take(l, &slow, "k", 9000000, NULL));
}

static void test_allows_takes_nothing(void **state)
{
    struct limiter *l = *state;
    int64_t wait = 77;

    for (int i = 0; i < 10; i++)
        assert_true(limiter_allows(l, &other, "k", 0, &wait));
    assert_int_equal(wait, 0);
    assert_true(limiter_take(l, &other, "k", 0, NULL));
    assert_false(limiter_allows(l, &other, "k", 250, &wait));
    assert_int_equal(wait, 750);
    assert_true(limiter_allows(l, &other, "k", 1000, NULL));
}

static void test_keys_and_rules_are_apart(void **state)
{
    struct limiter *l = *state;
    char long_key[5000];

    memset(long_key, 'x', sizeof long_key - 1);
    long_key[sizeof long_key - 1] = '\0';
    assert_true(limiter_take(l, &other, "a", 0, NULL));
    assert_false(limiter_take(l, &other, "a", 0, NULL));
    assert_true(limiter_take(l, &other, "b", 0, NULL));
    assert_true(limiter_take(l, &other, "", 0, NULL));
    assert_true(limiter_take(l, &slow, "a", 0, NULL));
    assert_true(limiter_take(l, &other, long_key, 0, NULL));
    assert_false(limiter_take(l, &other, long_key, 0, NULL));
    long_key[4998] = 'y';
    assert_true(limiter_take(l, &other, long_key, 0, NULL));
}

static void test_clear(void **state)
{
    struct limiter *l = *state;

    assert_true(limiter_take(l, &other, "a", 0, NULL));
    assert_true(limiter_take(l, &other, "b", 0, NULL));
    limiter_clear(l, &other, "a");
    limiter_clear(l, &other, "never seen");
    assert_true(limiter_take(l, &other, "a", 0, NULL));
    assert_false(limiter_take(l, &other, "a", 0, NULL));
    assert_false(limiter_take(l, &other, "b", 0, NULL));
}

/* The bucket that holds somebody back outlives a flood of fresh keys. */
static void test_a_flood_does_not_free_the_guilty(void **state)
{
    struct limiter *l = *state;
    char key[32];

    for (int i = 0; i < 3; i++)
        assert_true(limiter_take(l, &slow, "guilty", 0, NULL));
    for (int i = 0; i < 20000; i++) {
        snprintf(key, sizeof key, "fresh%d", i);
        assert_true(limiter_take(l, &slow, key, 0, NULL));
    }
    assert_false(limiter_take(l, &slow, "guilty", 0, NULL));
}

/* Full buckets make room, so one that is not full keeps its count. */
static void test_full_buckets_go_first(void **state)
{
    struct limiter *l = *state;
    char key[32];

    for (int i = 0; i < 99; i++) {
        snprintf(key, sizeof key, "old%d", i);
        assert_true(limiter_take(l, &other, key, 0, NULL));
    }
    assert_true(limiter_take(l, &other, "kept", 500, NULL));
    for (int i = 0; i < 99; i++) {
        snprintf(key, sizeof key, "new%d", i);
        assert_true(limiter_take(l, &other, key, 1200, NULL));
    }
    assert_false(limiter_allows(l, &other, "kept", 1200, NULL));
    for (int i = 0; i < 99; i++) {
        snprintf(key, sizeof key, "new%d", i);
        assert_false(limiter_allows(l, &other, key, 1200, NULL));
    }
}

/* Every mix of taking, forgetting and clearing in a tiny table, against a plain array. */
static void test_against_a_model(void **state)
{
    enum { KEYS = 8, CAPACITY = 8 };
    struct limiter *l = limiter_new(CAPACITY);
    int64_t full_ms[KEYS] = { 0 };
    uint32_t seed = 12345;
    int64_t now = 1000;

    (void)state;
    for (int step = 0; step < 20000; step++) {
        seed = seed * 1664525 + 1013904223;
        int k = (int)(seed >> 16) % KEYS;
        char key[2] = { (char)('a' + k), '\0' };
        now += (seed >> 24) % 400;
        if ((seed >> 8) % 16 == 0) {
            limiter_clear(l, &slow, key);
            full_ms[k] = 0;
            continue;
        }
        int64_t next = (full_ms[k] > now ? full_ms[k] : now) + slow.every_ms;
        bool allowed = next - now <= slow.burst * slow.every_ms;
        assert_int_equal(limiter_allows(l, &slow, key, now, NULL), allowed);
        assert_int_equal(limiter_take(l, &slow, key, now, NULL), allowed);
        if (allowed)
            full_ms[k] = next;
    }
    limiter_free(l);
}

static void test_a_table_of_one(void **state)
{
    struct limiter *l = limiter_new(1);

    (void)state;
    assert_true(limiter_take(l, &other, "a", 0, NULL));
    assert_false(limiter_take(l, &other, "a", 0, NULL));
    assert_true(limiter_take(l, &other, "b", 0, NULL));
    assert_false(limiter_take(l, &other, "b", 0, NULL));
    limiter_free(l);
    limiter_free(NULL);
}

#define THREADS 4
#define TRIES 2000

struct taker {
    struct limiter *l;
    int number;
    int taken;
};

static void *take_many(void *arg)
{
    static const struct limit_rule shared = { "shared", 1000, 1000000 };
    struct taker *t = arg;
    char key[32];

    for (int i = 0; i < TRIES; i++) {
        t->taken += limiter_take(t->l, &shared, "one", 0, NULL);
        snprintf(key, sizeof key, "%d-%d", t->number, i % 300);
        limiter_take(t->l, &other, key, i, NULL);
        limiter_allows(t->l, &other, key, i, NULL);
        if (i % 7 == 0)
            limiter_clear(t->l, &other, key);
    }
    return NULL;
}

static void test_threads_share_one_bucket(void **state)
{
    struct taker takers[THREADS];
    pthread_t threads[THREADS];
    int taken = 0;

    for (int t = 0; t < THREADS; t++) {
        takers[t] = (struct taker){ .l = *state, .number = t };
        assert_int_equal(pthread_create(&threads[t], NULL, take_many, &takers[t]), 0);
    }
    for (int t = 0; t < THREADS; t++) {
        pthread_join(threads[t], NULL);
        taken += takers[t].taken;
    }
    assert_int_equal(taken, 1000);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_burst_then_one_per_interval),
        T(test_allows_takes_nothing),
        T(test_keys_and_rules_are_apart),
        T(test_clear),
        T(test_a_flood_does_not_free_the_guilty),
        T(test_full_buckets_go_first),
        T(test_against_a_model),
        T(test_a_table_of_one),
        T(test_threads_share_one_bucket),
    };
    return cmocka_run_group_tests_name("limit", tests, NULL, NULL);
}
