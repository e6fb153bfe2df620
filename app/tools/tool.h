/* What the build-time programs share: ending with one sentence, and reading a file whole. They run once and exit, so
 * they free nothing. */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 1, 2), noreturn)) static inline void die(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(1);
}

static inline void *grow(void *old, size_t size)
{
    void *p = realloc(old, size);

    if (p == NULL)
        die("out of memory");
    return p;
}

/* The bytes of path, ended with a NUL that *len_r does not count. */
static inline char *read_file(const char *path, size_t *len_r)
{
    FILE *f = fopen(path, "rb");
    char *data = NULL;
    size_t len = 0, n;

    if (f == NULL)
        die("%s: cannot be read", path);
    do {
        data = grow(data, len + 65536);
        n = fread(data + len, 1, 65535, f);
        len += n;
    } while (n > 0);
    if (ferror(f))
        die("%s: cannot be read", path);
    fclose(f);
    data[len] = '\0';
    *len_r = len;
    return data;
}

/* Writes data as a C string literal, lines of at most about 120 characters. Far quicker to compile than numbers. A '?' is
 * escaped because two of them begin a trigraph. */
static inline void write_literal(FILE *out, const void *data, size_t len)
{
    const unsigned char *p = data;
    size_t column = 0;

    fputc('"', out);
    for (size_t i = 0; i < len; i++) {
        if (p[i] == '\n')
            column += (size_t)fprintf(out, "\\n");
        else if (p[i] < ' ' || p[i] > '~' || p[i] == '"' || p[i] == '\\' || p[i] == '?')
            column += (size_t)fprintf(out, "\\%03o", p[i]);
        else
            column += fputc(p[i], out) != EOF;
        if ((p[i] == '\n' || column > 110) && i + 1 < len) {
            fputs("\"\n    \"", out);
            column = 0;
        }
    }
    fputc('"', out);
}

/* Ends out: a full disk must fail the build, not leave half a file. */
static inline void close_output(FILE *out, const char *path)
{
    int failed = ferror(out);

    if (fclose(out) != 0 || failed)
        die("%s: cannot be written", path);
}

#endif
