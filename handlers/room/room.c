/* room: 房间操作, in the document's order. Which room is meant, roomId says, else roomName (facts
 * 1.2). */
#include "base/str.h"
#include "domain/group.h"
#include "domain/user.h"
#include "handlers/room/encode.h"
#include "handlers/room/room.h"

#define CAP_MAX 1000000 /* the server's own limit is lower: domain/group.h */

#define ROOM_KEY(T)                                                                                \
    F_STR(T, room_id, IN_ANY, "roomId", OPTIONAL, 0, ROOM_ID_MAX),                                 \
        F_STR(T, room_name, IN_ANY, "roomName", OPTIONAL, 0, ROOM_NAME_MAX)

struct room_key {
    const char *room_id, *room_name;
};
SPEC(room_key, ROOM_KEY(room_key));

struct room_user {
    const char *room_id, *room_name, *user_id;
};
SPEC(room_user, ROOM_KEY(room_user),
     F_STR(room_user, user_id, IN_ANY, "userId", REQUIRED, 1, USERNAME_CHARS_MAX));

/* The room and the person meant. Who is no account is in no room either. */
static enum err find_both(struct req *rq, const struct room_user *a, int64_t *group_r,
                          int64_t *user_r)
{
    struct user user;
    enum err e = group_find(&rq->cx, a->room_id, a->room_name, ROLE_OWNER, group_r);

    if (e != OK)
        return e;
    e = user_find(&rq->cx, a->user_id, &user);
    /* -1 is nobody: whether the caller may do this at all is told first. */
    *user_r = e == OK ? user.id : -1;
    return e == ERR_NO_ACCOUNT ? OK : e;
}

/* PUT /room/transferOwner */
static enum err transfer_owner(struct req *rq, const void *args)
{
    int64_t group_id, user_id;
    enum err e = find_both(rq, args, &group_id, &user_id);

    rq->note = ROOM_TRANSFERRED;
    return e == OK ? group_transfer(&rq->cx, group_id, user_id) : e;
}

/* GET /room/retrieveUser: who is a member, here or not. */
static enum err retrieve_user(struct req *rq, const void *args)
{
    const struct room_key *a = args;
    struct group_view view;
    int64_t group_id;
    cJSON *notice;
    enum err e = group_find(&rq->cx, a->room_id, a->room_name, ROLE_MEMBER, &group_id);

    if (e == OK)
        e = group_look(&rq->cx, group_id, &view);
    if (e == OK && view.role == ROLE_NONE)
        e = ERR_NOT_MEMBER;
    if (e != OK)
        return e;
    notice = cJSON_CreateObject();
    cJSON_AddItemToObject(notice, "clients",
                          room_clients(rq->cx.arena, view.members, view.member_count));
    room_answer(rq, NULL, notice);
    return OK;
}

/* DELETE /room/dissolve */
static enum err dissolve(struct req *rq, const void *args)
{
    const struct room_key *a = args;
    int64_t group_id;
    enum err e = group_find(&rq->cx, a->room_id, a->room_name, ROLE_OWNER, &group_id);

    rq->note = ROOM_DISSOLVED;
    return e == OK ? group_dissolve(&rq->cx, group_id) : e;
}

/* DELETE /room/kickOutUser */
static enum err kick_out_user(struct req *rq, const void *args)
{
    int64_t group_id, user_id;
    enum err e = find_both(rq, args, &group_id, &user_id);

    rq->note = ROOM_KICKED;
    return e == OK ? group_remove(&rq->cx, group_id, user_id) : e;
}

struct retrieve {
    const char *room_name;
};
SPEC(retrieve, F_STR(retrieve, room_name, IN_ANY, "roomName", OPTIONAL, 0, ROOM_NAME_MAX));

/* GET /room/retrieve: rooms whose name holds roomName; without one, all. */
static enum err retrieve(struct req *rq, const void *args)
{
    const struct retrieve *a = args;
    struct group *groups = NULL;
    size_t count = 0;
    cJSON *list = NULL, *notice;
    enum err e = group_directory(&rq->cx, str_or_empty(a->room_name), &groups, &count);

    if (e == OK)
        e = room_list(&rq->cx, groups, count, &list);
    if (e != OK)
        return e;
    notice = cJSON_CreateObject();
    cJSON_AddItemToObject(notice, "rooms", list);
    room_answer(rq, NULL, notice);
    return OK;
}

/* The old name stands in the query, the new one in the body. */
struct update_room {
    const char *room_id, *room_name, *new_name;
    int64_t cap;
    enum flag access;
};
SPEC(update_room, F_STR(update_room, room_id, IN_ANY, "roomId", OPTIONAL, 0, ROOM_ID_MAX),
     F_STR(update_room, room_name, IN_QUERY, "roomName", OPTIONAL, 0, ROOM_NAME_MAX),
     F_STR(update_room, new_name, IN_BODY, "roomName", OPTIONAL, 0, ROOM_NAME_MAX),
     F_I64(update_room, cap, IN_ANY, "roomCap", OPTIONAL, 0, CAP_MAX),
     F_FLAG(update_room, access, IN_ANY, "roomAccess", OPTIONAL));

static enum group_entry entry_of(enum flag access)
{
    if (access == FLAG_ABSENT)
        return ENTRY_AS_IT_IS;
    return access == FLAG_ON ? ENTRY_OPEN : ENTRY_PRIVATE;
}

/* PUT /room/update: what is blank, 0 or absent stays. */
static enum err update_room(struct req *rq, const void *args)
{
    const struct update_room *a = args;
    struct group_change change = { .name = a->new_name,
                                   .no_member_contacts = -1,
                                   .no_member_profiles = -1,
                                   .no_join_requests = -1,
                                   .history_before_join = -1,
                                   .member_limit = a->cap,
                                   .entry = entry_of(a->access) };
    int64_t group_id;
    enum err e = group_find(&rq->cx, a->room_id, a->room_name, ROLE_OWNER, &group_id);

    rq->note = ROOM_CHANGED;
    return e == OK ? group_update(&rq->cx, group_id, &change) : e;
}

/* DELETE /room/exit: an owner hands over to who came first, the last one ends the room. */
static enum err exit_room(struct req *rq, const void *args)
{
    const struct room_key *a = args;
    int64_t group_id;
    enum err e = group_find(&rq->cx, a->room_id, a->room_name, ROLE_MEMBER, &group_id);

    rq->note = ROOM_LEFT;
    return e == OK ? group_quit(&rq->cx, group_id) : e;
}

static const struct route routes[] = {
    { PUT, "/room/transferOwner", ACCESS_USER, transfer_owner, &room_user_spec, NULL },
    { GET, "/room/retrieveUser", ACCESS_USER, retrieve_user, &room_key_spec, NULL },
    { DELETE, "/room/dissolve", ACCESS_USER, dissolve, &room_key_spec, NULL },
    { DELETE, "/room/kickOutUser", ACCESS_USER, kick_out_user, &room_user_spec, NULL },
    { GET, "/room/retrieve", ACCESS_USER, retrieve, &retrieve_spec, NULL },
    /* As upstream's clients call it (facts 1.2). */
    { GET, "/room/retrieveRoom", ACCESS_USER, retrieve, &retrieve_spec, NULL },
    { PUT, "/room/update", ACCESS_USER, update_room, &update_room_spec, NULL },
    { DELETE, "/room/exit", ACCESS_USER, exit_room, &room_key_spec, NULL },
};
const struct section room_room_section = SECTION(routes);
