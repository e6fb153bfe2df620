/* See intake.h. */
#include "http/intake.h"

#include <string.h>

#include "base/str.h"
#include "domain/depot.h"
#include "http/body.h"
#include "http/form_stream.h"

#define CHUNK_BYTES (64 * 1024)
/* Within a deadline of its own: a body that drips in does not hold a worker for hours because it
 * says it is long. */
#define STRETCH_BYTES (INT64_C(1) << 20)
/* What stands around the file in a form. */
#define FORM_AROUND_BYTES (INT64_C(1) << 20)
/* So much of a refused body is thrown away to let the client hear why. */
#define SKIP_BYTES_MAX (INT64_C(64) << 20)

struct source {
    struct io *io;
    int64_t left;    /* announced and not read; -1: chunked */
    int64_t stretch; /* left of it */
    bool is_broken;
};

static struct source source_of(struct io *io)
{
    return (struct source){ .io = io,
                            .left = io->chunked              ? -1
                                    : io->content_length > 0 ? io->content_length
                                                             : 0 };
}

static int source_read(void *arg, void *buf, size_t len)
{
    struct source *s = arg;
    int got;

    if (s->is_broken || s->left == 0)
        return s->is_broken ? -1 : 0;
    if (s->left > 0 && (int64_t)len > s->left)
        len = (size_t)s->left;
    if (s->stretch <= 0 && s->io->expect != NULL) {
        s->stretch = STRETCH_BYTES;
        s->io->expect(s->io->arg, STRETCH_BYTES);
    }
    got = s->io->read(s->io->arg, buf, len);
    s->is_broken = got < 0 || (got == 0 && s->left > 0);
    if (got == 0 && s->left < 0)
        s->left = 0;
    if (got > 0) {
        s->stretch -= got;
        s->left -= s->left > 0 ? got : 0;
    }
    return s->is_broken ? -1 : got;
}

/* Reads to the end, so that the connection can be used again. */
static void drain(struct source *s)
{
    char nowhere[8192];
    int64_t skipped = 0;
    int got = 1;

    if (s->left > SKIP_BYTES_MAX)
        skipped = SKIP_BYTES_MAX;
    while (skipped < SKIP_BYTES_MAX && (got = source_read(s, nowhere, sizeof nowhere)) > 0)
        skipped += got;
    if (got != 0)
        s->io->must_close = true;
}

/* ---- a form ---- */

struct intake {
    struct req *rq;
    struct source source;
};

static int read_form(void *arg, void *buf, size_t len)
{
    struct intake *in = arg;

    return source_read(&in->source, buf, len);
}

static int64_t limit_of(const struct req *rq)
{
    return rq->cx.sv->conf->upload_file_bytes;
}

static enum err begin_file(void *arg, const struct part *head)
{
    struct intake *in = arg;
    struct req *rq = in->rq;

    if (!str_eq(head->name, rq->route->spec->part) || rq->incoming.spool != NULL)
        return ERR_BAD_REQUEST;
    rq->incoming.name = head->filename;
    return spool_new(&rq->cx, 0, limit_of(rq), false, &rq->incoming.spool);
}

static enum err add_bytes(void *arg, const void *data, size_t len)
{
    struct intake *in = arg;

    return spool_write(in->rq->incoming.spool, data, len);
}

static enum err take_form(struct intake *in, struct values *fields_r)
{
    const struct form_stream stream = { in, read_form, begin_file, add_bytes };
    const char *type = str_or_empty(req_in(in->rq, "Content-Type"));

    if (strncasecmp(type, "multipart/form-data", 19) != 0)
        return ERR_BAD_REQUEST;
    return form_stream_read(in->rq->cx.arena, type, &stream, fields_r);
}

/* ---- a file ---- */

static enum err take_file(struct intake *in)
{
    struct req *rq = in->rq;
    char *chunk = arena_alloc(rq->cx.arena, CHUNK_BYTES);
    int64_t announced = in->source.left > 0 ? in->source.left : 0;
    enum err e = spool_new(&rq->cx, announced, limit_of(rq), true, &rq->incoming.spool);
    int got = 0;

    while (e == OK && (got = source_read(&in->source, chunk, CHUNK_BYTES)) > 0)
        e = spool_write(rq->incoming.spool, chunk, (size_t)got);
    return e;
}

/* ---- both ---- */

/* What can be said before a byte is read. */
static enum err check_head(const struct req *rq)
{
    const char *encoding = str_or_empty(req_in(rq, "Content-Encoding"));

    if (encoding[0] != '\0' && !str_ieq(encoding, "identity"))
        return ERR_BAD_REQUEST;
    return rq->io->content_length > limit_of(rq) + FORM_AROUND_BYTES ? ERR_TOO_LARGE : OK;
}

static bool waits_for_invitation(const struct io *io)
{
    return str_ieq(io->header(io->arg, "Expect"), "100-continue");
}

static enum err finish(struct intake *in, enum err e)
{
    struct req *rq = in->rq;

    drain(&in->source);
    if (in->source.is_broken)
        e = ERR_BAD_REQUEST;
    if (e == OK && rq->incoming.spool != NULL) {
        spool_end(rq->incoming.spool);
    } else {
        spool_drop(rq->incoming.spool);
        rq->incoming.spool = NULL;
    }
    if (e == ERR_BUSY)
        rq->retry_after_ms = 1000;
    return e;
}

enum err intake_read(struct req *rq, struct values *fields_r)
{
    struct intake in = { rq, source_of(rq->io) };
    enum err e = rq->cx.sv->depot == NULL ? ERR_NO_ROUTE : check_head(rq);

    if (e != OK) {
        intake_skip(rq->io);
        return e;
    }
    if (in.source.left != 0 && !body_invite(rq->io)) {
        rq->io->must_close = true;
        return ERR_BAD_REQUEST;
    }
    return finish(&in,
                  rq->route->spec->body == BODY_FORM ? take_form(&in, fields_r) : take_file(&in));
}

void intake_skip(struct io *io)
{
    struct source source = source_of(io);

    if (source.left != 0 && waits_for_invitation(io))
        io->must_close = true; /* it may come or not */
    else
        drain(&source);
}
