/* Groups: making one, looking at one, asking to join and answering. A group is the same in every
 * dialect, whatever they call it. */
#ifndef DOMAIN_GROUP_H
#define DOMAIN_GROUP_H

#include "db/types.h"
#include "domain/ctx.h"

#define GROUP_HANDLE_CHARS_MAX 64
#define GROUP_DIRECTORY_MAX 500

/* Makes a group owned by the actor from in's name, avatar, intro and place (NULL: empty), flags,
 * handle (NULL: one nobody can guess) and member_limit (0: as many as the server allows). group_r
 * arena: the stored row. ERR_BAD_FIELD: a blank name, a handle that is blank or too long, a limit
 * above the server's; ERR_GROUP_EXISTS: the handle is taken. Takes the writer. Sources: freeim POST
 * chatGroups; room /room/create. */
enum err group_create(struct ctx *cx, const struct group *in, struct group *group_r);
/* The same, and brings people in as group_add does: all of them or none, and no group either. */
enum err group_create_with(struct ctx *cx, const struct group *in, const int64_t *ids, size_t count,
                           struct group *group_r);
/* The groups the actor is in, by name. */
enum err group_list(struct ctx *cx, struct group **list_r, size_t *count_r);
/* The same page by page, newest first: at most limit below before_id (0: from the newest on) whose
 * name holds text (ASCII letters in either case; "": all). */
enum err group_page(struct ctx *cx, const char *text, int64_t before_id, int64_t limit,
                    struct group **list_r, size_t *count_r);
/* The members, who came last first: at most limit whose number is below before (0: all).
 * ERR_NO_GROUP, ERR_NOT_MEMBER. */
enum err group_member_page(struct ctx *cx, int64_t group_id, int64_t before, int64_t limit,
                           struct member **list_r, size_t *count_r);
/* A group, and what the actor and target (0: nobody) are in it. Also to tell one error from another
 * before something is done; the function that does it decides for itself. */
struct group_roles {
    struct group group;
    enum role actor, target; /* ROLE_NONE: no member */
};
/* ERR_NO_GROUP. */
enum err group_roles(struct ctx *cx, int64_t group_id, int64_t target, struct group_roles *roles_r);

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
/* The actor, owner or manager, answers user_id's waiting request. Who is let in is announced by a
 * notice, the first thing of the history they may see. ERR_NO_REQUEST, ERR_NOT_MANAGER,
 * ERR_GROUP_FULL. Takes the writer. */
enum err group_answer(struct ctx *cx, int64_t group_id, int64_t user_id, bool pass,
                      const char *reason);
/* Requests the actor may answer now, oldest first; each with its group. */
enum err group_requests(struct ctx *cx, struct group_request **list_r, size_t *count_r);

/* Owner or manager brings people in without asking them; who is a member already is passed over. All
 * come in or none. Each is announced by a notice, the first thing of the history they may see.
 * ERR_NO_GROUP, ERR_NOT_MANAGER, ERR_GROUP_FULL, and whom the actor may not write to: ERR_NO_ACCOUNT,
 * ERR_BLOCKED, ERR_NOT_FRIEND. Takes the writer. Source: togetherchat groupMember. */
enum err group_add(struct ctx *cx, int64_t group_id, const int64_t *ids, size_t count);
/* The group a dialect calls by its handle: room RoomId, node group name, wukong group_no.
 * ERR_NO_GROUP. */
enum err group_by_handle(struct ctx *cx, const char *handle, struct group *group_r);
/* Joins the actor at once, for a service that may do so; a notice says it. ERR_NO_GROUP,
 * ERR_GROUP_CLOSED (no_join_requests, or private), ERR_ALREADY_MEMBER, ERR_GROUP_FULL. Takes the
 * writer. Source: node joinMember. */
enum err group_enter(struct ctx *cx, int64_t group_id);
/* The same for the actor itself, unasked, which only an open group allows. ERR_GROUP_CLOSED comes
 * before ERR_ALREADY_MEMBER. Source: room /room/enter. */
enum err group_enter_open(struct ctx *cx, int64_t group_id);
/* Tells the members that the actor is there by a socket for this group alone, or no longer. Stores
 * nothing. ERR_NO_GROUP, ERR_NOT_MEMBER. */
enum err group_visit(struct ctx *cx, int64_t group_id, bool is_here);
/* The actor leaves, whatever they are in it: an owner's group passes to the manager, else the member,
 * who has been there longest, and ends with its last member. ERR_NOT_MEMBER. Takes the writer.
 * Sources: room exit, node removeMember. */
enum err group_quit(struct ctx *cx, int64_t group_id);

/* May the actor write into the group? ERR_NO_GROUP, ERR_NOT_MEMBER, ERR_MUTED (never the owner).
 * Runs on ctx_db(cx). group_r arena. */
enum err group_may_write(struct ctx *cx, int64_t group_id, struct group *group_r);

