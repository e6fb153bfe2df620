/* Routes and fields as an OpenAPI document; see openapi.h. */
#include "http/openapi.h"

#include <ctype.h>
#include <string.h>

#include "http/router.h"

static void add_range(cJSON *schema, const struct field *f, const char *low, const char *high)
{
    cJSON_AddNumberToObject(schema, low, f->min);
    cJSON_AddNumberToObject(schema, high, f->max);
}

static cJSON *schema_of(const struct field *f)
{
    static const char *const types[] = {
        [FIELD_I64] = "integer", [FIELD_I64_GIVEN] = "integer", [FIELD_F64] = "number",
        [FIELD_STR] = "string",  [FIELD_FLAG] = "boolean",      [FIELD_ENUM] = "string",
        [FIELD_I64S] = "array"
    };
    cJSON *schema = cJSON_CreateObject(), *items;

    cJSON_AddStringToObject(schema, "type", types[f->type]);
    if (f->type == FIELD_I64 || f->type == FIELD_I64_GIVEN || f->type == FIELD_F64) {
        add_range(schema, f, "minimum", "maximum");
    } else if (f->type == FIELD_STR) {
        add_range(schema, f, "minLength", "maxLength");
    } else if (f->type == FIELD_I64S) {
        add_range(schema, f, "minItems", "maxItems");
        items = cJSON_AddObjectToObject(schema, "items");
        cJSON_AddStringToObject(items, "type", "integer");
    } else if (f->type == FIELD_ENUM) {
        items = cJSON_AddArrayToObject(schema, "enum");
        for (const struct enum_name *n = f->names; n->name != NULL; n++)
            cJSON_AddItemToArray(items, cJSON_CreateString(n->name));
    }
    return schema;
}

/* A spec may serve several paths, of which some lack a segment. */
static bool is_in_path(const struct route *route, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = strchr(route->path, '{'); at != NULL; at = strchr(at + 1, '{'))
        if (strncmp(at + 1, name, len) == 0 && at[1 + len] == '}')
            return true;
    return false;
}

/* Where the document says a field stands: the first place it may, but a body only where the method has
 * one. NULL: in the body; "": nowhere on this route. */
static const char *place_of(const struct route *route, const struct field *f)
{
    bool has_body = route->method != GET && route->method != WS;

    if ((f->in & IN_PATH) != 0 && is_in_path(route, f->name))
        return "path";
    if ((f->in & IN_BODY) != 0 && has_body)
        return NULL;
    if ((f->in & IN_QUERY) != 0)
        return "query";
    if ((f->in & IN_HEADER) != 0)
        return "header";
    return (f->in & IN_COOKIE) != 0 ? "cookie" : "";
}

static void add_parameter(cJSON *parameters, const struct field *f, const char *place)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "name", f->name);
    cJSON_AddStringToObject(o, "in", place);
    cJSON_AddBoolToObject(o, "required", f->required != OPTIONAL || strcmp(place, "path") == 0);
    cJSON_AddItemToObject(o, "schema", schema_of(f));
    cJSON_AddItemToArray(parameters, o);
}

/* The fields of a body: JSON, or a form with the same names. */
static void add_body(cJSON *operation, cJSON *properties, cJSON *required)
{
    cJSON *body = cJSON_AddObjectToObject(operation, "requestBody"), *schema;
    bool is_needed = cJSON_GetArraySize(required) > 0;

    cJSON_AddBoolToObject(body, "required", is_needed);
    schema = cJSON_AddObjectToObject(
        cJSON_AddObjectToObject(cJSON_AddObjectToObject(body, "content"), "application/json"),
        "schema");
    cJSON_AddStringToObject(schema, "type", "object");
    cJSON_AddItemToObject(schema, "properties", properties);
    if (is_needed)
        cJSON_AddItemToObject(schema, "required", required);
    else
        cJSON_Delete(required);
}

static bool has_field(const struct route *route, const char *name, size_t len)
{
    for (size_t i = 0; route->spec != NULL && i < route->spec->count; i++)
        if (strlen(route->spec->fields[i].name) == len &&
            memcmp(route->spec->fields[i].name, name, len) == 0)
            return true;
    return false;
}

/* Segments of the path that no field reads: any text will do there. */
static void add_unread(cJSON *parameters, const struct route *route)
{
    static const struct field any = { .type = FIELD_STR, .in = IN_PATH, .min = 1, .max = 1024 };

    for (const char *at = strchr(route->path, '{'); at != NULL; at = strchr(at, '{')) {
        size_t len = strcspn(++at, "}");
        char name[64];
        struct field f = any;
        if (has_field(route, at, len) || len >= sizeof name)
            continue;
        memcpy(name, at, len);
        name[len] = '\0';
        f.name = name;
        add_parameter(parameters, &f, "path");
    }
}

