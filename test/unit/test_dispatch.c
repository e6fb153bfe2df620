/* app/http/dispatch.c, upgrade.c, reply.c: every way through the gate, seen from outside. */
#include <unistd.h>
#include <zlib.h>

#include "base/log.h"
#include "base/str.h"
#include "gate_rig.h"

/* The same for a request with a body. */
static void expect_body(struct world *w, const char *method, const char *path, const char *type,
                        const char *body, int status, const char *text)
{
    rig_body(ask(w, method, path, NULL), type, body, strlen(body));
    expect(w, status, text);
}

/* ---- routes ---- */

static void test_routes(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/api/echo", "id=5&text=hi");
    expect(w, 200, "{\"err\":\"OK\",\"data\":{\"id\":5,\"text\":\"hi\",");
    ask(w, "PUT", "/api/echo/7", NULL);
    expect(w, 200, "\"id\":7");
    ask(w, "GET", "/api/nothing", NULL);
    expect(w, 404, "{\"err\":\"ERR_NO_ROUTE\"}");
    ask(w, "GET", "/api/echo/", NULL);
    expect(w, 404, "ERR_NO_ROUTE");
    ask(w, "GET", "/api", NULL);
    expect(w, 404, "ERR_NO_ROUTE");
    ask(w, "GET", "/elsewhere", NULL);
    expect(w, 404, "{\"error\":\"no such path\"}");
    ask(w, "POST", "/elsewhere", NULL);
    expect(w, 404, "{\"error\":\"no such path\"}");
}

static void test_methods(void **state)
{
    struct world *w = *state;

    ask(w, "DELETE", "/api/echo", NULL);
    expect(w, 405, "ERR_BAD_METHOD");
    assert_true(rig_answers(&w->g, "Allow", "GET, HEAD, POST, OPTIONS"));
    ask(w, "PATCH", "/api/echo", NULL);
    expect(w, 405, "ERR_BAD_METHOD");
    ask(w, "get", "/api/echo", NULL);
    expect(w, 405, "ERR_BAD_METHOD");
    ask(w, "WS", "/api/ws", NULL);
    expect(w, 405, "ERR_BAD_METHOD");
    assert_true(rig_answers(&w->g, "Allow", "GET, OPTIONS"));
    ask(w, "PATCH", "/api/nothing", NULL);
    expect(w, 404, "ERR_NO_ROUTE");
    ask(w, "POST", "/api/ws", NULL);
    expect(w, 405, "ERR_BAD_METHOD");
}

static void test_plain_get_of_a_socket(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/api/ws", NULL);
    expect(w, 426, "{\"err\":\"ERR_BAD_REQUEST\"}");
    assert_true(rig_answers(&w->g, "Upgrade", "websocket"));
    ask(w, "HEAD", "/api/ws", NULL);
    expect(w, 426, "");
}

static void test_bad_paths(void **state)
{
    struct world *w = *state;
    char path[2050];

    ask(w, "GET", "/api/echo\r\nX: y", NULL);
    expect(w, 400, "{\"error\":");
    ask(w, "GET", "/api/echo\x7f", NULL);
    expect(w, 400, "{\"error\":");
    ask(w, "GET", "/api/echo/\xff", NULL);
    expect(w, 400, "{\"error\":");
    ask(w, "GET", "api/echo", NULL);
    expect(w, 400, "{\"error\":");
    ask(w, "OPTIONS", "*", NULL);
    expect(w, 400, "{\"error\":");

    memset(path, 'a', sizeof(path));
    memcpy(path, "/api/", 5);
    path[2049] = '\0';
    ask(w, "GET", path, NULL);
    expect(w, 400, "{\"error\":");
    path[2048] = '\0';
    ask(w, "GET", path, NULL);
    expect(w, 404, "ERR_NO_ROUTE");
}

