/* The body of a request: read whole or refused, decompressed, decoded. */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include <stdbool.h>
#include <stddef.h>

#include "http/dispatch.h"
#include "http/form.h"
#include "http/multipart.h"

struct body {
    char *data; /* arena, NUL-terminated; as sent, still compressed */
    size_t len;
    struct values values;     /* after body_decode */
    const struct part *files; /* arena; multipart parts with a file name, after body_decode */
    size_t file_count;
    cJSON *root; /* owned: what values.object points into; body_release */
};

/* Reads all of the body, at most limit bytes. A length that is over the limit is refused unread.
 * ERR_TOO_LARGE, or ERR_BAD_REQUEST for one that breaks off or does not have the announced length:
 * both set io->must_close, because the rest of the body may still be on its way. */
enum err body_read(struct arena *a, struct io *io, size_t limit, struct body *body_r);
/* Fills values from the Content-Encoding and Content-Type of io. ERR_BAD_TYPE: neither JSON nor
 * a form; ERR_BAD_REQUEST: an unknown encoding, or content out of shape; ERR_TOO_LARGE: more than limit bytes once decompressed, or too
 * many parts. Release the body also after an error. */
enum err body_decode(struct arena *a, const struct io *io, size_t limit, struct body *body);
/* Does the decoded body have one of these fields ("a,b"), by exactly that name? */
bool body_has_field(const struct body *body, const char *names);
/* Is it announced as a form, urlencoded or multipart? */
bool body_is_form(const struct io *io);
void body_release(struct body *body);

/* Asks for a body that waits to be asked for (Expect: 100-continue). false: the client is gone. */
bool body_invite(struct io *io);

#endif
