/* app/http/router.c against a plain reading of its rules: the input's first lines are routes, the
 * lines after an empty one are paths. A route is found exactly if one fits, and no fitting one
 * has a literal further left. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "http/router.h"
#include "ws/channel.h"

#define ROUTES_MAX 24
#define LOOKUPS_MAX 24

static const struct socket_dialect sockets = { .name = "fuzz" };

static enum err answer(struct req *rq, const void *args)
{
    (void)rq;
    (void)args;
    return OK;
}

static bool is_param(const char *segment)
{
    return segment[0] == '{';
}

/* Does path fit pattern, both starting behind a slash? Written to be obvious. */
static bool fits(const char *pattern, const char *path)
{
    for (;;) {
        size_t want = strcspn(pattern, "/");
        size_t have = strcspn(path, "/");

        if (is_param(pattern) ? have == 0 : want != have || strncmp(pattern, path, want) != 0)
            return false;
        if (pattern[want] == '\0' || path[have] == '\0')
            return pattern[want] == path[have];
        pattern += want + 1;
        path += have + 1;
    }
}

/* Is a's first segment of another kind than b's a literal? Both fit the same path. */
static bool beats(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        if (is_param(a) != is_param(b))
            return is_param(b);
        a += strcspn(a, "/");
        b += strcspn(b, "/");
        a += *a == '/';
        b += *b == '/';
    }
    return false;
}

static void look(const struct router *r, const struct route *routes, size_t count, enum method m,
                 const char *path)
{
    struct match match = router_find(r, "", m, path);
    const struct route *best = NULL;
    bool known = false;

    for (size_t i = 0; i < count; i++) {
        if (routes[i].path[0] != '/' ? path[0] != '\0'
                                     : path[0] != '/' || !fits(routes[i].path + 1, path + 1))
            continue;
        known = true;
        if (routes[i].method == m && (best == NULL || beats(routes[i].path + 1, best->path + 1)))
            best = &routes[i];
    }
    if (match.route != best || match.path_known != known)
        abort();
    for (size_t i = 0; i < match.param_count; i++)
        if (match.params[i].value < path || match.params[i].value_len == 0 ||
            match.params[i].value + match.params[i].value_len > path + strlen(path))
            abort();
}

static size_t read_routes(char **rest, struct route *routes)
{
    size_t count = 0;
    char *line;

    while (count < ROUTES_MAX && (line = strsep(rest, "\n")) != NULL && line[0] != '\0') {
        routes[count] =
            (struct route){ .method = (enum method)((unsigned char)line[0] % 5), .path = line + 1 };
        if (routes[count].method != WS)
            routes[count].handler = answer;
        count++;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    char *rest = arena_strndup(a, (const char *)data, size);
    struct route routes[ROUTES_MAX];
    size_t count = read_routes(&rest, routes);
    struct section section = { routes, count };
    const struct section *const sections[] = { &section };
    struct dialect dialect = {
        .name = "fuzz", .mount = "", .sections = sections, .section_count = 1, .socket = &sockets
    };
    const struct dialect *const dialects[] = { &dialect };
    char *error = NULL;
    struct router *r = router_new(dialects, 1, &error);
    char *path;

    if ((r == NULL) != (error != NULL))
        abort();
    for (int i = 0; r != NULL && i < LOOKUPS_MAX && (path = strsep(&rest, "\n")) != NULL; i++)
        for (enum method m = GET; m <= WS; m++)
            look(r, routes, count, m, path);
    router_free(r);
    free(error);
    arena_free(a);
    return 0;
}
