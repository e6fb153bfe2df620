/* A parser of emoji sequences as UTS #51 writes them; see emoji.h. */
#include "base/emoji.h"

#include <stddef.h>
#include <stdint.h>

#define JOINER 0x200D
#define VARIATION 0xFE0F
#define KEYCAP 0x20E3
#define JOINED_MAX 8 /* the longest in use joins four */

static bool is_between(uint32_t c, uint32_t low, uint32_t high)
{
    return c >= low && c <= high;
}

/* The code point at *at, which moves behind it; 0 at the end. */
static uint32_t next(const unsigned char **at)
{
    const unsigned char *p = *at;
    int more = *p < 0x80 ? 0 : *p < 0xE0 ? 1 : *p < 0xF0 ? 2 : 3;
    uint32_t c = more == 0 ? *p : *p & (0x3Fu >> more);

    if (*p == '\0')
        return 0;
    for (int i = 1; i <= more; i++)
        c = c << 6 | (p[i] & 0x3Fu);
    *at = p + more + 1;
    return c;
}

static uint32_t peek(const unsigned char *at)
{
    return next(&at);
}

/* Symbols of the blocks emoji come from; letters of living scripts are in none of them. */
static bool is_symbol(uint32_t c)
{
    return c == 0xA9 || c == 0xAE || c == 0x203C || c == 0x2049 || is_between(c, 0x2122, 0x2139) ||
           is_between(c, 0x2190, 0x23FF) || c == 0x24C2 || is_between(c, 0x25A0, 0x27BF) ||
           is_between(c, 0x2900, 0x2BFF) || c == 0x3030 || c == 0x303D || c == 0x3297 ||
           c == 0x3299 || is_between(c, 0x1F000, 0x1FAFF);
}

static bool is_region(uint32_t c)
{
    return is_between(c, 0x1F1E6, 0x1F1FF);
}

static bool is_keycap_base(uint32_t c)
{
    return is_between(c, '0', '9') || c == '#' || c == '*';
}

/* One symbol with what belongs to it. */
static bool take_element(const unsigned char **at)
{
    uint32_t first = next(at);

    if (is_region(first))
        return is_region(next(at));
    if (!is_symbol(first) && !is_keycap_base(first))
        return false;
    if (peek(*at) == VARIATION || is_between(peek(*at), 0x1F3FB, 0x1F3FF))
        next(at);
    while (is_between(peek(*at), 0xE0020, 0xE007F)) /* the flags of England, Scotland, Wales */
        next(at);
    if (peek(*at) == KEYCAP) {
        next(at);
        return true;
    }
    return !is_keycap_base(first);
}

bool emoji_is_one(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    for (int joined = 0; joined < JOINED_MAX; joined++) {
        if (!take_element(&at))
            return false;
        if (*at == '\0')
            return true;
        if (next(&at) != JOINER)
            return false;
    }
    return false;
}
