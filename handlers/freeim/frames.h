/* What the files of freeim's socket share: building frames. */
#ifndef HANDLERS_FREEIM_FRAMES_H
#define HANDLERS_FREEIM_FRAMES_H

#include "base/json.h"
#include "domain/event.h"
#include "ws/channel.h"

/* A frame that is not a stored message, up to its type. */
cJSON *freeim_frame(struct arena *a, const char *ope, const char *type, int64_t from_id,
                    int64_t to_id, int64_t at_ms);
/* The rest of its documented keys. Returns o. */
cJSON *freeim_frame_end(cJSON *o, const char *body, const char *status, bool is_read);

/* An event EV_CALL_* as a frame (handlers/README.md, calls). Arena; NULL only without memory. */
const char *freeim_call_frame(struct arena *a, const struct event *ev);
/* A client's frame with ope "call". */
enum err freeim_call_receive(struct ctx *cx, const char *type, const cJSON *o);

#endif
