/* app/http/turn.c: what only services may ask (ACCESS_SERVICE), and answers that are plain text. */
#include <unistd.h>
#include <zlib.h>

#include "base/log.h"
#include "base/str.h"
#include "gate_rig.h"

static void expect_service(struct world *w, const char *address, const char *name,
                           const char *value, int status)
{
    ask(w, "GET", "/api/service", NULL)->io.address = address;
    if (name != NULL)
        rig_say(&w->g, name, value);
    expect(w, status, status == 200 ? "\"data\":0" : "ERR_UNAUTHENTICATED");
}

static void test_services_of_this_machine(void **state)
{
    static const char *const local[] = { "127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1" };
    static const char *const remote[] = { "192.0.2.7",       "10.0.0.1", "::2",      "::1:2",
                                          "::ffff:10.0.0.1", "fe80::1",  "128.0.0.1" };
    static const char *const good_hosts[] = { "localhost", "localhost:1", "127.0.0.1:80",
                                              "[::1]",     "[::1]:8",     "127.9.9.9" };
    static const char *const bad_hosts[] = { "",    "localhost.example", "127.0.0.1.example",
                                             "::1", "192.0.2.7",         "[::1].example" };
    static const char *const bad_headers[] = { "Origin", "Forwarded", "X-Forwarded-For",
                                               "X-Real-IP" };
    struct world *w = *state;

    w->conf.node_secret = "";
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
        expect_service(w, local[i], NULL, NULL, 200);
    for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++)
        expect_service(w, remote[i], "Host", "localhost", 401);
    for (size_t i = 0; i < sizeof good_hosts / sizeof good_hosts[0]; i++)
        expect_service(w, "::1", "Host", good_hosts[i], 200);
    for (size_t i = 0; i < sizeof bad_hosts / sizeof bad_hosts[0]; i++)
        expect_service(w, "::1", "Host", bad_hosts[i], 401);
    for (size_t i = 0; i < sizeof bad_headers / sizeof bad_headers[0]; i++)
        expect_service(w, "127.0.0.1", bad_headers[i], "http://localhost", 401);
}

static void test_services_with_a_secret(void **state)
{
    struct world *w = *state;

    w->conf.node_secret = "open sesame";
    expect_service(w, "192.0.2.7", "password", "open sesame", 200);
    expect_service(w, "192.0.2.7", NULL, NULL, 401);
    expect_service(w, "127.0.0.1", NULL, NULL, 401);
    expect_service(w, "127.0.0.1", "password", "", 401);
    expect_service(w, "127.0.0.1", "password", "open sesam", 401);
    expect_service(w, "127.0.0.1", "password", "open sesame ", 401);
    for (int i = 0; i < 9; i++) /* one wrong one was from there before */
        expect_service(w, "192.0.2.7", "password", "wrong", 401);
    rig_say(ask(w, "GET", "/api/service", NULL), "password", "open sesame");
    expect(w, 429, "ERR_RATE_LIMITED");
    assert_true(rig_answers(&w->g, "Retry-After", "2"));
    w->now_ms += 2000;
    expect_service(w, "192.0.2.7", "password", "open sesame", 200);
}

static void test_another_status(void **state)
{
    struct world *w = *state;

    ask(w, "GET", "/api/text", NULL);
    run(w);
    assert_int_equal(w->g.io.status, 503);
    assert_string_equal(rig_answer_body(&w->g), "not in an envelope");
    assert_true(rig_answers(&w->g, "Content-Type", "text/plain; charset=utf-8"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_services_of_this_machine),
        T(test_services_with_a_secret),
        T(test_another_status),
    };

    log_setup(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
