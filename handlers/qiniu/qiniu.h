/* Uploads as Qiniu's SDKs make them (facts/freeim.md 7), to our own disk: form, resumable v2 and
 * v1. A dialect of its own below /qiniu; what its files share, and what freeim needs to hand out
 * tokens. */
#ifndef HANDLERS_QINIU_QINIU_H
#define HANDLERS_QINIU_QINIU_H

#include "domain/file.h"
#include "http/dialect.h"

extern const struct dialect qiniu_dialect;
extern const struct section qiniu_form_section;
extern const struct section qiniu_parts_section;
extern const struct section qiniu_blocks_section;

/* The only bucket of our own service. */
#define QINIU_BUCKET "chatd"

/* Makes the actor an upload token, of our own service or, with keys in the configuration, of
 * Qiniu's, and says where files are fetched. ERR_BAD_REQUEST: no usable Host header. */
enum err qiniu_token_issue(struct req *rq, const char **token_r, const char **domain_r);
/* Reads a token of our own: sets the actor. ERR_UNAUTHENTICATED with rq->fault; or why the person
 * may not upload. */
enum err qiniu_token_accept(struct req *rq, const char *token);

/* {"error": "..."} with Qiniu's statuses, and X-Reqid. */
void qiniu_envelope(struct req *rq, enum err e, struct reply *reply_r);
/* The answer to a finished upload. */
void qiniu_answer_file(struct req *rq, const struct file *file);

#endif
