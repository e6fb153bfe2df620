/* One HTTP answer: head and body in one write, with the security headers every answer carries. */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "http/dispatch.h"

#define REPLY_LINES_MAX (REPLY_HEADERS_MAX + 8)

struct answer {
    int status;
    const char *type; /* Content-Type, or NULL: no body */
    const void *body; /* borrowed */
    size_t len;
    bool is_file;   /* the body is len bytes of fd from file_at on, of somebody's making */
    bool is_shared; /* other sites may show it, if it is a file */
    int fd;
    int64_t file_at;
    /* The body is what this gives piece by piece, borrowed until the next; an empty piece is its
     * end. false: it cannot go on. NULL: there is another body. */
    bool (*next)(void *arg, const char **data_r, size_t *len_r);
    void *next_arg;
    bool is_public;  /* every site's pages may read it */
    bool is_landing; /* a page that looks for the same server at https */
    bool is_page;    /* part of the web client, which may load its own scripts; otherwise data */
    bool is_packed;  /* body is gzip already */
    bool omits_body; /* HEAD: say how long it is, do not send it */
    bool pins_tls;   /* tell browsers to come back with TLS only */
    struct header lines[REPLY_LINES_MAX];
    size_t line_count;
};

/* Adds a header; both texts are borrowed. One past the limit or with a control character is left
 * out and logged: it would let a client write headers of its own. */
void answer_header(struct answer *w, const char *name, const char *value);
/* Replaces the body by its gzip form where the client takes that and it pays. */
void answer_pack(struct arena *a, const struct io *io, struct answer *w);
/* Sends w and sets io->status; a write that fails sets io->must_close. */
void answer_send(struct arena *a, struct io *io, const struct answer *w);

/* Does the client take gzip? */
bool accepts_gzip(const struct io *io);

#endif
