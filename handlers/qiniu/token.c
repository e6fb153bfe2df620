/* Upload tokens: AK:SIGN:POLICY, where POLICY is JSON in base64url and SIGN its HMAC-SHA1. Ours are
 * read only as we write them: what they do not say (overwriting, callbacks) nobody can ask for. */
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/str.h"
#include "handlers/qiniu/qiniu.h"

#define TOKEN_LIFE_S 3600
#define TOKEN_TEXT_MAX 2048

/* ---- issuing ---- */

/* The server names the file: $(uuid) and $(ext) are Qiniu's words for 32 hex digits and the
 * extension. */
static const char *policy_text(const struct req *rq, const char *bucket)
{
    cJSON *policy = cJSON_CreateObject();
    char *text;
    const char *copy;

    cJSON_AddStringToObject(policy, "scope", bucket);
    json_add_i64(policy, "deadline", ctx_now(&rq->cx) / 1000 + TOKEN_LIFE_S);
    cJSON_AddStringToObject(policy, "endUser",
                            arena_printf(rq->cx.arena, "%lld", (long long)rq->cx.actor));
    json_add_i64(policy, "insertOnly", 1);
    json_add_i64(policy, "fsizeLimit", rq->cx.sv->conf->upload_file_bytes);
    cJSON_AddStringToObject(policy, "saveKey", "$(uuid)$(ext)");
    cJSON_AddTrueToObject(policy, "forceSaveKey");
    text = cJSON_PrintUnformatted(policy);
    copy = text == NULL ? NULL : arena_strdup(rq->cx.arena, text);
    cJSON_free(text);
    cJSON_Delete(policy);
    return copy;
}

enum err qiniu_token_issue(struct req *rq, const char **token_r, const char **domain_r)
{
    const struct conf *conf = rq->cx.sv->conf;
    struct depot *depot = rq->cx.sv->depot;
    struct arena *a = rq->cx.arena;
    bool is_theirs = conf->qiniu_access_key[0] != '\0';
    const char *access = is_theirs ? conf->qiniu_access_key : depot_access_key(depot);
    const char *secret = is_theirs ? conf->qiniu_secret_key : depot_secret_key(depot);
    const char *policy = policy_text(rq, is_theirs ? conf->qiniu_bucket : QINIU_BUCKET);
    const char *origin = req_origin(rq), *encoded;

    if (policy == NULL)
        return ERR_INTERNAL;
    if (!is_theirs && origin == NULL)
        return ERR_BAD_REQUEST;
    encoded = base64url_encode(a, policy, strlen(policy));
    *token_r = arena_printf(a, "%s:%s:%s", access, digest_sign(a, secret, encoded), encoded);
    *domain_r = is_theirs ? conf->qiniu_domain : arena_printf(a, "%s/files", origin);
    return OK;
}

/* ---- accepting ---- */

static enum err refuse(struct req *rq, const char *why)
{
    rq->fault = why;
    return ERR_UNAUTHENTICATED;
}

/* The signed part of a token of ours, or NULL. */
static const char *signed_part(const struct req *rq, const char *token)
{
    struct depot *depot = rq->cx.sv->depot;
    const char *sign = strchr(token, ':');
    const char *policy = sign == NULL ? NULL : strchr(sign + 1, ':');
    struct arena *a = rq->cx.arena;

    if (policy == NULL || strlen(token) > TOKEN_TEXT_MAX ||
        !crypto_equal(arena_strndup(a, token, (size_t)(sign - token)), depot_access_key(depot)))
        return NULL;
    sign++;
    if (!crypto_equal(arena_strndup(a, sign, (size_t)(policy - sign)),
                      digest_sign(a, depot_secret_key(depot), policy + 1)))
        return NULL;
    return policy + 1;
}

static enum err read_policy(struct req *rq, const cJSON *policy)
{
    const cJSON *user = cJSON_GetObjectItemCaseSensitive(policy, "endUser");
    const cJSON *scope = cJSON_GetObjectItemCaseSensitive(policy, "scope");
    int64_t deadline = 0, actor = 0;

    if (!json_i64(cJSON_GetObjectItemCaseSensitive(policy, "deadline"), 0, ID_MAX, &deadline) ||
        !json_i64(user, 1, ID_MAX, &actor) || !cJSON_IsString(scope) ||
        !str_eq(scope->valuestring, QINIU_BUCKET))
        return refuse(rq, "bad token");
    if (deadline * 1000 <= ctx_now(&rq->cx))
        return refuse(rq, "expired token");
    rq->cx.actor = actor;
    return OK;
}

enum err qiniu_token_accept(struct req *rq, const char *token)
{
    const char *encoded = rq->cx.sv->depot == NULL ? NULL : signed_part(rq, token);
    size_t len = 0;
    const char *text = encoded == NULL ? NULL : base64url_decode(rq->cx.arena, encoded, &len);
    cJSON *policy;
    enum err e;

    if (text == NULL)
        return refuse(rq, "bad token");
    policy = json_parse(text, len, &e);
    e = policy == NULL ? refuse(rq, "bad token") : read_policy(rq, policy);
    cJSON_Delete(policy);
    if (e == OK)
        e = uploader_check(&rq->cx);
    ctx_release(&rq->cx); /* writing files to disk comes next */
    return e;
}
