/* The whole gate: the input is a request as it would stand on the wire, cut up much as CivetWeb
 * does it. One that names an Upgrade goes to dispatch_upgrade. Every request gets exactly one answer,
 * and the answer can be read. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "conf.h"
#include "test/unit/http_fake.h"
#include "test/unit/http_rig.h"

static const struct conf conf = { .www_dir = "",
                                  .tls_cert = "cert.pem",
                                  .cors_origins = "https://a.example",
                                  .rate_limits = true,
                                  .request_body_bytes = 65536 };
static int64_t now_ms = 1000; /* stands still */
static const struct clock still = { fake_time, fake_time, &now_ms };

/* Cuts the line at *at, ended by a line feed or the end. */
static char *take_line(struct arena *a, const char **at, const char *end)
{
    size_t left = (size_t)(end - *at);
    const char *stop = left == 0 ? NULL : memchr(*at, '\n', left);
    size_t len = stop == NULL ? left : (size_t)(stop - *at);
    char *line = arena_strndup(a, *at, len);

    *at += len + (stop != NULL);
    return line;
}

/* "Name: value" into the rig. */
static void add_header(struct rig *g, char *line)
{
    char *value = line;
    char *name = strsep(&value, ":");

    if (value != NULL && g->header_count < RIG_HEADERS_MAX - 1)
        rig_say(g, name, value + (value[0] == ' '));
}

static void read_request(struct arena *a, struct rig *g, const char *at, const char *end)
{
    char *rest = take_line(a, &at, end);
    const char *method = strsep(&rest, " ");
    const char *path = rest == NULL ? "" : strsep(&rest, "?");
    char *line;

    rig_init(g, method, path, rest);
    while ((line = take_line(a, &at, end))[0] != '\0')
        add_header(g, line);
    g->body = at;
    g->body_len = (size_t)(end - at);
    g->io.chunked = rig_header(g, "Transfer-Encoding") != NULL;
    g->io.content_length = g->io.chunked || at == end ? -1 : end - at;
    num_i64(rig_header(g, "Content-Length"), 0, INT64_MAX, &g->io.content_length);
    g->breaks = rig_header(g, "X-Breaks") != NULL;
    g->is_deaf = rig_header(g, "X-Deaf") != NULL;
    g->step = rig_header(g, "X-Slow") == NULL ? 0 : 7;
    g->io.tls = rig_header(g, "X-Tls") != NULL;
    g->io.takes_chunks = rig_header(g, "X-Chunks") != NULL;
    g->io.mount_dialect = rig_header(g, "X-Own") != NULL ? "fake" : "";
}

static bool ends_with(const struct rig *g, const char *end)
{
    size_t len = strlen(end);

    return g->out_len >= len && memcmp(g->out + g->out_len - len, end, len) == 0;
}

static void check_answer(const struct rig *g)
{
    const char *body = rig_answer_body(g);
    char length[32] = "";

    if (g->is_deaf)
        return;
    if (body == NULL || !str_starts(g->out, "HTTP/1.1 ") || g->io.status < 200 ||
        strtol(g->out + 9, NULL, 10) != g->io.status)
        abort();
    if (rig_answer_header(g, "X-Content-Type-Options", length, sizeof(length)) != 1)
        abort();
    if (rig_answers(g, "Transfer-Encoding", "chunked")) {
        bool is_whole = strcmp(g->io.method, "HEAD") == 0 || ends_with(g, "0\r\n\r\n");
        if (!g->io.takes_chunks || (!is_whole && !g->io.must_close))
            abort();
        return;
    }
    if (rig_answers(g, "Content-Disposition", "attachment") && !g->io.must_close)
        abort();
    if (rig_answers(g, "Content-Disposition", "attachment"))
        return;
    if (rig_answer_header(g, "Content-Length", length, sizeof(length)) !=
        (g->io.status != 204 && g->io.status != 304))
        abort();
    if (strcmp(g->io.method, "HEAD") != 0 && g->io.status != 204 && g->io.status != 304 &&
        strtoul(length, NULL, 10) != (size_t)(g->out + g->out_len - body))
        abort();
}

static void run(struct router *router, struct arena *texts, const uint8_t *data, size_t size)
{
    struct services sv = { .conf = &conf, .clock = &still, .limiter = limiter_new(4) };
    struct arena *a = arena_new();
    struct upgrade who;
    struct rig g;

    read_request(texts, &g, (const char *)data, (const char *)data + size);
    if (rig_header(&g, "Upgrade") == NULL) {
        dispatch(router, &sv, a, &g.io);
        check_answer(&g);
    } else if (dispatch_upgrade(router, &sv, a, &g.io, &who)) {
        if (g.writes != 0 || g.io.status != 101 || who.platform == NULL)
            abort();
    } else {
        check_answer(&g);
    }
    rig_free(&g);
    arena_free(a);
    limiter_free(sv.limiter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *texts = arena_new();
    char *error = NULL;
    struct router *router = router_new(fake_dialects, 1, &error);

    log_setup((enum log_level)(LOG_ERROR + 1), false); /* nothing */
    if (router == NULL)
        abort();
    run(router, texts, data, size);
    router_free(router);
    arena_free(texts);
    return 0;
}