static void test_owned_listener(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/echo", "id=5")->io.mount_dialect = "fake";
    expect(w, 200, "\"id\":5");
    ask(w, "GET", "/api/echo", "id=5")->io.mount_dialect = "fake";
    expect(w, 200, "\"id\":5");
    /* no web client there */
    ask(w, "GET", "/", NULL)->io.mount_dialect = "fake";
    expect(w, 404, "ERR_NO_ROUTE");
}

/* ---- bodies ---- */

static void test_encodings(void **state)
{
    struct world *w = *state;
    static const char multipart[] =
        "--B\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n5\r\n"
        "--B\r\nContent-Disposition: form-data; name=\"up\"; "
        "filename=\"x\"\r\n\r\n\xff\r\n--B--\r\n";

    expect_body(w, "POST", "/api/echo", JSON, "{\"id\":5,\"on\":true,\"ids\":[1,2]}", 200,
                "{\"id\":5,\"on\":2,\"kind\":0,\"ids\":2}");
    expect_body(w, "POST", "/api/echo", FORM, "id=5&on=0&kind=pic&ids=1,2,3", 200,
                "{\"id\":5,\"on\":1,\"kind\":2,\"ids\":3}");
    expect_body(w, "POST", "/api/echo", NULL, "id=5", 200, "\"id\":5");
    expect_body(w, "POST", "/api/echo", "multipart/form-data; boundary=B", multipart, 200,
                "\"id\":5");
    /* on any method */
    expect_body(w, "DELETE", "/api/echo/last", FORM, "id=5", 200, "\"id\":5");
    expect_body(w, "GET", "/api/echo", JSON, "{\"id\":5}", 200, "\"id\":5");
    /* with a query behind it */
    rig_body(ask(w, "POST", "/api/echo", "id=6&text=q"), JSON, "{\"id\":5}", 8);
    expect(w, 200, "{\"id\":5,\"text\":\"q\"");
    assert_false(w->g.io.must_close);
}

static void test_bad_bodies(void **state)
{
    struct world *w = *state;
    static char deep[60000];

    expect_body(w, "POST", "/api/echo", JSON, "{\"id\":", 400, "ERR_BAD_REQUEST");
    expect_body(w, "POST", "/api/echo", JSON, "[]", 400, "ERR_BAD_REQUEST");
    expect_body(w, "POST", "/api/echo", "text/xml", "<a/>", 415, "ERR_BAD_TYPE");
    expect_body(w, "POST", "/api/echo", FORM, "a=%00", 400, "ERR_BAD_REQUEST");
    rig_body(ask(w, "POST", "/api/echo", NULL), FORM, "a=\0b&c=d", 8);
    expect(w, 400, "ERR_BAD_REQUEST");
    rig_body(ask(w, "POST", "/api/echo", NULL), JSON, "{\"text\":\"a\0b\"}", 14);
    expect(w, 400, "ERR_BAD_REQUEST");
    ask(w, "GET", "/api/echo", "a=%fg");
    expect(w, 400, "ERR_BAD_REQUEST");
    memset(deep, '[', sizeof(deep));
    rig_body(ask(w, "POST", "/api/echo", NULL), JSON, deep, sizeof(deep));
    expect(w, 413, "ERR_TOO_LARGE");
    /* read in full and answered, so the connection is good for more */
    assert_false(w->g.io.must_close);
}

static void test_hundred_thousand_brackets(void **state)
{
    struct world *w = *state;
    static char deep[200000];

    w->conf.request_body_bytes = 1 << 20;
    memset(deep, '[', 100000);
    memset(deep + 100000, ']', 100000);
    rig_body(ask(w, "POST", "/api/echo", NULL), JSON, deep, sizeof(deep));
    expect(w, 413, "ERR_TOO_LARGE");
}

