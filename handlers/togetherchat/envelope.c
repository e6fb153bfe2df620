/* togetherchat's envelope {success, errCode, errMsg, data}: the only place that knows it, and what
 * each error is called here (facts 1.1 and 1.2; 101 is the document's number for a text without
 * one). */
#include "base/str.h"
#include "handlers/togetherchat/togetherchat.h"
#include "http/dispatch.h"

#define FREE_TEXT 101
#define BUSY_TEXT "系统出小差了，请稍后再试哦~~"
#define STORE_TEXT "数据库问题"

static struct togetherchat_error failed(int status, int code, const char *text)
{
    return (struct togetherchat_error){ status, code, text };
}

static struct togetherchat_error rule(int code, const char *text)
{
    return failed(400, code, text);
}

struct togetherchat_error togetherchat_error(enum err e)
{
    switch (e) {
    case OK: return failed(200, 0, "");
    case ERR_BAD_REQUEST: return rule(-2, "参数校验失败");
    case ERR_BAD_TYPE: return failed(415, -2, "不支持的内容类型");
    case ERR_BAD_FIELD: return rule(-2, "参数校验失败");
    case ERR_MISMATCH: return rule(102, "参数有误");
    case ERR_TOO_LARGE: return failed(413, -2, "内容过大");
    case ERR_NO_ROUTE: return failed(404, -1, "接口不存在");
    case ERR_BAD_METHOD: return failed(405, -1, "不支持的请求");
    case ERR_UNAUTHENTICATED: return failed(401, 401, "access token无效");
    case ERR_BAD_REFRESH: return rule(400, "refresh token无效");
    case ERR_FORBIDDEN: return failed(403, 9002, "您无权操作~");
    case ERR_TOO_MANY: return rule(FREE_TEXT, "数量已达上限");
    case ERR_RATE_LIMITED: return failed(429, -3, "请求太频繁了，请稍后再试哦~~");
    case ERR_BUSY: return failed(503, -1, BUSY_TEXT);
    case ERR_STORAGE_FULL: return failed(507, -5, STORE_TEXT);
    case ERR_DB: return failed(500, -5, STORE_TEXT);
    case ERR_INTERNAL: return failed(500, -1, BUSY_TEXT);
    case ERR_NO_DEVICE: return rule(FREE_TEXT, "设备不存在");
    case ERR_BAD_CAPTCHA: return rule(FREE_TEXT, "验证码错误");
    case ERR_CAPTCHA_EXPIRED: return rule(FREE_TEXT, "验证码已过期");
    case ERR_BAD_CREDENTIALS: return rule(10003, "密码错误");
    case ERR_NO_ACCOUNT: return rule(10001, "用户不存在");
    case ERR_ACCOUNT_DISABLED: return rule(FREE_TEXT, "账号已被禁用");
    case ERR_ACCOUNT_EXISTS: return rule(10002, "用户名已存在");
    case ERR_RESERVED_NAME: return rule(FREE_TEXT, "该用户名不可使用");
    case ERR_NAME_NOT_ASCII: return rule(FREE_TEXT, "用户名含有不允许的字符");
    case ERR_BAD_SETUP: return rule(FREE_TEXT, "链接已失效");
    case ERR_REGISTRATION_CLOSED: return rule(FREE_TEXT, "注册已关闭");
    case ERR_SELF: return rule(102, "参数有误");
    case ERR_NOT_BLOCKED: return rule(FREE_TEXT, "该用户不在黑名单中");
    case ERR_NO_CONTACT_GROUP: return rule(FREE_TEXT, "分组不存在");
    case ERR_CONTACT_GROUP_EXISTS: return rule(FREE_TEXT, "分组已存在");
    case ERR_NOT_FRIEND: return rule(FREE_TEXT, "对方还不是您的好友");
    case ERR_ALREADY_FRIEND: return rule(FREE_TEXT, "对方已经是您的好友");
    case ERR_REQUEST_EXISTS: return rule(FREE_TEXT, "已经申请过了");
    case ERR_NO_REQUEST: return rule(FREE_TEXT, "申请不存在");
    case ERR_BLOCKED: return rule(FREE_TEXT, "对方已将您加入黑名单");
    case ERR_KEPT_APART: return rule(FREE_TEXT, "群内禁止互加好友");
    case ERR_NO_GROUP: return rule(9001, "该群不存在~");
    case ERR_GROUP_EXISTS: return rule(FREE_TEXT, "群组已存在");
    case ERR_GROUP_CLOSED: return rule(FREE_TEXT, "该群不允许加入");
    case ERR_GROUP_FULL: return rule(FREE_TEXT, "群成员数量已达上限");
    case ERR_MANAGERS_FULL: return rule(9003, "群管理员数量达到上限，请先删除后再操作~");
    case ERR_ALREADY_MEMBER: return rule(FREE_TEXT, "该成员已在群组中");
    case ERR_NOT_MEMBER: return rule(9010, "您不在该群组中");
    case ERR_NOT_MANAGER: return rule(9002, "您无权操作~");
    case ERR_NOT_OWNER: return rule(9002, "您无权操作~");
    case ERR_OWNER_STAYS: return rule(9008, "群主唯一，不能退出群聊，请申请转让或解散");
    case ERR_NO_TARGET: return rule(9009, "该成员不在群组中");
    case ERR_PROTECTED: return rule(9002, "您无权操作~");
    case ERR_MUTED: return rule(FREE_TEXT, "您已被禁言");
    case ERR_NO_MESSAGE: return rule(1000, "消息不存在~");
    case ERR_NOT_SENDER: return rule(1001, "无法修改他人的消息");
    case ERR_TOO_LATE: return rule(FREE_TEXT, "已超过可撤回的时间");
    case ERR_ID_REUSED: return rule(FREE_TEXT, "消息编号已被使用");
    case ERR_NO_FILE: return failed(404, FREE_TEXT, "文件不存在");
    case ERR_NO_UPLOAD: return rule(FREE_TEXT, "上传不存在");
    case ERR_NO_BUCKET: return rule(FREE_TEXT, "存储空间不存在");
    case ERR_BAD_SUM: return rule(FREE_TEXT, "文件校验失败");
    case ERR_QUOTA: return rule(FREE_TEXT, "存储空间已用完");
    case ERR_NO_CALL: return rule(6000, "通话不存在~");
    case ERR_CALL_ENDED: return rule(6001, "通话已结束");
    case ERR_CALL_ENTERED: return rule(6002, "你已经加入通话~");
    case ERR_CALL_LEFT: return rule(6003, "你已经退出通话~");
    case ERR_CALL_BUSY: return rule(6005, "你已经在其他通话中了~");
    case ERR_NOT_CREATOR: return rule(9002, "您无权操作~");
    case ERR_CALLEE_BUSY: return rule(6006, "没有有效的用户可以加入通话~");
    case ERR_NO_CALLEE: return rule(6006, "没有有效的用户可以加入通话~");
    }
    return failed(500, -1, BUSY_TEXT);
}

