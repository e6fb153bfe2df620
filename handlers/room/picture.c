/* room: POST /room/sendImg. The picture is kept as any uploaded file; people in the room are told its
 * URL (facts 3.2). */
#include "base/str.h"
#include "domain/file.h"
#include "domain/file_type.h"
#include "domain/group.h"
#include "domain/message.h"
#include "handlers/content.h"
#include "handlers/room/room.h"

struct send_img {
    const char *room_id, *room_name;
};
SPEC_FORM(send_img, "Img", F_STR(send_img, room_id, IN_ANY, "roomId", OPTIONAL, 0, ROOM_ID_MAX),
          F_STR(send_img, room_name, IN_ANY, "roomName", OPTIONAL, 0, ROOM_NAME_MAX));

/* The room that is named, else the one the caller has opened last. */
static enum err choose_room(struct req *rq, const struct send_img *a, int64_t *group_r)
{
    const struct services *sv = rq->cx.sv;
    enum err e = group_find(&rq->cx, a->room_id, a->room_name, ROLE_MEMBER, group_r);

    if (e != ERR_BAD_FIELD)
        return e;
    *group_r = sv->open_tag != NULL ? sv->open_tag(sv->hub, rq->cx.actor, rq->dialect->name) : 0;
    return *group_r != 0 ? OK : ERR_NOT_MEMBER;
}

static enum err check_picture(struct req *rq)
{
    const struct spool_facts *facts = spool_facts(rq->incoming.spool);
    struct file_type type = file_type_of(facts->head, facts->head_len);

    if (str_starts(type.media, "image/"))
        return OK;
    rq->fault = "Img: not a picture";
    return ERR_BAD_FIELD;
}

static enum err post_picture(struct req *rq, int64_t group_id, const struct file *file)
{
    const char *origin = req_origin(rq);
    const char *url = arena_printf(rq->cx.arena, "%s/files/%s", origin, file->key);
    struct draft draft = { .scope = SCOPE_GROUP,
                           .target_id = group_id,
                           .kind = KIND_PICTURE,
                           .body = url,
                           .extra = content_file_extra(rq->cx.arena, file, url) };
    struct message message;

    return message_send(&rq->cx, &draft, &message);
}

/* POST /room/sendImg */
static enum err send_img(struct req *rq, const void *args)
{
    int64_t group_id = 0;
    struct group group;
    struct file file;
    enum err e;

    if (rq->incoming.spool == NULL || req_origin(rq) == NULL)
        return ERR_NO_FILE;
    rq->note = ROOM_SENT;
    e = choose_room(rq, args, &group_id);
    if (e == OK) /* before anything is kept */
        e = group_may_write(&rq->cx, group_id, &group);
    if (e == OK)
        e = check_picture(rq);
    ctx_release(&rq->cx); /* writing to disk comes next */
    if (e == OK)
        e = file_store(&rq->cx, rq->incoming.spool, rq->incoming.name, &file);
    return e == OK ? post_picture(rq, group_id, &file) : e;
}

static const struct route routes[] = {
    { POST, "/room/sendImg", ACCESS_USER, send_img, &send_img_spec, NULL },
};
const struct section room_picture_section = SECTION(routes);
