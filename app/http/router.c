/* The table of all routes, sorted once at start so that the first row that fits is the right one:
 * literal segments sort before {parameters}, from left to right. Routes come from five documents
 * written apart from each other, so two that cannot be told apart refuse the start. */
#include "http/router.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

#define METHODS 5 /* enum method has so many values */
#define SEGMENTS_MAX 12

struct segment {
    const char *text; /* between two slashes; of a parameter, its name. Not NUL-terminated */
    size_t len;
    bool is_param;
};

struct row {
    const struct dialect *dialect;
    const struct route *route;
    const char *full_path;
    struct segment segments[SEGMENTS_MAX];
    size_t count;
};

/* All rows that stand below one mount, whatever their dialect. Those of a dialect that stands apart
 * meet no others. */
struct mounted {
    const char *mount;
    size_t mount_len;
    const struct dialect *owner; /* the first dialect listed with this mount */
    bool is_apart;
    const struct row **rows;
    size_t row_count;
    /* rows of method m with n segments are [first[m][n], first[m][n + 1]) */
    size_t first[METHODS][SEGMENTS_MAX + 2];
};

struct router {
    struct arena *arena;
    const struct dialect *const *dialects;
    size_t dialect_count;
    struct row *rows; /* in table order */
    size_t row_count;
    struct mounted *mounts; /* longest mount first */
    size_t mount_count;
};

const char *method_name(enum method m)
{
    static const char *const names[METHODS] = { "GET", "POST", "PUT", "DELETE", "WS" };

    assert(m < METHODS);
    return names[m];
}

/* Cuts "/a/b" into a and b; "" has no segments, "/" has one empty one. false: too many. */
static bool split(const char *path, struct segment *segments, size_t *count_r)
{
    size_t count = 0;

    while (*path == '/') {
        const char *end = strchrnul(path + 1, '/');

        if (count == SEGMENTS_MAX)
            return false;
        segments[count].text = path + 1;
        segments[count].len = (size_t)(end - path - 1);
        segments[count].is_param = false;
        count++;
        path = end;
    }
    *count_r = count;
    return *path == '\0';
}

/* ---- building ---- */

/* Recognises {name} segments. false: braces elsewhere, an empty name, or too many of them. */
static bool mark_params(struct row *row)
{
    size_t params = 0;

    for (size_t i = 0; i < row->count; i++) {
        struct segment *s = &row->segments[i];

        if (s->len > 2 && s->text[0] == '{' && s->text[s->len - 1] == '}') {
            s->is_param = true;
            s->text++;
            s->len -= 2;
            params++;
        }
        if (memchr(s->text, '{', s->len) != NULL || memchr(s->text, '}', s->len) != NULL)
            return false;
    }
    return params <= PATH_PARAMS_MAX;
}

static const char *claims_of(const struct row *row)
{
    return row->route->spec == NULL ? NULL : row->route->spec->claims;
}

/* What is wrong with row apart from other rows, or NULL. */
static const char *row_defect(struct row *row)
{
    const struct route *route = row->route;

    if (route->method >= METHODS)
        return "has an unknown method";
    if (!split(route->path, row->segments, &row->count))
        return "has a path that does not start with '/' or is too deep";
    if (!mark_params(row))
        return "has malformed or too many {parameters}";
    if (route->method == WS && row->dialect->socket == NULL)
        return "is a socket of a dialect that has none";
    if (claims_of(row) != NULL && route->spec->body != BODY_WHOLE)
        return "claims bodies it does not read whole";
    if (route->method != WS && route->handler == NULL)
        return "has no handler";
    if ((route->access == ACCESS_USER || route->access == ACCESS_ADMIN) &&
        row->dialect->authenticate == NULL)
        return "wants a user, but its dialect knows none";
    return NULL;
}

static int segment_compare(const struct segment *a, const struct segment *b)
{
    size_t shorter = a->len < b->len ? a->len : b->len;
    int order;

    if (a->is_param || b->is_param)
        return (int)a->is_param - (int)b->is_param;
    order = memcmp(a->text, b->text, shorter);
    if (order != 0)
        return order;
    return (a->len > b->len) - (a->len < b->len);
}