static void test_ten_megabytes_are_not_read(void **state)
{
    struct world *w = *state;

    rig_body(ask(w, "POST", "/api/echo", NULL), JSON, "{}", 2);
    w->g.io.content_length = 10 * 1024 * 1024;
    expect(w, 413, "ERR_TOO_LARGE");
    assert_int_equal(w->g.reads, 0);
    assert_true(w->g.io.must_close);
    assert_true(rig_answers(&w->g, "Connection", "close"));
}

static void test_short_body(void **state)
{
    struct world *w = *state;

    rig_body(ask(w, "POST", "/api/plain", NULL), JSON, "{}", 2);
    w->g.io.content_length = 3;
    expect(w, 400, "ERR_BAD_REQUEST");
    assert_true(rig_answers(&w->g, "Connection", "close"));
}

/* A refused request's body must not be taken for the next request. */
static void test_refused_body_is_taken(void **state)
{
    struct world *w = *state;

    expect_body(w, "POST", "/api/me", JSON, "{\"id\":5}", 401, "ERR_UNAUTHENTICATED");
    assert_int_equal(w->g.body_at, 8);
    assert_false(w->g.io.must_close);
    expect_body(w, "POST", "/api/nothing", JSON, "{}", 404, "ERR_NO_ROUTE");
    assert_int_equal(w->g.body_at, 2);
    expect_body(w, "OPTIONS", "/api/echo", JSON, "{}", 204, "");
    assert_int_equal(w->g.body_at, 2);
    expect_body(w, "POST", "/elsewhere", JSON, "{}", 404, "error");
    assert_int_equal(w->g.body_at, 2);

    rig_body(ask(w, "POST", "/api/nothing", NULL), JSON, "{}", 2);
    w->g.io.content_length = 70000;
    expect(w, 404, "ERR_NO_ROUTE");
    assert_int_equal(w->g.reads, 0);
    assert_true(rig_answers(&w->g, "Connection", "close"));
}

static void test_fault(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/api/echo", "id=501");
    expect(w, 200,
           "{\"err\":\"ERR_BAD_FIELD\",\"fault\":\"id: not an integer between 1 and 500\"}");
    ask(w, "PUT", "/api/echo/x", NULL);
    expect(w, 200, "id: not an integer between 1 and 500");
    expect_body(w, "POST", "/api/echo", JSON, "{\"kind\":\"jpg\"}", 200,
                "kind: not one of text, pic");
}

/* ---- users ---- */

static void test_users(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/api/me", NULL);
    expect(w, 401, "ERR_UNAUTHENTICATED");
    assert_true(rig_answers(&w->g, "X-Renewed", NULL));
    rig_say(ask(w, "GET", "/api/me", NULL), "token", "bad");
    expect(w, 401, "ERR_UNAUTHENTICATED");
    rig_say(ask(w, "GET", "/api/me", NULL), "token", "good");
    expect(w, 200, "\"data\":10000001");
    assert_true(rig_answers(&w->g, "X-Renewed", "token"));
    ask(w, "GET", "/api/me", "t=good");
    expect(w, 200, "\"data\":10000001");
    ask(w, "GET", "/api/me", "t=good&%");
    expect(w, 401, "ERR_UNAUTHENTICATED");
    /* a public route does not look at tokens */
    rig_say(ask(w, "POST", "/api/plain", NULL), "token", "bad");
    expect(w, 200, "\"data\":0");
    assert_true(rig_answers(&w->g, "X-Renewed", NULL));
}

static void test_finish(void **state)
{
    struct world *w = *state;

    /* on failures too, with nothing of the half-made answer */
    rig_say(ask(w, "GET", "/api/late", NULL), "token", "good");
    expect(w, 200, "{\"err\":\"ERR_NOT_FRIEND\"}");
    assert_true(rig_answers(&w->g, "X-Renewed", "token"));
    assert_null(strstr(w->g.out, "must not be seen"));
    /* but not once the session is over */
    rig_say(ask(w, "POST", "/api/logout", NULL), "token", "good");
    expect(w, 200, "OK");
    assert_true(rig_answers(&w->g, "X-Renewed", NULL));
}

