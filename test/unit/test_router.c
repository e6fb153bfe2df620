/* app/http/router.c: which route answers which path, and which tables refuse the start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/router.h"
#include "ws/channel.h"

static enum err answer(struct req *rq, const void *args)
{
    (void)rq;
    (void)args;
    return OK;
}

static enum err nobody(struct req *rq)
{
    (void)rq;
    return OK;
}

static const struct socket_dialect sockets = { .name = "test" };

#define R(m, p)                                                                                    \
    {                                                                                              \
        .method = m, .path = p, .access = ACCESS_USER, .handler = m == WS ? NULL : answer          \
    }

#define DIALECT(id, where, ...)                                                                    \
    static const struct route id##_routes[] = { __VA_ARGS__ };                                     \
    static const struct section id##_section = SECTION(id##_routes);                               \
    static const struct section *const id##_sections[] = { &id##_section };                        \
    static const struct dialect id = { .name = #id,                                                \
                                       .mount = where,                                             \
                                       .sections = id##_sections,                                  \
                                       .section_count = 1,                                         \
                                       .authenticate = nobody,                                     \
                                       .socket = &sockets }

DIALECT(alpha, "/api", R(GET, "/user/{id}"), R(GET, "/user/list"), R(POST, "/user/list"),
        R(DELETE, "/user/{id}"), R(PUT, "/a/{x}/c"), R(PUT, "/a/b/{y}"), R(WS, "/ws"),
        R(GET, "/four/{a}/{b}/{c}/{d}"), R(GET, "/{any}"));
DIALECT(beta, "/api/v1", R(GET, "/user/list"), R(GET, "/only"), R(POST, ""));
DIALECT(other, "/etc", R(GET, "/x"));
DIALECT(bare, "", R(GET, "/health"), R(POST, "/user/{name}"), R(GET, "/api/v1/strange"));

static const struct dialect *const all[] = { &alpha, &beta, &bare, &other };

static struct router *build(void)
{
    char *error = NULL;
    struct router *r = router_new(all, 4, &error);

    assert_null(error);
    assert_non_null(r);
    return r;
}

/* Who answers: "alpha /user/{id} id=5", "alpha -" (its envelope, no route), "alpha !" (another
 * method), or "-". */
static const char *found(const struct router *r, const char *root, enum method m, const char *path)
{
    static char text[256];
    struct match match = router_find(r, root, m, path);
    int n;

    if (match.dialect == NULL)
        return match.route == NULL && !match.path_known ? "-" : "broken";
    if (match.route == NULL)
        n = snprintf(text, sizeof(text), "%s %s", match.dialect->name,
                     match.path_known ? "!" : "-");
    else
        n = snprintf(text, sizeof(text), "%s %s", match.dialect->name, match.route->path);
    for (size_t i = 0; i < match.param_count; i++)
        n += snprintf(text + n, sizeof(text) - (size_t)n, " %.*s=%.*s",
                      (int)match.params[i].name_len, match.params[i].name,
                      (int)match.params[i].value_len, match.params[i].value);
    return text;
}

