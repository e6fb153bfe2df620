/* What the dialects have in common about calls on their sockets. */
#ifndef HANDLERS_CALLS_H
#define HANDLERS_CALLS_H

#include "ws/channel.h"

/* Rings a device that has just connected; encode is its dialect's. */
void calls_greet(struct ctx *cx, struct channel *ch,
                 const char *(*encode)(struct arena *a, const struct event *ev));
/* struct socket_dialect's closed, for a dialect with calls and nothing else to do then. */
void calls_closed(struct ctx *cx, struct channel *ch);

#endif
