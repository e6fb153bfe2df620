/* What is one emoji: examples of each kind of sequence of UTS #51, and what people might try
 * instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/emoji.h"

static void sequences(void **state)
{
    static const char *const good[] = {
        "😀",
        "👍",
        "❤",
        "❤️",
        "👍🏽",
        "☺️",
        "✅",
        "🇨🇳",
        "1️⃣",
        "#⃣",
        "👨‍👩‍👧‍👦",
        "🏳️‍🌈",
        "👩🏽‍❤️‍💋‍👩🏿",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "㊗️",
        "™️",
    };

    (void)state; /* none */
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!emoji_is_one(good[i]))
            fail_msg("%s is one emoji", good[i]);
}

static void everything_else(void **state)
{
    static const char *const bad[] = {
        "",     "a",   "1",  "ok", "好",           "あ",      "é",       " ",   "<b>",
        "👍 ",   "😀😀",  "👍a", "🇨",  "🇨a",           "👍‍", "‍👍", "️", "🏽️x",
        "1️", "👍\n", "。", "—",  "\xE2\x80\x8B", /* a zero width space */
    };

    (void)state; /* none */
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (emoji_is_one(bad[i]))
            fail_msg("case %zu, \"%s\", is not one emoji", i, bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(sequences),
                                        cmocka_unit_test(everything_else) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
