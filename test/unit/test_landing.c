/* http/landing.h: who is shown the way to https, and that nobody else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "http/landing.h"
#include "http_rig.h"

#define BROWSER "text/html,application/xhtml+xml,*/*;q=0.8"

struct visit {
    const char *what;
    const char *address, *host, *accept, *mark; /* NULL: none; mark: a header's name */
    const char *path;
    bool tls;
    int https_port;
    bool due;
};

static const struct visit visits[] = {
    { "by address", "192.168.1.7", "192.168.1.5:8080", BROWSER, NULL, "/", false, 8443, true },
    { "by name", "192.168.1.7", "box.local", BROWSER, NULL, "/", false, 443, true },
    { "by IPv6", "fd00::7", "[fd00::5]:8080", BROWSER, NULL, "/", false, 8443, true },
    { "by https", "192.168.1.7", "192.168.1.5:8443", BROWSER, NULL, "/", true, 8443, false },
    { "no https", "192.168.1.7", "192.168.1.5:8080", BROWSER, NULL, "/", false, 0, false },
    { "the client itself", "192.168.1.7", "box", BROWSER, NULL, "/index.html", false, 1, false },
    { "a program", "192.168.1.7", "box:8080", "*/*", NULL, "/", false, 8443, false },
    { "a script", "192.168.1.7", "box:8080", NULL, NULL, "/", false, 8443, false },
    { "no Host", "192.168.1.7", NULL, BROWSER, NULL, "/", false, 8443, false },
    { "localhost", "127.0.0.1", "localhost:8080", BROWSER, NULL, "/", false, 8443, false },
    { "LOCALHOST", "192.168.1.7", "LOCALHOST", BROWSER, NULL, "/", false, 8443, false },
    { "a.localhost", "192.168.1.7", "a.localhost:1", BROWSER, NULL, "/", false, 8443, false },
    { "notlocalhost", "192.168.1.7", "notlocalhost", BROWSER, NULL, "/", false, 8443, true },
    { "127.0.0.1", "192.168.1.7", "127.0.0.1:8080", BROWSER, NULL, "/", false, 8443, false },
    { "[::1]", "192.168.1.7", "[::1]:8080", BROWSER, NULL, "/", false, 8443, false },
    { "tunnel", "127.0.0.1", "chat.example", BROWSER, NULL, "/", false, 8443, false },
    { "tunnel, IPv6", "::1", "chat.example", BROWSER, NULL, "/", false, 8443, false },
    { "tunnel, mapped", "::ffff:127.0.0.1", "c.example", BROWSER, NULL, "/", false, 1, false },
    { "proxy", "10.0.0.2", "c.example", BROWSER, "X-Forwarded-For", "/", false, 8443, false },
    { "proxy", "10.0.0.2", "c.example", BROWSER, "X-Forwarded-Proto", "/", false, 8443, false },
    { "proxy", "10.0.0.2", "c.example", BROWSER, "Forwarded", "/", false, 8443, false },
    { "proxy", "10.0.0.2", "c.example", BROWSER, "Via", "/", false, 8443, false },
};

static void test_visits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof visits / sizeof visits[0]; i++) {
        const struct visit *v = &visits[i];
        struct rig g;

        rig_init(&g, "GET", v->path, NULL);
        g.io.address = v->address;
        g.io.tls = v->tls;
        g.io.https_port = v->https_port;
        if (v->host != NULL)
            rig_say(&g, "Host", v->host);
        if (v->accept != NULL)
            rig_say(&g, "Accept", v->accept);
        if (v->mark != NULL)
            rig_say(&g, v->mark, "x");
        if (landing_is_due(&g.io) != v->due)
            fail_msg("%s", v->what);
        rig_free(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_visits) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
