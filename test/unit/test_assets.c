/* app/http/assets.c: the web client as a browser gets it, from the binary and from a folder. Holds
 * for whatever is embedded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "conf.h"
#include "http/assets.h"
#include "http_fake.h"
#include "http_rig.h"

struct world {
    struct conf conf;
    struct clock clock;
    int64_t now_ms;
    struct services sv;
    struct router *router;
    struct arena *arena;
    struct rig g;
    char dir[64]; /* of the test; "" until made */
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    char *error = NULL;

    if (w == NULL)
        return -1;
    w->conf = (struct conf){
        .www_dir = "", .tls_cert = "", .cors_origins = "", .request_body_bytes = 65536
    };
    w->clock = (struct clock){ fake_time, fake_time, &w->now_ms };
    w->sv = (struct services){ .conf = &w->conf, .clock = &w->clock };
    w->router = router_new(fake_dialects, 1, &error);
    w->arena = arena_new();
    *state = w;
    return w->router == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    char command[128];

    if (w->dir[0] != '\0') {
        snprintf(command, sizeof(command), "rm -rf '%s'", w->dir);
        if (system(command) != 0)
            return -1;
    }
    rig_free(&w->g);
    router_free(w->router);
    arena_free(w->arena);
    free(w);
    return 0;
}

static struct rig *ask(struct world *w, const char *method, const char *path)
{
    rig_free(&w->g);
    rig_init(&w->g, method, path, NULL);
    return &w->g;
}

static int run(struct world *w)
{
    dispatch(w->router, &w->sv, w->arena, &w->g.io);
    assert_int_equal(w->g.writes, 1);
    return w->g.io.status;
}

static bool has_body(const struct rig *g, const void *data, size_t len)
{
    const char *body = rig_answer_body(g);

    return (size_t)(g->out + g->out_len - body) == len && memcmp(body, data, len) == 0;
}

/* ---- embedded ---- */

static void test_every_asset(void **state)
{
    struct world *w = *state;

    assert_true(asset_count > 0);
    for (size_t i = 0; i < asset_count; i++) {
        const struct asset *a = &assets[i];

        assert_true(i == 0 || strcmp(assets[i - 1].path, a->path) < 0);
        assert_ptr_equal(asset_find(a->path), a);

        ask(w, "GET", a->path);
        assert_int_equal(run(w), 200);
        assert_true(has_body(&w->g, a->data, a->len));
        assert_true(rig_answers(&w->g, "Content-Type", a->mime));
        assert_true(rig_answers(&w->g, "ETag", a->etag));
        assert_true(rig_answers(&w->g, "Cache-Control", "no-cache"));
        assert_true(rig_answers(&w->g, "Content-Encoding", NULL));
        assert_true(rig_answers(&w->g, "X-Content-Type-Options", "nosniff"));

        rig_say(ask(w, "GET", a->path), "Accept-Encoding", "gzip, br");
        assert_int_equal(run(w), 200);
        assert_true(rig_answers(&w->g, "Content-Encoding", a->gzip == NULL ? NULL : "gzip"));
        assert_true(rig_answers(&w->g, "Vary", a->gzip == NULL ? NULL : "Accept-Encoding"));
        assert_true(a->gzip == NULL ? has_body(&w->g, a->data, a->len)
                                    : has_body(&w->g, a->gzip, a->gzip_len));
    }
}

static void test_index(void **state)
{
    const struct asset *index = asset_find("/index.html");
    struct world *w = *state;

    assert_non_null(index);
    ask(w, "GET", "/");
    assert_int_equal(run(w), 200);
    assert_true(has_body(&w->g, index->data, index->len));
    assert_true(rig_answers(
        &w->g, "Content-Security-Policy",
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; "
        "media-src 'self' blob:; "
        "style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"));
}

static void test_fresh(void **state)
{
    const struct asset *index = asset_find("/index.html");
    struct world *w = *state;
    char listed[128];
    char other[128];
    const char *const known[] = { index->etag, listed, "*" };

    snprintf(listed, sizeof(listed), "\"x\", W/%s", index->etag);
    snprintf(other, sizeof(other), "\"x%s", index->etag + 1);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        rig_say(ask(w, "GET", "/"), "If-None-Match", known[i]);
        assert_int_equal(run(w), 304);
        assert_string_equal(rig_answer_body(&w->g), "");
        assert_true(rig_answers(&w->g, "ETag", index->etag));
        assert_true(rig_answers(&w->g, "Content-Length", NULL));
    }
    rig_say(ask(w, "GET", "/"), "If-None-Match", other);
    assert_int_equal(run(w), 200);
}

static void test_methods(void **state)
{
    const struct asset *index = asset_find("/index.html");
    struct world *w = *state;
    char length[32];

    ask(w, "HEAD", "/");
    assert_int_equal(run(w), 200);
    assert_string_equal(rig_answer_body(&w->g), "");
    assert_int_equal(rig_answer_header(&w->g, "Content-Length", length, sizeof(length)), 1);
    assert_int_equal(strtoul(length, NULL, 10), index->len);
    ask(w, "POST", "/");
    assert_int_equal(run(w), 405);
    assert_true(rig_answers(&w->g, "Allow", "GET, HEAD, OPTIONS"));
    ask(w, "OPTIONS", "/");
    assert_int_equal(run(w), 204);
    assert_true(rig_answers(&w->g, "Allow", "GET, HEAD, OPTIONS"));
}

