/* One row for each key of chat.conf: what its text may be and which member of struct conf it fills.
 * Shared by conf.c, which reads the sources, and conf_field.c, which knows the values. */
#ifndef CONF_FIELD_H
#define CONF_FIELD_H

#include "base/arena.h"
#include "conf.h"

enum field_type { FIELD_LISTEN, FIELD_TEXT, FIELD_NUMBER, FIELD_BYTES, FIELD_FLAG, FIELD_CHOICE };

struct field {
    enum field_type type;
    const char *name;
    const char *fallback;
    size_t offset;                           /* in struct conf */
    int64_t min, max;                        /* of a number; bytes of a text */
    const char *const *words;                /* of a choice: value i is words[i]; NULL ends them */
    const char *(*check)(const char *value); /* of a text: NULL, or what it must be */
};

/* The rows, in chat.conf's order. conf_keys() has the same number and order. */
const struct field *conf_fields(size_t *count_r);

/* Sets the member of f from value (borrowed; UTF-8 without control characters). A listen value adds
 * to those already there. NULL on success, else the rest of a sentence that begins with the key
 * ("must be a whole number from 4 to 1024, not \"5x\""), in a's memory as is any text kept. */
const char *field_set(const struct field *f, const char *value, struct arena *a, struct conf *conf);

#endif
