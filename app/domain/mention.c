/* Who is mentioned; see message_internal.h. */
#include "db/groups.h"
#include "db/marks.h"
#include "db/messages.h"
#include "domain/message.h"
#include "domain/message_internal.h"

/* Owner and managers may call everybody; in a small group anybody may. */
static enum err may_mention_all(struct ctx *cx, int64_t group_id)
{
    enum role role = ROLE_NONE;
    int64_t muted_until_ms;
    struct group group = { 0 };
    enum err e = db_member_find(cx->conn, group_id, cx->actor, &role, &muted_until_ms);

    if (e != OK || role >= ROLE_MANAGER)
        return e;
    e = db_group_by_id(cx->conn, cx->arena, group_id, &group);
    return e == OK && group.member_count > cx->sv->conf->mention_all_members ? ERR_NOT_MANAGER : e;
}

/* Without the actor: nobody calls themselves. */
static void drop_actor(const struct ctx *cx, int64_t *ids, size_t *count)
{
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++)
        if (ids[i] != cx->actor)
            ids[kept++] = ids[i];
    *count = kept;
}

enum err message_mention(struct ctx *cx, const struct draft *draft, struct message *message)
{
    int64_t *ids;
    size_t count;
    enum err e;

    if (!draft->mention_all && draft->mention_count == 0)
        return OK;
    if (draft->scope != SCOPE_GROUP || draft->mention_count > MENTIONS_MAX)
        return ERR_BAD_FIELD;
    if (draft->mention_all) {
        message->mention_mode = MENTION_ALL;
        return may_mention_all(cx, draft->target_id);
    }
    e = db_member_filter(cx->conn, cx->arena, draft->target_id, draft->mentions,
                         draft->mention_count, &ids, &count);
    if (e != OK)
        return e;
    drop_actor(cx, ids, &count);
    message->mentions = ids;
    message->mention_count = count;
    message->mention_mode = count > 0 ? MENTION_SOME : MENTION_NOBODY;
    return OK;
}

enum err message_list_mentions(struct ctx *cx, int64_t target_id, int64_t after_seq,
                               struct message **list_r, size_t *count_r)
{
    struct window w;
    int64_t *ids = NULL, from_seq;
    size_t count = 0;
    enum err e = window_of(cx, target_id, &w);

    *count_r = 0;
    if (e != OK)
        return e;
    from_seq = (after_seq >= 0 ? after_seq : w.read_seq) + 1;
    e = db_mention_ids_of(ctx_db(cx), cx->arena, cx->actor, w.conversation_id,
                          from_seq > w.first_seq ? from_seq : w.first_seq, w.last_seq,
                          MENTION_PAGE_MAX, &ids, &count);
    if (e == OK)
        e = db_message_list(ctx_db(cx), cx->arena, ids, count, list_r, count_r);
    return e == OK ? message_complete(cx, *list_r, *count_r) : e;
}
