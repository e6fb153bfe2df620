/* What the dialects have in common about a message's content: struct message's extra as JSON. */
#ifndef HANDLERS_CONTENT_H
#define HANDLERS_CONTENT_H

#include "base/err.h"

/* Is extra, as a client gave it, nothing or the text of a JSON object? ERR_BAD_FIELD if not,
 * ERR_TOO_LARGE for too many nodes. */
enum err content_check_extra(const char *extra);

#endif