static void test_limits(void **state)
{
    struct world *w = *state;

    for (int i = 0; i < 2; i++) {
        ask(w, "POST", "/api/limited", NULL);
        expect(w, 200, "OK");
    }
    ask(w, "POST", "/api/limited", NULL);
    expect(w, 429, "ERR_RATE_LIMITED");
    assert_true(rig_answers(&w->g, "Retry-After", "2")); /* 1500 ms, rounded up */
    ask(w, "POST", "/api/limited", NULL)->io.address = "192.0.2.8";
    expect(w, 200, "OK");
    w->now_ms += 1500;
    ask(w, "POST", "/api/limited", NULL);
    expect(w, 200, "OK");
    assert_true(rig_answers(&w->g, "Retry-After", NULL));
    w->conf.rate_limits = false;
    ask(w, "POST", "/api/limited", NULL);
    expect(w, 200, "OK");
}

static void test_limits_of_an_account(void **state)
{
    struct world *w = *state;

    for (int i = 0; i < 3; i++) {
        rig_say(ask(w, "POST", "/api/mine", NULL), "token", "good");
        w->g.io.address = i == 0 ? "192.0.2.1" : "192.0.2.2";
        expect(w, i < 2 ? 200 : 429, "");
    }
    rig_say(ask(w, "POST", "/api/mine", NULL), "token", "other");
    expect(w, 200, "OK");
    /* who is not let in spends nothing */
    ask(w, "POST", "/api/mine", NULL);
    expect(w, 401, "");
}

/* ---- the shape of answers ---- */

static void test_head(void **state)
{
    struct world *w = *state;
    char length[32] = "";

    ask(w, "GET", "/api/echo", "id=5");
    expect(w, 200, "\"id\":5");
    assert_int_equal(rig_answer_header(&w->g, "Content-Length", length, sizeof(length)), 1);
    assert_int_equal(strtol(length, NULL, 10), (long)strlen(rig_answer_body(&w->g)));
    ask(w, "HEAD", "/api/echo", "id=5");
    expect(w, 200, "");
    assert_string_equal(rig_answer_body(&w->g), "");
    assert_true(rig_answers(&w->g, "Content-Length", length));
    ask(w, "HEAD", "/api/plain", NULL);
    expect(w, 405, "");
    assert_string_equal(rig_answer_body(&w->g), "");
}

static void test_security_headers(void **state)
{
    static const char *const paths[] = { "/api/echo", "/api/nothing", "/elsewhere", "/api/me",
                                         "/bad\x01" };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        ask(w, "GET", paths[i], NULL);
        run(w);
        assert_true(rig_answers(&w->g, "X-Content-Type-Options", "nosniff"));
        assert_true(rig_answers(&w->g, "Referrer-Policy", "no-referrer"));
        assert_true(rig_answers(&w->g, "Cross-Origin-Resource-Policy", "same-origin"));
        assert_true(rig_answers(&w->g, "Cross-Origin-Opener-Policy", "same-origin"));
        assert_true(rig_answers(&w->g, "Content-Security-Policy",
                                "default-src 'none'; frame-ancestors 'none'"));
        assert_true(rig_answers(&w->g, "Cache-Control", "no-store"));
        assert_true(rig_answers(&w->g, "Content-Type", "application/json; charset=utf-8"));
        assert_true(rig_answers(&w->g, "Strict-Transport-Security", NULL));
        assert_true(rig_answers(&w->g, "Connection", NULL));
        assert_int_equal(w->g.writes, 1);
    }
    ask(w, "GET", "/api/echo", NULL)->io.tls = true;
    run(w);
    assert_true(rig_answers(&w->g, "Strict-Transport-Security", NULL));
    w->conf.tls_cert = "cert.pem";
    ask(w, "GET", "/api/echo", NULL)->io.tls = true;
    run(w);
    assert_true(rig_answers(&w->g, "Strict-Transport-Security", "max-age=31536000"));
    ask(w, "GET", "/api/echo", NULL);
    run(w);
    assert_true(rig_answers(&w->g, "Strict-Transport-Security", NULL));
}

