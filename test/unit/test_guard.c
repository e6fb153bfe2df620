/* The WebSocket protocol checks, case by case from RFC 6455 (reliability.md section 4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ws/channel.h"
#include "ws/guard.h"

#define LIMIT 1000

enum { FIN = 0x80, MORE = 0 };
enum { CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

static int setup(void **state)
{
    struct guard *g = malloc(sizeof *g);
    guard_init(g, LIMIT);
    *state = g;
    return 0;
}

static int teardown(void **state)
{
    guard_free(*state);
    free(*state);
    return 0;
}

static struct guard_out feed(struct guard *g, int head, const char *text)
{
    return guard_frame(g, (uint8_t)head, text, strlen(text));
}

static void expect(struct guard_out out, enum guard_verdict verdict, const char *text)
{
    assert_int_equal(out.verdict, verdict);
    assert_int_equal(out.len, strlen(text));
    assert_memory_equal(out.data, text, out.len);
}

static void expect_more(struct guard_out out)
{
    assert_int_equal(out.verdict, GUARD_MORE);
}

static void expect_close(struct guard_out out, int code)
{
    assert_int_equal(out.verdict, GUARD_CLOSE);
    assert_int_equal(out.close_code, code);
}

/* A close frame with code and reason. */
static struct guard_out feed_close(struct guard *g, int code, const char *reason)
{
    char data[126] = { (char)(code >> 8), (char)code };
    size_t len = strlen(reason);
    memcpy(data + 2, reason, len);
    return guard_frame(g, FIN | CLOSE, data, len + 2);
}

static void whole_messages(void **state)
{
    expect(feed(*state, FIN | TEXT, "hello"), GUARD_TEXT, "hello");
    expect(feed(*state, FIN | TEXT, "gr\xc3\xbc\xc3\x9f"), GUARD_TEXT, "gr\xc3\xbc\xc3\x9f");
    expect(feed(*state, FIN | TEXT, ""), GUARD_TEXT, "");
    expect(feed(*state, FIN | BINARY, "\xff\xfe"), GUARD_BINARY, "\xff\xfe");
}

static void a_whole_message_is_not_copied(void **state)
{
    const char *text = "hello";
    assert_ptr_equal(guard_frame(*state, FIN | TEXT, text, 5).data, text);
}

static void fragments_are_joined(void **state)
{
    expect_more(feed(*state, MORE | TEXT, "one "));
    expect_more(feed(*state, MORE | CONTINUATION, "two "));
    expect_more(feed(*state, MORE | CONTINUATION, ""));
    expect(feed(*state, FIN | CONTINUATION, "three"), GUARD_TEXT, "one two three");
    expect_more(feed(*state, MORE | BINARY, "\xff"));
    expect(feed(*state, FIN | CONTINUATION, "\xfe"), GUARD_BINARY, "\xff\xfe");
    expect(feed(*state, FIN | TEXT, "again"), GUARD_TEXT, "again");
}

static void empty_fragments_make_an_empty_message(void **state)
{
    expect_more(feed(*state, MORE | TEXT, ""));
    expect(feed(*state, FIN | CONTINUATION, ""), GUARD_TEXT, "");
}

static void control_frames_come_between_fragments(void **state)
{
    expect_more(feed(*state, MORE | TEXT, "a"));
    expect(feed(*state, FIN | PING, "x"), GUARD_PING, "x");
    expect(feed(*state, FIN | PONG, "y"), GUARD_PONG, "y");
    expect(feed(*state, FIN | CONTINUATION, "b"), GUARD_TEXT, "ab");
}

static void fragments_out_of_order(void **state)
{
    expect_close(feed(*state, FIN | CONTINUATION, "a"), CLOSE_PROTOCOL);
    expect_close(feed(*state, MORE | CONTINUATION, "a"), CLOSE_PROTOCOL);
    expect_more(feed(*state, MORE | TEXT, "a"));
    expect_close(feed(*state, FIN | TEXT, "b"), CLOSE_PROTOCOL);
    expect_close(feed(*state, MORE | BINARY, "b"), CLOSE_PROTOCOL);
}

static void reserved_bits_and_opcodes(void **state)
{
    for (int rsv = 0x10; rsv <= 0x70; rsv += 0x10) {
        expect_close(feed(*state, FIN | rsv | TEXT, "a"), CLOSE_PROTOCOL);
        expect_close(feed(*state, FIN | rsv | PING, "a"), CLOSE_PROTOCOL);
    }
    for (int opcode = 3; opcode <= 7; opcode++)
        expect_close(feed(*state, FIN | opcode, "a"), CLOSE_PROTOCOL);
    for (int opcode = 11; opcode <= 15; opcode++)
        expect_close(feed(*state, FIN | opcode, "a"), CLOSE_PROTOCOL);
}

static void control_frames_are_short_and_whole(void **state)
{
    char data[126];
    memset(data, 'x', sizeof data);
    struct guard_out out = guard_frame(*state, FIN | PING, data, 125);
    assert_int_equal(out.verdict, GUARD_PING);
    assert_int_equal(out.len, 125);
    expect_close(guard_frame(*state, FIN | PING, data, 126), CLOSE_PROTOCOL);
    expect_close(guard_frame(*state, FIN | PONG, data, 126), CLOSE_PROTOCOL);
    expect_close(feed(*state, MORE | PING, "a"), CLOSE_PROTOCOL);
    expect_close(feed(*state, MORE | CLOSE, ""), CLOSE_PROTOCOL);
}

