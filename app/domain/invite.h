/* Invitations by link: to make an account here, to become contacts with who invites, or to join a
 * group. The link carries a random token whose hash alone is stored. One that is unknown, over, used
 * up, taken back, or whose maker may no longer invite is ERR_TOO_LATE, without saying which. */
#ifndef DOMAIN_INVITE_H
#define DOMAIN_INVITE_H

#include "db/invites.h"
#include "db/types.h"
#include "domain/ctx.h"

#define INVITE_DAYS_MAX 365
#define INVITE_USES_MAX 1000
#define INVITE_GREETING_MAX 200 /* characters */

/* What the maker wants: 0 and NULL are the defaults, 7 days, one use (a group's: 100), a wave. */
struct invite_wish {
    int64_t group_id; /* 0: to the site */
    int64_t days, uses;
    const char *greeting;
};
/* Makes one. token_r arena: it is told here and never again. ERR_FORBIDDEN (the key invites lets
 * only administrators), ERR_NO_GROUP, ERR_NOT_MANAGER (a group's owner and managers invite into it).
 * Takes the writer. */
enum err invite_make(struct ctx *cx, const struct invite_wish *wish, struct invite *invite_r,
                     const char **token_r);
/* Those the actor made, the newest first. */
enum err invite_list(struct ctx *cx, struct invite **list_r, size_t *count_r);
/* Those into a group, for its owner and managers. ERR_NOT_MANAGER. */
enum err invite_list_of_group(struct ctx *cx, int64_t group_id, struct invite **list_r,
                              size_t *count_r);
/* Takes one back: the actor's own, or into a group the actor runs. ERR_TOO_LATE, ERR_FORBIDDEN.
 * Takes the writer. */
enum err invite_revoke(struct ctx *cx, int64_t id);

/* What a link shows to whoever opens it. */
struct invite_view {
    struct invite invite;
    struct user inviter;
    struct group group;    /* with invite.group_id */
    bool makes_an_account; /* does it let somebody register here? */
};
/* ERR_TOO_LATE. */
enum err invite_look(struct ctx *cx, const char *token, struct invite_view *view_r);

/* The actor, who has an account, follows a link: contacts with the inviter at once, or a member of
 * the group. ERR_TOO_LATE, ERR_SELF, ERR_ALREADY_FRIEND, ERR_BLOCKED, ERR_ALREADY_MEMBER,
 * ERR_GROUP_FULL; none of them uses the link up. Takes the writer. */
enum err invite_accept(struct ctx *cx, const char *token);

/* For registering: may an account be made with this token (NULL or "": none)?
 * ERR_REGISTRATION_CLOSED, ERR_TOO_LATE. */
enum err invite_may_register(struct ctx *cx, const char *token);
/* Inside the transaction that made the account user_id: uses the token, if there is one. The two are
 * contacts then, and the greeting is their first message; a group's newcomer is a member.
 * ERR_TOO_LATE, ERR_GROUP_FULL. */
enum err invite_redeem(struct ctx *cx, const char *token, int64_t user_id);

/* Deletes what is over. Takes the writer. */
enum err invite_expire(struct ctx *cx);

#endif
