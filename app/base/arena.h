/* Memory that is released all at once: every request has one arena and nobody frees inside it.
 * Why: handlers, domain and db have no clean-up paths to get wrong (see README, Internals). */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* Makes an empty arena. Owned: end it with arena_free. Never NULL: a process that is out of
 * memory logs it and ends, which loses nothing (answers are given only after a commit). */
struct arena *arena_new(void);
/* Frees everything. NULL is allowed. */
void arena_free(struct arena *a);
/* Releases all allocations, keeping the first block for the next use. Under ASan what was
 * released is poisoned, so a stale pointer still fails. */
void arena_reset(struct arena *a);

/* size bytes, zeroed, aligned for any type, valid until reset or free. Never NULL; size 0 is
 * allowed. One arena is used by one thread at a time. */
void *arena_alloc(struct arena *a, size_t size);
/* An array of count zeroed elements; an overflowing product ends the process. */
void *arena_array(struct arena *a, size_t count, size_t size);
/* Copies: borrowed in, arena out. arena_strndup copies at most n bytes and ends the string. */
void *arena_memdup(struct arena *a, const void *data, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
