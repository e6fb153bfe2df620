/* Server frames and the bounded queue of one peer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ws/outbox.h"

#define MANY INT64_MAX

static int setup(void **state)
{
    struct outbox *o = malloc(sizeof *o);
    outbox_init(o);
    *state = o;
    return 0;
}

static int teardown(void **state)
{
    outbox_clear(*state);
    free(*state);
    return 0;
}

/* Adds a text frame of len bytes on the wire, all payload bytes being mark. */
static bool add(struct outbox *o, char mark, size_t len, int64_t max_bytes, int64_t max_frames)
{
    char payload[200];
    assert_in_range(len, 2, 127);
    memset(payload, mark, len - 2);
    struct frame *f = frame_new(FRAME_TEXT, payload, len - 2);
    assert_int_equal(f->len, len);
    bool is_added = outbox_add(o, f, max_bytes, max_frames);
    frame_drop(f);
    return is_added;
}

static void expect_header(size_t len, const uint8_t *header, size_t header_len)
{
    char *payload = calloc(1, len + 1);
    struct frame *f = frame_new(FRAME_TEXT, payload, len);
    assert_int_equal(f->len, header_len + len);
    assert_memory_equal(f->bytes, header, header_len);
    frame_drop(f);
    free(payload);
}

static void headers(void **state)
{
    (void)state;
    expect_header(0, (const uint8_t[]){ 0x81, 0 }, 2);
    expect_header(125, (const uint8_t[]){ 0x81, 125 }, 2);
    expect_header(126, (const uint8_t[]){ 0x81, 126, 0, 126 }, 4);
    expect_header(65535, (const uint8_t[]){ 0x81, 126, 0xff, 0xff }, 4);
    expect_header(65536, (const uint8_t[]){ 0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0 }, 10);
}

static void close_frames(void **state)
{
    (void)state;
    struct frame *f = frame_new_close(4401);
    assert_int_equal(f->len, 4);
    assert_memory_equal(f->bytes, ((const uint8_t[]){ 0x88, 2, 0x11, 0x31 }), 4);
    frame_drop(f);
    f = frame_new_close(0);
    assert_int_equal(f->len, 2);
    assert_memory_equal(f->bytes, ((const uint8_t[]){ 0x88, 0 }), 2);
    frame_drop(f);
}

static void one_frame_is_shared(void **state)
{
    struct outbox *o = *state;
    struct frame *f = frame_new(FRAME_TEXT, "hello", 5);
    for (int i = 0; i < 10; i++)
        assert_true(outbox_add(o, f, MANY, MANY));
    assert_int_equal(atomic_load(&f->refs), 11);
    struct batch b;
    outbox_offer(o, &b);
    for (int i = 0; i < 10; i++)
        assert_ptr_equal(b.frames[i], f);
    outbox_clear(o);
    assert_int_equal(atomic_load(&f->refs), 1);
    frame_drop(f);
}

static void bounds(void **state)
{
    struct outbox *o = *state;
    assert_true(add(o, 'a', 40, 100, MANY));
    assert_true(add(o, 'b', 60, 100, MANY));
    assert_false(add(o, 'c', 3, 100, MANY));
    assert_int_equal(o->bytes, 100);
    assert_false(add(o, 'c', 3, MANY, 2));
    assert_true(add(o, 'c', 3, MANY, 3));
    assert_int_equal(o->count, 3);
}

static void a_huge_frame_fits_an_empty_queue_only(void **state)
{
    struct outbox *o = *state;
    assert_true(add(o, 'a', 100, 10, MANY));
    assert_false(add(o, 'b', 3, 10, MANY));
}

static void partial_writes_continue(void **state)
{
    struct outbox *o = *state;
    struct batch b;
    add(o, 'a', 10, MANY, MANY);
    add(o, 'b', 10, MANY, MANY);
    add(o, 'c', 10, MANY, MANY);
    outbox_offer(o, &b);
    assert_int_equal(b.count, 3);
    assert_int_equal(b.bytes, 30);
    assert_int_equal(b.skip, 0);
    assert_int_equal(outbox_taken(o, 14), 1);
    assert_int_equal(o->bytes, 16);

    outbox_offer(o, &b);
    assert_int_equal(b.count, 2);
    assert_int_equal(b.skip, 4);
    assert_int_equal(b.bytes, 16);
    assert_int_equal(b.frames[0]->bytes[2], 'b');
    assert_int_equal(outbox_taken(o, 16), 2);
    assert_int_equal(o->bytes, 0);
    assert_int_equal(o->count, 0);
}

