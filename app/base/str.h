/* Strings: a growing buffer inside an arena, UTF-8 checks, hex and base64.
 * All text inside chatd is UTF-8 without NUL; lengths are bytes unless a name says chars. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* A growing byte string. data is always NUL-terminated once something was added; len excludes
 * it. */
struct buf {
    struct arena *arena;
    char *data;
    size_t len;
    size_t cap;
};

struct buf buf_new(struct arena *a);
void buf_add(struct buf *b, const void *data, size_t len);
void buf_str(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Is data[0..len) well-formed UTF-8 (no overlong forms, surrogates, values above 10FFFF)? */
bool utf8_valid(const char *data, size_t len);
/* The number of code points of a valid UTF-8 string. */
size_t utf8_chars(const char *s);
/* Does s hold an ASCII control character (below 32, or 127)? */
bool str_has_control(const char *s);
/* ASCII only, case-insensitive equality; NULL equals nothing. */
bool str_ieq(const char *a, const char *b);
bool str_eq(const char *a, const char *b);
bool str_starts(const char *s, const char *prefix);
/* NULL becomes "". */
const char *str_or_empty(const char *s);

/* Lower-case hex of data, arena. */
char *hex_encode(struct arena *a, const void *data, size_t len);
/* Standard base64 with padding, arena. */
char *base64_encode(struct arena *a, const void *data, size_t len);

#endif
