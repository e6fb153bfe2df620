/* See form_stream.h. One window moves over the body; it always holds enough to tell a delimiter
 * from data that only begins like one. */
#include "http/form_stream.h"

#include <string.h>

#include "base/str.h"

#define WINDOW_BYTES (64 * 1024)

struct window {
    struct arena *arena;
    const struct form_stream *stream;
    const char *delimiter; /* "\r\n--BOUNDARY" */
    size_t delimiter_len;
    char *buffer;
    size_t at, end; /* what is read and not yet used */
    bool is_over;   /* no more to read */
    size_t fields_bytes;
};

static const char *here(const struct window *w)
{
    return w->buffer + w->at;
}

static size_t left(const struct window *w)
{
    return w->end - w->at;
}

/* Reads on, if there is room and more to come. false: nothing was added. */
static bool fill(struct window *w)
{
    int got;

    if (w->is_over)
        return false;
    if (w->end == WINDOW_BYTES) {
        memmove(w->buffer, here(w), left(w));
        w->end -= w->at;
        w->at = 0;
    }
    if (w->end == WINDOW_BYTES)
        return false;
    got = w->stream->read(w->stream->arg, w->buffer + w->end, WINDOW_BYTES - w->end);
    if (got <= 0) {
        w->is_over = true; /* a broken body ends early, and so never with its last delimiter */
        return false;
    }
    w->end += (size_t)got;
    return true;
}

/* Are there count bytes (far fewer than the window holds)? */
static bool want(struct window *w, size_t count)
{
    while (left(w) < count)
        if (!fill(w))
            return false;
    return true;
}

static bool take(struct window *w, const char *text)
{
    size_t len = strlen(text);

    if (!want(w, len) || memcmp(here(w), text, len) != 0)
        return false;
    w->at += len;
    return true;
}

/* ---- data ---- */

/* Where the bytes before a delimiter go. */
typedef enum err take_fn(void *arg, const void *data, size_t len);

/* Gives all bytes up to the next delimiter to taker and goes behind it. */
static enum err take_until(struct window *w, take_fn *taker, void *arg)
{
    for (;;) {
        const char *found = memmem(here(w), left(w), w->delimiter, w->delimiter_len);
        size_t sure = found != NULL                ? (size_t)(found - here(w))
                      : left(w) < w->delimiter_len ? 0
                                                   : left(w) - (w->delimiter_len - 1);
        enum err e = sure == 0 ? OK : taker(arg, here(w), sure);

        w->at += sure;
        if (e != OK)
            return e;
        if (found != NULL) {
            w->at += w->delimiter_len;
            return OK;
        }
        if (!fill(w))
            return ERR_BAD_REQUEST;
    }
}

static enum err take_nothing(void *arg, const void *data, size_t len)
{
    (void)arg;
    (void)data;
    (void)len;
    return OK;
}

struct field_text {
    struct window *window;
    struct buf text;
};

static enum err take_text(void *arg, const void *data, size_t len)
{
    struct field_text *f = arg;

    if (len > FORM_STREAM_FIELDS_MAX - f->window->fields_bytes)
        return ERR_TOO_LARGE;
    f->window->fields_bytes += len;
    buf_add(&f->text, data, len);
    return OK;
}

/* ---- parts ---- */

/* Behind a delimiter: "--" ends the body (*last_r), a line end starts a part. */
static bool take_delimiter_end(struct window *w, bool *last_r)
{
    *last_r = take(w, "--");
    if (*last_r)
        return true;
    while (want(w, 1) && (*here(w) == ' ' || *here(w) == '\t'))
        w->at++;
    return take(w, "\r\n");
}

static bool read_head(struct window *w, struct part *part)
{
    size_t used;

    while (memmem(here(w), left(w), "\r\n\r\n", 4) == NULL && left(w) < MULTIPART_HEAD_MAX)
        if (!fill(w))
            break;
    used = multipart_head(w->arena, here(w), left(w), part);
    w->at += used;
    return used > 0;
}

static enum err read_field(struct window *w, const struct part *part, struct pair *pair)
{
    struct field_text f = { w, buf_new(w->arena) };
    enum err e = take_until(w, take_text, &f);

    if (e != OK)
        return e;
    if (f.text.len > 0 &&
        (memchr(f.text.data, '\0', f.text.len) != NULL || !utf8_valid(f.text.data, f.text.len)))
        return ERR_BAD_REQUEST;
    *pair = (struct pair){ part->name, f.text.len == 0 ? "" : f.text.data };
    return OK;
}

static enum err read_file(struct window *w, const struct part *part)
{
    enum err e = w->stream->begin_file(w->stream->arg, part);

    return e == OK ? take_until(w, w->stream->add_bytes, w->stream->arg) : e;
}

static enum err read_parts(struct window *w, struct pair *pairs, size_t *count_r)
{
    size_t parts = 0;
    bool last = false;
    enum err e = OK;

    while (e == OK && take_delimiter_end(w, &last) && !last) {
        struct part part = { 0 };

        if (parts++ == MULTIPART_PARTS_MAX)
            return ERR_TOO_LARGE;
        if (!read_head(w, &part))
            return ERR_BAD_REQUEST;
        if (part.filename != NULL)
            e = read_file(w, &part);
        else
            e = read_field(w, &part, &pairs[(*count_r)++]);
    }
    return e == OK && !last ? ERR_BAD_REQUEST : e;
}

enum err form_stream_read(struct arena *a, const char *content_type,
                          const struct form_stream *stream, struct values *fields_r)
{
    struct window w = { .arena = a,
                        .stream = stream,
                        .delimiter = multipart_delimiter(a, content_type) };
    struct pair *pairs;
    size_t count = 0;
    enum err e;

    if (w.delimiter == NULL)
        return ERR_BAD_REQUEST;
    w.delimiter_len = strlen(w.delimiter);
    w.buffer = arena_alloc(a, WINDOW_BYTES);
    pairs = arena_array(a, MULTIPART_PARTS_MAX, sizeof(*pairs));
    /* The first delimiter may stand at the very start, without its line end. */
    e = take(&w, w.delimiter + 2) ? OK : take_until(&w, take_nothing, NULL);
    if (e == OK)
        e = read_parts(&w, pairs, &count);
    *fields_r = (struct values){ .pairs = pairs, .count = count };
    return e;
}