/* Who comes in how. */
enum group_entry {
    ENTRY_AS_IT_IS = 0,
    ENTRY_OPEN,    /* anybody who knows the handle, unasked */
    ENTRY_PRIVATE, /* nobody new, in any dialect */
};

/* What an owner may change; NULL, "", 0 and -1 (flags) mean: leave it. */
struct group_change {
    const char *name, *avatar, *intro;
    int no_member_contacts, no_member_profiles, no_join_requests,
        history_before_join;    /* -1: keep */
    double longitude, latitude; /* both non-zero: the group can be found nearby */
    const char *country, *province, *city, *district, *address;
    int64_t member_limit;
    enum group_entry entry;
    bool clears;       /* "" for avatar or intro clears it */
    bool by_a_manager; /* a manager may do it too (togetherchat) */
};

#define GROUP_MANAGERS_MAX 20

/* Every change below leaves a notice in the group's history that its members hear of at once. A
 * group that does not exist has no owner, manager or member, and is answered so. All take the
 * writer. Sources: freeim chatGroups/...; every dialect that manages groups. */

/* Owner only, or owner and managers: ERR_NOT_OWNER, ERR_BAD_FIELD, ERR_GROUP_FULL (more are in than
 * the limit allows). */
enum err group_update(struct ctx *cx, int64_t group_id, const struct group_change *change);
/* Owner only: the group ends for everybody. ERR_NOT_OWNER. */
enum err group_dissolve(struct ctx *cx, int64_t group_id);
/* For admin.c: the same, whoever the actor is. ERR_NO_GROUP. */
enum err group_end(struct ctx *cx, int64_t group_id);
/* ERR_NOT_MEMBER; ERR_OWNER_STAYS. */
enum err group_leave(struct ctx *cx, int64_t group_id);
/* The owner makes another member the owner and stays as a member. ERR_NOT_OWNER, ERR_SELF,
 * ERR_NO_TARGET. */
enum err group_transfer(struct ctx *cx, int64_t group_id, int64_t to);
/* Owner or manager removes an ordinary member. ERR_NOT_MANAGER, ERR_PROTECTED, ERR_NO_TARGET. */
enum err group_remove(struct ctx *cx, int64_t group_id, int64_t target);
/* Removes somebody who ranks below the actor: an owner also managers. ERR_NOT_MANAGER, ERR_PROTECTED,
 * ERR_NO_TARGET. Source: togetherchat groupMember. */
enum err group_expel(struct ctx *cx, int64_t group_id, int64_t target);
/* The owner makes a member a manager, or an ordinary member again. ERR_NOT_OWNER, ERR_SELF,
 * ERR_NO_TARGET, ERR_MANAGERS_FULL. */
enum err group_set_manager(struct ctx *cx, int64_t group_id, int64_t target, bool on);
/* Owner or manager silences a member for so many minutes from now; 0 lets them speak again. A
 * manager cannot silence a manager. ERR_NOT_MANAGER, ERR_NO_TARGET, ERR_PROTECTED. */
enum err group_mute(struct ctx *cx, int64_t group_id, int64_t target, int64_t minutes);

/* At most 100 groups whose name holds text (ASCII letters in either case). Empty for blank text. */
enum err group_search(struct ctx *cx, const char *text, struct group **list_r, size_t *count_r);
/* Living groups whose name holds text (blank: all), newest first, at most GROUP_DIRECTORY_MAX. */
enum err group_directory(struct ctx *cx, const char *text, struct group **list_r, size_t *count_r);

/* Which group is meant: the one of that handle; else the newest of exactly that name in which the
 * actor has at least the role least, else the newest of that name. ERR_BAD_FIELD: neither is given
 * (NULL and "" are not); ERR_NO_GROUP. Source: facts/room-and-node.md 1.2. */
enum err group_find(struct ctx *cx, const char *handle, const char *name, enum role least,
                    int64_t *id_r);
/* The groups the actor shares with peer. */
enum err group_list_common(struct ctx *cx, int64_t peer, struct group **list_r, size_t *count_r);

/* For group*.c: adds user_id as a member who sees what is said from now on. Inside a transaction. */
enum err group_admit(struct ctx *cx, const struct group *group, int64_t user_id, enum role role);
/* For group*.c: ends a membership; everybody, the one who goes included, hears of it by notice. Inside
 * a transaction. */
enum err group_part(struct ctx *cx, const struct group *group, int64_t user_id, enum notice notice);
/* For group.c: enters a new group where search and "nearby" look: the pieces of its name, each with
 * its place. Inside a transaction. */
enum err group_index(struct ctx *cx, const struct group *group);

/* Text as names are searched by. */
struct group_text {
    const char *folded; /* in lower case; "": any name */
    const char *piece;  /* the one of its pieces that fewest groups have in their name; "" of "" */
};
/* text NULL: any name. text_r arena. */
enum err group_text(struct ctx *cx, const char *text, struct group_text *text_r);

#endif
