/* Memory that outlives a request (channels, frames, tables). Running out ends the process, as in
 * base/arena.h: answers are given only after a commit, so nothing is lost by it. */
#ifndef WS_ALLOC_H
#define WS_ALLOC_H

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* size bytes, resized from old (NULL: new). Owned: free. Never NULL. */
static inline void *ws_realloc(void *old, size_t size)
{
    void *p = realloc(old, size);
    if (p == NULL) {
        log_error("memory", "no room for %zu bytes", size);
        abort();
    }
    return p;
}

/* size zeroed bytes. Owned: free. Never NULL. */
static inline void *ws_alloc(size_t size)
{
    void *p = calloc(1, size);
    if (p == NULL) {
        log_error("memory", "no room for %zu bytes", size);
        abort();
    }
    return p;
}

/* Owned: free. Never NULL. */
static inline char *ws_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = ws_realloc(NULL, size);
    memcpy(copy, text, size);
    return copy;
}

#endif
