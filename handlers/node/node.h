/* The node dialect (api/node.md, facts/room-and-node.md part B): what the operator's own services
 * ask. It has no sockets of its own; what it sends reaches people in the dialects they speak. */
#ifndef HANDLERS_NODE_NODE_H
#define HANDLERS_NODE_NODE_H

#include "http/dialect.h"

extern const struct dialect node_dialect;

extern const struct section node_chat_section;
extern const struct section node_rebalance_section;
extern const struct section node_user_section;

/* {code, data, extra, isError, isSuccess, msg, path, timestamp}. A
 * failure's words are rq->note, if the handler has set it (node_fail). */
void node_envelope(struct req *rq, enum err e, struct reply *reply_r);

/* The answer is false or true. */
void node_answer(struct req *rq, bool value);
/* A failure in the document's own words: sets rq->note and returns e. text: arena or static. */
enum err node_fail(struct req *rq, enum err e, const char *text);
/* Was the body a JSON object? ERR_BAD_TYPE, ERR_BAD_REQUEST if not. */
enum err node_check_json(const struct req *rq);
/* What rq->fault says of a group message with no members, which has codes of its own. */
#define NODE_NO_MEMBERS "members: empty"
#define NODE_NULL_MEMBERS "members: null"

#endif
