/* How letters look when they travel: no letter writes headers of its own, whatever it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "post/carrier.h"

static struct conf conf;
static struct letter letter;
static struct trip trip;

static int setup(void **state)
{
    conf = (struct conf){ .mail_from = "chat@example.org", .sms_secret = "secret-of-the-hook" };
    letter = (struct letter){ .medium = BY_MAIL,
                              .to = "a@example.org",
                              .purpose = "login",
                              .site = "二楼\r\nBcc: x@y",
                              .subject = "验证码\r\nBcc: evil@example.org\r\n\r\nbody",
                              .text = "【x】12345\n.\nend\n" };
    trip = (struct trip){ .conf = &conf,
                          .letter = &letter,
                          .id = "00112233445566778899aabbccddeeff",
                          .now_ms = INT64_C(1700000000000),
                          .arena = arena_new() };
    *state = &trip;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(trip.arena);
    return 0;
}

static size_t count_lines(const char *text, const char *start)
{
    size_t count = 0, len = strlen(start);

    for (const char *line = text; line != NULL;) {
        count += strncmp(line, start, len) == 0;
        line = strstr(line, "\r\n");
        line = line != NULL ? line + 2 : NULL;
    }
    return count;
}

static void headers_cannot_be_made(void **state)
{
    const char *mail = mail_format(&trip);

    (void)state;
    assert_non_null(mail);
    assert_int_equal(count_lines(mail, "Bcc:"), 0);
    assert_int_equal(count_lines(mail, "To: <a@example.org>"), 1);
    assert_int_equal(count_lines(mail, "Date: Tue, 14 Nov 2023 22:13:20 +0000"), 1);
    assert_int_equal(
        count_lines(mail, "Message-ID: <00112233445566778899aabbccddeeff@example.org>"), 1);
    assert_int_equal(count_lines(mail, "From: =?UTF-8?B?"), 1);
    assert_int_equal(count_lines(mail, "."), 0); /* would end the mail */
    for (const char *line = mail; *line != '\0';) {
        const char *end = strstr(line, "\r\n");
        assert_non_null(end); /* every line ends as SMTP wants */
        assert_true(end - line <= 78);
        assert_null(memchr(line, '\n', (size_t)(end - line)));
        line = end + 2;
    }
}

static void addresses_that_end_a_command(void **state)
{
    static const char *const bad[] = { "a@b\r\nRCPT TO:<x@y>", "a@b>", "a@b, c@d", "a b@c" };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        letter.to = bad[i];
        assert_null(mail_format(&trip));
    }
    letter.to = "a@example.org";
    conf.mail_from = "nobody";
    assert_null(mail_format(&trip));
}

static void long_subjects_break_between_characters(void **state)
{
    const char *mail, *line;

    (void)state;
    letter.subject =
        "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十";
    mail = mail_format(&trip);
    assert_non_null(mail);
    line = strstr(mail, "Subject: ");
    assert_non_null(line);
    /* 45 bytes are 15 characters: 60 of base64, and no padding before the last word. */
    assert_memory_equal(line + 9 + 10 + 60, "?=\r\n =?UTF-8?B?", 15);
    letter.subject =
        "a一二三四五六七八九十一二三四五六七八九十"; /* 44 bytes and a whole one more */
    line = strstr(mail_format(&trip), "Subject: ");
    assert_memory_equal(line + 9 + 10 + 60, "?=\r\n =?UTF-8?B?", 15);
}

static void sms_is_json(void **state)
{
    (void)state;
    letter.to = "+8615712345678";
    letter.text = "\"q\" \\ \n\x01 【x】";
    assert_string_equal(
        sms_body(&trip),
        "{\"to\":\"+8615712345678\",\"text\":\"\\\"q\\\" \\\\ \\u000a\\u0001 【x】\","
        "\"purpose\":\"login\"}");
}

/* The expected value is `printf 1700000000.{} | openssl dgst -sha256 -hmac secret-of-the-hook`. */
static void sms_is_signed(void **state)
{
    (void)state;
    assert_string_equal(
        sms_signature(&trip, "{}"),
        "X-Chatd-Signature: "
        "t=1700000000,v1=9bd1f092aea90b3f3a8897a0f16f5156b239e998d6dcbabb251901a086eda03e");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(headers_cannot_be_made, setup, teardown),
        cmocka_unit_test_setup_teardown(addresses_that_end_a_command, setup, teardown),
        cmocka_unit_test_setup_teardown(long_subjects_break_between_characters, setup, teardown),
        cmocka_unit_test_setup_teardown(sms_is_json, setup, teardown),
        cmocka_unit_test_setup_teardown(sms_is_signed, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
