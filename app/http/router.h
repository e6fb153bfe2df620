/* Finds the route of a method and path. Built once from the dialects' tables; read by all
 * threads. */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "http/dialect.h"

struct router;

/* Sorts every dialect's routes. Literal segments beat {parameters}. NULL if two routes of one mount
 * cannot be told apart where both may be asked for, unless one of them claims bodies
 * (http/dialect.h); *error_r then names both (owned, free it). Owned: router_free. dialects is
 * borrowed for good. */
struct router *router_new(const struct dialect *const *dialects, size_t count, char **error_r);
void router_free(struct router *r);

#define PATH_PARAMS_MAX 4

struct match {
    /* also set, when known, if route is NULL: whose envelope answers */
    const struct dialect *dialect;
    const struct route *route; /* NULL: no such path, or not with this method */
    bool path_known;           /* the path exists with another method */
    /* Of a route that claims bodies: whose the others are; NULL: nobody's. */
    const struct dialect *other_dialect;
    const struct route *other;
    struct {
        const char *name; /* borrowed from the route, not NUL-terminated */
        size_t name_len;
        const char *value; /* borrowed from the path, not NUL-terminated */
        size_t value_len;
    } params[PATH_PARAMS_MAX];
    size_t param_count;
};

/* root: name of the dialect that owns the listener's root, or "" for a shared one. On a listener of
 * one dialect its routes answer both below its mount and bare. */
struct match router_find(const struct router *r, const char *root, enum method method,
                         const char *path);

/* Calls visit for every route: dialect name, method name, full path. In table order. */
void router_each(const struct router *r,
                 void (*visit)(void *arg, const char *dialect, const char *method,
                               const char *path),
                 void *arg);

const char *method_name(enum method m);

#endif
