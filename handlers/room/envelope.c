/* room's envelope {"err": {Code, Msg, Notice}}: the only place that knows it, and what each error is
 * called here. Code is 0 even where something is refused; the text decides (facts 1, 2, 3). */
#include "base/str.h"
#include "handlers/room/room.h"

struct wording {
    int code;
    const char *msg; /* NULL: the meaning of the error, for whoever looks into it */
    const char *notice;
};

/* What went wrong in the server is told in one way; notice differs by route. */
#define BROKEN                                                                                     \
    (struct wording)                                                                               \
    {                                                                                              \
        1, NULL, "系统错误"                                                                    \
    }
#define SAID(text)                                                                                 \
    (struct wording)                                                                               \
    {                                                                                              \
        0, "", (text)                                                                              \
    }

/* Where no route has words of its own. */
static struct wording wording_of(enum err e)
{
    switch (e) {
    case OK: return SAID("");
    case ERR_BAD_REQUEST: return (struct wording){ 1, "参数无效", "参数无效" };
    case ERR_BAD_TYPE: return (struct wording){ 1, "参数无效", "参数无效" };
    case ERR_BAD_FIELD: return (struct wording){ 1, "参数无效", "参数无效" };
    case ERR_TOO_LARGE: return (struct wording){ 1, NULL, "内容过大" };
    case ERR_NO_ROUTE: return (struct wording){ 1, NULL, "接口不存在" };
    case ERR_BAD_METHOD: return (struct wording){ 1, NULL, "请求方法不支持" };
    case ERR_UNAUTHENTICATED: return (struct wording){ 0, "请求头中的token为空", "登录失败" };
    case ERR_FORBIDDEN: return SAID("没有权限");
    case ERR_RATE_LIMITED: return (struct wording){ 0, "无令牌", "无令牌，请等待" };
    case ERR_BAD_CAPTCHA: return SAID("验证码错误");
    case ERR_CAPTCHA_EXPIRED: return SAID("验证码错误");
    case ERR_BAD_CREDENTIALS: return (struct wording){ 0, "登录失败", "id或密码错误" };
    case ERR_NO_ACCOUNT: return (struct wording){ 0, "用户不存在", "用户不存在" };
    case ERR_ACCOUNT_DISABLED: return (struct wording){ 0, "登录失败", "该账号已被禁用" };
    case ERR_ACCOUNT_EXISTS:
        return (struct wording){ 0, "用户已存在", "用户Id或邮箱已存在，请重新注册" };
    case ERR_TOO_MANY_TRIES:
        return (struct wording){ 0, "发送多次拉入黑名单", "发送多次拉入黑名单" };
    case ERR_BANNED:
        return (struct wording){ 0, "用户在黑名单中，无法发送验证码",
                                 "已在黑名单中，无法发送验证码" };
    case ERR_RESERVED_NAME: return (struct wording){ 0, "名称不可用", "该名称为保留名称，请更换" };
    case ERR_NAME_NOT_ASCII: return (struct wording){ 0, "名称不可用", "该名称不可用，请更换" };
    case ERR_TOO_LATE: return (struct wording){ 0, "注册失败", "邀请码无效" };
    case ERR_REGISTRATION_CLOSED: return (struct wording){ 0, "注册失败", "注册通道已关闭" };
    case ERR_SELF: return SAID("不能对自己进行此操作");
    case ERR_NO_GROUP: return (struct wording){ 0, "房间不存在", "房间不存在" };
    case ERR_GROUP_EXISTS: return SAID("房间已存在");
    case ERR_GROUP_CLOSED: return SAID("房间不允许其他人进入");
    case ERR_GROUP_FULL: return SAID("房间人数已满");
    case ERR_ALREADY_MEMBER: return SAID("已在房间内");
    case ERR_NOT_MEMBER: return SAID("用户不在房间内");
    case ERR_NOT_MANAGER: return (struct wording){ 0, "不是房主无权限", "你不是房主无权限" };
    case ERR_NOT_OWNER: return (struct wording){ 0, "不是房主无权限", "你不是房主无权限" };
    case ERR_NO_TARGET: return SAID("用户不在房间内");
    case ERR_PROTECTED: return SAID("不能踢出房主或管理员");
    case ERR_MUTED: return SAID("您已被禁言");
    /* Only the server failing, or what no route of ours can come to: */
    case ERR_BUSY:
    case ERR_STORAGE_FULL:
    case ERR_DB:
    case ERR_INTERNAL:
    case ERR_BAD_SETUP:
    case ERR_NOT_BLOCKED:
    case ERR_NO_CONTACT_GROUP:
    case ERR_CONTACT_GROUP_EXISTS:
    case ERR_NOT_FRIEND:
    case ERR_ALREADY_FRIEND:
    case ERR_REQUEST_EXISTS:
    case ERR_NO_REQUEST:
    case ERR_BLOCKED:
    case ERR_KEPT_APART:
    case ERR_OWNER_STAYS:
    case ERR_NO_MESSAGE:
    case ERR_NOT_SENDER:
    case ERR_ID_REUSED:
    case ERR_BAD_REFRESH:
    case ERR_TOO_MANY:
    case ERR_NO_DEVICE:
    case ERR_NO_FILE:
    case ERR_NO_UPLOAD:
    case ERR_NO_BUCKET:
    case ERR_BAD_SUM:
    case ERR_QUOTA:
    case ERR_MANAGERS_FULL:
    case ERR_MISMATCH:
    case ERR_NOT_CREATOR:
    case ERR_NO_CALL:
    case ERR_CALL_ENDED:
    case ERR_CALL_ENTERED:
    case ERR_CALL_LEFT:
    case ERR_CALL_BUSY:
    case ERR_CALLEE_BUSY:
    case ERR_NO_CALLEE: break;
    }
    return BROKEN;
}

