/* What is ours beside freeim, as JSON: in the answers of site/ and in the bodies of our frames. Every
 * function returns an owned tree. */
#ifndef HANDLERS_FREEIM_OWN_H
#define HANDLERS_FREEIM_OWN_H

#include <cjson/cJSON.h>

#include "domain/event.h"
#include "http/dialect.h"

/* The wire's words for the values, for fields and for answers. Conversations know one more way to
 * notify, theirs: its values are enum notify + 1. */
extern const struct enum_name own_themes[];
extern const struct enum_name own_densities[];
extern const struct enum_name own_notify[];
extern const struct enum_name own_notify_here[];
extern const struct enum_name own_whom[];
extern const struct enum_name own_senders[]; /* without nobody */

cJSON *own_settings(struct arena *a, const struct settings *settings);
/* Adds the six keys to o. */
void own_add_state(cJSON *o, const struct conversation_state *state);
cJSON *own_draft(const struct saved_draft *draft);
/* {online, lastSeenAt} */
cJSON *own_presence(struct arena *a, bool online, int64_t last_seen_at_ms);

/* The frame of an event that is ours (reactions, pins, drafts...; handlers/README.md, Frames); NULL
 * for any other. Arena. */
const char *own_frame(struct arena *a, const struct event *ev);

#endif