const char *togetherchat_faults(struct arena *a, const struct faults *faults)
{
    struct buf text = buf_new(a);

    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];
        const char *own = fault->is_missing ? fault->field->missing_text : fault->field->wrong_text;
        const char *plain = fault->is_missing ? "不能为空" : "格式有误";
        buf_printf(&text, "%s%s%s", i > 0 ? "," : "", fault->field->name,
                   own != NULL ? own : plain);
    }
    return text.data;
}

/* Where a route has words of its own for an error. */
static struct togetherchat_error said_here(const struct req *rq, enum err e)
{
    static const struct {
        enum method method;
        const char *path;
        enum err e;
        int code;
        const char *text;
    } rows[] = {
        { GET, "/group/{groupId}", ERR_NOT_MEMBER, 9004, "非法操作，用户不存在群聊中~" },
        { DELETE, "/chat/message", ERR_NOT_MEMBER, 1003, "状态异常" },
        { DELETE, "/chat/message", ERR_NOT_SENDER, 1002, "你无法删除别人的信息哦~" },
    };

    for (size_t i = 0; rq->route != NULL && i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].e == e && rows[i].method == rq->route->method &&
            str_eq(rows[i].path, rq->route->path))
            return rule(rows[i].code, rows[i].text);
    return togetherchat_error(e);
}

static const char *text_of(const struct req *rq, enum err e, const char *text)
{
    if (e == ERR_BAD_METHOD)
        return arena_printf(rq->cx.arena, "不支持'%s'请求", rq->io->method);
    if (e == ERR_BAD_FIELD && rq->faults.count > 0)
        return togetherchat_faults(rq->cx.arena, &rq->faults);
    return e == ERR_BAD_FIELD && rq->fault != NULL ? rq->fault : text;
}

void togetherchat_envelope(struct req *rq, enum err e, struct reply *reply_r)
{
    struct togetherchat_error said = said_here(rq, e);
    cJSON *body = cJSON_CreateObject();

    cJSON_AddBoolToObject(body, "success", e == OK);
    cJSON_AddNumberToObject(body, "errCode", said.code);
    cJSON_AddStringToObject(body, "errMsg", text_of(rq, e, said.text));
    if (e == OK && rq->data != NULL) {
        cJSON_AddItemToObject(body, "data", rq->data);
        rq->data = NULL;
    }
    reply_r->status = said.status;
    reply_r->body = body;
}
