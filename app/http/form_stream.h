/* multipart/form-data (RFC 7578) as it arrives: files go on to somebody else piece by piece, only
 * the plain fields stay in memory. For bodies that fit into memory there is multipart.h; both take
 * the same bodies (test/fuzz/fuzz_form_stream.c compares them). */
#ifndef HTTP_FORM_STREAM_H
#define HTTP_FORM_STREAM_H

#include "http/form.h"
#include "http/multipart.h"

/* Bytes of all plain fields together. */
#define FORM_STREAM_FIELDS_MAX (64 * 1024)

struct form_stream {
    void *arg;
    /* > 0 bytes read, 0 at the end of the body, -1 when it is broken. */
    int (*read)(void *arg, void *buf, size_t len);
    /* A part with a file name begins; its data and len are not set. An error ends the reading. */
    enum err (*begin_file)(void *arg, const struct part *head);
    /* Its bytes, in pieces. */
    enum err (*add_bytes)(void *arg, const void *data, size_t len);
};

/* Reads to the closing delimiter; what follows it is left unread. fields_r: the plain fields.
 * ERR_BAD_REQUEST: as multipart_parse; ERR_TOO_LARGE: too many parts or too large fields; else what
 * begin_file or add_bytes returned. */
enum err form_stream_read(struct arena *a, const char *content_type,
                          const struct form_stream *stream, struct values *fields_r);

#endif
