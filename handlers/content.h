/* What the dialects have in common about a message's content: struct message's extra as JSON. */
#ifndef HANDLERS_CONTENT_H
#define HANDLERS_CONTENT_H

#include "base/arena.h"
#include "base/err.h"
#include "db/files.h"

/* Is extra, as a client gave it, nothing or the text of a JSON object? ERR_BAD_FIELD if not,
 * ERR_TOO_LARGE for too many nodes. */
enum err content_check_extra(const char *extra);

/* The extra of a message whose body is the URL of an uploaded file. Arena. */
const char *content_file_extra(struct arena *a, const struct file *file, const char *url);

#endif
