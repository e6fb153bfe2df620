/* Why bodies are read whole before anything looks at them: CivetWeb hands over truncated bodies
 * with no more than a -1 at the end (reliability.md 1.1 row 9), and nothing may be stored from half
 * a request. */
#include "http/body.h"

#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/json.h"
#include "base/str.h"

#define CHUNK_BYTES 8192

static const char *header_of(const struct io *io, const char *name)
{
    return str_or_empty(io->header(io->arg, name));
}

/* ---- reading ---- */

/* curl and others hold larger bodies back until they are asked for. */
bool body_invite(struct io *io)
{
    static const char answer[] = "HTTP/1.1 100 Continue\r\n\r\n";

    return !str_ieq(header_of(io, "Expect"), "100-continue") ||
           io->write(io->arg, answer, sizeof(answer) - 1);
}

static enum err read_announced(struct arena *a, struct io *io, struct body *body)
{
    size_t want = (size_t)io->content_length;

    body->data = arena_alloc(a, want + 1);
    while (body->len < want) {
        size_t step = want - body->len < CHUNK_BYTES ? want - body->len : CHUNK_BYTES;
        int got = io->read(io->arg, body->data + body->len, step);

        if (got <= 0)
            return ERR_BAD_REQUEST;
        body->len += (size_t)got;
    }
    return OK;
}

static enum err read_chunked(struct arena *a, struct io *io, size_t limit, struct body *body)
{
    struct buf all = buf_new(a);
    char chunk[CHUNK_BYTES];
    int got;

    while ((got = io->read(io->arg, chunk, sizeof(chunk))) > 0) {
        if ((size_t)got > limit - all.len)
            return ERR_TOO_LARGE;
        buf_add(&all, chunk, (size_t)got);
    }
    body->data = all.data;
    body->len = all.len;
    return got < 0 ? ERR_BAD_REQUEST : OK;
}

enum err body_read(struct arena *a, struct io *io, size_t limit, struct body *body_r)
{
    enum err e = OK;

    *body_r = (struct body){ 0 };
    if (io->content_length > 0 && (uint64_t)io->content_length > limit)
        e = ERR_TOO_LARGE;
    else if ((io->content_length > 0 || io->chunked) && !body_invite(io))
        e = ERR_BAD_REQUEST;
    else if (io->content_length > 0)
        e = read_announced(a, io, body_r);
    else if (io->chunked)
        e = read_chunked(a, io, limit, body_r);
    if (e != OK)
        io->must_close = true;
    return e;
}

/* ---- decompressing ---- */

/* Inflates until the end of the stream, never holding more than limit bytes of it. */
static enum err inflate_all(z_stream *z, size_t limit, struct buf *out)
{
    unsigned char chunk[CHUNK_BYTES];
    int state = Z_OK;

    while (state != Z_STREAM_END) {
        size_t got;

        z->next_out = chunk;
        z->avail_out = sizeof(chunk);
        state = inflate(z, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END)
            return ERR_BAD_REQUEST;
        got = sizeof(chunk) - z->avail_out;
        if (got > limit - out->len)
            return ERR_TOO_LARGE;
        buf_add(out, chunk, got);
    }
    return z->avail_in == 0 ? OK : ERR_BAD_REQUEST;
}

/* window_bits tells zlib which wrapping to expect. */
static enum err decompress(struct arena *a, int window_bits, size_t limit, struct body *body)
{
    struct buf out = buf_new(a);
    z_stream z = { .next_in = (unsigned char *)body->data, .avail_in = (unsigned)body->len };
    enum err e;

    if (inflateInit2(&z, window_bits) != Z_OK)
        return ERR_INTERNAL;
    e = inflate_all(&z, limit, &out);
    inflateEnd(&z);
    body->data = out.data;
    body->len = out.len;
    return e;
}

static enum err undo_encoding(struct arena *a, const struct io *io, size_t limit, struct body *body)
{
    const char *encoding = header_of(io, "Content-Encoding");

    if (encoding[0] == '\0' || str_ieq(encoding, "identity"))
        return OK;
    if (str_ieq(encoding, "gzip") || str_ieq(encoding, "x-gzip"))
        return decompress(a, MAX_WBITS + 16, limit, body);
    if (str_ieq(encoding, "deflate"))
        return decompress(a, MAX_WBITS, limit, body);
    return ERR_BAD_REQUEST;
}

/* ---- decoding ---- */

/* Is type the media type of a Content-Type header? */
static bool has_type(const char *header, const char *type)
{
    size_t len = strlen(type);

    return strncasecmp(header, type, len) == 0 && strchr("; \t", header[len]) != NULL;
}

static enum err decode_json(struct body *body)
{
    enum err e;

    body->root = json_parse(body->data, body->len, &e);
    if (body->root == NULL)
        return e;
    if (!cJSON_IsObject(body->root))
        return ERR_BAD_REQUEST;
    body->values.object = body->root;
    return OK;
}

static enum err decode_multipart(struct arena *a, const char *content_type, struct body *body)
{
    struct part *parts;
    struct part *files;
    struct pair *pairs;
    size_t count;
    enum err e = multipart_parse(a, content_type, body->data, body->len, &parts, &count);

    if (e != OK)
        return e;
    pairs = arena_array(a, count, sizeof(*pairs));
    files = arena_array(a, count, sizeof(*files));
    for (size_t i = 0; i < count; i++) {
        if (parts[i].filename != NULL) {
            files[body->file_count++] = parts[i];
            continue;
        }
        pairs[body->values.count].name = parts[i].name;
        pairs[body->values.count++].text = arena_strndup(a, parts[i].data, parts[i].len);
    }
    body->values.pairs = pairs;
    body->files = files;
    return OK;
}

enum err body_decode(struct arena *a, const struct io *io, size_t limit, struct body *body)
{
    const char *type = header_of(io, "Content-Type");
    enum err e;

    if (body->len == 0)
        return OK;
    e = undo_encoding(a, io, limit, body);
    if (e != OK)
        return e;
    if (body->len == 0)
        return OK;
    if (type[0] == '\0' || has_type(type, "application/x-www-form-urlencoded"))
        return form_parse(a, body->data, body->len, &body->values);
    if (has_type(type, "application/json"))
        return decode_json(body);
    if (has_type(type, "multipart/form-data"))
        return decode_multipart(a, type, body);
    return ERR_BAD_TYPE;
}

bool body_is_form(const struct io *io)
{
    const char *type = header_of(io, "Content-Type");

    return has_type(type, "application/x-www-form-urlencoded") ||
           has_type(type, "multipart/form-data");
}

static bool is_among(const char *names, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = names; *at != '\0'; at += strcspn(at, ",") + (strchr(at, ',') != NULL))
        if (strcspn(at, ",") == len && strncmp(at, name, len) == 0)
            return true;
    return false;
}

bool body_has_field(const struct body *body, const char *names)
{
    const cJSON *child;

    cJSON_ArrayForEach(child, body->values.object) {
        if (is_among(names, child->string))
            return true;
    }
    for (size_t i = 0; i < body->values.count; i++)
        if (is_among(names, body->values.pairs[i].name))
            return true;
    return false;
}

void body_release(struct body *body)
{
    cJSON_Delete(body->root);
    body->root = NULL;
    body->values.object = NULL;
}
