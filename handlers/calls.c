/* Calls on sockets; see calls.h. */
#include "handlers/calls.h"

#include <string.h>

#include "base/log.h"
#include "domain/call.h"

void calls_greet(struct ctx *cx, struct channel *ch,
                 const char *(*encode)(struct arena *a, const struct event *ev))
{
    struct event *rings;
    size_t count = 0;
    enum err e = call_rings(cx, &rings, &count);

    if (e != OK)
        log_warn("call", "a device that connects is not rung: %s", err_meaning(e));
    for (size_t i = 0; e == OK && i < count; i++) {
        const char *text = encode(cx->arena, &rings[i]);
        if (text != NULL)
            channel_send(ch, text, strlen(text));
    }
}

void calls_closed(struct ctx *cx, struct channel *ch)
{
    (void)ch;
    call_disconnected(cx);
}
