/* What a client sent, before anybody knows what it should have been: names with texts, in the order
 * sent, or a JSON object. Queries, urlencoded forms and the text parts of multipart bodies all
 * become this, so bind.c declares a field once whatever the encoding. */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

#define FORM_PAIRS_MAX 256

struct pair {
    const char *name; /* arena, UTF-8 without NUL, as is text */
    const char *text;
};

struct values {
    const struct pair *pairs; /* arena */
    size_t count;
    const cJSON *object; /* of a JSON body, which has no pairs; NULL otherwise. Borrowed */
};

/* Reads "a=1&b=%20+" (names without '=' get the text ""). ERR_BAD_REQUEST: a broken %XX, a NUL,
 * invalid UTF-8; ERR_TOO_LARGE: more than FORM_PAIRS_MAX pairs. */
enum err form_parse(struct arena *a, const char *text, size_t len, struct values *values_r);
/* The same for the query of a URL (NULL is an empty one), where "request[name]" and "request.name"
 * are other spellings of "name": togetherchat's own SDK sends those. */
enum err query_parse(struct arena *a, const char *query, struct values *values_r);

#endif