static void test_header_injection(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/api/header", NULL);
    expect(w, 200, "OK");
    assert_true(rig_answers(&w->g, "X-Good", "yes"));
    assert_true(rig_answers(&w->g, "X-Bad", NULL));
    assert_true(rig_answers(&w->g, "X-Evil", NULL));
}

static void test_gzip(void **state)
{
    static const struct {
        const char *accepts;
        bool is_packed;
    } rows[] = {
        { "gzip", true },
        { "deflate, gzip;q=0.5", true },
        { "br, GZIP", true },
        { "gzip;q=0", false },
        { "gzip; q=0.00", false },
        { "gzipx", false },
        { "deflate, br", false },
        { "", false },
        { "*", false },
    };
    struct world *w = *state;
    static unsigned char plain[65536];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        rig_say(ask(w, "GET", "/api/big", NULL), "Accept-Encoding", rows[i].accepts);
        run(w);
        assert_true(rig_answers(&w->g, "Vary", "Accept-Encoding"));
        assert_true(rig_answers(&w->g, "Content-Encoding", rows[i].is_packed ? "gzip" : NULL));
        if (rows[i].is_packed) {
            const char *body = rig_answer_body(&w->g);
            z_stream z = { .next_in = (void *)(uintptr_t)body,
                           .avail_in = (unsigned)(w->g.out + w->g.out_len - body),
                           .next_out = plain,
                           .avail_out = sizeof(plain) };

            assert_true(w->g.out_len < 1400);
            assert_int_equal(inflateInit2(&z, 31), Z_OK);
            assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
            inflateEnd(&z);
            assert_int_equal(z.total_out, strlen("{'err':'OK','data':[]}") + 1000 * 8 - 1);
        }
    }
    /* too small to be worth it */
    rig_say(ask(w, "GET", "/api/echo", NULL), "Accept-Encoding", "gzip");
    expect(w, 200, "OK");
    assert_true(rig_answers(&w->g, "Content-Encoding", NULL));
}

static void test_unprintable(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/api/broken", NULL);
    expect(w, 500, "{\"error\":\"internal\"}");
}

static void test_failed_write(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/api/echo", NULL)->is_deaf = true;
    run(w);
    assert_true(w->g.io.must_close);
    assert_int_equal(w->g.writes, 1);
}

/* ---- answers in pieces ---- */

static void test_pieces(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/api/pieces", "id=2&text=")->io.takes_chunks = true;
    run(w);
    assert_string_equal(rig_answer_body(&w->g),
                        "e\r\npiece, 1 left\n\r\ne\r\npiece, 0 left\n\r\n0\r\n\r\n");
    assert_true(rig_answers(&w->g, "Transfer-Encoding", "chunked"));
    assert_true(rig_answers(&w->g, "Content-Length", NULL));
    assert_true(rig_answers(&w->g, "Content-Disposition", "attachment"));
    assert_false(w->g.io.must_close);
    ask(w, "HEAD", "/api/pieces", "id=2")->io.takes_chunks = true;
    run(w);
    assert_string_equal(rig_answer_body(&w->g), "");
}

static void test_pieces_without_chunks(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/api/pieces", "id=2");
    run(w);
    assert_string_equal(rig_answer_body(&w->g), "piece, 1 left\npiece, 0 left\n");
    assert_true(rig_answers(&w->g, "Transfer-Encoding", NULL));
    assert_true(rig_answers(&w->g, "Connection", "close"));
    assert_true(w->g.io.must_close);
}

