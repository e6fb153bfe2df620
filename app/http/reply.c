/* Why answers are written by hand and at once: CivetWeb's own helpers write the head line by line
 * (a packet each) and know neither our security headers nor when a connection must end. */
#include "http/reply.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/log.h"
#include "base/str.h"

/* Below this an answer fits one packet anyway. */
#define PACK_MIN_BYTES 1400
#define FILE_PIECE_BYTES (64 * 1024)

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 204, "No Content" },
        { 206, "Partial Content" },
        { 304, "Not Modified" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 409, "Conflict" },
        { 413, "Content Too Large" },
        { 416, "Range Not Satisfiable" },
        { 426, "Upgrade Required" },
        { 429, "Too Many Requests" },
        { 500, "Internal Server Error" },
        { 503, "Service Unavailable" },
        { 507, "Insufficient Storage" },
    };

    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return ""; /* the reason may be empty, the status says it all */
}

void answer_header(struct answer *w, const char *name, const char *value)
{
    if (w->line_count == REPLY_LINES_MAX || str_has_control(value)) {
        log_error("http", "answer header %s left out", name);
        return;
    }
    w->lines[w->line_count++] = (struct header){ name, value };
}

/* ---- gzip ---- */

/* Is the quality of an Accept-Encoding element above zero? rest is what follows the coding. */
static bool has_quality(const char *rest, size_t len)
{
    const char *q = memmem(rest, len, "q=", 2);

    if (q == NULL)
        return true;
    for (q += 2; q < rest + len; q++)
        if (*q >= '1' && *q <= '9')
            return true;
    return false;
}

bool accepts_gzip(const struct io *io)
{
    const char *at = str_or_empty(io->header(io->arg, "Accept-Encoding"));

    while (*at != '\0') {
        size_t name_len;
        size_t len;

        at += strspn(at, ", \t");
        len = strcspn(at, ",");
        name_len = strcspn(at, ";, \t");
        if (name_len == 4 && strncasecmp(at, "gzip", 4) == 0)
            return has_quality(at + name_len, len - name_len);
        at += len;
    }
    return false;
}

/* NULL if zlib fails or the result is no smaller. */
static void *pack(struct arena *a, const void *data, size_t len, size_t *len_r)
{
    z_stream z = { .next_in = (unsigned char *)data, .avail_in = (unsigned)len };
    unsigned char *out = arena_alloc(a, len);
    int state;

    /* The fastest level: on the networks this serves, time is dearer than the last bytes. */
    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    z.next_out = out;
    z.avail_out = (unsigned)len;
    state = deflate(&z, Z_FINISH);
    *len_r = len - z.avail_out;
    deflateEnd(&z);
    return state == Z_STREAM_END ? out : NULL;
}

void answer_pack(struct arena *a, const struct io *io, struct answer *w)
{
    size_t len;
    void *packed;

    if (w->len < PACK_MIN_BYTES)
        return;
    answer_header(w, "Vary", "Accept-Encoding");
    if (!accepts_gzip(io))
        return;
    packed = pack(a, w->body, w->len, &len);
    if (packed == NULL)
        return;
    w->body = packed;
    w->len = len;
    w->is_packed = true;
}

/* ---- sending ---- */

static void add_security(struct buf *out, const struct answer *w)
{
    /* The landing page asks whether its server's certificate is trusted; a host's name would be
     * stricter than https:, but a policy cannot name IPv6 addresses. */
    const char *connects = w->is_landing ? "https:" : "ws: wss:";
    static const char page_policy[] =
        "default-src 'self'; connect-src 'self' %s; img-src 'self' data: blob:; "
        "media-src 'self' blob:; "
        "style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
    static const char data_policy[] = "default-src 'none'; frame-ancestors 'none'";
    /* Enough for a browser to show a picture or a film by itself, and nothing a file could use. */
    static const char file_policy[] = "default-src 'none'; img-src 'self'; media-src 'self'; "
                                      "style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

    buf_printf(out,
               "X-Content-Type-Options: nosniff\r\n"
               "Referrer-Policy: no-referrer\r\n"
               "Cross-Origin-Resource-Policy: %s\r\n"
               "Cross-Origin-Opener-Policy: same-origin\r\n"
               "Content-Security-Policy: ",
               w->is_file && w->is_shared ? "cross-origin" : "same-origin");
    if (w->is_page)
        buf_printf(out, page_policy, connects);
    else
        buf_str(out, w->is_file ? file_policy : data_policy);
    /* The client's files may be kept, but are asked for again each time: they change with the
     * server. People's files never change under their name. */
    buf_str(out, w->is_page   ? "\r\nCache-Control: no-cache\r\n"
                 : w->is_file ? "\r\nCache-Control: private, max-age=31536000, immutable\r\n"
                              : "\r\nCache-Control: no-store\r\n");
    if (w->pins_tls)
        buf_str(out, "Strict-Transport-Security: max-age=31536000\r\n");
}