/* Zero for two rows that answer exactly the same requests. */
static int row_compare(const struct row *a, const struct row *b)
{
    if (a->route->method != b->route->method)
        return (int)a->route->method - (int)b->route->method;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (size_t i = 0; i < a->count; i++) {
        int order = segment_compare(&a->segments[i], &b->segments[i]);

        if (order != 0)
            return order;
    }
    return 0;
}

/* Of two equal ones, the one that claims comes first. */
static int row_compare_qsort(const void *a, const void *b)
{
    const struct row *x = *(const struct row *const *)a;
    const struct row *y = *(const struct row *const *)b;
    int order = row_compare(x, y);

    return order != 0 ? order : (claims_of(y) != NULL) - (claims_of(x) != NULL);
}

/* Does a's word decide between the two? */
static bool are_told_apart(const struct row *a, const struct row *b)
{
    return a->dialect != b->dialect && claims_of(a) != NULL && claims_of(b) == NULL;
}

static int mounted_compare_qsort(const void *a, const void *b)
{
    const struct mounted *x = a;
    const struct mounted *y = b;

    if (x->mount_len != y->mount_len)
        return x->mount_len > y->mount_len ? -1 : 1;
    return strcmp(x->mount, y->mount);
}

static char *sentence(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *sentence(const char *format, ...)
{
    char *text;
    va_list ap;

    va_start(ap, format);
    if (vasprintf(&text, format, ap) < 0)
        text = NULL;
    va_end(ap);
    return text;
}

static size_t count_routes(const struct dialect *const *dialects, size_t count)
{
    size_t total = 0;

    for (size_t d = 0; d < count; d++)
        for (size_t s = 0; s < dialects[d]->section_count; s++)
            total += dialects[d]->sections[s]->count;
    return total;
}

static bool add_row(struct router *r, const struct dialect *dialect, const struct route *route,
                    char **error_r)
{
    struct row *row = &r->rows[r->row_count++];
    const char *defect;

    row->dialect = dialect;
    row->route = route;
    row->full_path = arena_printf(r->arena, "%s%s", dialect->mount, route->path);
    defect = row_defect(row);
    if (defect != NULL)
        *error_r = sentence("route %s %s of %s %s",
                            route->method < METHODS ? method_name(route->method) : "?",
                            row->full_path, dialect->name, defect);
    return defect == NULL;
}

static bool add_rows(struct router *r, char **error_r)
{
    r->rows = arena_array(r->arena, count_routes(r->dialects, r->dialect_count), sizeof(*r->rows));
    for (size_t d = 0; d < r->dialect_count; d++) {
        const struct dialect *dialect = r->dialects[d];
        size_t mount_len = strlen(dialect->mount);

        if (mount_len > 0 && (dialect->mount[0] != '/' || dialect->mount[mount_len - 1] == '/')) {
            *error_r = sentence("mount \"%s\" of %s must start and must not end with '/'",
                                dialect->mount, dialect->name);
            return false;
        }
        for (size_t s = 0; s < dialect->section_count; s++)
            for (size_t i = 0; i < dialect->sections[s]->count; i++)
                if (!add_row(r, dialect, &dialect->sections[s]->routes[i], error_r))
                    return false;
    }
    return true;
}

/* Do the routes of dialect belong into g? */
static bool is_home(const struct mounted *g, const struct dialect *dialect)
{
    if (g->is_apart || dialect->is_apart)
        return g->owner == dialect;
    return strcmp(g->mount, dialect->mount) == 0;
}

static bool has_home(const struct router *r, const struct dialect *dialect)
{
    for (size_t g = 0; g < r->mount_count; g++)
        if (is_home(&r->mounts[g], dialect))
            return true;
    return false;
}

static void add_mounts(struct router *r)
{
    r->mounts = arena_array(r->arena, r->dialect_count, sizeof(*r->mounts));
    for (size_t d = 0; d < r->dialect_count; d++) {
        struct mounted *g;

        if (has_home(r, r->dialects[d]))
            continue;
        g = &r->mounts[r->mount_count++];
        g->mount = r->dialects[d]->mount;
        g->mount_len = strlen(g->mount);
        g->owner = r->dialects[d];
        g->is_apart = r->dialects[d]->is_apart;
    }
    if (r->mount_count > 0)
        qsort(r->mounts, r->mount_count, sizeof(*r->mounts), mounted_compare_qsort);
}

/* Fills first[][]; rows are sorted by method, then by segment count. */
static void index_mounted(struct mounted *g)
{
    size_t at = 0;

    for (size_t m = 0; m < METHODS; m++)
        for (size_t n = 0; n <= SEGMENTS_MAX + 1; n++) {
            while (at < g->row_count &&
                   (g->rows[at]->route->method < m ||
                    (g->rows[at]->route->method == m && g->rows[at]->count < n)))
                at++;
            g->first[m][n] = at;
        }
}

static bool sort_mounted(struct router *r, struct mounted *g, char **error_r)
{
    g->rows = arena_array(r->arena, r->row_count, sizeof(const struct row *));
    for (size_t i = 0; i < r->row_count; i++)
        if (is_home(g, r->rows[i].dialect))
            g->rows[g->row_count++] = &r->rows[i];
    if (g->row_count > 0)
        qsort(g->rows, g->row_count, sizeof(const struct row *), row_compare_qsort);
    for (size_t i = 1; i < g->row_count; i++) {
        const struct row *a = g->rows[i - 1];
        const struct row *b = g->rows[i];

        if (row_compare(a, b) == 0 && !are_told_apart(a, b)) {
            *error_r = sentence("routes %s %s of %s and %s %s of %s cannot be told apart",
                                method_name(a->route->method), a->full_path, a->dialect->name,
                                method_name(b->route->method), b->full_path, b->dialect->name);
            return false;
        }
    }
    index_mounted(g);
    return true;
}

struct router *router_new(const struct dialect *const *dialects, size_t count, char **error_r)
{
    struct arena *arena = arena_new();
    struct router *r = ARENA_NEW(arena, struct router);

    r->arena = arena;
    r->dialects = dialects;
    r->dialect_count = count;
    if (!add_rows(r, error_r)) {
        router_free(r);
        return NULL;
    }
    add_mounts(r);
    for (size_t g = 0; g < r->mount_count; g++) {
        if (!sort_mounted(r, &r->mounts[g], error_r)) {
            router_free(r);
            return NULL;
        }
    }
    return r;
}

void router_free(struct router *r)
{
    if (r != NULL)
        arena_free(r->arena);
}

/* ---- finding ---- */

static bool segment_fits(const struct segment *want, const struct segment *sent)
{
    if (want->is_param)
        return sent->len > 0;
    return want->len == sent->len &&
           (want->len == 0 || memcmp(want->text, sent->text, want->len) == 0);
}

static bool row_fits(const struct row *row, const struct segment *segments)
{
    for (size_t i = 0; i < row->count; i++)
        if (!segment_fits(&row->segments[i], &segments[i]))
            return false;
    return true;
}

/* The best row for path below the mount of g, or NULL. only: the dialect to look at, or NULL for
 * all. *other_r: an equal one behind it, or NULL. */
static const struct row *find_row(const struct mounted *g, const struct dialect *only,
                                  enum method method, const struct segment *segments, size_t count,
                                  const struct row **other_r)
{
    size_t end = g->first[method][count + 1];

    *other_r = NULL;
    for (size_t i = g->first[method][count]; i < end; i++) {
        if ((only != NULL && g->rows[i]->dialect != only) || !row_fits(g->rows[i], segments))
            continue;
        if (only == NULL && i + 1 < end && row_compare(g->rows[i], g->rows[i + 1]) == 0)
            *other_r = g->rows[i + 1];
        return g->rows[i];
    }
    return NULL;
}

static void set_found(struct match *m, const struct row *row, const struct segment *segments)
{
    m->dialect = row->dialect;
    m->route = row->route;
    m->path_known = true;
    m->param_count = 0;
    for (size_t i = 0; i < row->count; i++) {
        if (!row->segments[i].is_param)
            continue;
        m->params[m->param_count].name = row->segments[i].text;
        m->params[m->param_count].name_len = row->segments[i].len;
        m->params[m->param_count].value = segments[i].text;
        m->params[m->param_count].value_len = segments[i].len;
        m->param_count++;
    }
}

/* Looks for the rest of a path in one mount. true: m is final. Otherwise m may have learnt that the
 * path exists with another method. */
static bool find_in(const struct mounted *g, const struct dialect *only, enum method method,
                    const char *rest, struct match *m)
{
    struct segment segments[SEGMENTS_MAX] = { 0 };
    size_t count;
    const struct row *row, *other;

    if (!split(rest, segments, &count))
        return false;
    row = find_row(g, only, method, segments, count, &other);
    if (row != NULL) {
        set_found(m, row, segments);
        m->other = other != NULL ? other->route : NULL;
        m->other_dialect = other != NULL ? other->dialect : NULL;
        return true;
    }
    for (size_t i = 0; i < METHODS && !m->path_known; i++) {
        row = find_row(g, only, (enum method)i, segments, count, &other);
        if (row != NULL) {
            m->path_known = true;
            m->dialect = row->dialect;
        }
    }
    return false;
}

/* Does path lie at or below the mount of g? Everything lies below "". */
static bool is_below(const struct mounted *g, const char *path)
{
    return strncmp(path, g->mount, g->mount_len) == 0 &&
           (path[g->mount_len] == '/' || path[g->mount_len] == '\0');
}

static struct match find_shared(const struct router *r, enum method method, const char *path)
{
    struct match m = { 0 };

    for (size_t i = 0; i < r->mount_count; i++) {
        const struct mounted *g = &r->mounts[i];

        if (g->is_apart || !is_below(g, path))
            continue;
        /* A dialect without a mount does not claim the paths it does not know: those are the web
         * client's. */
        if (m.dialect == NULL && g->mount_len > 0)
            m.dialect = g->owner;
        if (find_in(g, NULL, method, path + g->mount_len, &m))
            break;
    }
    return m;
}

/* What stands on every listener; else m. */
static struct match find_everywhere(const struct router *r, enum method method, const char *path,
                                    const struct match *m)
{
    for (size_t i = 0; i < r->mount_count; i++) {
        const struct mounted *g = &r->mounts[i];
        struct match found = { .dialect = g->owner };

        if (!g->owner->is_everywhere || !is_below(g, path))
            continue;
        find_in(g, g->owner, method, path + g->mount_len, &found);
        return found;
    }
    return *m;
}

static struct match find_owned(const struct router *r, const struct dialect *root,
                               enum method method, const char *path)
{
    struct match m = { .dialect = root };

    for (size_t i = 0; i < r->mount_count; i++) {
        const struct mounted *g = &r->mounts[i];

        if (!is_home(g, root))
            continue;
        if (is_below(g, path) && find_in(g, root, method, path + g->mount_len, &m))
            break;
        if (find_in(g, root, method, path, &m))
            break;
    }
    return m.path_known ? m : find_everywhere(r, method, path, &m);
}

struct match router_find(const struct router *r, const char *root, enum method method,
                         const char *path)
{
    assert(method < METHODS);
    if (root[0] == '\0')
        return find_shared(r, method, path);
    for (size_t d = 0; d < r->dialect_count; d++)
        if (strcmp(r->dialects[d]->name, root) == 0)
            return find_owned(r, r->dialects[d], method, path);
    return (struct match){ 0 };
}

void router_each(const struct router *r,
                 void (*visit)(void *arg, const char *dialect, const char *method,
                               const char *path),
                 void *arg)
{
    for (size_t i = 0; i < r->row_count; i++)
        visit(arg, r->rows[i].dialect->name, method_name(r->rows[i].route->method),
              r->rows[i].full_path);
}
