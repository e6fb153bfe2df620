/* Answers with a file: all of it, a range, or word that the client has it. */
#ifndef HTTP_DOWNLOAD_H
#define HTTP_DOWNLOAD_H

#include "http/reply.h"

/* Fills w from d and the request's Range, If-Range, If-None-Match and If-Modified-Since: 200, 206,
 * 304 or 416. The descriptor stays the caller's. */
void download_answer(struct arena *a, const struct io *io, const struct download *d,
                     struct answer *w);

#endif
