/* See rows.h. */
#include "db/rows.h"

#include <string.h>

struct rows rows_new(struct arena *a, size_t size)
{
    return (struct rows){ .arena = a, .size = size };
}

void *rows_add(struct rows *rows)
{
    if (rows->count == rows->cap) {
        size_t cap = rows->cap == 0 ? 16 : rows->cap * 2;
        void *items = arena_array(rows->arena, cap, rows->size);
        if (rows->count > 0)
            memcpy(items, rows->items, rows->count * rows->size);
        rows->items = items;
        rows->cap = cap;
    }
    return (char *)rows->items + rows->size * rows->count++;
}
