/* Bodies too large for memory: they go into a file as they come. Half a body is never stored: the
 * handler runs only when all of it is there, and the file goes away with the request. */
#ifndef HTTP_INTAKE_H
#define HTTP_INTAKE_H

#include "http/dialect.h"
#include "http/form.h"

/* Reads the body as the spec of rq's route says: sets rq->incoming, and fields_r from a form. Takes
 * as many bytes as upload_file_bytes allows. On an error nothing is left of it; io->must_close is
 * set if the rest of the body is still on its way. ERR_BAD_REQUEST, ERR_TOO_LARGE, and what
 * spool_new and spool_write say. */
enum err intake_read(struct req *rq, struct values *fields_r);
/* Takes a body off the connection that nobody wants, if it is not too long for that; else sets
 * io->must_close. */
void intake_skip(struct io *io);

#endif
