/* A growing array of row structs in an arena: what every list query fills. */
#ifndef DB_ROWS_H
#define DB_ROWS_H

#include <stddef.h>

#include "base/arena.h"

struct rows {
    struct arena *arena;
    size_t size; /* of one row */
    size_t count, cap;
    void *items; /* moves when it grows: take the address only when the list is complete */
};

struct rows rows_new(struct arena *a, size_t size);
/* One more zeroed row; valid until the next rows_add. */
void *rows_add(struct rows *rows);

#endif