static void test_find(void **state)
{
    static const struct {
        const char *root;
        enum method method;
        const char *path;
        const char *want;
    } rows[] = {
        { "", GET, "/api/user/5", "alpha /user/{id} id=5" },
        { "", GET, "/api/user/list", "alpha /user/list" },
        { "", GET, "/api/user/lis", "alpha /user/{id} id=lis" },
        { "", GET, "/api/user/list2", "alpha /user/{id} id=list2" },
        { "", POST, "/api/user/list", "alpha /user/list" },
        { "", DELETE, "/api/user/list", "alpha /user/{id} id=list" },
        { "", PUT, "/api/user/list", "alpha !" },
        { "", GET, "/api/user/", "alpha -" },
        { "", GET, "/api/user/5/", "alpha -" },
        { "", GET, "/api/user//5", "alpha -" },
        { "", GET, "/api//user/5", "alpha -" },
        /* both fit: the leftmost literal decides, the other stays reachable */
        { "", PUT, "/api/a/b/c", "alpha /a/b/{y} y=c" },
        { "", PUT, "/api/a/z/c", "alpha /a/{x}/c x=z" },
        { "", PUT, "/api/a/b/", "alpha -" },
        { "", WS, "/api/ws", "alpha /ws" },
        { "", GET, "/api/ws", "alpha /{any} any=ws" },
        { "", POST, "/api/ws", "alpha !" },
        { "", GET, "/api/four/1/2/3/4", "alpha /four/{a}/{b}/{c}/{d} a=1 b=2 c=3 d=4" },
        { "", GET, "/api/four/1/2/3", "alpha -" },
        { "", GET, "/api", "alpha -" },
        { "", GET, "/apix", "-" },
        /* the longest mount first, then the shorter ones */
        { "", GET, "/api/v1/user/list", "beta /user/list" },
        { "", GET, "/api/v1/nothing", "beta -" },
        { "", POST, "/api/v1/only", "beta !" },
        { "", POST, "/api/v1", "beta " },
        { "", GET, "/api/v1/strange", "bare /api/v1/strange" },
        { "", POST, "/api/v1/strange", "bare !" },
        { "", GET, "/health", "bare /health" },
        { "", POST, "/health", "bare !" },
        { "", GET, "/index.html", "-" },
        { "", GET, "/", "-" },
        { "", GET, "/etc/x", "other /x" },
        { "", GET, "/etc/y", "other -" },
        { "", POST, "/user/ann", "bare /user/{name} name=ann" },
        /* a listener of one dialect */
        { "alpha", GET, "/user/5", "alpha /user/{id} id=5" },
        { "alpha", GET, "/api/user/5", "alpha /user/{id} id=5" },
        { "alpha", GET, "/health", "alpha /{any} any=health" },
        { "beta", GET, "/only", "beta /only" },
        { "beta", GET, "/api/v1/only", "beta /only" },
        { "beta", GET, "/health", "beta -" },
        { "beta", POST, "/only", "beta !" },
        { "bare", GET, "/api/user/5", "bare -" },
        { "nobody", GET, "/health", "-" },
    };
    struct router *r = build();

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *got = found(r, rows[i].root, rows[i].method, rows[i].path);

        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s %s on '%s': got '%s', want '%s'", method_name(rows[i].method),
                     rows[i].path, rows[i].root, got, rows[i].want);
    }
    router_free(r);
}

static void test_deep_path_is_no_route(void **state)
{
    struct router *r = build();
    char path[2 * 2000 + 8] = "/api";

    (void)state;
    for (size_t i = 0; i < 2000; i++)
        memcpy(path + 4 + 2 * i, "/a", 3);
    assert_string_equal(found(r, "", GET, path), "alpha -");
    router_free(r);
}

static void assert_refused(const struct dialect *a, const struct dialect *b, const char *first,
                           const char *second)
{
    const struct dialect *const pair[] = { a, b };
    char *error = NULL;
    struct router *r = router_new(pair, b == NULL ? 1 : 2, &error);

    assert_null(r);
    assert_non_null(error);
    if (strstr(error, first) == NULL || strstr(error, second) == NULL)
        fail_msg("the refusal does not say '%s' and '%s': %s", first, second, error);
    free(error);
}

DIALECT(twice, "/t", R(GET, "/a/{x}/b"), R(GET, "/z"), R(GET, "/a/{y}/b"));
DIALECT(one, "/m", R(POST, "/login"));
DIALECT(two, "/m", R(GET, "/x"), R(POST, "/login"));
DIALECT(fine, "/m", R(GET, "/login"), R(POST, "/{login}"));
DIALECT(slashless, "/m", R(GET, "x"));
DIALECT(braces, "/m", R(GET, "/a{x}"));
DIALECT(empty_name, "/m", R(GET, "/{}"));
DIALECT(many, "/m", R(GET, "/{a}/{b}/{c}/{d}/{e}"));
DIALECT(deep, "/m", R(GET, "/1/2/3/4/5/6/7/8/9/10/11/12/13"));
DIALECT(trailing, "/m/", R(GET, "/x"));
DIALECT(unknown, "/m", { .method = (enum method)7, .path = "/x", .handler = answer });
DIALECT(unhandled, "/m", { .method = GET, .path = "/x" });
static const struct dialect deaf = { .name = "deaf",
                                     .mount = "",
                                     .sections = alpha_sections,
                                     .section_count = 1,
                                     .authenticate = nobody };
static const struct dialect blind = {
    .name = "blind", .mount = "", .sections = beta_sections, .section_count = 1
};