/* Nobody may take the part for the whole: there is no last chunk, and the connection ends. */
static void test_pieces_that_break_off(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/api/pieces", "id=1&text=fail")->io.takes_chunks = true;
    run(w); /* says so in the log */
    assert_string_equal(rig_answer_body(&w->g), "e\r\npiece, 0 left\n\r\n");
    assert_true(w->g.io.must_close);
}

/* ---- other sites ---- */

static void test_no_cors(void **state)
{
    struct world *w = *state;

    rig_say(ask(w, "GET", "/api/echo", NULL), "Origin", "https://evil.example");
    expect(w, 200, "OK");
    assert_null(strstr(w->g.out, "Access-Control"));
    rig_say(ask(w, "OPTIONS", "/api/echo", NULL), "Origin", "https://evil.example");
    rig_say(&w->g, "Access-Control-Request-Method", "POST");
    expect(w, 204, "");
    assert_true(rig_answers(&w->g, "Allow", "GET, HEAD, POST, OPTIONS"));
    assert_true(rig_answers(&w->g, "Content-Length", NULL));
    assert_null(strstr(w->g.out, "Access-Control"));
    ask(w, "OPTIONS", "/api/nothing", NULL);
    expect(w, 404, "ERR_NO_ROUTE");
    ask(w, "OPTIONS", "/elsewhere", NULL);
    expect(w, 404, "error");
}

static void test_cors(void **state)
{
    static const struct {
        const char *origin;
        bool is_allowed;
    } rows[] = {
        { "https://a.example", true },
        { "http://b.example:8080", true },
        { "http://a.example", false },
        { "https://a.example:443", false },
        { "https://a.example.evil", false },
        { "https://a.exampl", false },
        { "null", false },
        { "", false },
        { "https://a.example http://b.example:8080", false },
    };
    struct world *w = *state;

    w->conf.cors_origins = "https://a.example  http://b.example:8080";
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *allowed = rows[i].is_allowed ? rows[i].origin : NULL;

        rig_say(ask(w, "GET", "/api/echo", NULL), "Origin", rows[i].origin);
        expect(w, 200, "OK");
        assert_true(rig_answers(&w->g, "Access-Control-Allow-Origin", allowed));
        assert_true(rig_answers(&w->g, "Access-Control-Expose-Headers",
                                rows[i].is_allowed ? "Authorization, X-Reqid" : NULL));
        assert_true(rig_answers(&w->g, "Access-Control-Allow-Credentials", NULL));
        assert_true(rig_answers(&w->g, "Vary", "Origin"));

        rig_say(ask(w, "OPTIONS", "/api/echo", NULL), "Origin", rows[i].origin);
        rig_say(&w->g, "Access-Control-Request-Method", "POST");
        expect(w, 204, "");
        assert_true(rig_answers(&w->g, "Access-Control-Allow-Origin", allowed));
        assert_true(rig_answers(&w->g, "Access-Control-Allow-Methods",
                                rows[i].is_allowed ? "GET, HEAD, POST, OPTIONS" : NULL));
        assert_true(rig_answers(
            &w->g, "Access-Control-Allow-Headers",
            rows[i].is_allowed ? "Authorization, Content-Type, Content-MD5, token" : NULL));
        assert_true(rig_answers(&w->g, "Vary", "Origin"));
    }
    ask(w, "GET", "/api/echo", NULL);
    expect(w, 200, "OK");
    assert_true(rig_answers(&w->g, "Access-Control-Allow-Origin", NULL));
    assert_true(rig_answers(&w->g, "Vary", "Origin"));
}

/* ---- sockets ---- */

/* An upgrade that would be let in; say() adds to it or takes from it. */
static struct rig *ask_socket(struct world *w, const char *path, const char *query)
{
    struct rig *g = ask(w, "GET", path, query);

