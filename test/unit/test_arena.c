/* Arenas: alignment, zeroed memory, what a reset keeps, and that ASan sees through them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void test_every_size_is_aligned_and_apart(void **state)
{
    struct arena *a = *state;
    unsigned char *parts[600];

    for (size_t size = 0; size < 600; size++) {
        parts[size] = arena_alloc(a, size);
        assert_int_equal((uintptr_t)parts[size] % _Alignof(max_align_t), 0);
        memset(parts[size], (int)(size & 0xFF), size);
    }
    /* Nobody wrote into a neighbour. */
    for (size_t size = 0; size < 600; size++) {
        for (size_t i = 0; i < size; i++)
            assert_int_equal(parts[size][i], size & 0xFF);
    }
}

static void test_memory_is_zeroed_even_after_a_reset(void **state)
{
    struct arena *a = *state;

    for (int round = 0; round < 3; round++) {
        for (size_t size = 1; size < 200000; size *= 3) {
            unsigned char *p = arena_alloc(a, size);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xAB, size);
        }
        arena_reset(a);
    }
}

static void test_a_reset_reuses_a_block(void **state)
{
    struct arena *a = *state;
    void *first = arena_alloc(a, 100);

    arena_reset(a);
    assert_ptr_equal(arena_alloc(a, 100), first);
}

/* Under a sanitizer mallinfo2 counts nothing and this holds trivially; the plain build tests it. */
static void test_a_reset_keeps_at_most_64_kib(void **state)
{
    struct arena *a = *state;
    size_t before = mallinfo2().uordblks;

    for (int i = 0; i < 400; i++)
        arena_alloc(a, 5000);
    arena_alloc(a, 10 << 20);
    arena_reset(a);
    struct mallinfo2 after = mallinfo2();
    assert_true(after.uordblks <= before + 65536 + 256);
    assert_int_equal(after.hblkhd, 0);
}

static void test_big_ones_leave_the_current_block_in_use(void **state)
{
    struct arena *a = *state;
    char *first = arena_alloc(a, 16);

    arena_alloc(a, 1 << 20);
    char *second = arena_alloc(a, 16);
    assert_in_range((uintptr_t)second, (uintptr_t)first, (uintptr_t)first + 64);
}

static void test_copies(void **state)
{
    struct arena *a = *state;
    int numbers[] = { 1, 2, 3 };

    assert_memory_equal(arena_memdup(a, numbers, sizeof numbers), numbers, sizeof numbers);
    assert_non_null(arena_memdup(a, NULL, 0));
    assert_string_equal(arena_strdup(a, ""), "");
    assert_string_equal(arena_strdup(a, "hello"), "hello");
    assert_string_equal(arena_strndup(a, "hello", 3), "hel");
    assert_string_equal(arena_strndup(a, "hello", 50), "hello");
    /* Not one byte beyond n is read. */
    char unended[3] = { 'a', 'b', 'c' };
    assert_string_equal(arena_strndup(a, unended, 3), "abc");
    assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
    assert_int_equal(strlen(arena_printf(a, "%9000d", 1)), 9000);
    int64_t *array = arena_array(a, 1000, sizeof *array);
    assert_int_equal(array[999], 0);
    assert_non_null(arena_array(a, 0, 8));
}

static void test_an_overflowing_array_ends_the_process(void **state)
{
    struct arena *a = *state;
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        close(STDERR_FILENO);
        arena_array(a, SIZE_MAX / 4, 8);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void test_asan_sees_overruns_and_stale_pointers(void **state)
{
#ifdef __SANITIZE_ADDRESS__
    struct arena *a = *state;
    char *p = arena_alloc(a, 13);
    char *q = arena_alloc(a, 16);

    assert_false(__asan_address_is_poisoned(p));
    assert_false(__asan_address_is_poisoned(p + 12));
    assert_true(__asan_address_is_poisoned(p + 13));
    assert_true(__asan_address_is_poisoned(q + 16));
    assert_true(__asan_address_is_poisoned(q - 1));
    arena_reset(a);
    assert_true(__asan_address_is_poisoned(p));
    assert_true(__asan_address_is_poisoned(q));
#else
    (void)state;
    skip();
#endif
}

static void test_free_takes_null(void **state)
{
    (void)state;
    arena_free(NULL);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_every_size_is_aligned_and_apart),
        T(test_memory_is_zeroed_even_after_a_reset),
        T(test_a_reset_reuses_a_block),
        T(test_a_reset_keeps_at_most_64_kib),
        T(test_big_ones_leave_the_current_block_in_use),
        T(test_copies),
        T(test_an_overflowing_array_ends_the_process),
        T(test_asan_sees_overruns_and_stale_pointers),
        T(test_free_takes_null),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