static void text_must_be_utf8(void **state)
{
    expect_close(feed(*state, FIN | TEXT, "\xc0\xaf"), CLOSE_BAD_DATA);         /* overlong */
    expect_close(feed(*state, FIN | TEXT, "\xed\xa0\x80"), CLOSE_BAD_DATA);     /* surrogate */
    expect_close(feed(*state, FIN | TEXT, "\xf4\x90\x80\x80"), CLOSE_BAD_DATA); /* above 10FFFF */
    expect_close(feed(*state, FIN | TEXT, "\xe2\x82"), CLOSE_BAD_DATA);         /* cut off */
}

static void a_code_point_may_be_split(void **state)
{
    expect_more(feed(*state, MORE | TEXT, "\xe2\x82"));
    expect(feed(*state, FIN | CONTINUATION, "\xac"), GUARD_TEXT, "\xe2\x82\xac");
    expect_more(feed(*state, MORE | TEXT, "\xe2"));
    expect_close(feed(*state, FIN | CONTINUATION, "\x82"), CLOSE_BAD_DATA);
}

static void close_codes(void **state)
{
    static const int good[] = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011,
                                1012, 1013, 1014, 3000, 3999, 4000, 4401, 4999 };
    static const int bad[] = {
        1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        expect_close(feed_close(*state, good[i], "bye"), good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_close(feed_close(*state, bad[i], "bye"), CLOSE_PROTOCOL);
    expect_close(guard_frame(*state, FIN | CLOSE, "\0\0", 2), CLOSE_PROTOCOL);
}

static void close_payloads(void **state)
{
    expect_close(feed(*state, FIN | CLOSE, ""), 0);
    expect_close(feed(*state, FIN | CLOSE, "x"), CLOSE_PROTOCOL);
    expect_close(feed_close(*state, 1000, ""), 1000);
    expect_close(feed_close(*state, 1000, "gr\xc3\xbc\xc3\x9f"), 1000);
    expect_close(feed_close(*state, 1000, "\xff"), CLOSE_BAD_DATA);
}

static void size_is_limited(void **state)
{
    char data[LIMIT + 1];
    memset(data, 'x', sizeof data);
    assert_int_equal(guard_frame(*state, FIN | TEXT, data, LIMIT).verdict, GUARD_TEXT);
    expect_close(guard_frame(*state, FIN | TEXT, data, LIMIT + 1), CLOSE_TOO_BIG);

    expect_more(guard_frame(*state, MORE | TEXT, data, LIMIT - 1));
    expect_more(guard_frame(*state, MORE | CONTINUATION, data, 1));
    expect_close(guard_frame(*state, FIN | CONTINUATION, data, 1), CLOSE_TOO_BIG);
    struct guard_out out = guard_frame(*state, FIN | CONTINUATION, data, 0);
    assert_int_equal(out.verdict, GUARD_TEXT);
    assert_int_equal(out.len, LIMIT);
}

static void fragments_are_limited(void **state)
{
    for (int round = 0; round < 2; round++) {
        expect_more(feed(*state, MORE | TEXT, "x"));
        for (int i = 1; i < GUARD_FRAGMENTS_MAX - 1; i++)
            expect_more(feed(*state, MORE | CONTINUATION, "x"));
        struct guard_out out = feed(*state, FIN | CONTINUATION, "x");
        assert_int_equal(out.verdict, GUARD_TEXT);
        assert_int_equal(out.len, GUARD_FRAGMENTS_MAX);
    }
    expect_more(feed(*state, MORE | TEXT, ""));
    for (int i = 1; i < GUARD_FRAGMENTS_MAX; i++)
        expect_more(feed(*state, MORE | CONTINUATION, ""));
    expect_close(feed(*state, FIN | CONTINUATION, ""), CLOSE_POLICY);
}

static void free_keeps_the_guard_usable(void **state)
{
    struct guard *g = *state;
    expect_more(feed(g, MORE | TEXT, "a"));
    expect(feed(g, FIN | CONTINUATION, "b"), GUARD_TEXT, "ab");
    guard_free(g);
    assert_null(g->partial);
    expect_more(feed(g, MORE | TEXT, "c"));
    expect(feed(g, FIN | CONTINUATION, "d"), GUARD_TEXT, "cd");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(whole_messages),
        TEST(a_whole_message_is_not_copied),
        TEST(fragments_are_joined),
        TEST(empty_fragments_make_an_empty_message),
        TEST(control_frames_come_between_fragments),
        TEST(fragments_out_of_order),
        TEST(reserved_bits_and_opcodes),
        TEST(control_frames_are_short_and_whole),
        TEST(text_must_be_utf8),
        TEST(a_code_point_may_be_split),
        TEST(close_codes),
        TEST(close_payloads),
        TEST(size_is_limited),
        TEST(fragments_are_limited),
        TEST(free_keeps_the_guard_usable),
    };
    return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
