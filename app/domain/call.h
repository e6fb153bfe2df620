/* Voice and video calls. The server rings, counts who is in, and passes on what the clients need to
 * tell each other; sound and picture never come here.
 *
 * What is true of a call is what is committed: the rows of calls and call_participants are the only
 * state, living calls included, so there is no second lock and nothing to rebuild. Every step is one
 * transaction; deadlines (a ring, a lost socket) stand in the rows and are met by call_sweep. At
 * start call_end_all ends what a crash left.
 *
 * A call of two ends when either side leaves; a group call when the last one is out. Who is in is in
 * on one device: the session that entered. Its socket may be gone for call_grace_seconds; then the
 * person has left. Who comes in by a request
 * and has no socket yet has call_ring_seconds to connect.
 *
 * Sources: togetherchat call/... and its socket; handlers/README.md, "calls". Times in ms. All
 * results are arena memory. */
#ifndef DOMAIN_CALL_H
#define DOMAIN_CALL_H

#include "db/calls.h"
#include "domain/ctx.h"

#define CALL_CALLEES_MAX 31
#define CALL_SUBJECT_MAX 100  /* characters */
#define CALL_SIGNAL_MAX 65536 /* bytes of one description or candidate */
#define CALL_HISTORY_MAX 100

struct call_draft {
    const int64_t *callees; /* 1..CALL_CALLEES_MAX; who stands twice is called once */
    size_t count;
    int64_t group_id; /* 0: none; else the callees are called as members of it */
    bool is_group;    /* also with one callee; two callees or a group_id make it so by themselves */
    bool is_video;
    const char *subject; /* NULL: "" */
    int64_t ring_ms;     /* how long it rings; 0: call_ring_seconds, which is also the most */
};

/* Calls people: rings on all their devices. The actor is in at once, on this device. A callee the
 * actor may not write to, or who is no member of the group, is left out; one in another call counts as
 * busy, and learns of it by the call's message. ERR_CALL_BUSY: the actor is in a call;
 * ERR_CALLEE_BUSY, ERR_NO_CALLEE: nobody is left; ERR_SELF, ERR_BAD_FIELD; ERR_NO_GROUP,
 * ERR_NOT_MEMBER, ERR_MUTED; ERR_RATE_LIMITED. Takes the writer. */
enum err call_initiate(struct ctx *cx, const struct call_draft *draft, struct call_view *call_r);
/* Rings more people, or those again who are out of it, for the actor, who is in. Makes a call of two a
 * group call. Errors as call_initiate; ERR_NO_CALL, ERR_CALL_ENDED, ERR_CALL_LEFT. Takes the writer. */
enum err call_invite(struct ctx *cx, int64_t call_id, const int64_t *callees, size_t count,
                     struct call_view *call_r);
/* Rings again, without more time: callee, or with 0 everybody still ringing. Somebody else is invited.
 * Errors as call_invite. */
enum err call_ring(struct ctx *cx, int64_t call_id, int64_t callee);

/* The actor, who was called, comes in on this device; or is in and says so again, after a lost
 * socket. keeps: the connections to the others stand, they need not be told. ERR_NO_CALL,
 * ERR_CALL_ENDED, ERR_CALL_ENTERED (another device is in), ERR_CALL_BUSY, ERR_NOT_MEMBER. Takes the
 * writer. */
enum err call_enter(struct ctx *cx, int64_t call_id, bool keeps, struct call_view *call_r);
/* The actor, who is rung, will not come. Who is in leaves. ERR_NO_CALL, ERR_CALL_ENDED,
 * ERR_CALL_LEFT. Takes the writer. */
enum err call_reject(struct ctx *cx, int64_t call_id);
/* The actor goes; who is still rung declines. Errors as call_reject. Takes the writer. */
enum err call_leave(struct ctx *cx, int64_t call_id);
/* Ends the call for everybody: either side of a call of two, the creator of a group call
 * (ERR_NOT_CREATOR). is_failure: because of the network. ERR_NO_CALL, ERR_CALL_ENDED. Takes the writer. */
enum err call_cancel(struct ctx *cx, int64_t call_id, bool is_failure);

/* Passes payload (JSON text, at most CALL_SIGNAL_MAX bytes) to `to`, on the device that is in. Both must
 * be in the call. Stores nothing. ERR_NO_CALL, ERR_CALL_ENDED, ERR_CALL_LEFT, ERR_CALL_ENTERED (the actor is in
 * on another device), ERR_SELF, ERR_TOO_LARGE, ERR_RATE_LIMITED. Takes the writer only after a lost
 * socket. key: the sender's mark of it, passed on; "" for none. */
enum err call_signal(struct ctx *cx, int64_t call_id, int64_t to, enum call_signal signal,
                     const char *payload, const char *key);

/* A call the actor is or was part of. ERR_NO_CALL. */
enum err call_look(struct ctx *cx, int64_t call_id, struct call_view *call_r);
/* The actor's calls below before_id (0: the newest), newest first; limit 1..CALL_HISTORY_MAX. */
enum err call_history(struct ctx *cx, int64_t before_id, int64_t limit, struct call_view **list_r,
                      size_t *count_r);
/* The calls the actor is in or rung by now. */
enum err call_current(struct ctx *cx, struct call_view **list_r, size_t *count_r);
/* The rings a device of the actor's should hear that has just connected, as events. */
enum err call_rings(struct ctx *cx, struct event **list_r, size_t *count_r);

/* The socket in cx is gone (struct socket_dialect, closed). */
void call_disconnected(struct ctx *cx);
/* Meets the deadlines that have passed; called by cron. Takes the writer if there are any. */
enum err call_sweep(struct ctx *cx);
/* Ends every living call: at start, those of a server that died (is_start), as of when they were last
 * seen; at the end, those of now. Takes the writer if there are any. */
enum err call_end_all(struct ctx *cx, bool is_start);

/* "answered", "missed"...; "" for CALL_OPEN. */
const char *call_outcome_name(enum call_outcome outcome);
/* How long people talked, or have until now; 0 before anybody answered. */
int64_t call_duration_ms(const struct call *call, int64_t now_ms);

#endif
