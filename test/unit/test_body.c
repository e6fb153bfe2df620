/* app/http/body.c, form.c, multipart.c: what is read, what is refused, and what it becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zlib.h>

#include "base/str.h"
#include "http/body.h"
#include "http_rig.h"

#define LIMIT 65536
#define MULTI "multipart/form-data; boundary=XX"

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

/* Reads and decodes what g holds, and says it: "ERR_X", or "a=1|b=2|", with files as
 * "[name:file:type:len]". */
static const char *outcome(struct arena *a, struct rig *g)
{
    struct buf out = buf_new(a);
    struct body body;
    enum err e = body_read(a, &g->io, LIMIT, &body);

    if (e == OK)
        e = body_decode(a, &g->io, LIMIT, &body);
    for (size_t i = 0; e == OK && i < body.values.count; i++)
        buf_printf(&out, "%s=%s|", body.values.pairs[i].name, body.values.pairs[i].text);
    for (size_t i = 0; e == OK && i < body.file_count; i++)
        buf_printf(&out, "[%s:%s:%s:%zu]", body.files[i].name, body.files[i].filename,
                   body.files[i].type, body.files[i].len);
    if (e == OK && body.values.object != NULL) {
        char *text = cJSON_PrintUnformatted(body.values.object);

        buf_str(&out, text);
        cJSON_free(text);
    }
    body_release(&body);
    return e == OK ? out.data : err_name(e);
}

static const char *decoded_bytes(struct arena *a, const char *type, const char *body, size_t len)
{
    struct rig g;
    const char *text;

    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, type, body, len);
    text = outcome(a, &g);
    rig_free(&g);
    return text;
}

static const char *decoded(struct arena *a, const char *type, const char *body)
{
    return decoded_bytes(a, type, body, strlen(body));
}

/* ---- reading ---- */

static void test_short_body(void **state)
{
    struct rig g;

    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, NULL, "a=1", 3);
    g.io.content_length = 5;
    assert_string_equal(outcome(*state, &g), "ERR_BAD_REQUEST");
    assert_true(g.io.must_close);

    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, NULL, "a=1", 3);
    g.io.content_length = 5;
    g.breaks = true;
    assert_string_equal(outcome(*state, &g), "ERR_BAD_REQUEST");
    assert_true(g.io.must_close);
}

static void test_read_in_pieces(void **state)
{
    struct rig g;

    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, NULL, "a=1&b=2", 7);
    g.step = 1;
    assert_string_equal(outcome(*state, &g), "a=1|b=2|");
    assert_false(g.io.must_close);
    assert_int_equal(g.reads, 7);
}

static void test_reads_no_further_than_announced(void **state)
{
    struct rig g;

    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, NULL, "a=1GET /next", 12);
    g.io.content_length = 3;
    assert_string_equal(outcome(*state, &g), "a=1|");
    assert_int_equal(g.body_at, 3);
}

static void test_too_large_is_not_read(void **state)
{
    struct rig g;

    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, NULL, "a=1", 3);
    g.io.content_length = LIMIT + 1;
    assert_string_equal(outcome(*state, &g), "ERR_TOO_LARGE");
    assert_int_equal(g.reads, 0);
    assert_true(g.io.must_close);

    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, NULL, "a=1", 3);
    g.io.content_length = INT64_MAX;
    assert_string_equal(outcome(*state, &g), "ERR_TOO_LARGE");
    assert_int_equal(g.reads, 0);
}

static void test_chunked(void **state)
{
    static char large[LIMIT + 1];
    struct rig g;

    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, NULL, "a=1&b=2", 7);
    g.io.content_length = -1;
    g.io.chunked = true;
    g.step = 3;
    assert_string_equal(outcome(*state, &g), "a=1|b=2|");
    assert_false(g.io.must_close);

    /* a broken chunk after good data */
    g.body_at = 0;
    g.breaks = true;
    assert_string_equal(outcome(*state, &g), "ERR_BAD_REQUEST");
    assert_true(g.io.must_close);

    memset(large, 'a', sizeof(large));
    for (int over = 0; over < 2; over++) {
        rig_init(&g, "POST", "/x", NULL);
        rig_body(&g, NULL, large, (size_t)(LIMIT + over));
        g.io.content_length = -1;
        g.io.chunked = true;
        if (over)
            assert_string_equal(outcome(*state, &g), "ERR_TOO_LARGE");
        else
            assert_int_equal(strlen(outcome(*state, &g)), LIMIT + 2);
        assert_int_equal(g.io.must_close, over);
    }
}

