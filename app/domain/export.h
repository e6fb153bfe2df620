/* What an account takes along when it asks for everything: its conversations one after the other,
 * each a page at a time, so that a history of any length needs the memory of one page. What changes
 * meanwhile may be in it or not; what is asked for is what the actor may see at that moment. */
#ifndef DOMAIN_EXPORT_H
#define DOMAIN_EXPORT_H

#include "db/exports.h"
#include "db/types.h"
#include "domain/ctx.h"

/* The actor's next conversation above conversation_id (from 0), also a hidden one; place_r arena,
 * its conversation_id 0 after the last. */
enum err export_next(struct ctx *cx, int64_t conversation_id, struct export_place *place_r);

struct export_page {
    struct message *messages; /* none of them recalled; is_read is not filled */
    const char **names;       /* of the sender of each */
    size_t count;
    int64_t reached_seq; /* go on above it; 0: that was all */
};
/* The first limit messages above after_seq of the conversation with target_id. Nobody is told that
 * they were delivered. Where the actor is no longer let in, the page is empty. page_r arena. */
enum err export_messages(struct ctx *cx, int64_t target_id, int64_t after_seq, int64_t limit,
                         struct export_page *page_r);

#endif