#define BAD_INPUT                                                                                  \
    {                                                                                              \
        1, "输入参数无效", "输入参数无效,请重新输入"                                    \
    }
#define NO_EMAIL                                                                                   \
    {                                                                                              \
        0, "数据库中无该邮箱", "邮箱错误"                                                      \
    }
#define NO_PICTURE                                                                                 \
    {                                                                                              \
        1, NULL, "获取图片错误"                                                              \
    }
#define PICTURE_NOT_KEPT                                                                           \
    {                                                                                              \
        1, NULL, "打开图片错误"                                                              \
    }
#define NOT_INSIDE                                                                                 \
    {                                                                                              \
        0, "", "不在房间内无法发送图片"                                                 \
    }

/* Words of one route (facts 2 and 3). */
static const struct {
    const char *path;
    enum err e;
    struct wording wording;
} variants[] = {
    { "/user/login", ERR_NO_ACCOUNT, { 0, "登录失败", "id或密码错误" } },
    { "/user/login", ERR_RATE_LIMITED, { 0, "登录失败", "尝试次数过多，请稍后再试" } },
    { "/user/login", ERR_BAD_FIELD, BAD_INPUT },
    { "/user/login", ERR_BAD_REQUEST, BAD_INPUT },
    { "/user/register", ERR_BAD_FIELD, BAD_INPUT },
    { "/user/register", ERR_BAD_REQUEST, BAD_INPUT },
    { "/user/update", ERR_BAD_FIELD, BAD_INPUT },
    { "/user/update", ERR_BAD_REQUEST, BAD_INPUT },
    { "/user/update", ERR_ACCOUNT_EXISTS, { 0, "", "邮箱已被绑定" } },
    { "/user/exit", ERR_DB, { 1, "删除token错误", "系统错误" } },
    { "/user/exit", ERR_STORAGE_FULL, { 1, "删除token错误", "系统错误" } },
    { "/user/forgetPwd", ERR_NO_ACCOUNT, NO_EMAIL },
    { "/user/forgetPwd", ERR_BAD_FIELD, BAD_INPUT },
    { "/user/forgetPwd", ERR_BAD_REQUEST, BAD_INPUT },
    { "/user/updatePwd", ERR_NO_ACCOUNT, NO_EMAIL },
    { "/user/updatePwd", ERR_BAD_FIELD, BAD_INPUT },
    { "/user/updatePwd", ERR_BAD_REQUEST, BAD_INPUT },
    { "/room/sendImg", ERR_NO_FILE, NO_PICTURE },
    { "/room/sendImg", ERR_BAD_REQUEST, NO_PICTURE },
    { "/room/sendImg", ERR_BAD_FIELD, NO_PICTURE },
    { "/room/sendImg", ERR_TOO_LARGE, PICTURE_NOT_KEPT },
    { "/room/sendImg", ERR_QUOTA, PICTURE_NOT_KEPT },
    { "/room/sendImg", ERR_NO_GROUP, NOT_INSIDE },
    { "/room/sendImg", ERR_NOT_MEMBER, NOT_INSIDE },
    { "/room/transferOwner", ERR_SELF, { 0, "", ROOM_TRANSFERRED } }, /* it is so already */
    { "/room/retrieveUser", ERR_NO_GROUP, { 0, "", "房间不存在" } },
    { "/room/retrieveUser", ERR_NOT_MEMBER, { 0, "", "用户不在房间内，无权限查找" } },
    { "/room/retrieve", ERR_BAD_FIELD, { 0, "参数无效", "参数无效" } },
    { "/room/retrieve", ERR_BAD_REQUEST, { 0, "参数无效", "参数无效" } },
    { "/room/retrieve", ERR_DB, { 1, "", "未找到房间" } },
    { "/room/update", ERR_GROUP_FULL, { 0, "", "房间人数上限小于现有人数" } },
    { "/room/exit", ERR_NO_GROUP, { 0, "", "房间不存在" } },
};