static void test_refused_tables(void **state)
{
    (void)state;
    assert_refused(&twice, NULL, "GET /t/a/{x}/b of twice", "GET /t/a/{y}/b of twice");
    assert_refused(&one, &two, "POST /m/login of one", "POST /m/login of two");
    assert_refused(&slashless, NULL, "GET /mx of slashless", "start");
    assert_refused(&braces, NULL, "/m/a{x}", "malformed");
    assert_refused(&empty_name, NULL, "/m/{}", "malformed");
    assert_refused(&many, NULL, "/{e}", "too many");
    assert_refused(&deep, NULL, "/13", "too deep");
    assert_refused(&trailing, NULL, "\"/m/\" of trailing", "end");
    assert_refused(&unknown, NULL, "? /m/x of unknown", "method");
    assert_refused(&unhandled, NULL, "GET /m/x of unhandled", "no handler");
    assert_refused(&deaf, NULL, "WS /ws of deaf", "socket");
    assert_refused(&blind, NULL, "GET /user/list of blind", "wants a user");
}

static void test_two_dialects_of_one_mount(void **state)
{
    const struct dialect *const pair[] = { &one, &fine };
    char *error = NULL;
    struct router *r = router_new(pair, 2, &error);

    (void)state;
    assert_non_null(r);
    assert_string_equal(found(r, "", POST, "/m/login"), "one /login");
    assert_string_equal(found(r, "", POST, "/m/other"), "fine /{login} login=other");
    assert_string_equal(found(r, "", GET, "/m/login"), "fine /login");
    assert_string_equal(found(r, "one", GET, "/m/login"), "one !");
    assert_string_equal(found(r, "fine", POST, "/login"), "fine /{login} login=login");
    assert_string_equal(found(r, "", GET, "/m"), "one -");
    router_free(r);
}

static void test_no_dialects(void **state)
{
    char *error = NULL;
    struct router *r = router_new(NULL, 0, &error);

    (void)state;
    assert_non_null(r);
    assert_string_equal(found(r, "", GET, "/"), "-");
    router_free(r);
    router_free(NULL);
}

static const struct route apart_routes[] = { R(GET, "/user/{id}"), R(GET, "/health"),
                                             R(POST, "/user/{name}") };
static const struct section apart_section = SECTION(apart_routes);
static const struct section *const apart_sections[] = { &apart_section };
static const struct dialect apart = { .name = "apart",
                                      .mount = "",
                                      .is_apart = true,
                                      .sections = apart_sections,
                                      .section_count = 1,
                                      .authenticate = nobody };

/* It may have the same routes as another dialect: nobody can ask for both at one place. */
static void test_a_dialect_apart(void **state)
{
    static const struct dialect *const both[] = { &apart, &alpha, &bare };
    char *error = NULL;
    struct router *r = router_new(both, 3, &error);

    (void)state;
    assert_null(error);
    assert_string_equal(found(r, "apart", GET, "/user/7"), "apart /user/{id} id=7");
    assert_string_equal(found(r, "apart", GET, "/health"), "apart /health");
    assert_string_equal(found(r, "apart", GET, "/api/user/list"), "apart -");
    assert_string_equal(found(r, "", GET, "/health"), "bare /health");
    assert_string_equal(found(r, "", GET, "/user/7"), "bare !");
    assert_string_equal(found(r, "bare", GET, "/user/7"), "bare !");
    assert_string_equal(found(r, "bare", POST, "/user/7"), "bare /user/{name} name=7");
    router_free(r);
}

static void add_line(void *arg, const char *dialect, const char *method, const char *path)
{
    char *text = arg;
    size_t len = strlen(text);

    snprintf(text + len, 1024 - len, "%s %s %s\n", dialect, method, path);
}

static void test_each_is_in_table_order(void **state)
{
    char text[1024] = "";
    struct router *r = build();

    (void)state;
    router_each(r, add_line, text);
    assert_string_equal(text, "alpha GET /api/user/{id}\n"
                              "alpha GET /api/user/list\n"
                              "alpha POST /api/user/list\n"
                              "alpha DELETE /api/user/{id}\n"
                              "alpha PUT /api/a/{x}/c\n"
                              "alpha PUT /api/a/b/{y}\n"
                              "alpha WS /api/ws\n"
                              "alpha GET /api/four/{a}/{b}/{c}/{d}\n"
                              "alpha GET /api/{any}\n"
                              "beta GET /api/v1/user/list\n"
                              "beta GET /api/v1/only\n"
                              "beta POST /api/v1\n"
                              "bare GET /health\n"
                              "bare POST /user/{name}\n"
                              "bare GET /api/v1/strange\n"
                              "other GET /etc/x\n");
    router_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_deep_path_is_no_route),
        cmocka_unit_test(test_refused_tables),
        cmocka_unit_test(test_two_dialects_of_one_mount),
        cmocka_unit_test(test_no_dialects),
        cmocka_unit_test(test_each_is_in_table_order),
        cmocka_unit_test(test_a_dialect_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