static void test_no_such_asset(void **state)
{
    static const char *const paths[] = { "/index.htm",   "/index.html/",   "/INDEX.html",
                                         "//index.html", "/../index.html", "/js",
                                         "/js/" };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        ask(w, "GET", paths[i]);
        assert_int_equal(run(w), 404);
    }
    assert_null(asset_find(""));
}

/* ---- from a folder ---- */

static void write_file(const struct world *w, const char *name, const char *text)
{
    char path[256];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", w->dir, name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void make_dir(struct world *w, const char *name)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", w->dir, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void make_link(struct world *w, const char *target, const char *name)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", w->dir, name);
    assert_int_equal(symlink(target, path), 0);
}

/* www/ with some files, and others beside it that must never be seen. */
static void make_www(struct world *w, char *www, size_t size)
{
    snprintf(w->dir, sizeof(w->dir), "/tmp/test_assets.XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    make_dir(w, "www");
    make_dir(w, "www/js");
    make_dir(w, "www2");
    write_file(w, "secret.txt", "secret");
    write_file(w, "www2/secret.txt", "secret");
    write_file(w, "www/index.html", "<p>mine");
    write_file(w, "www/js/a.js", "let a;");
    write_file(w, "www/odd.bin", "odd");
    write_file(w, "www/.hidden", "secret");
    make_link(w, "../secret.txt", "www/out.txt");
    make_link(w, "../../secret.txt", "www/js/up.txt");
    make_link(w, "../www2", "www/other");
    make_link(w, "js/a.js", "www/in.js");
    snprintf(www, size, "%s/www", w->dir);
    w->conf.www_dir = www;
}

static void test_folder(void **state)
{
    static const struct {
        const char *path;
        int status;
        const char *text;
        const char *mime;
    } rows[] = {
        { "/", 200, "<p>mine", "text/html; charset=utf-8" },
        { "/index.html", 200, "<p>mine", "text/html; charset=utf-8" },
        { "/js/a.js", 200, "let a;", "text/javascript; charset=utf-8" },
        { "/in.js", 200, "let a;", "text/javascript; charset=utf-8" },
        { "/odd.bin", 200, "odd", "application/octet-stream" },
        { "/js", 404, "error", "application/json; charset=utf-8" },
        { "/out.txt", 404, "error", "application/json; charset=utf-8" },
        { "/js/up.txt", 404, "error", "application/json; charset=utf-8" },
        { "/other/secret.txt", 404, "error", "application/json; charset=utf-8" },
        { "/../secret.txt", 404, "error", "application/json; charset=utf-8" },
        { "/../www2/secret.txt", 404, "error", "application/json; charset=utf-8" },
        { "/js/../../secret.txt", 404, "error", "application/json; charset=utf-8" },
        { "/.hidden", 404, "error", "application/json; charset=utf-8" },
        { "/none.js", 404, "error", "application/json; charset=utf-8" },
    };
    struct world *w = *state;
    char www[80];
    char etag[128];

    make_www(w, www, sizeof(www));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ask(w, "GET", rows[i].path);
        if (run(w) != rows[i].status || strstr(w->g.out, rows[i].text) == NULL)
            fail_msg("%s: %s", rows[i].path, w->g.out);
        assert_true(rig_answers(&w->g, "Content-Type", rows[i].mime));
        assert_null(strstr(w->g.out, "secret\n"));
    }
    ask(w, "GET", "/js/a.js");
    run(w);
    assert_int_equal(rig_answer_header(&w->g, "ETag", etag, sizeof(etag)), 1);
    rig_say(ask(w, "GET", "/js/a.js"), "If-None-Match", etag);
    assert_int_equal(run(w), 304);
    write_file(w, "www/js/a.js", "let a = 1;");
    rig_say(ask(w, "GET", "/js/a.js"), "If-None-Match", etag);
    assert_int_equal(run(w), 200);
}

static void test_folder_falls_back(void **state)
{
    const struct asset *last = &assets[asset_count - 1];
    struct world *w = *state;
    char www[80];
    char path[128];

    make_www(w, www, sizeof(www));
    ask(w, "GET", last->path);
    assert_int_equal(run(w), 200);
    assert_true(has_body(&w->g, last->data, last->len));
    /* a folder that is not there is an empty one */
    w->conf.www_dir = "/nonexistent";
    ask(w, "GET", "/");
    assert_int_equal(run(w), 200);

    /* what is no file, or too large, is none: nobody waits for a pipe */
    w->conf.www_dir = www;
    snprintf(path, sizeof(path), "%s/pipe.txt", www);
    assert_int_equal(mkfifo(path, 0600), 0);
    ask(w, "GET", "/pipe.txt");
    assert_int_equal(run(w), 404);
    write_file(w, "www/large.txt", "");
    snprintf(path, sizeof(path), "%s/large.txt", www);
    assert_int_equal(truncate(path, 16 * 1024 * 1024 + 1), 0);
    ask(w, "GET", "/large.txt");
    assert_int_equal(run(w), 404);
    assert_int_equal(truncate(path, 16 * 1024 * 1024), 0);
    ask(w, "GET", "/large.txt");
    assert_int_equal(run(w), 200);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_every_asset),       T(test_index),  T(test_fresh),
        T(test_methods),           T(test_folder), T(test_no_such_asset),
        T(test_folder_falls_back),
    };

    log_setup(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
