/* Growing byte strings and the text checks every layer shares; see str.h. */
#include "base/str.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BUF_FIRST_BYTES 128

struct buf buf_new(struct arena *a)
{
    struct buf b = { .arena = a };

    /* One byte, so that printing a buffer nothing was added to prints nothing. */
    b.data = arena_alloc(a, 1);
    b.cap = 1;
    return b;
}

/* Makes room for extra bytes and the NUL after them. */
static void buf_reserve(struct buf *b, size_t extra)
{
    size_t need;

    if (__builtin_add_overflow(b->len, extra, &need) || __builtin_add_overflow(need, 1, &need))
        need = SIZE_MAX; /* the arena ends the process */
    if (need <= b->cap)
        return;

    size_t cap = b->cap < BUF_FIRST_BYTES ? BUF_FIRST_BYTES : b->cap;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;

    char *data = arena_alloc(b->arena, cap);
    memcpy(data, b->data, b->len);
    b->data = data;
    b->cap = cap;
}

void buf_add(struct buf *b, const void *data, size_t len)
{
    if (len == 0)
        return;
    buf_reserve(b, len);
    memcpy(b->data + b->len, data, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    int len = vsnprintf(b->data + b->len, b->cap - b->len, format, ap);
    va_end(ap);
    assert(len >= 0);

    if ((size_t)len >= b->cap - b->len) {
        buf_reserve(b, (size_t)len);
        va_start(ap, format);
        vsnprintf(b->data + b->len, b->cap - b->len, format, ap);
        va_end(ap);
    }
    b->len += (size_t)len;
}

/* The length of the sequence that starts at p, 0 if there is none. Table 3-7 of the Unicode
 * standard: only the second byte's range depends on the first. */
static size_t utf8_sequence(const unsigned char *p, size_t left)
{
    unsigned char first = p[0];
    unsigned char low = 0x80, high = 0xBF;
    size_t len;

    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        len = 2;
    else if ((first & 0xF0) == 0xE0)
        len = 3;
    else if (first >= 0xF0 && first <= 0xF4)
        len = 4;
    else
        return 0;
    if (len > left)
        return 0;

    if (first == 0xE0)
        low = 0xA0;
    else if (first == 0xED)
        high = 0x9F;
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4)
        high = 0x8F;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    }
    return len;
}

bool utf8_valid(const char *data, size_t len)
{
    const unsigned char *p = (const unsigned char *)data;
    size_t i = 0;

    while (i < len) {
        size_t step = utf8_sequence(p + i, len - i);
        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

size_t utf8_chars(const char *s)
{
    size_t chars = 0;

    for (; *s != '\0'; s++)
        chars += ((unsigned char)*s & 0xC0) != 0x80;
    return chars;
}

bool str_has_control(const char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s < 32 || *s == 127)
            return true;
    }
    return false;
}

static int ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

bool str_ieq(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return false;
    while (*a != '\0' && ascii_lower(*a) == ascii_lower(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

bool str_eq(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool str_starts(const char *s, const char *prefix)
{
    return s != NULL && strncmp(s, prefix, strlen(prefix)) == 0;
}

const char *str_or_empty(const char *s)
{
    return s == NULL ? "" : s;
}

char *hex_encode(struct arena *a, const void *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *in = data;
    char *out = arena_alloc(a, len * 2 + 1);

    for (size_t i = 0; i < len; i++) {
        out[i * 2] = digits[in[i] >> 4];
        out[i * 2 + 1] = digits[in[i] & 15];
    }
    return out;
}

char *base64_encode(struct arena *a, const void *data, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *in = data;
    char *out = arena_alloc(a, (len + 2) / 3 * 4 + 1);
    char *o = out;

    for (size_t i = 0; i < len; i += 3) {
        size_t have = len - i < 3 ? len - i : 3;
        uint32_t bits = (uint32_t)in[i] << 16;

        if (have > 1)
            bits |= (uint32_t)in[i + 1] << 8;
        if (have > 2)
            bits |= in[i + 2];
        *o++ = digits[bits >> 18];
        *o++ = digits[bits >> 12 & 63];
        *o++ = have > 1 ? digits[bits >> 6 & 63] : '=';
        *o++ = have > 2 ? digits[bits & 63] : '=';
    }
    return out;
}
