/* multipart/form-data (RFC 7578), from a whole body in memory. */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

#define MULTIPART_BOUNDARY_MAX 70
#define MULTIPART_PARTS_MAX 256
#define MULTIPART_HEAD_MAX 4096

struct part {
    const char *name;     /* arena, UTF-8 without NUL, as are the other texts */
    const char *filename; /* as the client says, never a path of ours; NULL: a plain field */
    const char *type;     /* its Content-Type, or "" */
    const char *data;     /* borrowed from the body, not NUL-terminated, any bytes */
    size_t len;
};

/* content_type is the request's whole header. ERR_BAD_REQUEST: no usable boundary, a part without a
 * name, anything out of shape, no end; ERR_TOO_LARGE: more than MULTIPART_PARTS_MAX parts. */
enum err multipart_parse(struct arena *a, const char *content_type, const char *data, size_t len,
                         struct part **parts_r, size_t *count_r);

/* The two below are for form_stream.c, which does not have the whole body. */

/* What stands between the parts, "\r\n--BOUNDARY" (arena), or NULL. */
const char *multipart_delimiter(struct arena *a, const char *content_type);
/* Reads a part's header lines and the empty line behind them; sets all of part_r but data and len.
 * Returns the bytes used, 0: out of shape, or longer than MULTIPART_HEAD_MAX. */
size_t multipart_head(struct arena *a, const char *data, size_t len, struct part *part_r);

#endif