    rig_say(g, "Host", "chat.example:8080");
    rig_say(g, "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    rig_say(g, "Sec-WebSocket-Version", "13");
    return g;
}

static void say_instead(struct rig *g, const char *name, const char *value)
{
    for (size_t i = 0; i < g->header_count; i++)
        if (strcmp(g->headers[i].name, name) == 0)
            g->headers[i].value = value;
}

static void expect_refusal(struct world *w, int status, const char *text)
{
    struct upgrade who;

    assert_false(dispatch_upgrade(w->router, &w->sv, w->arena, &w->g.io, &who));
    if (w->g.io.status != status || strstr(w->g.out, text) == NULL)
        fail_msg("want %d with '%s', got %s", status, text, w->g.out);
    assert_true(rig_answers(&w->g, "Content-Security-Policy",
                            "default-src 'none'; frame-ancestors 'none'"));
    assert_true(w->g.io.must_close);
    assert_non_null(strstr(w->g.out, "\r\nConnection: close\r\n"));
    arena_reset(w->arena);
}

static void test_upgrade(void **state)
{
    struct world *w = *state;
    struct upgrade who;

    ask_socket(w, "/api/ws", "t=good&platform=web%20app");
    assert_true(dispatch_upgrade(w->router, &w->sv, w->arena, &w->g.io, &who));
    assert_ptr_equal(who.dialect, &fake_dialect);
    assert_string_equal(who.route->path, "/ws");
    assert_int_equal(who.user_id, FAKE_ACTOR);
    assert_int_equal(who.session_id, 77);
    assert_string_equal(who.platform, "web app");
    assert_int_equal(w->g.writes, 0);
    assert_int_equal(w->g.io.status, 101);

    ask_socket(w, "/api/open", NULL);
    assert_true(dispatch_upgrade(w->router, &w->sv, w->arena, &w->g.io, &who));
    assert_int_equal(who.user_id, 0);
    assert_string_equal(who.platform, "");

    ask_socket(w, "/ws", "t=good")->io.mount_dialect = "fake";
    assert_true(dispatch_upgrade(w->router, &w->sv, w->arena, &w->g.io, &who));
}

static void test_upgrade_refusals(void **state)
{
    static const char *const keys[] = { "",
                                        "abc",
                                        "dGhlIHNhbXBsZSBub25jZQ=",
                                        "dGhlIHNhbXBsZSBub25jZQ===",
                                        "dGhlIHNhbXBsZSBub25jZQAA",
                                        "dGhlIHNhbXBsZSBub25j_Q==",
                                        "dGhlIHNhbXBsZSBub25j Q==" };
    struct world *w = *state;

    ask_socket(w, "/api/ws", NULL);
    expect_refusal(w, 401, "ERR_UNAUTHENTICATED");
    ask_socket(w, "/api/ws", "t=bad");
    expect_refusal(w, 401, "ERR_UNAUTHENTICATED");
    ask_socket(w, "/api/ws", "t=good")->io.method = "POST";
    expect_refusal(w, 405, "ERR_BAD_METHOD");
    ask_socket(w, "/api/nothing", "t=good");
    expect_refusal(w, 404, "ERR_NO_ROUTE");
    ask_socket(w, "/elsewhere", "t=good");
    expect_refusal(w, 404, "no such path");
    ask_socket(w, "/api/echo", "t=good");
    expect_refusal(w, 400, "ERR_BAD_REQUEST");
    ask_socket(w, "/api/ws\n", "t=good");
    expect_refusal(w, 400, "error");
    ask_socket(w, "/api/ws", "t=good")->io.content_length = 5;
    expect_refusal(w, 400, "ERR_BAD_REQUEST");
    assert_int_equal(w->g.reads, 0);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        say_instead(ask_socket(w, "/api/ws", "t=good"), "Sec-WebSocket-Key", keys[i]);
        expect_refusal(w, 400, "ERR_BAD_REQUEST");
    }
    say_instead(ask_socket(w, "/api/ws", "t=good"), "Sec-WebSocket-Key", NULL);
    expect_refusal(w, 400, "ERR_BAD_REQUEST");
    say_instead(ask_socket(w, "/api/ws", "t=good"), "Sec-WebSocket-Version", "8");
    expect_refusal(w, 426, "ERR_BAD_REQUEST");
    assert_true(rig_answers(&w->g, "Sec-WebSocket-Version", "13"));
    say_instead(ask_socket(w, "/api/ws", "t=good"), "Sec-WebSocket-Version", NULL);
    expect_refusal(w, 426, "ERR_BAD_REQUEST");
}

