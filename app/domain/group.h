/* Groups: making one, looking at one, asking to join and answering. A group is the same in every
 * dialect, whatever they call it. */
#ifndef DOMAIN_GROUP_H
#define DOMAIN_GROUP_H

#include "db/types.h"
#include "domain/ctx.h"

/* Makes a group owned by the actor from in's name, avatar, intro, flags and place. group_r arena:
 * the stored row. ERR_BAD_FIELD for a blank name. Takes the writer. Source: freeim POST
 * chatGroups. */
enum err group_create(struct ctx *cx, const struct group *in, struct group *group_r);
/* The groups the actor is in, by name. */
enum err group_list(struct ctx *cx, struct group **list_r, size_t *count_r);

/* A group as the actor sees it. */
struct group_view {
    struct group group;
    enum role role; /* the actor's; ROLE_NONE: not a member, and members is empty */
    bool is_muted;  /* the actor, now */
    struct member *members;
    size_t member_count;
};
/* ERR_NO_GROUP. */
enum err group_look(struct ctx *cx, int64_t group_id, struct group_view *view_r);

/* Asks to join; owner and managers hear of it. ERR_NO_GROUP, ERR_GROUP_CLOSED, ERR_GROUP_FULL,
 * ERR_ALREADY_MEMBER, ERR_REQUEST_EXISTS. Takes the writer. */
enum err group_apply(struct ctx *cx, int64_t group_id, const char *reason);
/* The actor, owner or manager, answers user_id's waiting request. ERR_NO_REQUEST, ERR_NOT_MANAGER,
 * ERR_GROUP_FULL. Takes the writer. */
enum err group_answer(struct ctx *cx, int64_t group_id, int64_t user_id, bool pass,
                      const char *reason);
/* Requests the actor may answer now, oldest first; each with its group. */
enum err group_requests(struct ctx *cx, struct group_request **list_r, size_t *count_r);

/* May the actor write into the group? ERR_NO_GROUP, ERR_NOT_MEMBER, ERR_MUTED (never the owner).
 * Runs on ctx_db(cx). group_r arena. */
enum err group_may_write(struct ctx *cx, int64_t group_id, struct group *group_r);

#endif
