/* app/http/bind.c, form.c and body.c: the input's first line is a query, the second a Content-Type
 * and the rest a body. Whatever is bound keeps its promises. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "http/bind.h"
#include "http/body.h"
#include "test/unit/http_rig.h"

#define LIMIT 65536

static const struct enum_name kinds[] = { { "text", 1 }, { "5", 5 }, { NULL, 0 } };
#define ANY (IN_PATH | IN_QUERY | IN_BODY | IN_HEADER | IN_COOKIE)

struct all {
    int64_t i;
    double d;
    const char *s;
    enum flag f;
    int e;
    struct i64_list l;
};
SPEC(all, F_I64(all, i, ANY, "i", OPTIONAL, -9, 500), F_F64(all, d, ANY, "d", OPTIONAL, -1.5, 180),
     F_STR(all, s, ANY, "s", OPTIONAL, 2, 9), F_FLAG_ALIAS(all, f, ANY, "f", "flag", OPTIONAL),
     F_ENUM(all, e, ANY, "e", OPTIONAL, kinds), F_I64S(all, l, ANY, "l", OPTIONAL, 1, 20));

static void check(const struct all *v)
{
    if (v->i < -9 || v->i > 500 || !isfinite(v->d) || v->d < -1.5 || v->d > 180)
        abort();
    if (v->f != FLAG_ABSENT && v->f != FLAG_OFF && v->f != FLAG_ON)
        abort();
    if (v->e != 0 && v->e != 1 && v->e != 5)
        abort();
    if (v->s != NULL &&
        (!utf8_valid(v->s, strlen(v->s)) || utf8_chars(v->s) < 2 || utf8_chars(v->s) > 9))
        abort();
    if (v->l.count > 20)
        abort();
    for (size_t i = 0; i < v->l.count; i++)
        if (v->l.items[i] < 1 || v->l.items[i] > ID_MAX)
            abort();
}

/* Goes behind the line at *at and returns it. */
static const char *take_line(struct arena *a, const char **at, const char *end)
{
    size_t left = (size_t)(end - *at);
    const char *stop = left == 0 ? NULL : memchr(*at, '\n', left);
    size_t len = stop == NULL ? left : (size_t)(stop - *at);
    const char *line = arena_strndup(a, *at, len);

    *at += len + (stop != NULL);
    return line;
}

static void run(struct arena *a, struct rig *g)
{
    struct match match = { .param_count = 1 };
    struct values query;
    struct body body;
    struct sources from = { &match, &body.values, &query, &g->io };
    const void *args;
    struct faults faults = { 0 };
    enum err e = body_read(a, &g->io, LIMIT, &body);

    match.params[0].name = "s";
    match.params[0].name_len = 1;
    match.params[0].value = "";
    if (e == OK)
        e = body_decode(a, &g->io, LIMIT, &body);
    if (e == OK)
        e = query_parse(a, g->io.query, &query);
    if (e == OK)
        e = bind_fields(a, &all_spec, &from, &args, &faults);
    body_release(&body);
    if (e == OK)
        check(args);
    if ((e == ERR_BAD_FIELD) != (faults.count > 0))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    const char *at = (const char *)data;
    const char *end = at + size;
    const char *query;
    const char *type;
    struct rig g;

    query = take_line(a, &at, end);
    type = take_line(a, &at, end);
    rig_init(&g, "POST", "/", query);
    if (str_starts(type, "gzip "))
        rig_say(&g, "Content-Encoding", "gzip");
    type += str_starts(type, "gzip ") ? 5 : 0;
    rig_say(&g, "d", query);
    rig_say(&g, "Cookie", query);
    rig_body(&g, type[0] == '\0' ? NULL : type, at, (size_t)(end - at));
    run(a, &g);
    rig_free(&g);
    arena_free(a);
    return 0;
}
