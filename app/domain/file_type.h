/* What a file is, by its first bytes: the sender's word is not taken, because browsers run what
 * they are told is a page. */
#ifndef DOMAIN_FILE_TYPE_H
#define DOMAIN_FILE_TYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define FILE_TYPE_UNKNOWN "application/octet-stream"

struct file_type {
    const char *media;     /* "image/png" */
    const char *extension; /* ".png"; "" for unknown ones */
};

/* Pictures, sounds and films that browsers show without running anything; else FILE_TYPE_UNKNOWN.
 * head: as much of the file's beginning as there is, 64 bytes are enough. */
struct file_type file_type_of(const void *head, size_t len);

/* The extension of a sender's file name, in lower case with its dot; "" if there is none, if it is
 * not 1 to 8 letters and digits, or if some server might run or render it. Arena. */
const char *file_extension_of(struct arena *a, const char *name);

#endif