/* The route's words are those of: */
static const char *words_of(const struct req *rq)
{
    const char *path = rq->route != NULL ? rq->route->path : "";

    return str_eq(path, "/room/retrieveRoom") ? "/room/retrieve" : path;
}

/* What a route says when the server failed. */
static const struct {
    const char *path, *notice;
} failures[] = {
    { "/room/retrieveUser", "查找错误" }, { "/room/exit", "退出房间错误" },
    { "/room/kickOutUser", "踢出错误" },  { "/room/transferOwner", "转让错误" },
    { "/room/update", "房间未找到" },     { "/room/dissolve", "解散错误" },
    { "/room/retrieve", "未找到房间" },   { "/room/sendImg", "打开图片错误" },
};

static struct wording wording_at(const char *path, enum err e)
{
    struct wording wording;

    if (e == ERR_BAD_TYPE)
        e = ERR_BAD_REQUEST;
    wording = wording_of(e);

    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++)
        if (variants[i].e == e && str_eq(variants[i].path, path))
            return variants[i].wording;
    if (e != ERR_DB && e != ERR_STORAGE_FULL && e != ERR_INTERNAL && e != ERR_BUSY)
        return wording;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (str_eq(failures[i].path, path))
            wording.notice = failures[i].notice;
    return wording;
}

/* Why a socket does not open. */
static const char *refusal_of(enum err e)
{
    if (e == ERR_NO_GROUP)
        return "房间未找到";
    return e == ERR_NOT_MEMBER ? "不在房间内" : wording_of(e).notice;
}

static void add_refusal(cJSON *err, const struct req *rq, enum err e)
{
    struct wording wording = wording_at(words_of(rq), e);
    const char *msg = wording.msg != NULL ? wording.msg : err_meaning(e);

    /* Who is not let in is told what of the three it was. */
    if (e == ERR_UNAUTHENTICATED && rq->fault != NULL)
        msg = rq->fault;
    cJSON_AddNumberToObject(err, "Code", wording.code);
    cJSON_AddStringToObject(err, "Msg", msg);
    cJSON_AddStringToObject(err, "Notice", wording.notice);
}

static void add_success(cJSON *err, struct req *rq)
{
    bool is_search = str_eq(words_of(rq), "/room/retrieve");

    cJSON_AddNumberToObject(err, "Code", is_search ? 1 : 0);
    if (rq->data == NULL) {
        cJSON_AddStringToObject(err, "Msg", "");
        cJSON_AddStringToObject(err, "Notice", str_or_empty(rq->note));
        return;
    }
    cJSON_AddItemToObject(err, "Msg", cJSON_DetachItemFromObjectCaseSensitive(rq->data, "Msg"));
    cJSON_AddItemToObject(err, "Notice",
                          cJSON_DetachItemFromObjectCaseSensitive(rq->data, "Notice"));
    cJSON_Delete(rq->data);
    rq->data = NULL;
}

void room_answer(struct req *rq, cJSON *msg, cJSON *notice)
{
    rq->data = cJSON_CreateObject();
    cJSON_AddItemToObject(rq->data, "Msg", msg != NULL ? msg : cJSON_CreateString(""));
    cJSON_AddItemToObject(rq->data, "Notice", notice);
}

/* The requests of another dialect that is not here, in its own shape. */
static cJSON *unclaimed(void)
{
    cJSON *body = cJSON_CreateObject();

    cJSON_AddNumberToObject(body, "status", 400);
    cJSON_AddStringToObject(body, "msg", "参数错误");
    return body;
}

void room_envelope(struct req *rq, enum err e, struct reply *reply_r)
{
    bool is_socket = rq->route != NULL && rq->route->method == WS && rq->cx.actor != 0;

    reply_r->status = rq->is_unclaimed      ? 400
                      : e == ERR_NO_ROUTE   ? 404
                      : e == ERR_BAD_METHOD ? 405
                                            : 200;
    if (rq->is_unclaimed) {
        reply_r->body = unclaimed();
        return;
    }
    reply_r->body = cJSON_CreateObject();
    if (is_socket)
        cJSON_AddStringToObject(reply_r->body, "msg", refusal_of(e));
    else if (e == OK)
        add_success(cJSON_AddObjectToObject(reply_r->body, "err"), rq);
    else
        add_refusal(cJSON_AddObjectToObject(reply_r->body, "err"), rq, e);
}
