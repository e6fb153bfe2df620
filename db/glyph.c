/* See glyph.h. Ranges are Unicode 15's blocks; the arithmetic of Hangul is the standard's, 3.12. */
#include "db/glyph.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define BAD UINT32_MAX

/* ---- UTF-8 ---- */

static bool is_tail(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* The code point at text[at], well-formed or BAD; *end_r is behind it, or one byte on. */
static uint32_t decode(const char *text, size_t len, size_t at, size_t *end_r)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char *p = (const unsigned char *)text + at;
    size_t want = p[0] < 0x80   ? 1
                  : p[0] < 0xc2 ? 0
                  : p[0] < 0xe0 ? 2
                  : p[0] < 0xf0 ? 3
                  : p[0] < 0xf5 ? 4
                                : 0;
    uint32_t c;

    *end_r = at + 1;
    if (want == 0 || want > len - at)
        return BAD;
    if (want == 1)
        return p[0];
    c = p[0] & (0x7fu >> want);
    for (size_t i = 1; i < want; i++) {
        if (!is_tail(p[i]))
            return BAD;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[want] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return BAD;
    *end_r = at + want;
    return c;
}

static void add(struct glyph *g, uint32_t c)
{
    char *to = g->text + g->len;

    if (c < 0x80) {
        to[0] = (char)c;
        g->len += 1;
    } else if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        g->len += 2;
    } else if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        g->len += 3;
    } else {
        to[0] = (char)(0xf0 | c >> 18);
        to[1] = (char)(0x80 | (c >> 12 & 0x3f));
        to[2] = (char)(0x80 | (c >> 6 & 0x3f));
        to[3] = (char)(0x80 | (c & 0x3f));
        g->len += 4;
    }
}

/* ---- which is what ---- */

struct range {
    uint32_t first, last;
};

static bool is_in(uint32_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count && ranges[i].first <= c; i++)
        if (c <= ranges[i].last)
            return true;
    return false;
}
#define IS_IN(c, ranges) is_in((c), (ranges), sizeof(ranges) / sizeof(ranges)[0])

static const struct range chars[] = {
    { 0x1100, 0x11ff },   /* Hangul, in parts */
    { 0x2e80, 0x2fdf },   /* radicals */
    { 0x3005, 0x3007 },   /* iteration mark, zero */
    { 0x3021, 0x3029 },   /* Suzhou numerals */
    { 0x3031, 0x3035 },   /* vertical Kana repeat marks */
    { 0x3038, 0x303c },   /* more of both */
    { 0x3041, 0x3096 },   /* Hiragana */
    { 0x309d, 0x309f },   /* and its repeat marks */
    { 0x30a1, 0x30fa },   /* Katakana */
    { 0x30fc, 0x30ff },   /* and its length and repeat marks */
    { 0x3105, 0x312f },   /* Bopomofo */
    { 0x3131, 0x318e },   /* Hangul letters */
    { 0x31a0, 0x31bf },   /* Bopomofo */
    { 0x31f0, 0x31ff },   /* Katakana */
    { 0x3400, 0x4dbf },   /* Han */
    { 0x4e00, 0x9fff },   /* Han */
    { 0xa960, 0xa97c },   /* Hangul, in parts */
    { 0xac00, 0xd7a3 },   /* Hangul */
    { 0xd7b0, 0xd7fb },   /* Hangul, in parts */
    { 0xf900, 0xfaff },   /* Han */
    { 0xff66, 0xff9d },   /* half-width Katakana */
    { 0xffa1, 0xffdc },   /* half-width Hangul letters */
    { 0x1aff0, 0x1b16f }, /* Kana */
    { 0x20000, 0x323af }, /* Han */
};

static const struct range symbols[] = {
    { 0x2300, 0x23ff }, /* technical: watch, hourglass */
    { 0x2600, 0x27bf }, /* weather, signs, dingbats */
    { 0x2b00, 0x2bff }, /* stars, squares */
    { 0x1f000, 0x1faff },
};

static const struct range attached[] = {
    { 0x200d, 0x200d },   /* zero width joiner */
    { 0xfe00, 0xfe0f },   /* variation selectors */
    { 0xff9e, 0xff9f },   /* half-width voiced marks, where they voice nothing */
    { 0x1f3fb, 0x1f3ff }, /* skin tones */
    { 0xe0020, 0xe01ef }, /* tags, variation selectors */
};

static bool is_common_han(uint32_t c)
{
    return c >= 0x4e00 && c <= 0x9fff;
}

