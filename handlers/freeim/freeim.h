/* The freeim dialect (api/freeim.md, facts/freeim.md): what its files share, and what site/ borrows
 * from it. */
#ifndef HANDLERS_FREEIM_FREEIM_H
#define HANDLERS_FREEIM_FREEIM_H

#include "http/dialect.h"
#include "ws/channel.h"

extern const struct dialect freeim_dialect;
extern const struct socket_dialect freeim_socket;

extern const struct section freeim_login_section;
extern const struct section freeim_me_section;
extern const struct section freeim_friends_section;
extern const struct section freeim_friend_groups_section;
extern const struct section freeim_groups_section;
extern const struct section freeim_group_manage_section;
extern const struct section freeim_chat_section;
extern const struct section freeim_upload_section;

/* Every place a freeim client may put a field: query, form, multipart or JSON, on any method (facts
 * 1.3). */
#define IN_ANY (IN_QUERY | IN_BODY)

/* Token from `Authorization` (with or without "Bearer ") or `?t=`. */
enum err freeim_authenticate(struct req *rq);
/* The renewed token every authenticated answer carries. */
void freeim_finish(struct req *rq);
/* {code, result, message}. */
void freeim_envelope(struct req *rq, enum err e, struct reply *reply_r);
/* "ERR_NOT_FRIEND" as clients see it: "not_friend". Arena. */
const char *freeim_error_name(struct arena *a, enum err e);

/* Success texts of the document. */
#define SAID_DONE "成功"
#define SAID_SENT "发送成功"
#define SAID_REGISTERED "注册成功"
#define SAID_LOGGED_IN "登陆成功" /* as the document spells it */
#define SAID_APPLIED "申请成功"
#define SAID_HANDLED "处理成功"
#define SAID_SET "设置成功"
#define SAID_DELETED "删除成功"
#define SAID_ADDED "添加成功"
#define SAID_REMOVED "移除成功"
#define SAID_CHANGED "修改成功"
#define SAID_LEFT "退出成功"
#define SAID_TRANSFERRED "转让成功"
#define SAID_CREATED "创建成功"

#endif
