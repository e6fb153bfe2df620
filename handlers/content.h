/* What the dialects have in common about a message's content: struct message's extra as JSON. */
#ifndef HANDLERS_CONTENT_H
#define HANDLERS_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* Is extra, as a client gave it, nothing or the text of a JSON object? ERR_BAD_FIELD if not,
 * ERR_TOO_LARGE for too many nodes. */
enum err content_check_extra(const char *extra);

/* What extra and body say of something that was uploaded; "" and 0 where they are silent. */
struct attachment {
    const char *url, *name, *caption;
    int64_t size_bytes, width, height, duration_ms;
};
/* From a message's body and extra. Arena. */
void content_read_attachment(struct arena *a, const char *body, const char *extra,
                             struct attachment *file_r);
/* The extra of a message whose body is file's url. Arena. */
const char *content_write_attachment(struct arena *a, const struct attachment *file);
/* extra with another caption and all else as it was. Arena. */
const char *content_with_caption(struct arena *a, const char *extra, const char *caption);
/* May it stand where clients follow it: http or https, or a path of this server, of at most 2,048
 * bytes without control characters? */
bool content_is_url(const char *text);

#endif
