/* freeim's envelope {code, result, message}: the only place that knows it, and what each error is
 * called here. The document shows code 0 only; real clients know one other, 1 (facts 1.1).
 * result.error is ours: a name a client can translate. */
#include <ctype.h>
#include <string.h>

#include "handlers/freeim/freeim.h"

struct wording {
    int status; /* HTTP */
    const char *text;
};

static struct wording wire_of(enum err e)
{
    switch (e) {
    case OK: return (struct wording){ 200, "" };
    case ERR_BAD_REQUEST: return (struct wording){ 400, "参数不合法" };
    case ERR_BAD_TYPE: return (struct wording){ 400, "参数不合法" };
    case ERR_BAD_FIELD: return (struct wording){ 200, "参数不合法" };
    case ERR_MISMATCH: return (struct wording){ 200, "参数不合法" };
    case ERR_TOO_LARGE: return (struct wording){ 413, "内容过大" };
    case ERR_NO_ROUTE: return (struct wording){ 404, "接口不存在" };
    case ERR_BAD_METHOD: return (struct wording){ 405, "请求方法不支持" };
    case ERR_UNAUTHENTICATED: return (struct wording){ 401, "登录超时" };
    case ERR_BAD_REFRESH: return (struct wording){ 401, "登录超时" };
    case ERR_FORBIDDEN: return (struct wording){ 403, "没有权限" };
    case ERR_TOO_MANY: return (struct wording){ 200, "数量已达上限" };
    case ERR_RATE_LIMITED: return (struct wording){ 429, "操作太频繁，请稍后再试" };
    case ERR_BUSY: return (struct wording){ 503, "服务器繁忙，请稍后再试" };
    case ERR_STORAGE_FULL: return (struct wording){ 507, "服务器存储空间不足" };
    case ERR_DB: return (struct wording){ 500, "服务器错误" };
    case ERR_INTERNAL: return (struct wording){ 500, "服务器错误" };
    case ERR_NO_DEVICE: return (struct wording){ 200, "设备不存在" };
    case ERR_BAD_CAPTCHA: return (struct wording){ 200, "验证码错误" };
    case ERR_CAPTCHA_EXPIRED: return (struct wording){ 200, "验证码过期，请刷新后重试" };
    case ERR_BAD_CREDENTIALS: return (struct wording){ 200, "账号或密码错误" };
    case ERR_NO_ACCOUNT: return (struct wording){ 200, "账号不存在" };
    case ERR_ACCOUNT_DISABLED: return (struct wording){ 200, "账号被封禁" };
    case ERR_ACCOUNT_EXISTS: return (struct wording){ 200, "账号已存在" };
    case ERR_RESERVED_NAME: return (struct wording){ 200, "该用户名不可使用" };
    case ERR_NAME_NOT_ASCII: return (struct wording){ 200, "用户名不能包含中文" };
    case ERR_BAD_SETUP: return (struct wording){ 403, "链接已失效" };
    case ERR_REGISTRATION_CLOSED: return (struct wording){ 200, "账号注册通道已关闭" };
    case ERR_SELF: return (struct wording){ 200, "不能对自己进行此操作" };
    case ERR_NOT_BLOCKED: return (struct wording){ 200, "黑名单不存在" };
    case ERR_NO_CONTACT_GROUP: return (struct wording){ 200, "分组不存在" };
    case ERR_CONTACT_GROUP_EXISTS: return (struct wording){ 200, "分组已存在" };
    case ERR_NOT_FRIEND: return (struct wording){ 200, "对方还不是您的好友" };
    case ERR_ALREADY_FRIEND: return (struct wording){ 200, "对方已经是您的好友" };
    case ERR_REQUEST_EXISTS: return (struct wording){ 200, "对方还未验证您的好友请求" };
    case ERR_NO_REQUEST: return (struct wording){ 200, "请求不存在" };
    case ERR_BLOCKED: return (struct wording){ 200, "对方已将您加入黑名单" };
    case ERR_KEPT_APART: return (struct wording){ 200, "群内禁止互加好友" };
    case ERR_NO_GROUP: return (struct wording){ 200, "群聊不存在" };
    case ERR_GROUP_EXISTS: return (struct wording){ 200, "群聊已存在" };
    case ERR_GROUP_CLOSED: return (struct wording){ 200, "当前群聊禁止新成员加入" };
    case ERR_GROUP_FULL: return (struct wording){ 200, "当前群聊人数已满" };
    case ERR_MANAGERS_FULL: return (struct wording){ 200, "群管理员数量已达上限" };
    case ERR_ALREADY_MEMBER: return (struct wording){ 200, "你已经是此群聊成员" };
    case ERR_NOT_MEMBER: return (struct wording){ 200, "你不是是此群聊成员" };
    case ERR_NOT_MANAGER: return (struct wording){ 200, "您不是群聊管理员" };
    case ERR_NOT_OWNER: return (struct wording){ 200, "您不是群主" };
    case ERR_OWNER_STAYS: return (struct wording){ 200, "群主无法退群，请转让群" };
    case ERR_NO_TARGET: return (struct wording){ 200, "成员不在本群聊" };
    case ERR_PROTECTED: return (struct wording){ 200, "不允许踢出群主或管理员" };
    case ERR_MUTED: return (struct wording){ 200, "您已被禁言" };
    case ERR_NO_MESSAGE: return (struct wording){ 200, "消息不存在" };
    case ERR_NOT_SENDER: return (struct wording){ 200, "只能撤回自己的消息" };
    case ERR_TOO_LATE: return (struct wording){ 200, "超过2分钟消息无法撤回" };
    case ERR_ID_REUSED: return (struct wording){ 409, "消息编号已被使用" };
    case ERR_NO_FILE: return (struct wording){ 404, "文件不存在" };
    case ERR_NO_UPLOAD: return (struct wording){ 200, "上传不存在" };
    case ERR_NO_BUCKET: return (struct wording){ 200, "存储空间不存在" };
    case ERR_BAD_SUM: return (struct wording){ 200, "文件校验失败" };
    case ERR_QUOTA: return (struct wording){ 200, "存储空间已用完" };
    case ERR_NO_CALL: return (struct wording){ 200, "通话不存在" };
    case ERR_CALL_ENDED: return (struct wording){ 200, "通话已结束" };
    case ERR_CALL_ENTERED: return (struct wording){ 200, "您已在其他设备上加入通话" };
    case ERR_CALL_LEFT: return (struct wording){ 200, "您或对方不在通话中" };
    case ERR_CALL_BUSY: return (struct wording){ 200, "您已经在其他通话中" };
    case ERR_NOT_CREATOR: return (struct wording){ 200, "只有发起人可以结束通话" };
    case ERR_CALLEE_BUSY: return (struct wording){ 200, "对方忙线中" };
    case ERR_NO_CALLEE: return (struct wording){ 200, "没有可以呼叫的用户" };
    }
    return (struct wording){ 500, "服务器错误" };
}

