/* The routes of this server as OpenAPI 3.0.3, made from the tables that answer them. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/json.h"
#include "base/str.h"
#include "handlers/all.h"
#include "handlers/freeim/freeim.h"
#include "handlers/site/site.h"
#include "http/openapi.h"

/* {code, result, message}: the envelope of freeim and site. */
static cJSON *envelope_schemas(void)
{
    static const char *const keys[] = { "code", "result", "message" };
    cJSON *schemas = cJSON_CreateObject(), *answer = cJSON_AddObjectToObject(schemas, "Answer");
    cJSON *required, *properties, *code;

    cJSON_AddStringToObject(answer, "type", "object");
    required = cJSON_AddArrayToObject(answer, "required");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        cJSON_AddItemToArray(required, cJSON_CreateString(keys[i]));
    properties = cJSON_AddObjectToObject(answer, "properties");
    code = cJSON_AddObjectToObject(properties, "code");
    cJSON_AddStringToObject(code, "type", "integer");
    cJSON_AddStringToObject(
        code, "description",
        "0: done; 1: refused, and result.error is a name a client can translate");
    cJSON_AddObjectToObject(properties, "result");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(properties, "message"), "type", "string");
    return schemas;
}

/* Answers with the document itself, in no envelope: it leaves as a file that has no name. Adopts
 * tree. */
static enum err answer_bare(struct req *rq, cJSON *tree)
{
    const char *text = json_print(rq->cx.arena, tree);
    size_t len = text != NULL ? strlen(text) : 0;
    int fd = memfd_create("openapi", MFD_CLOEXEC);

    if (fd < 0 || len == 0 || write(fd, text, len) != (ssize_t)len) {
        if (fd >= 0)
            close(fd);
        return ERR_INTERNAL;
    }
    rq->download = ARENA_NEW(rq->cx.arena, struct download);
    *rq->download =
        (struct download){ .fd = fd,
                           .size_bytes = (int64_t)len,
                           .type = "application/json",
                           .etag = arena_printf(rq->cx.arena, CHATD_VERSION "-%zu", len),
                           .modified_at_ms = rq->cx.sv->started_at_ms };
    return OK;
}

/* GET /openapi.json: what stands below /api/v1, freeim's and ours. */
static enum err openapi_get(struct req *rq, const void *args)
{
    static const struct dialect *const ours[] = { &freeim_dialect, &site_dialect };

    (void)args; /* takes no fields */
    return answer_bare(rq,
                       openapi_document(ours, sizeof ours / sizeof ours[0],
                                        rq->cx.sv->conf->site_name, "Answer", envelope_schemas()));
}

struct openapi_of {
    const char *dialect;
};
SPEC(openapi_of, F_STR(openapi_of, dialect, IN_PATH, "dialect", REQUIRED, 1, 32));

/* GET /openapi/{dialect}: any one of them. */
static enum err openapi_get_one(struct req *rq, const void *args)
{
    const struct openapi_of *a = args;

    for (size_t i = 0; i < dialect_count; i++) {
        const struct dialect *dialect = dialects[i];
        bool is_ours = dialect == &freeim_dialect || dialect == &site_dialect;
        if (str_eq(dialect->name, a->dialect))
            return answer_bare(
                rq, openapi_document(&dialect, 1, dialect->name, is_ours ? "Answer" : "",
                                     is_ours ? envelope_schemas() : cJSON_CreateObject()));
    }
    return ERR_NO_ROUTE;
}

static const struct route routes[] = {
    { GET, "/openapi.json", ACCESS_PUBLIC, openapi_get, NULL, NULL },
    { GET, "/openapi/{dialect}", ACCESS_PUBLIC, openapi_get_one, &openapi_of_spec, NULL },
};
const struct section site_openapi_section = SECTION(routes);
