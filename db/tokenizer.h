/* How text becomes the tokens of a search index: an FTS5 tokenizer called "chatd".
 *
 * SQLite's unicode61 finds no Chinese word inside a sentence, and its trigram none of one or two
 * characters. Here every Han, Kana, Bopomofo or Hangul character is a unit of its own, indexed alone
 * and together with the next one (overlapping pairs); an emoji is a unit; everything else is as
 * unicode61 with remove_diacritics=2 splits and folds it. Before that, full-width letters and digits
 * become ASCII, half-width Kana full-width, and what macOS takes apart (Hangul syllables, voiced
 * Kana) is put together again.
 *
 * Single characters are terms too because a prefix query over the pairs takes a thousand times as
 * long (README.md, "Search", has the figures). */
#ifndef DB_TOKENIZER_H
#define DB_TOKENIZER_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#define TOKENIZER_WORD_BYTES 96 /* of a longer word only the beginning counts */

/* A text that begins with this byte begins with marks: words of ours, each led by this byte, up to
 * MARKS_END. They are tokens as they stand, led by the byte, which no text of anybody's can make:
 * inside a text both bytes are mere separators. */
#define MARK '\x01'
#define MARKS_END '\x02'

/* The first three, four and five letters of a longer word are tokens too, as marks of this letter,
 * so that a word is found while it is being typed. (FTS5's own prefix indexes would keep those of
 * the marks as well, at twice the cost; without any, a common beginning takes tens of ms.) */
#define MARK_BEGINNING 'b'
#define BEGINNING_MIN 3
#define BEGINNING_MAX 5

enum unit_kind { UNIT_WORD, UNIT_CHAR, UNIT_SYMBOL };

/* What a person sees as one word, one Chinese character, one emoji. */
struct unit {
    const char *text; /* folded; not terminated; gone after the call */
    size_t len;
    size_t start, end; /* bytes of the original text */
    enum unit_kind kind;
    bool joined; /* a UNIT_CHAR right behind the one before it */
};

struct tokenizer;

/* Makes the tokenizer "chatd" known on a connection. An SQLite result. */
int tokenizer_register(sqlite3 *sqlite);
/* One for use without an index, on the connection it was made for. NULL: no memory, or an SQLite
 * without FTS5. Owned: tokenizer_free; NULL is allowed there. */
struct tokenizer *tokenizer_new(sqlite3 *sqlite);
void tokenizer_free(struct tokenizer *t);

/* Calls each for every unit of text[0..len) in order, until it returns anything but SQLITE_OK.
 * Any bytes are allowed: malformed UTF-8 separates. Marks are passed over. Returns what each
 * returned, or SQLITE_NOMEM. */
int tokenizer_units(struct tokenizer *t, const char *text, size_t len,
                    int (*each)(void *arg, const struct unit *unit), void *arg);

#endif