const char *freeim_error_name(struct arena *a, enum err e)
{
    char *name = arena_strdup(a, err_name(e) + strlen("ERR_"));

    for (char *p = name; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    return name;
}

/* Routes that ask about a group say it in the group's words. */
static const char *text_of(const struct req *rq, enum err e, struct wording wire)
{
    bool about_group = rq->route != NULL && strncmp(rq->route->path, "/chatGroups/", 12) == 0;

    if (about_group && e == ERR_REQUEST_EXISTS)
        return "已发送过加群申请";
    if (about_group && e == ERR_NO_REQUEST)
        return "加群申请不存在";
    return wire.text;
}

void freeim_envelope(struct req *rq, enum err e, struct reply *reply_r)
{
    struct wording wire = wire_of(e);
    cJSON *body = cJSON_CreateObject(), *result;

    cJSON_AddNumberToObject(body, "code", e == OK ? 0 : 1);
    if (e == OK) {
        cJSON_AddItemToObject(body, "result", rq->data != NULL ? rq->data : cJSON_CreateNull());
        rq->data = NULL;
        cJSON_AddStringToObject(body, "message", rq->note != NULL ? rq->note : "");
    } else {
        result = e == ERR_UNAUTHENTICATED ? cJSON_AddNullToObject(body, "result")
                                          : cJSON_AddObjectToObject(body, "result");
        if (e != ERR_UNAUTHENTICATED)
            cJSON_AddStringToObject(result, "error", freeim_error_name(rq->cx.arena, e));
        if (rq->fault != NULL && e == ERR_BAD_FIELD)
            cJSON_AddStringToObject(result, "info", rq->fault);
        cJSON_AddStringToObject(body, "message", text_of(rq, e, wire));
    }
    reply_r->status = wire.status;
    reply_r->body = body;
}
