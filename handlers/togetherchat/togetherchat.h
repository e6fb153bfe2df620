/* The togetherchat dialect (api/togetherchat.md, facts/togetherchat.md): what its files share. */
#ifndef HANDLERS_TOGETHERCHAT_TOGETHERCHAT_H
#define HANDLERS_TOGETHERCHAT_TOGETHERCHAT_H

#include "domain/group.h"
#include "http/dialect.h"
#include "ws/channel.h"

extern const struct dialect togetherchat_dialect;
extern const struct socket_dialect togetherchat_socket;

extern const struct section togetherchat_call_section;
extern const struct section togetherchat_user_section;
extern const struct section togetherchat_group_section;
extern const struct section togetherchat_group_member_section;
extern const struct section togetherchat_chat_section;
extern const struct section togetherchat_socket_section;

/* Token from `Authorization`, or from `?token=` for a socket. */
enum err togetherchat_authenticate(struct req *rq);
/* {success, errCode, errMsg, data}. */
void togetherchat_envelope(struct req *rq, enum err e, struct reply *reply_r);
/* What e is called here: its number and text (facts 1.2). */
struct togetherchat_error {
    int status; /* HTTP */
    int code;
    const char *text;
};
struct togetherchat_error togetherchat_error(enum err e);

/* "<field><what is wrong>" of every field, joined by commas (facts 1.1). Arena. */
const char *togetherchat_faults(struct arena *a, const struct faults *faults);

/* ---- rooms ---- */

#define TOGETHER_MEMBERS_MAX 500

/* What the caller and target (0: nobody) are in a room that is to be managed. ERR_NO_GROUP; of a
 * direct room, which nobody manages, ERR_NOT_OWNER. */
enum err togetherchat_managed(struct ctx *cx, int64_t room_id, int64_t target,
                              struct group_roles *roles_r);

/* ---- pages ---- */

/* The fields of every page. */
#define PAGE_FIELDS(T)                                                                             \
    F_F64(T, cursor, IN_QUERY, "cursor", OPTIONAL, 0, 1e15),                                       \
        F_I64(T, page_size, IN_QUERY, "pageSize", OPTIONAL, INT32_MIN, INT32_MAX)

struct page_window {
    int64_t before; /* only numbers below it; 0: all */
    int64_t size;   /* 1..100; fetch one more */
};
struct page_window togetherchat_window(struct req *rq, double cursor, int64_t page_size);
/* The answer of a page from at most size + 1 things, which it adopts; key: what they are numbered by. */
cJSON *togetherchat_cut(cJSON *list, int64_t size, const char *key);

/* ---- the socket ---- */

/* The types of frames (facts 4.3, 4.4; ours from 100 on: handlers/README.md). */
enum {
    FRAME_LOGIN = 1, /* ignored: the handshake has told who it is */
    FRAME_HEARTBEAT = 2,
    FRAME_CHAT = 3,
    FRAME_ENTER = 4, /* signals of calls from here to 12; 11 is one where it has a meetId */
    FRAME_OFFER = 5,
    FRAME_ANSWER = 6,
    FRAME_CANDIDATE = 7,
    FRAME_LEAVE = 8,
    FRAME_END = 9,
    FRAME_JOIN = 10,
    FRAME_REJECT = 11,
    FRAME_CANCEL = 12,
    FRAME_MEMBERS = 11,
    FRAME_DISSOLVED = 14,
    FRAME_ACK = 100,
    FRAME_TYPING = 101,
    FRAME_READ = 102,
    FRAME_ERROR = 103,
    FRAME_ELSEWHERE = 104,
    FRAME_MOVE = 110,  /* another server takes the client: {host}; the socket closes with 1012 */
    FRAME_ENDED = 111, /* the session is over: {reason}; the socket closes with 4401 */
};

/* Answers one frame of a client. data: what it says, the object in "data" or the frame itself;
 * borrowed, NULL if it is no object. cx->actor is who sends it, whatever the frame says. An error is
 * told to the client. */
typedef enum err togetherchat_frame_fn(struct ctx *cx, struct channel *ch, int type,
                                       const cJSON *data);
togetherchat_frame_fn togetherchat_chat_frame, togetherchat_typing_frame, togetherchat_read_frame;
/* Tells a client what was wrong with its frame of that type. text: instead of the error's own, or NULL;
 * client_id: of the message it was, or NULL. */
void togetherchat_refuse(struct ctx *cx, struct channel *ch, int type, enum err e, const char *text,
                         const char *client_id);

/* An event as a frame, or NULL: this dialect does not tell of it. Arena. */
const char *togetherchat_encode(struct arena *a, const struct event *ev);

/* The text of {"type": type, "data": data}; adopts data. Arena. */
const char *togetherchat_frame(struct arena *a, int type, cJSON *data);
/* Sends it to one socket. */
void togetherchat_send(struct ctx *cx, struct channel *ch, int type, cJSON *data);

/* ---- calls on it (call_frames.c) ---- */

/* A client's frame 4 to 12. */
togetherchat_frame_fn togetherchat_call_frame;
/* An event EV_CALL_* as a frame. Arena. */
const char *togetherchat_call_event(struct arena *a, const struct event *ev);

#endif
