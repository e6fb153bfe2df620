/* The room dialect (api/room.md, facts/room-and-node.md part A): what its files share. A room is a
 * group; its RoomId is the group's handle, its access and cap are the group's own. */
#ifndef HANDLERS_ROOM_ROOM_H
#define HANDLERS_ROOM_ROOM_H

#include "http/dialect.h"
#include "ws/channel.h"

extern const struct dialect room_dialect;
extern const struct socket_dialect room_socket;

extern const struct section room_user_section;
extern const struct section room_picture_section;
extern const struct section room_room_section;
extern const struct section room_enter_section;

/* How a socket came to be: the word of its bond. */
enum { ROOM_CREATED = 1, ROOM_ENTERED, ROOM_RETURNED };

/* Every place a field may stand: query, form, multipart or JSON. */
#define IN_ANY (IN_QUERY | IN_BODY)

/* Lengths in characters. */
#define ROOM_ID_MAX GROUP_HANDLE_CHARS_MAX
#define ROOM_NAME_MAX 50
#define ROOM_PASSWORD_MAX 64

/* {"err": {Code, Msg, Notice}}, or {"msg"} where a socket is refused. rq->data: {Msg, Notice} as
 * room_answer makes it; NULL: Msg is "" and Notice rq->note. */
void room_envelope(struct req *rq, enum err e, struct reply *reply_r);
/* Sets the answer; adopts both. msg NULL: "". */
void room_answer(struct req *rq, cJSON *msg, cJSON *notice);

/* Success texts of the document. */
#define ROOM_REGISTERED "注册成功"
#define ROOM_CHANGED "修改成功"
#define ROOM_LOGGED_OUT "退出系统成功"
#define ROOM_SENT "发送成功"
#define ROOM_TRANSFERRED "转让成功"
#define ROOM_DISSOLVED "解散成功"
#define ROOM_KICKED "踢出成功"
#define ROOM_LEFT "退出房间成功"

#endif
