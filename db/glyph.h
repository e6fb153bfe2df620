/* Reading text the way a search index must: one glyph at a time, those that mean the same made the
 * same. Knows Unicode, nothing of SQLite. */
#ifndef DB_GLYPH_H
#define DB_GLYPH_H

#include <stddef.h>

enum glyph_kind {
    GLYPH_PLAIN,    /* as it stands */
    GLYPH_WIDE,     /* a full-width form of an ASCII character, which is text */
    GLYPH_CHAR,     /* Han, Kana, Bopomofo, Hangul: no spaces between words there */
    GLYPH_SYMBOL,   /* an emoji; two for a flag */
    GLYPH_ATTACHED, /* belongs to what stands before: joiners, variation selectors, skin tones */
    GLYPH_BAD,      /* one byte that is not UTF-8 */
};

#define GLYPH_BYTES 8

struct glyph {
    enum glyph_kind kind;
    char text[GLYPH_BYTES]; /* UTF-8 of what it means; not terminated */
    size_t len;
    size_t end; /* where the next one begins */
};

/* Reads the glyph at text[at], at < len. A GLYPH_CHAR or GLYPH_SYMBOL takes in what completes it: voiced
 * marks behind Kana, the parts of a Hangul syllable, what is GLYPH_ATTACHED. Any bytes are allowed. */
void glyph_read(const char *text, size_t len, size_t at, struct glyph *glyph_r);

#endif
