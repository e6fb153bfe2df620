/* Blocks of memory handed out from the front and released together.
 *
 * Blocks start small and double up to 64 KiB, so that a short request touches one page-sized block
 * and a long one few. Something too big for a block gets one of its own, linked behind the current
 * block, so that the room left in the current one is not lost.
 *
 * Under AddressSanitizer everything not handed out is poisoned, with a gap after each allocation:
 * an overrun inside a block, or a pointer kept over a reset, is reported like one into malloc's
 * memory. */
#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define GAP_BYTES 16
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define GAP_BYTES 0
#endif

#define ALIGN (_Alignof(max_align_t))
#define BLOCK_FIRST_BYTES ((size_t)4096)
#define BLOCK_MAX_BYTES ((size_t)65536)

struct block {
    struct block *next;
    size_t cap; /* bytes of data */
    size_t used;
    _Alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct block *head; /* allocations come from here; NULL before the first */
    size_t next_cap;    /* of the next ordinary block */
};

static _Noreturn void out_of_memory(size_t size)
{
    log_error("memory", "no memory for %zu bytes; ending", size);
    abort();
}

struct arena *arena_new(void)
{
    struct arena *a = calloc(1, sizeof *a);

    if (a == NULL)
        out_of_memory(sizeof *a);
    a->next_cap = BLOCK_FIRST_BYTES;
    return a;
}

static void block_free(struct block *b)
{
    ASAN_UNPOISON_MEMORY_REGION(b->data, b->cap);
    free(b);
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    for (struct block *b = a->head; b != NULL;) {
        struct block *next = b->next;
        block_free(b);
        b = next;
    }
    free(a);
}

void arena_reset(struct arena *a)
{
    struct block *keep = NULL;

    for (struct block *b = a->head; b != NULL;) {
        struct block *next = b->next;
        if (b->cap > BLOCK_MAX_BYTES) {
            block_free(b);
        } else if (keep == NULL) {
            keep = b;
        } else if (b->cap > keep->cap) {
            block_free(keep);
            keep = b;
        } else {
            block_free(b);
        }
        b = next;
    }
    a->head = keep;
    if (keep != NULL) {
        keep->next = NULL;
        keep->used = 0;
        ASAN_POISON_MEMORY_REGION(keep->data, keep->cap);
    }
}

static struct block *block_new(size_t cap)
{
    struct block *b = malloc(sizeof *b + cap);

    if (b == NULL)
        out_of_memory(cap);
    b->next = NULL;
    b->cap = cap;
    b->used = 0;
    ASAN_POISON_MEMORY_REGION(b->data, cap);
    return b;
}

static struct block *block_with_room(struct arena *a, size_t need)
{
    if (a->head != NULL && a->head->cap - a->head->used >= need)
        return a->head;
    if (a->head != NULL && need > a->next_cap / 4) {
        struct block *own = block_new(need);
        own->next = a->head->next;
        a->head->next = own;
        return own;
    }

    struct block *b = block_new(need > a->next_cap ? need : a->next_cap);
    b->next = a->head;
    a->head = b;
    if (a->next_cap < BLOCK_MAX_BYTES)
        a->next_cap *= 2;
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > PTRDIFF_MAX - BLOCK_MAX_BYTES)
        out_of_memory(size);

    /* Nothing at all still gets an address of its own. */
    size_t need = ((size == 0 ? 1 : size) + ALIGN - 1) / ALIGN * ALIGN + GAP_BYTES;
    struct block *b = block_with_room(a, need);
    unsigned char *p = b->data + b->used;

    b->used += need;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    memset(p, 0, size);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        out_of_memory(SIZE_MAX);
    return arena_alloc(a, total);
}

void *arena_memdup(struct arena *a, const void *data, size_t size)
{
    void *p = arena_alloc(a, size);

    if (size > 0)
        memcpy(p, data, size);
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_memdup(a, s, strlen(s) + 1);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    size_t len = strnlen(s, n);
    char *p = arena_alloc(a, len + 1);

    memcpy(p, s, len);
    return p;
}

char *arena_vprintf(struct arena *a, const char *format, va_list ap)
{
    va_list measure;

    va_copy(measure, ap);
    int len = vsnprintf(NULL, 0, format, measure);
    va_end(measure);
    assert(len >= 0);

    char *p = arena_alloc(a, (size_t)len + 1);
    vsnprintf(p, (size_t)len + 1, format, ap);
    return p;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    char *p = arena_vprintf(a, format, ap);
    va_end(ap);
    return p;
}
