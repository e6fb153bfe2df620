/* A request that was never sent: struct io from a script, and what came back, taken apart. */
#ifndef TEST_HTTP_RIG_H
#define TEST_HTTP_RIG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/dispatch.h"

#define RIG_HEADERS_MAX 16

struct rig {
    struct io io;
    struct header headers[RIG_HEADERS_MAX];
    size_t header_count;

    const char *body;
    size_t body_len;
    size_t step;  /* most bytes one read gives; 0: as many as asked for */
    bool breaks;  /* the read after the last byte is -1, not 0 */
    bool is_deaf; /* writes fail */

    size_t body_at;
    int reads;
    int writes;
    char *out; /* everything written, but for a 100; owned, NUL-terminated */
    size_t out_len;
};

static inline const char *rig_header(void *arg, const char *name)
{
    const struct rig *g = arg;

    for (size_t i = 0; i < g->header_count; i++)
        if (strcasecmp(g->headers[i].name, name) == 0)
            return g->headers[i].value;
    return NULL;
}

static inline int rig_read(void *arg, void *buf, size_t len)
{
    struct rig *g = arg;
    size_t n = g->body_len - g->body_at;

    g->reads++;
    if (n == 0)
        return g->breaks ? -1 : 0;
    if (n > len)
        n = len;
    if (g->step > 0 && n > g->step)
        n = g->step;
    memcpy(buf, g->body + g->body_at, n);
    g->body_at += n;
    return (int)n;
}

static inline bool rig_write(void *arg, const void *data, size_t len)
{
    struct rig *g = arg;

    g->writes++;
    if (g->is_deaf)
        return false;
    if (g->out != NULL && strncmp(g->out, "HTTP/1.1 100 ", 13) == 0)
        g->out_len = 0;
    g->out = realloc(g->out, g->out_len + len + 1);
    if (g->out == NULL)
        abort();
    memcpy(g->out + g->out_len, data, len);
    g->out_len += len;
    g->out[g->out_len] = '\0';
    return true;
}

/* Everything that is not said is absent. End it with rig_free. */
static inline void rig_init(struct rig *g, const char *method, const char *path, const char *query)
{
    *g = (struct rig){ .io = { .method = method,
                               .path = path,
                               .query = query,
                               .address = "192.0.2.7",
                               .content_length = -1,
                               .mount_dialect = "",
                               .header = rig_header,
                               .read = rig_read,
                               .write = rig_write } };
    g->io.arg = g;
}

static inline void rig_free(struct rig *g)
{
    free(g->out);
    g->out = NULL;
}

static inline void rig_say(struct rig *g, const char *name, const char *value)
{
    if (g->header_count == RIG_HEADERS_MAX)
        abort();
    g->headers[g->header_count++] = (struct header){ name, value };
}

/* A body of an announced length; type NULL: no Content-Type. */
static inline void rig_body(struct rig *g, const char *type, const void *body, size_t len)
{
    g->body = body;
    g->body_len = len;
    g->io.content_length = (int64_t)len;
    if (type != NULL)
        rig_say(g, "Content-Type", type);
}

/* Where the answer's body starts, or NULL if there is no answer. */
static inline const char *rig_answer_body(const struct rig *g)
{
    const char *end = g->out == NULL ? NULL : strstr(g->out, "\r\n\r\n");

    return end == NULL ? NULL : end + 4;
}

/* The number of headers of this name in the answer; the first one's value goes to value. */
static inline int rig_answer_header(const struct rig *g, const char *name, char *value, size_t size)
{
    const char *end = rig_answer_body(g);
    size_t len = strlen(name);
    int count = 0;

    if (end == NULL)
        return 0;
    for (const char *line = strstr(g->out, "\r\n"); line + 4 < end;
         line = strstr(line + 2, "\r\n")) {
        const char *at = line + 2;

        if (strncasecmp(at, name, len) != 0 || at[len] != ':')
            continue;
        if (count++ == 0)
            snprintf(value, size, "%.*s", (int)(strstr(at, "\r\n") - at - (long)len - 2),
                     at + len + 2);
    }
    return count;
}

/* Is there exactly one header of this name, with this value (NULL: is there none)? */
static inline bool rig_answers(const struct rig *g, const char *name, const char *want)
{
    char value[1024] = "";
    int count = rig_answer_header(g, name, value, sizeof(value));

    if (want == NULL)
        return count == 0;
    return count == 1 && strcmp(value, want) == 0;
}

#endif
