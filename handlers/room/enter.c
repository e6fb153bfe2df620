/* room: the three ways to a room's socket. Everything is decided, and done, before it opens; what is
 * refused is told without one (facts 3). */
#include "domain/delivery.h"
#include "domain/group.h"
#include "handlers/room/room.h"

#define CAP_MAX 100000

static void bind_socket(struct req *rq, int64_t group_id, const char *name, int word)
{
    rq->bond = (struct bond){ .tag = group_id, .label = name, .word = word };
}

struct create_room {
    const char *room_id, *room_name;
    int64_t cap;
    enum flag access;
};
SPEC(create_room, F_STR(create_room, room_id, IN_QUERY, "roomId", REQUIRED, 1, ROOM_ID_MAX),
     F_STR(create_room, room_name, IN_QUERY, "roomName", REQUIRED, 1, ROOM_NAME_MAX),
     F_I64(create_room, cap, IN_QUERY, "roomCap", REQUIRED, 1, CAP_MAX),
     F_FLAG(create_room, access, IN_QUERY, "roomAccess", OPTIONAL)); /* blank is false: facts 1 */

/* WS /room/create: the caller owns it and is its first member. */
static enum err create_room(struct req *rq, const void *args)
{
    const struct create_room *a = args;
    bool is_open = a->access == FLAG_ON;
    struct group in = { .handle = a->room_id,
                        .name = a->room_name,
                        .member_limit = a->cap,
                        .history_before_join = true,
                        .is_open = is_open,
                        .is_private = !is_open };
    struct group group;
    enum err e = group_create(&rq->cx, &in, &group);

    if (e == OK)
        bind_socket(rq, group.id, group.name, ROOM_CREATED);
    return e;
}

struct enter_room {
    const char *room_id, *room_name;
};
SPEC(enter_room, F_STR(enter_room, room_id, IN_QUERY, "roomId", OPTIONAL, 0, ROOM_ID_MAX),
     F_STR(enter_room, room_name, IN_QUERY, "roomName", OPTIONAL, 0, ROOM_NAME_MAX));

static enum err bind_found(struct req *rq, int64_t group_id, int word)
{
    struct group_view view;
    enum err e = group_look(&rq->cx, group_id, &view);

    if (e == OK)
        bind_socket(rq, group_id, view.group.name, word);
    return e;
}

/* WS /room/enter: into an open room, as a new member. */
static enum err enter_room(struct req *rq, const void *args)
{
    const struct enter_room *a = args;
    int64_t group_id;
    enum err e = group_find(&rq->cx, a->room_id, a->room_name, ROLE_MEMBER, &group_id);

    if (e == OK)
        e = group_enter_open(&rq->cx, group_id);
    return e == OK ? bind_found(rq, group_id, ROOM_ENTERED) : e;
}

/* WS /room/reEnter: who is a member comes back. */
static enum err enter_again(struct req *rq, const void *args)
{
    const struct enter_room *a = args;
    int64_t group_id, seq;
    enum err e = group_find(&rq->cx, a->room_id, a->room_name, ROLE_MEMBER, &group_id);

    if (e == OK)
        e = delivery_find(&rq->cx, group_id, &seq);
    return e == OK ? bind_found(rq, group_id, ROOM_RETURNED) : e;
}

static const struct route routes[] = {
    { WS, "/room/create", ACCESS_USER, create_room, &create_room_spec, NULL },
    { WS, "/room/enter", ACCESS_USER, enter_room, &enter_room_spec, NULL },
    { WS, "/room/reEnter", ACCESS_USER, enter_again, &enter_room_spec, NULL },
};
const struct section room_enter_section = SECTION(routes);
