/* What the files of a call share: one call inside a transaction, and its steps. */
#ifndef DOMAIN_CALL_INTERNAL_H
#define DOMAIN_CALL_INTERNAL_H

#include "domain/call.h"

/* A call as a step finds and changes it. Steps change members and call, write what they changed, and
 * queue who hears of it. */
struct call_work {
    struct call call;
    struct call_member *members; /* by account, arena */
    size_t count;
    int64_t now_ms; /* one moment for all of a step */
};

/* Sets of enum call_member_state. */
#define IN_STATE(state) (1u << (state))

/* Any call, ended ones too. ERR_NO_CALL. */
enum err work_load(struct ctx *cx, int64_t call_id, struct call_work *work_r);
/* NULL: not of this call. */
struct call_member *work_find(const struct call_work *work, int64_t user_id);
size_t work_count(const struct call_work *work, unsigned states);
/* The accounts in one of states, without `but` (0: nobody). Arena. */
const int64_t *work_people(struct ctx *cx, const struct call_work *work, unsigned states,
                           int64_t but, size_t *count_r);
/* Writes a member's row. */
enum err work_put(struct ctx *cx, const struct call_work *work, const struct call_member *member);

/* Queues detail as an event of kind, done by `from` (NULL: nobody), for to[0..count); none if that is
 * nobody. */
void work_tell(struct ctx *cx, const struct call_work *work, enum event_kind kind,
               const struct call_member *from, struct call_event detail, const int64_t *to,
               size_t count);
/* The ring callee should hear. */
struct event work_ring(struct ctx *cx, const struct call_work *work,
                       const struct call_member *callee);

/* The device in cx is the one that is in, for me. */
void work_bind(struct ctx *cx, const struct call_work *work, struct call_member *me);
/* Makes sure that the actor is in no call but this (0: in none): ERR_CALL_BUSY, unless the socket of the other
 * is lost, which they then have left. */
enum err work_leave_others(struct ctx *cx, int64_t call_id);

/* Writes how it ended into the conversations it belongs to. */
enum err call_record(struct ctx *cx, const struct call_work *work);

#endif
