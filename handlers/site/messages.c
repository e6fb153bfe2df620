/* What people do with each other's messages. */
#include "base/json.h"
#include "domain/reaction.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"
#include "handlers/site/site.h"

static const struct limit_rule reaction_rule = { "react", 60, 120 };

struct message_reaction {
    int64_t id;
    const char *emoji;
};
SPEC(message_reaction,
     F_I64(message_reaction, id, IN_PATH, "id", REQUIRED, 1, ID_MAX),
     F_STR(message_reaction, emoji, IN_ANY, "emoji", REQUIRED, 1, REACTION_BYTES_MAX));

static enum err react(struct req *rq, const struct message_reaction *a, bool on)
{
    struct message message;
    enum err e = reaction_set(&rq->cx, a->id, a->emoji, on, &message);

    if (e != OK)
        return e;
    rq->note = SAID_DONE;
    rq->data = cJSON_CreateObject();
    json_add_i64(rq->data, "messageId", message.id);
    cJSON_AddItemToObject(rq->data, "reactions", freeim_reactions(&message));
    return OK;
}

/* POST /messages/{id}/reactions: puts an emoji under it. */
static enum err message_react(struct req *rq, const void *args)
{
    return react(rq, args, true);
}

/* DELETE /messages/{id}/reactions: takes it back. */
static enum err message_unreact(struct req *rq, const void *args)
{
    return react(rq, args, false);
}

static const struct route routes[] = {
    { POST, "/messages/{id}/reactions", ACCESS_USER, message_react, &message_reaction_spec,
      &reaction_rule },
    { DELETE, "/messages/{id}/reactions", ACCESS_USER, message_unreact, &message_reaction_spec,
      &reaction_rule },
};
const struct section site_messages_section = SECTION(routes);