static void what_was_offered_survives_an_overflow(void **state)
{
    struct outbox *o = *state;
    struct batch b;
    add(o, 'a', 10, MANY, MANY);
    add(o, 'b', 10, MANY, MANY);
    outbox_offer(o, &b);
    assert_int_equal(outbox_taken(o, 0), 0);
    add(o, 'c', 10, MANY, MANY);
    outbox_drop_waiting(o);
    assert_int_equal(o->bytes, 20);

    add(o, 'd', 10, MANY, MANY);
    outbox_offer(o, &b);
    assert_int_equal(b.count, 3);
    assert_int_equal(b.frames[1]->bytes[2], 'b');
    assert_int_equal(b.frames[2]->bytes[2], 'd');
}

static void a_half_written_frame_survives_an_overflow(void **state)
{
    struct outbox *o = *state;
    struct batch b;
    add(o, 'a', 10, MANY, MANY);
    add(o, 'b', 10, MANY, MANY);
    add(o, 'c', 10, MANY, MANY);
    outbox_offer(o, &b);
    outbox_taken(o, 14);
    outbox_drop_waiting(o);
    assert_int_equal(o->count, 1);
    assert_int_equal(o->bytes, 6);
    outbox_offer(o, &b);
    assert_int_equal(b.frames[0]->bytes[2], 'b');
}

static void an_overflow_drops_all_that_is_untouched(void **state)
{
    struct outbox *o = *state;
    struct batch b;
    for (int i = 0; i < 100; i++)
        add(o, 'a', 10, MANY, MANY);
    outbox_offer(o, &b);
    outbox_taken(o, 10);
    outbox_drop_waiting(o);
    assert_int_equal(o->count, 0);
    assert_int_equal(o->bytes, 0);
    assert_null(o->many);
}

static void batches_are_bounded(void **state)
{
    struct outbox *o = *state;
    struct batch b;
    char *payload = calloc(1, 2 * BATCH_BYTES);
    for (int i = 0; i < 3; i++) {
        struct frame *f = frame_new(FRAME_TEXT, payload, BATCH_BYTES / 2);
        outbox_add_last(o, f);
        frame_drop(f);
    }
    struct frame *big = frame_new(FRAME_TEXT, payload, 2 * BATCH_BYTES);
    outbox_add_last(o, big);
    frame_drop(big);
    for (int i = 0; i < BATCH_FRAMES + 1; i++)
        add(o, 'x', 3, MANY, MANY);
    free(payload);

    static const size_t counts[] = { 1, 1, 1, 1, BATCH_FRAMES, 1 };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        outbox_offer(o, &b);
        assert_int_equal(b.count, counts[i]);
        assert_true(b.count == 1 || b.bytes <= BATCH_BYTES);
        assert_int_equal(outbox_taken(o, b.bytes), counts[i]);
    }
    assert_int_equal(o->count, 0);
}

static void order_survives_growing_and_wrapping(void **state)
{
    struct outbox *o = *state;
    struct batch b;
    unsigned next_in = 0, next_out = 0;
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < 1 + round % 37; i++)
            add(o, (char)(next_in++ % 127), 3, MANY, MANY);
        outbox_offer(o, &b);
        size_t take = b.count > 5 && round % 10 != 0 ? b.count - 5 : b.count;
        for (size_t i = 0; i < take; i++)
            assert_int_equal(b.frames[i]->bytes[2], next_out++ % 127);
        assert_int_equal(outbox_taken(o, take * 3), take);
    }
    assert_true(next_out > 3000);
}

static void an_empty_queue_has_no_memory(void **state)
{
    struct outbox *o = *state;
    struct batch b;
    for (int i = 0; i < 100; i++)
        add(o, 'a', 10, MANY, MANY);
    assert_non_null(o->many);
    outbox_offer(o, &b);
    outbox_taken(o, b.bytes);
    assert_null(o->many);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(headers),
        TEST(close_frames),
        TEST(one_frame_is_shared),
        TEST(bounds),
        TEST(a_huge_frame_fits_an_empty_queue_only),
        TEST(partial_writes_continue),
        TEST(what_was_offered_survives_an_overflow),
        TEST(a_half_written_frame_survives_an_overflow),
        TEST(an_overflow_drops_all_that_is_untouched),
        TEST(batches_are_bounded),
        TEST(order_survives_growing_and_wrapping),
        TEST(an_empty_queue_has_no_memory),
    };
    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