static bool is_flag_letter(uint32_t c)
{
    return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static enum glyph_kind kind_of(uint32_t c)
{
    if (c < 0x1100)
        return GLYPH_PLAIN;
    if (is_common_han(c))
        return GLYPH_CHAR;
    if (c >= 0xff01 && c <= 0xff5e)
        return GLYPH_WIDE;
    if (IS_IN(c, attached))
        return GLYPH_ATTACHED;
    if (IS_IN(c, chars))
        return GLYPH_CHAR;
    return IS_IN(c, symbols) ? GLYPH_SYMBOL : GLYPH_PLAIN;
}

/* ---- what means the same ---- */

/* U+FF66..U+FF9D in full width. */
static const uint16_t full_kana[] = {
    0x30f2, 0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9, 0x30e3, 0x30e5, 0x30e7, 0x30c3, 0x30fc, 0x30a2,
    0x30a4, 0x30a6, 0x30a8, 0x30aa, 0x30ab, 0x30ad, 0x30af, 0x30b1, 0x30b3, 0x30b5, 0x30b7, 0x30b9,
    0x30bb, 0x30bd, 0x30bf, 0x30c1, 0x30c4, 0x30c6, 0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd, 0x30ce,
    0x30cf, 0x30d2, 0x30d5, 0x30d8, 0x30db, 0x30de, 0x30df, 0x30e0, 0x30e1, 0x30e2, 0x30e4, 0x30e6,
    0x30e8, 0x30e9, 0x30ea, 0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3
};

static uint32_t widen(uint32_t c)
{
    return c >= 0xff66 && c <= 0xff9d ? full_kana[c - 0xff66] : c;
}

/* Kana c with the voiced (step 1) or half-voiced (step 2) mark, or 0 where there is none. */
static uint32_t voice(uint32_t c, uint32_t step)
{
    uint32_t row = c >= 0x30a1 ? c - 0x60 : c; /* both alphabets in the order of Hiragana */
    bool pairs = (row >= 0x304b && row <= 0x3061 && row % 2 == 1) || /* ka to chi */
                 row == 0x3064 || row == 0x3066 || row == 0x3068;    /* tsu, te, to */
    bool triples = row >= 0x306f && row <= 0x307b && row % 3 == 0;   /* ha to ho */

    if ((pairs && step == 1) || triples)
        return c + step;
    if (row == 0x3046 && step == 1)
        return c + 0x4e; /* u becomes vu */
    return 0;
}

static uint32_t voiced_by(uint32_t kana, uint32_t mark)
{
    if (kana < 0x3046 || kana > 0x30db || (kana > 0x307b && kana < 0x30a6))
        return 0;
    if (mark == 0x3099 || mark == 0xff9e)
        return voice(kana, 1);
    if (mark == 0x309a || mark == 0xff9f)
        return voice(kana, 2);
    return 0;
}

/* The Hangul syllable that first and second make, or 0. */
static uint32_t syllable(uint32_t first, uint32_t second)
{
    if (first >= 0x1100 && first <= 0x1112 && second >= 0x1161 && second <= 0x1175)
        return 0xac00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28;
    if (first >= 0xac00 && first <= 0xd7a3 && (first - 0xac00) % 28 == 0 && second >= 0x11a8 &&
        second <= 0x11c2)
        return first + (second - 0x11a7);
    return 0;
}

/* Reads on behind c while what follows belongs to it. */
static uint32_t complete(const char *text, size_t len, uint32_t c, size_t *end)
{
    uint32_t whole = widen(c);

    while (*end < len) {
        size_t after;
        uint32_t next = decode(text, len, *end, &after), both = voiced_by(whole, next);
        if (both == 0)
            both = syllable(whole, next);
        if (both != 0)
            whole = both;
        else if (!IS_IN(next, attached))
            break;
        *end = after;
    }
    return whole;
}

/* The second letter of a flag. */
static void add_flag_letter(const char *text, size_t len, struct glyph *g)
{
    size_t after;
    uint32_t c;

    if (g->end == len)
        return;
    c = decode(text, len, g->end, &after);
    if (!is_flag_letter(c))
        return;
    add(g, c);
    g->end = after;
}

void glyph_read(const char *text, size_t len, size_t at, struct glyph *g)
{
    uint32_t c = decode(text, len, at, &g->end);

    g->len = 0;
    if (c == BAD) {
        g->kind = GLYPH_BAD;
        return;
    }
    g->kind = kind_of(c);
    if (g->kind == GLYPH_WIDE)
        c -= 0xfee0;
    if (g->kind == GLYPH_CHAR || (g->kind == GLYPH_SYMBOL && !is_flag_letter(c)))
        c = complete(text, len, c, &g->end);
    add(g, c);
    if (is_flag_letter(c))
        add_flag_letter(text, len, g);
}