/* "Sat, 21 Nov 2026 05:24:56 GMT": clients correct their clocks by it. */
static void add_date(struct buf *out)
{
    time_t now = time(NULL);
    struct tm day;
    char text[40];

    if (gmtime_r(&now, &day) != NULL &&
        strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &day) > 0)
        buf_printf(out, "Date: %s\r\n", text);
}

static void add_head(struct buf *out, const struct io *io, const struct answer *w)
{
    buf_printf(out, "HTTP/1.1 %d %s\r\n", w->status, reason_of(w->status));
    add_date(out);
    add_security(out, w);
    for (size_t i = 0; i < w->line_count; i++)
        buf_printf(out, "%s: %s\r\n", w->lines[i].name, w->lines[i].value);
    if (w->type != NULL)
        buf_printf(out, "Content-Type: %s\r\n", w->type);
    if (w->is_packed)
        buf_str(out, "Content-Encoding: gzip\r\n");
    /* 204 and 304 have no body by definition, and no length either. */
    if (w->next != NULL && io->takes_chunks)
        buf_str(out, "Transfer-Encoding: chunked\r\n");
    else if (w->next == NULL && w->status != 204 && w->status != 304)
        buf_printf(out, "Content-Length: %zu\r\n", w->len);
    if (io->must_close)
        buf_str(out, "Connection: close\r\n");
    buf_str(out, "\r\n");
}

/* The head has promised len bytes: if they do not come, only the end of the connection tells. */
static bool send_file(struct arena *a, struct io *io, const struct answer *w)
{
    char *piece = arena_alloc(a, FILE_PIECE_BYTES);
    size_t sent = 0;

    while (sent < w->len) {
        size_t step = w->len - sent < FILE_PIECE_BYTES ? w->len - sent : FILE_PIECE_BYTES;
        ssize_t got = pread(w->fd, piece, step, (off_t)w->file_at + (off_t)sent);

        if (got <= 0) {
            log_error("http", "a file is shorter than it was");
            return false;
        }
        if (!io->write(io->arg, piece, (size_t)got))
            return false;
        sent += (size_t)got;
    }
    return true;
}

static bool send_piece(struct io *io, const char *data, size_t len)
{
    char size[24];
    int size_len = snprintf(size, sizeof size, "%zx\r\n", len);

    if (!io->takes_chunks)
        return len == 0 || io->write(io->arg, data, len);
    return io->write(io->arg, size, (size_t)size_len) &&
           (len == 0 || io->write(io->arg, data, len)) && io->write(io->arg, "\r\n", 2);
}

/* Where there are no chunks, the end of the connection is the end of the body. */
static bool send_pieces(struct io *io, const struct answer *w)
{
    const char *data;
    size_t len = 1;

    while (len > 0)
        if (!w->next(w->next_arg, &data, &len) || !send_piece(io, data, len))
            return false;
    return true;
}

void answer_send(struct arena *a, struct io *io, const struct answer *w)
{
    struct buf out = buf_new(a);
    bool ok;

    if (w->next != NULL && !io->takes_chunks)
        io->must_close = true;
    add_head(&out, io, w);
    if (!w->omits_body && !w->is_file && w->len > 0)
        buf_add(&out, w->body, w->len);
    io->status = w->status;
    ok = io->write(io->arg, out.data, out.len);
    if (ok && w->is_file && !w->omits_body)
        ok = send_file(a, io, w);
    if (ok && w->next != NULL && !w->omits_body)
        ok = send_pieces(io, w);
    if (!ok)
        io->must_close = true;
}
