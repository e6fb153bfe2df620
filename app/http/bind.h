/* Fills a handler's struct from a request, following its spec. */
#ifndef HTTP_BIND_H
#define HTTP_BIND_H

#include "http/dialect.h"
#include "http/dispatch.h"
#include "http/form.h"
#include "http/router.h"

/* Everything a field may be found in. Borrowed. */
struct sources {
    const struct match *match;
    const struct values *body;
    const struct values *query;
    const struct io *io;
};

/* *args_r: the struct of spec (arena; what it points to is arena memory too, nothing is borrowed
 * from the sources). A field that stands in several places is taken from the first of path, body,
 * query, header and cookie that gives it a value; a null, and "" where "" cannot be meant, are no
 * value. ERR_BAD_FIELD: *faults_r has every field that was wrong. */
enum err bind_fields(struct arena *a, const struct spec *spec, const struct sources *from,
                     const void **args_r, struct faults *faults_r);

/* The same for the members of a JSON object that came otherwise, in a socket's frame: all fields stand
 * in the body. */
enum err bind_object(struct arena *a, const struct spec *spec, const cJSON *object,
                     const void **args_r, struct faults *faults_r);

#endif