static void test_origins(void **state)
{
    static const struct {
        const char *origin;
        bool is_allowed;
    } rows[] = {
        { "http://chat.example:8080", true },
        { "https://chat.example:8080", true },
        { "https://Chat.Example:8080", true },
        { "https://app.example", true },
        { "null", false },
        { "", false },
        { "https://", false },
        { "https://chat.example", false },
        { "https://chat.example:8081", false },
        { "https://chat.example:8080.evil.example", false },
        { "https://evil.example/chat.example:8080", false },
        { "https://evil.example", false },
        { "file://chat.example:8080", false },
        { "chat.example:8080", false },
        { "https://app.example.evil", false },
    };
    struct world *w = *state;
    struct upgrade who;

    w->conf.cors_origins = "https://app.example";
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        rig_say(ask_socket(w, "/api/ws", "t=good"), "Origin", rows[i].origin);
        if (rows[i].is_allowed)
            assert_true(dispatch_upgrade(w->router, &w->sv, w->arena, &w->g.io, &who));
        else
            expect_refusal(w, 403, "ERR_FORBIDDEN");
    }
    rig_say(ask_socket(w, "/api/ws", "t=good"), "Origin", "http://chat.example:8080");
    say_instead(&w->g, "Host", NULL);
    expect_refusal(w, 403, "ERR_FORBIDDEN");
}

/* ---- the log ---- */

static void test_log_line(void **state)
{
    struct world *w = *state;
    char text[8192] = "";
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);

    assert_non_null(file);
    assert_true(saved >= 0);
    log_setup(LOG_DEBUG, false);
    dup2(fileno(file), STDERR_FILENO);
    rig_say(ask(w, "GET", "/api/me", "t=good&text=secret"), "token", "good");
    run(w);
    rig_body(ask(w, "POST", "/api/me", "t=bad"), JSON, "{\"text\":\"secret\"}", 17);
    run(w);
    dup2(saved, STDERR_FILENO);
    close(saved);
    log_setup(LOG_ERROR, false);
    rewind(file);
    assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
    fclose(file);

    assert_non_null(
        strstr(text, "GET 200 0ms actor=10000001 address=192.0.2.7 error=- path=/api/me"));
    assert_non_null(strstr(
        text, "POST 401 0ms actor=0 address=192.0.2.7 error=ERR_UNAUTHENTICATED path=/api/me"));
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "t=good"));
    assert_null(strstr(text, "t=bad"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_routes),
        T(test_methods),
        T(test_plain_get_of_a_socket),
        T(test_bad_paths),
        T(test_owned_listener),
        T(test_encodings),
        T(test_bad_bodies),
        T(test_hundred_thousand_brackets),
        T(test_ten_megabytes_are_not_read),
        T(test_short_body),
        T(test_refused_body_is_taken),
        T(test_fault),
        T(test_users),
        T(test_finish),
        T(test_limits),
        T(test_limits_of_an_account),
        T(test_head),
        T(test_security_headers),
        T(test_header_injection),
        T(test_gzip),
        T(test_unprintable),
        T(test_failed_write),
        T(test_pieces),
        T(test_pieces_without_chunks),
        T(test_pieces_that_break_off),
        T(test_no_cors),
        T(test_cors),
        T(test_upgrade),
        T(test_upgrade_refusals),
        T(test_origins),
        T(test_log_line),
    };

    log_setup(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