static void add_fields(cJSON *operation, const struct route *route)
{
    cJSON *parameters = cJSON_AddArrayToObject(operation, "parameters");
    cJSON *properties = cJSON_CreateObject(), *required = cJSON_CreateArray();

    for (size_t i = 0; route->spec != NULL && i < route->spec->count; i++) {
        const struct field *f = &route->spec->fields[i];
        const char *place = place_of(route, f);
        if (place != NULL) {
            if (place[0] != '\0')
                add_parameter(parameters, f, place);
            continue;
        }
        cJSON_AddItemToObject(properties, f->name, schema_of(f));
        if (f->required != OPTIONAL)
            cJSON_AddItemToArray(required, cJSON_CreateString(f->name));
    }
    add_unread(parameters, route);
    if (properties->child != NULL) {
        add_body(operation, properties, required);
        return;
    }
    cJSON_Delete(properties);
    cJSON_Delete(required);
}

static void add_responses(cJSON *operation, const struct route *route, const char *answer)
{
    bool is_socket = route->method == WS;
    const char *media = route->spec != NULL ? route->spec->media : NULL;
    cJSON *one = cJSON_AddObjectToObject(cJSON_AddObjectToObject(operation, "responses"),
                                         is_socket ? "101" : "200"),
          *schema, *file;
    char ref[96] = "#/components/schemas/";

    cJSON_AddStringToObject(one, "description",
                            is_socket ? "the connection is a WebSocket now" : "the answer");
    if (is_socket || answer[0] == '\0' || strlen(ref) + strlen(answer) >= sizeof ref)
        return;
    memcpy(ref + strlen(ref), answer, strlen(answer) + 1);
    file = cJSON_AddObjectToObject(cJSON_AddObjectToObject(one, "content"),
                                   media != NULL ? media : "application/json");
    schema = cJSON_AddObjectToObject(file, "schema");
    if (media == NULL) {
        cJSON_AddStringToObject(schema, "$ref", ref);
        return;
    }
    cJSON_AddStringToObject(schema, "type", "string");
    cJSON_AddStringToObject(schema, "format", "binary");
}

/* "postMessagesIdPin" */
static void add_operation_id(cJSON *operation, const struct dialect *dialect, const char *method,
                             const char *path)
{
    char id[256];
    size_t len = 0;
    bool is_start = true;
    bool ends_open = path[0] != '\0' && path[strlen(path) - 1] == '/';
    const char *parts[] = { dialect->name, " ", method, path, ends_open ? " slash" : "" };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        for (const char *p = parts[i]; *p != '\0' && len < sizeof id - 1; p++) {
            if (!isalnum((unsigned char)*p)) {
                is_start = true;
                continue;
            }
            id[len] = (char)(is_start && len > 0 ? toupper((unsigned char)*p) : *p);
            len++;
            is_start = false;
        }
    id[len] = '\0';
    cJSON_AddStringToObject(operation, "operationId", id);
}

static void add_route(cJSON *paths, const struct dialect *dialect, const struct route *route,
                      const char *answer)
{
    static const char *const methods[] = {
        [GET] = "get", [POST] = "post", [PUT] = "put", [DELETE] = "delete", [WS] = "get"
    };
    char path[512];
    size_t mount_len = strlen(dialect->mount), path_len = strlen(route->path);
    cJSON *at, *operation, *security;

    if (mount_len + path_len >= sizeof path)
        return;
    memcpy(path, dialect->mount, mount_len);
    memcpy(path + mount_len, route->path, path_len + 1);
    at = cJSON_GetObjectItemCaseSensitive(paths, path);
    if (at == NULL)
        at = cJSON_AddObjectToObject(paths, path);
    if (cJSON_GetObjectItemCaseSensitive(at, methods[route->method]) != NULL)
        return; /* a socket and a page at one path: the first is shown */
    operation = cJSON_AddObjectToObject(at, methods[route->method]);
    add_operation_id(operation, dialect, methods[route->method], route->path);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(operation, "tags"),
                         cJSON_CreateString(dialect->name));
    security = cJSON_AddArrayToObject(operation, "security");
    if (route->access != ACCESS_PUBLIC) {
        at = cJSON_CreateObject();
        cJSON_AddArrayToObject(at, "token");
        cJSON_AddItemToArray(security, at);
    }
    add_fields(operation, route);
    add_responses(operation, route, answer);
}

cJSON *openapi_document(const struct dialect *const *dialects, size_t count, const char *title,
                        const char *answer, cJSON *schemas)
{
    cJSON *o = cJSON_CreateObject(), *part;
    cJSON *paths;

    cJSON_AddStringToObject(o, "openapi", "3.0.3");
    part = cJSON_AddObjectToObject(o, "info");
    cJSON_AddStringToObject(part, "title", title);
    cJSON_AddStringToObject(part, "version", CHATD_VERSION);
    paths = cJSON_AddObjectToObject(o, "paths");
    for (size_t d = 0; d < count; d++)
        for (size_t s = 0; s < dialects[d]->section_count; s++)
            for (size_t r = 0; r < dialects[d]->sections[s]->count; r++)
                add_route(paths, dialects[d], &dialects[d]->sections[s]->routes[r], answer);
    part = cJSON_AddObjectToObject(o, "components");
    cJSON_AddItemToObject(part, "schemas", schemas);
    part = cJSON_AddObjectToObject(cJSON_AddObjectToObject(part, "securitySchemes"), "token");
    cJSON_AddStringToObject(part, "type", "apiKey");
    cJSON_AddStringToObject(part, "in", "header");
    cJSON_AddStringToObject(part, "name", "Authorization");
    return o;
}