static void test_no_body_is_not_waited_for(void **state)
{
    struct rig g;

    rig_init(&g, "POST", "/x", NULL);
    rig_say(&g, "Content-Type", "application/json");
    assert_string_equal(outcome(*state, &g), "");
    assert_int_equal(g.reads, 0);
}

static void test_expect(void **state)
{
    struct rig g;

    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, NULL, "a=1", 3);
    rig_say(&g, "Expect", "100-continue");
    assert_string_equal(outcome(*state, &g), "a=1|");
    assert_string_equal(g.out, "HTTP/1.1 100 Continue\r\n\r\n");
    rig_free(&g);

    /* one that will be refused is not asked for */
    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, NULL, "a=1", 3);
    g.io.content_length = LIMIT + 1;
    rig_say(&g, "Expect", "100-continue");
    assert_string_equal(outcome(*state, &g), "ERR_TOO_LARGE");
    assert_int_equal(g.writes, 0);

    /* nor one whose client does not hear us */
    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, NULL, "a=1", 3);
    rig_say(&g, "Expect", "100-continue");
    g.is_deaf = true;
    assert_string_equal(outcome(*state, &g), "ERR_BAD_REQUEST");
    assert_int_equal(g.reads, 0);
}

/* ---- types ---- */

static void test_types(void **state)
{
    static const char *const rows[][3] = {
        { NULL, "a=1", "a=1|" },
        { "application/x-www-form-urlencoded", "a=1", "a=1|" },
        { "Application/X-WWW-Form-URLencoded; charset=UTF-8", "a=1", "a=1|" },
        { "application/x-www-form-urlencodedx", "a=1", "ERR_BAD_TYPE" },
        { "application/json", "{\"a\":1}", "{\"a\":1}" },
        { "application/json;charset=utf-8", " {\"a\":[1,\"x\"]} ", "{\"a\":[1,\"x\"]}" },
        { "application/json", "", "" },
        { "application/json", "[1]", "ERR_BAD_REQUEST" },
        { "application/json", "1", "ERR_BAD_REQUEST" },
        { "application/json", "{\"a\":1}x", "ERR_BAD_REQUEST" },
        { "application/json", "{\"a\":1,\"a\":2}", "ERR_BAD_REQUEST" },
        { "application/json", "{\"a\":\"\\u0000\"}", "ERR_BAD_REQUEST" },
        { "application/json", "{\"a\":\"\xff\"}", "ERR_BAD_REQUEST" },
        { "application/jsonp", "{}", "ERR_BAD_TYPE" },
        { "text/plain", "a=1", "ERR_BAD_TYPE" },
        { "text/plain", "", "" },
        { "multipart/mixed; boundary=XX", "--XX--", "ERR_BAD_TYPE" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(decoded(*state, rows[i][0], rows[i][1]), rows[i][2]);
}

static void test_deep_json(void **state)
{
    static char deep[200000];

    memset(deep, '[', 100000);
    memset(deep + 100000, ']', 100000);
    /* over the limit as a whole, then within it */
    assert_string_equal(decoded_bytes(*state, "application/json", deep, sizeof(deep)),
                        "ERR_TOO_LARGE");
    assert_string_equal(decoded_bytes(*state, "application/json", deep, LIMIT), "ERR_TOO_LARGE");
}

/* ---- forms ---- */

static void test_form(void **state)
{
    static const char *const rows[][2] = {
        { "a=1&b=two", "a=1|b=two|" },
        { "a=%41%62+c", "a=Ab c|" },
        { "%6e=1", "n=1|" },
        { "a", "a=|" },
        { "a=", "a=|" },
        { "=x", "=x|" },
        { "a=b=c", "a=b=c|" },
        { "&&a=1&&", "a=1|" },
        { "a=%e4%bd%a0", "a=\xe4\xbd\xa0|" },
        { "a=%0a", "a=\n|" },
        { "a[]=1&a[]=2", "a[]=1|a[]=2|" },
        { "a=%", "ERR_BAD_REQUEST" },
        { "a=%4", "ERR_BAD_REQUEST" },
        { "a=%4g", "ERR_BAD_REQUEST" },
        { "%zz=1", "ERR_BAD_REQUEST" },
        { "a=%00b", "ERR_BAD_REQUEST" },
        { "a%00=b", "ERR_BAD_REQUEST" },
        { "a=%ff", "ERR_BAD_REQUEST" },
        { "a=%ed%a0%80", "ERR_BAD_REQUEST" },
        { "a=%c0%80", "ERR_BAD_REQUEST" },
        { "a=\xff", "ERR_BAD_REQUEST" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(decoded(*state, NULL, rows[i][0]), rows[i][1]);
    /* the very bytes that hang CivetWeb */
    assert_string_equal(decoded_bytes(*state, NULL, "a=\0b&c=d", 8), "ERR_BAD_REQUEST");
}

static void test_form_pairs(void **state)
{
    struct buf form = buf_new(*state);
    struct values values;

    for (int i = 0; i < FORM_PAIRS_MAX; i++)
        buf_str(&form, i == 0 ? "a" : "&a");
    assert_int_equal(form_parse(*state, form.data, form.len, &values), OK);
    assert_int_equal(values.count, FORM_PAIRS_MAX);
    buf_str(&form, "&a");
    assert_int_equal(form_parse(*state, form.data, form.len, &values), ERR_TOO_LARGE);
}

static void test_query_names(void **state)
{
    static const char *const rows[][2] = {
        { "a=1", "a" },
        { "request.a=1", "a" },
        { "request[a]=1", "a" },
        { "request%5Ba%5D=1", "a" },
        { "request[a][]=1", "a[]" },
        { "request=1", "request" },
        { "request.=1", "request." },
        { "request[=1", "request[" },
        { "request[]=1", "request[]" },
        { "requestx=1", "requestx" },
    };
    struct values values;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(query_parse(*state, rows[i][0], &values), OK);
        assert_int_equal(values.count, 1);
        assert_string_equal(values.pairs[0].name, rows[i][1]);
        assert_string_equal(values.pairs[0].text, "1");
    }
    assert_int_equal(query_parse(*state, NULL, &values), OK);
    assert_int_equal(values.count, 0);
    assert_int_equal(query_parse(*state, "a=%f", &values), ERR_BAD_REQUEST);
}

/* ---- multipart ---- */

#define PART(name, text)                                                                           \
    "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" text "\r\n"
#define FIELD(head) "--XX\r\n" head "\r\n\r\nv\r\n--XX--"

static void test_multipart(void **state)
{
    static const char *const rows[][2] = {
        { PART("a", "1") PART("b", "2") "--XX--\r\n", "a=1|b=2|" },
        { PART("a", "1") "--XX--", "a=1|" },
        { PART("a", "") "--XX--", "a=|" },
        { PART("a", "1\r\n2\r\n-- XX\r\n") "--XX--", "a=1\r\n2\r\n-- XX\r\n|" },
        { "--XX--", "" },
        { "preamble\r\n" PART("a", "1") "--XX--\r\nepilogue", "a=1|" },
        { FIELD("content-disposition:form-data;name=a"), "a=v|" },
        { FIELD("Content-Disposition: form-data; name=\"a \\\"b\\\\\""), "a \"b\\=v|" },
        { FIELD("Content-Disposition: form-data; name=\"\xe4\xbd\xa0\""), "\xe4\xbd\xa0=v|" },
        { FIELD("Content-Type: text/plain\r\nContent-Disposition: form-data; name=\"a\""), "a=v|" },
        { FIELD("Content-Disposition: form-data; name=\"a\"; filename=\"C:\\x.png\"\r\n"
                "Content-Type: image/png"),
          "[a:C:\\x.png:image/png:1]" },
        { "--XX \t\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nv\r\n--XX--", "a=v|" },
        /* refused */
        { "", "" },
        { "x", "ERR_BAD_REQUEST" },
        { "--XX", "ERR_BAD_REQUEST" },
        { "--XX\r\n", "ERR_BAD_REQUEST" },
        { PART("a", "1"), "ERR_BAD_REQUEST" },
        { PART("a", "1") "--XX", "ERR_BAD_REQUEST" },
        { PART("a", "1") "--XX-", "ERR_BAD_REQUEST" },
        { PART("a", "1") "--XXY--", "ERR_BAD_REQUEST" },
        { "--XX\nContent-Disposition: form-data; name=\"a\"\n\nv\n--XX--", "ERR_BAD_REQUEST" },
        { "--XX\r\n\r\nv\r\n--XX--", "ERR_BAD_REQUEST" },
        { FIELD("Content-Disposition: form-data"), "ERR_BAD_REQUEST" },
        { FIELD("Content-Disposition: form-data; name=\"a"), "ERR_BAD_REQUEST" },
        { FIELD("Content-Disposition: form-data; name"), "ERR_BAD_REQUEST" },
        { FIELD("Content-Disposition: form-data; name=\"a\" x"), "ERR_BAD_REQUEST" },
        { FIELD("Content-Disposition: attachment; name=\"a\""), "ERR_BAD_REQUEST" },
        { FIELD("Content-Disposition: form-data; name=\"\xff\""), "ERR_BAD_REQUEST" },
        { FIELD("Content-Disposition: form-data; name=\"a\"\r\n"
                "Content-Disposition: form-data; name=\"b\""),
          "ERR_BAD_REQUEST" },
        { FIELD("Content-Disposition: form-data; name=\"a\"\r\nno colon"), "ERR_BAD_REQUEST" },
        { FIELD("Content-Disposition: form-data; name=\"a\"\r\n"
                "Content-Transfer-Encoding: base64"),
          "ERR_BAD_REQUEST" },
        { PART("a", "\xff") "--XX--", "ERR_BAD_REQUEST" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(decoded(*state, MULTI, rows[i][0]), rows[i][1]);
}

static void test_multipart_nul(void **state)
{
    static const char text[] = PART("a", "x\0y") "--XX--";
    static const char file[] =
        "--XX\r\nContent-Disposition: form-data; name=f; filename=g\r\n\r\nx\0y\r\n--XX--";
    static const char name[] = PART("a\0b", "x") "--XX--";

    assert_string_equal(decoded_bytes(*state, MULTI, text, sizeof(text) - 1), "ERR_BAD_REQUEST");
    assert_string_equal(decoded_bytes(*state, MULTI, file, sizeof(file) - 1), "[f:g::3]");
    assert_string_equal(decoded_bytes(*state, MULTI, name, sizeof(name) - 1), "ERR_BAD_REQUEST");
}

static void test_boundaries(void **state)
{
    static const char *const rows[][3] = {
        { "multipart/form-data; boundary=\"a b\"", "--a b--", "" },
        { "multipart/form-data; charset=utf-8; Boundary=q", "--q--", "" },
        { "multipart/form-data; boundary=q;", "--q--", "" },
        { "multipart/form-data; charset=utf-8;", "----", "ERR_BAD_REQUEST" },
        { "multipart/form-data", "----", "ERR_BAD_REQUEST" },
        { "multipart/form-data; boundary=", "----", "ERR_BAD_REQUEST" },
        { "multipart/form-data; boundary=\"\"", "----", "ERR_BAD_REQUEST" },
        { "multipart/form-data; boundary=\"a", "--a--", "ERR_BAD_REQUEST" },
        { "multipart/form-data; boundary=\"a\x01\"", "--a\x01--", "ERR_BAD_REQUEST" },
        { "multipart/form-data; boundary=\"a \"", "--a --", "ERR_BAD_REQUEST" },
        { "multipart/form-data; boundary="
          "1234567890123456789012345678901234567890123456789012345678901234567890",
          "--1234567890123456789012345678901234567890123456789012345678901234567890--", "" },
        { "multipart/form-data; boundary="
          "12345678901234567890123456789012345678901234567890123456789012345678901",
          "--12345678901234567890123456789012345678901234567890123456789012345678901--",
          "ERR_BAD_REQUEST" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(decoded(*state, rows[i][0], rows[i][1]), rows[i][2]);
}

static void test_multipart_bounds(void **state)
{
    struct buf body = buf_new(*state);

    for (int i = 0; i < MULTIPART_PARTS_MAX; i++)
        buf_str(&body, PART("a", ""));
    buf_str(&body, "--XX--");
    assert_int_equal(strlen(decoded(*state, MULTI, body.data)), 3 * MULTIPART_PARTS_MAX);

    body.len -= 6;
    buf_str(&body, PART("a", "") "--XX--");
    assert_string_equal(decoded(*state, MULTI, body.data), "ERR_TOO_LARGE");

    /* the head of a part: all of MULTIPART_HEAD_MAX, then one byte more */
    for (int over = 0; over < 2; over++) {
        static const char rest[] = "Content-Disposition: form-data; name=a\r\n\r\n";

        body = buf_new(*state);
        buf_printf(&body, "--XX\r\nX: %*s\r\n%sv\r\n--XX--",
                   (int)(MULTIPART_HEAD_MAX - strlen(rest) - 5) + over, "", rest);
        assert_string_equal(decoded(*state, MULTI, body.data), over ? "ERR_BAD_REQUEST" : "a=v|");
    }
}

/* ---- compression ---- */

static size_t compress_text(int window_bits, const void *data, size_t len, void *out, size_t room)
{
    z_stream z = { .next_in = (void *)(uintptr_t)data,
                   .avail_in = (unsigned)len,
                   .next_out = out,
                   .avail_out = (unsigned)room };

    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return room - z.avail_out;
}

static const char *inflated(struct arena *a, const char *encoding, const void *data, size_t len)
{
    struct rig g;

    rig_init(&g, "POST", "/x", NULL);
    rig_body(&g, NULL, data, len);
    rig_say(&g, "Content-Encoding", encoding);
    return outcome(a, &g);
}

static void test_compressed(void **state)
{
    unsigned char gz[256];
    unsigned char zl[256];
    size_t gz_len = compress_text(31, "a=1&b=2", 7, gz, sizeof(gz));
    size_t zl_len = compress_text(15, "a=1&b=2", 7, zl, sizeof(zl));

    assert_string_equal(inflated(*state, "gzip", gz, gz_len), "a=1|b=2|");
    assert_string_equal(inflated(*state, "GZIP", gz, gz_len), "a=1|b=2|");
    assert_string_equal(inflated(*state, "deflate", zl, zl_len), "a=1|b=2|");
    assert_string_equal(inflated(*state, "identity", "a=1", 3), "a=1|");
    zl_len = compress_text(15, "", 0, zl, sizeof(zl));
    assert_string_equal(inflated(*state, "deflate", zl, zl_len), "");
    assert_string_equal(inflated(*state, "br", gz, gz_len), "ERR_BAD_REQUEST");
    assert_string_equal(inflated(*state, "gzip, gzip", gz, gz_len), "ERR_BAD_REQUEST");
    assert_string_equal(inflated(*state, "deflate", gz, gz_len), "ERR_BAD_REQUEST");
    assert_string_equal(inflated(*state, "gzip", "a=1", 3), "ERR_BAD_REQUEST");
    /* cut short, and with something behind */
    assert_string_equal(inflated(*state, "gzip", gz, gz_len - 1), "ERR_BAD_REQUEST");
    gz[gz_len] = 'x';
    assert_string_equal(inflated(*state, "gzip", gz, gz_len + 1), "ERR_BAD_REQUEST");
}

static void test_bomb(void **state)
{
    static char zeros[64 * 1024 * 1024];
    static unsigned char bomb[128 * 1024];
    size_t len = compress_text(31, zeros, sizeof(zeros), bomb, sizeof(bomb));

    assert_true(len < LIMIT);
    assert_string_equal(inflated(*state, "gzip", bomb, len), "ERR_TOO_LARGE");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_short_body),
        T(test_read_in_pieces),
        T(test_reads_no_further_than_announced),
        T(test_too_large_is_not_read),
        T(test_chunked),
        T(test_no_body_is_not_waited_for),
        T(test_expect),
        T(test_types),
        T(test_deep_json),
        T(test_form),
        T(test_form_pairs),
        T(test_query_names),
        T(test_multipart),
        T(test_multipart_nul),
        T(test_boundaries),
        T(test_multipart_bounds),
        T(test_compressed),
        T(test_bomb),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
