/* node's envelope, R: the only place that knows it, and what each error is called here (facts 6).
 * Nearly everything is HTTP 200; who may not ask gets 401 and no body (facts 5). */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "handlers/node/node.h"
#include "http/dispatch.h"

enum {
    CODE_OK = 0,
    CODE_ANY = -1,
    CODE_TYPE = -3,
    CODE_SQL = -4,
    CODE_NULL = -5,
    CODE_MISSING = -6,
    CODE_MEDIA = -7,
    CODE_VALID = -9,
    CODE_BUSINESS = -10,
};

struct wording {
    int status; /* HTTP */
    int code;
    const char *text;
};

static struct wording wire_of(enum err e)
{
    switch (e) {
    case OK: return (struct wording){ 200, CODE_OK, "ok" };
    case ERR_BAD_REQUEST: return (struct wording){ 200, CODE_TYPE, "参数类型解析异常" };
    case ERR_BAD_TYPE: return (struct wording){ 200, CODE_MEDIA, "请求类型异常" };
    case ERR_BAD_FIELD: return (struct wording){ 200, CODE_TYPE, "参数类型解析异常" };
    case ERR_MISMATCH: return (struct wording){ 200, CODE_TYPE, "参数类型解析异常" };
    case ERR_TOO_LARGE: return (struct wording){ 200, CODE_VALID, "内容过大" };
    case ERR_NO_ROUTE: return (struct wording){ 404, 404, "接口不存在" };
    case ERR_BAD_METHOD: return (struct wording){ 200, 405, "不支持当前请求类型" };
    case ERR_UNAUTHENTICATED: return (struct wording){ 401, 401, "" };
    case ERR_FORBIDDEN: return (struct wording){ 403, 403, "没有权限" };
    case ERR_RATE_LIMITED:
    case ERR_BUSY:
    case ERR_INTERNAL: return (struct wording){ 200, CODE_ANY, "系统繁忙~请稍后再试~" };
    case ERR_STORAGE_FULL:
    case ERR_DB: return (struct wording){ 200, CODE_SQL, "运行SQL出现异常" };
    case ERR_ACCOUNT_DISABLED: return (struct wording){ 200, CODE_BUSINESS, "该账号已被禁用" };
    case ERR_SELF: return (struct wording){ 200, CODE_BUSINESS, "不能发送给自己" };
    case ERR_NOT_FRIEND: return (struct wording){ 200, CODE_BUSINESS, "对方还不是好友" };
    case ERR_BLOCKED: return (struct wording){ 200, CODE_BUSINESS, "对方已将发送者加入黑名单" };
    case ERR_NO_ACCOUNT: return (struct wording){ 200, CODE_BUSINESS, "用户名不存在" };
    case ERR_NO_GROUP: return (struct wording){ 200, CODE_BUSINESS, "群聊已经不存在" };
    case ERR_NOT_MEMBER: return (struct wording){ 200, CODE_BUSINESS, "请先加入该群聊" };
    case ERR_BAD_CAPTCHA:
    case ERR_CAPTCHA_EXPIRED:
    case ERR_BAD_CREDENTIALS:
    case ERR_ACCOUNT_EXISTS:
    case ERR_RESERVED_NAME:
    case ERR_NAME_NOT_ASCII:
    case ERR_BAD_SETUP:
    case ERR_REGISTRATION_CLOSED:
    case ERR_NOT_BLOCKED:
    case ERR_NO_CONTACT_GROUP:
    case ERR_CONTACT_GROUP_EXISTS:
    case ERR_ALREADY_FRIEND:
    case ERR_REQUEST_EXISTS:
    case ERR_NO_REQUEST:
    case ERR_KEPT_APART:
    case ERR_GROUP_EXISTS:
    case ERR_GROUP_CLOSED:
    case ERR_GROUP_FULL:
    case ERR_MANAGERS_FULL:
    case ERR_ALREADY_MEMBER:
    case ERR_NOT_MANAGER:
    case ERR_NOT_OWNER:
    case ERR_OWNER_STAYS:
    case ERR_NO_TARGET:
    case ERR_PROTECTED:
    case ERR_MUTED:
    case ERR_NO_MESSAGE:
    case ERR_NOT_SENDER:
    case ERR_TOO_LATE:
    case ERR_ID_REUSED:
    case ERR_BAD_REFRESH:
    case ERR_TOO_MANY:
    case ERR_NO_DEVICE:
    case ERR_NO_FILE:
    case ERR_NO_UPLOAD:
    case ERR_NO_BUCKET:
    case ERR_BAD_SUM:
    case ERR_QUOTA:
    case ERR_NO_CALL: /* calls are none of this API */
    case ERR_CALL_ENDED:
    case ERR_CALL_ENTERED:
    case ERR_CALL_LEFT:
    case ERR_CALL_BUSY:
    case ERR_NOT_CREATOR:
    case ERR_CALLEE_BUSY:
    case ERR_NO_CALLEE: return (struct wording){ 200, CODE_BUSINESS, "操作失败" };
    }
    return (struct wording){ 200, CODE_ANY, "系统繁忙~请稍后再试~" };
}

/* Which field was missing or wrong decides between two codes; "name: required" is how the gate says
 * that it was missing. */
static struct wording word_field(struct req *rq)
{
    const char *fault = str_or_empty(rq->fault);
    size_t name_len = strcspn(fault, ":");
    struct arena *a = rq->cx.arena;

    if (str_eq(fault, NODE_NO_MEMBERS))
        return (struct wording){ 200, CODE_ANY, "系统繁忙~请稍后再试~" };
    if (str_eq(fault, NODE_NULL_MEMBERS))
        return (struct wording){ 200, CODE_NULL, "空指针异常" };
    if (str_eq(fault + name_len, ": required"))
        return (struct wording){ 200, CODE_MISSING,
                                 arena_printf(a, "缺少必须的参数[%.*s]", (int)name_len, fault) };
    return (struct wording){ 200, CODE_TYPE, arena_printf(a, "参数类型解析异常：%s", fault) };
}

static struct wording word(struct req *rq, enum err e)
{
    if (e != OK && rq->note != NULL)
        return (struct wording){ 200, CODE_BUSINESS, rq->note };
    if (e == ERR_BAD_FIELD)
        return word_field(rq);
    return wire_of(e);
}

/* Where the fault is the caller's or ours and not the business', upstream's exception handler answers
 * and says for which path. */
static bool tells_path(int code)
{
    return code != CODE_OK && code != CODE_VALID && code != CODE_BUSINESS;
}

void node_envelope(struct req *rq, enum err e, struct reply *reply_r)
{
    struct wording wire = word(rq, e);
    bool ok = wire.code == CODE_OK;
    cJSON *body;

    reply_r->status = wire.status;
    if (e == ERR_UNAUTHENTICATED)
        return;
    body = cJSON_CreateObject();
    json_add_i64(body, "code", wire.code);
    cJSON_AddItemToObject(body, "data", rq->data != NULL ? rq->data : cJSON_CreateNull());
    rq->data = NULL;
    cJSON_AddNullToObject(body, "extra");
    cJSON_AddBoolToObject(body, "isError", !ok);
    cJSON_AddBoolToObject(body, "isSuccess", ok);
    cJSON_AddStringToObject(body, "msg", wire.text);
    if (tells_path(wire.code))
        cJSON_AddStringToObject(body, "path", rq->io->path);
    else
        cJSON_AddNullToObject(body, "path");
    json_add_i64(body, "timestamp", ctx_now(&rq->cx));
    reply_r->body = body;
}
