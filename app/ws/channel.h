/* One open WebSocket and what a dialect does with it. The hub knows channels; a channel never
 * knows CivetWeb: it writes through struct wire. */
#ifndef WS_CHANNEL_H
#define WS_CHANNEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/bond.h"
#include "domain/ctx.h"
#include "domain/event.h"

struct hub;
struct channel;

/* The socket below, given by the server. All calls are non-blocking. */
struct wire {
    int fd; /* for epoll */
    void *arg;
    /* > 0 bytes taken, 0 would block (wait for EPOLLOUT), -1 the peer is gone. What was refused with 0 is offered
     * again: the same bytes and no fewer, though perhaps from another place in memory. */
    long (*write)(void *arg, const void *data, size_t len);
    /* How many of the last bytes given to write() the peer may not have taken, or not read if it has
     * left; rather too many than too few. -1, and NULL: nobody knows. */
    int64_t (*missing)(void *arg);
    /* Ends both directions; the reading thread then comes back and calls hub_remove. */
    void (*shutdown)(void *arg);
};

/* How a dialect speaks on its sockets. */
struct socket_dialect {
    const char *name;
    /* The frame text for ev (arena of cx-less publisher), or NULL: this dialect does not tell of it. */
    const char *(*encode)(struct arena *a, const struct event *ev);
    /* One complete text message of a client. cx->actor is the socket's account. May answer with channel_send. */
    void (*receive)(struct ctx *cx, struct channel *ch, const char *text, size_t len);
    /* The socket is registered and may be written to; may be NULL. */
    void (*opened)(struct ctx *cx, struct channel *ch);
    /* The socket is gone: it counts no more, and nothing sent to ch leaves; may be NULL. */
    void (*closed)(struct ctx *cx, struct channel *ch);

    /* ---- what a dialect whose sockets are bound to something has besides; each may be NULL ---- */

    /* Is ch told of ev? Looks only. */
    bool (*wants)(const struct channel *ch, const struct event *ev);
    /* Is ev the last ch is told of? The code to close it with, and its last frame, in place of that
     * of encode (arena; NULL: none); 0: it goes on. */
    int (*ends)(struct arena *a, const struct channel *ch, const struct event *ev,
                const char **last_r);
    /* The place of ev in a row that each channel is told of once and in order (see "marks"); 0: it is
     * outside the row. */
    int64_t (*mark)(const struct event *ev);
    /* The peer has everything up to mark. Told now and then while the socket lives, and when it
     * ends, before another of the same bond can ask. */
    void (*delivered)(struct ctx *cx, struct channel *ch, int64_t mark);
    /* A binary message is heard as if it were text, if it is UTF-8. */
    bool takes_binary;
};

/* WebSocket close codes we send. */
enum {
    CLOSE_NORMAL = 1000,
    CLOSE_GOING_AWAY = 1001,
    CLOSE_PROTOCOL = 1002,
    CLOSE_UNSUPPORTED = 1003, /* a binary message: no dialect takes them */
    CLOSE_BAD_DATA = 1007,
    CLOSE_POLICY = 1008,
    CLOSE_TOO_BIG = 1009,
    CLOSE_RESTART = 1012,      /* come back; an EV_MOVE said where */
    CLOSE_TRY_AGAIN = 1013,    /* the queue overflowed: come back and ask from your last seq */
    CLOSE_UNAUTHORIZED = 4401, /* the session ended */
};

/* Queues one text frame. Never blocks; a full queue closes the channel with 1013. Any thread. */
void channel_send(struct channel *ch, const char *text, size_t len);
/* Queues a Close frame; afterwards nothing more is sent, and the socket is shut when the peer answered
 * or after a few seconds. Only the first call counts. Any thread. */
void channel_close(struct channel *ch, int code);

int64_t channel_user(const struct channel *ch);
int64_t channel_session(const struct channel *ch);
const struct bond *channel_bond(const struct channel *ch);
/* The code it was closed with by us; 0: it was not. Any thread. */
int channel_code(struct channel *ch);

/* ---- marks: of dialects with mark() ----
 * A channel begins behind: frames with a mark pass it by, while `opened` queues the past with
 * channel_send_past until channel_go_live says that nothing passed by meanwhile. From then on each
 * frame goes out if its mark is above all before it. What the peer has acknowledged comes back
 * through delivered(). */

/* Queues one frame of the past. */
void channel_send_past(struct channel *ch, const char *text, size_t len, int64_t mark);
/* Waits until most of what was queued is with the peer. false: the channel ends, or the peer takes
 * nothing for as long as it may be silent. The reading thread's. */
bool channel_drain(struct channel *ch);
/* The past up to mark is queued: may the present follow? false: more has passed by. */
bool channel_go_live(struct channel *ch, int64_t mark);
/* Ends the account's other channels of this dialect and bond with last (NULL: nothing) and code.
 * The highest mark their peer has; 0: there was none. */
int64_t channel_take_over(struct channel *ch, const char *last, int code);

#endif
