/* What the files of ws share: the insides of a hub and a channel.
 *
 * Locks, outer to inner: hub.publish -> hub.lock -> channel.lock -> sender.lock. wire.* and the
 * dialect are called with none of them held, except encode under publish, which is pure. A name
 * ending in _locked: the caller holds the channel's lock.
 *
 * Lifetime: a thread that takes a channel out of the hub counts itself in refs under hub.lock and
 * ends with channel_drop. hub_remove unlinks the channel first, so refs can only fall, then asks
 * the sender to let go (released) and frees it when both are done. */
#ifndef WS_INTERNAL_H
#define WS_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "ws/channel.h"
#include "ws/guard.h"
#include "ws/hub.h"
#include "ws/outbox.h"
#include "ws/roster.h"

/* How much more than the limit may wait while the peer takes what it is given: one commit may bring a
 * large batch before the sender has had its turn, and that is not the peer's fault. */
#define BURST_FACTOR 32
#define CLOSE_GRACE_MS 5000  /* for the peer to read what waits and answer our Close */
#define HALF_FRAME_MS 10000  /* for a frame to arrive completely */
#define REMOVE_FLUSH_MS 1000 /* for the last frames when the socket is leaving */
#define FRAME_EVERY_MS 50    /* 20 frames per second from a client... */
#define FRAME_BURST 200 /* ...after so many at once: entering a call of eight sends about 150 */
#define TICK_MS 1000
#define ASK_EVERY_MS 5000 /* how often a peer is asked how far it is */
#define PAST_FRAMES 256   /* of the past wait at a time */

#define HUB_DIALECTS_MAX 16
#define HUB_SPARE_ARENAS 4

struct channel {
    struct hub *hub;
    const struct socket_dialect *dialect;
    int dialect_index; /* in hub.dialects */
    struct wire wire;
    int64_t user_id, session_id;
    struct bond bond; /* its label is the channel's own */
    int64_t id;       /* 1, 2, 3... in this run of the server */
    int64_t opened_ms;
    atomic_llong heard_ms; /* the last complete frame */
    atomic_llong half_ms;  /* since when a frame is incomplete; 0: none is */

    /* The reading thread's: */
    struct guard guard;
    int64_t rate_ms; /* when the frames so far are paid for at FRAME_EVERY_MS each */

    /* Under hub.lock: */
    struct account *account;
    struct address *address;
    struct channel *next_of_account;
    struct channel *next, **previous; /* all channels; previous NULL: not linked */

    /* Raised under hub.lock, lowered under lock: */
    atomic_int refs;

    pthread_mutex_t lock;
    pthread_cond_t moved; /* something was written; released or refs changed */
    /* Under lock: */
    struct outbox out;
    bool closing;       /* a Close was queued: nothing may follow it */
    bool overflowed;    /* closing because the queue was full */
    bool hangup;        /* shut the wire once the queue is written */
    bool shut;          /* somebody has shut the wire, or is about to: write nothing any more */
    bool blocked;       /* the wire takes nothing now: the sender waits for EPOLLOUT */
    bool ready;         /* in the sender's list */
    bool is_writing;    /* the sender writes now: what the wire took is not yet taken from out */
    bool leaving;       /* hub_remove waits */
    bool abandoned;     /* hub_remove waits no longer for the queue */
    bool released;      /* the sender will not touch it again */
    int close_code;     /* what we closed it with */
    int64_t closing_ms; /* when closing began */
    int64_t pinged_ms;
    /* Marks, 0 without mark(): */
    bool is_live;      /* the past is queued: frames with a mark are too */
    bool has_ended;    /* confirmed is final */
    int64_t queued;    /* the highest queued */
    int64_t missed;    /* the highest that passed by */
    int64_t asked;     /* the one the last ping asked about */
    int64_t confirmed; /* the peer has everything up to this */

    struct channel *next_ready; /* sender.lock, then the sender's */
    struct channel *next_shut;  /* of the tick that set shut */
    bool is_polled;             /* the sender's: known to epoll */
};

struct sender {
    pthread_t thread;
    int epoll_fd, wake_fd;
    pthread_mutex_t lock;
    struct channel *first, *last; /* with something to do, oldest first */
    bool is_asleep;               /* must be woken through wake_fd */
    bool is_stopping;
    /* The thread's: */
    struct batch batch;
    uint8_t *buffer; /* owned; BATCH_BYTES */
    int64_t next_tick_ms;
};

struct hub {
    struct hub_limits limits;
    const struct services *sv;
    struct sender sender;
    atomic_llong frames_sent, bytes_sent, dropped;

    pthread_mutex_t publish; /* one event after the other: receivers see them in commit order */
    struct arena *scratch;   /* for encode */
    struct channel **targets;
    size_t target_cap;

    pthread_mutex_t lock;
    struct roster roster;
    struct channel *channels;
    const struct socket_dialect *dialects[HUB_DIALECTS_MAX];
    int dialect_count;
    int64_t present;     /* channels not freed yet */
    int64_t last_id;     /* of a channel */
    int64_t users;       /* accounts with a linked channel */
    int closed_code;     /* 0, or hub_close_all was called with it */
    pthread_cond_t gone; /* present fell */

    pthread_mutex_t arena_lock;
    struct arena *spare[HUB_SPARE_ARENAS]; /* for what clients send; a socket has none itself */
    int spare_count;
};

/* ---- channel.c ---- */

struct channel *channel_new(struct hub *hub, const struct socket_dialect *dialect,
                            const struct wire *wire);
void channel_free(struct channel *ch);
/* Queues a shared frame; the caller keeps its own reference. Never blocks. Any thread. */
void channel_queue(struct channel *ch, struct frame *f);
/* The same, and ends the caller's stay in refs. */
void channel_queue_drop(struct channel *ch, struct frame *f);
/* With the channel's lock; true: the caller must wake the sender once it holds no lock. */
bool channel_queue_locked(struct channel *ch, struct frame *f);
void channel_drop(struct channel *ch);
/* Answers a Close, or ends a broken stream: as channel_close, and the wire is shut as soon as it is
 * written. */
void channel_hang_up(struct channel *ch, int code);
/* Was a Close queued? */
bool channel_is_closing(struct channel *ch);
/* May the client's frame with this first byte be heard now? Reading thread. */
bool channel_rate_ok(struct channel *ch, uint8_t head, int64_t now_ms);
/* Pings; notices silence, half frames, unanswered Closes. true: the caller must shut the wire. */
bool channel_check(struct channel *ch, int64_t now_ms);
/* Ends ch without waiting for anybody. true: the caller must shut the wire. */
bool channel_shut(struct channel *ch, int64_t now_ms);
/* With the channel's lock: may f be queued? Keeps account of its mark. */
bool marks_pass_locked(struct channel *ch, const struct frame *f);
/* The frame that asks the peer how far it is. */
struct frame *marks_ask_locked(struct channel *ch);
/* Is it time to ask? */
bool marks_are_due_locked(const struct channel *ch, int64_t now_ms);
/* A pong came: true if the peer is further than it was known to be. Reading thread. */
bool marks_heard(struct channel *ch, const char *data, size_t len);
/* The peer has left, or is about to: what it has is final, and what waits is for another channel. */
void marks_end(struct channel *ch);
int64_t marks_confirmed(struct channel *ch);

/* Waits until the sender and all others have let go. The channel is unlinked already. */
void channel_leave(struct channel *ch);

/* ---- sender.c ---- */

/* false: the system refused a thread or a descriptor; logged. */
bool sender_start(struct sender *s, struct hub *hub);
void sender_stop(struct sender *s);
/* Lists ch, unless it is listed. true: the caller must call sender_wake once it holds no channel
 * lock. */
bool sender_list_locked(struct sender *s, struct channel *ch);
void sender_wake(struct sender *s);

/* ---- hub.c ---- */

/* One round over all channels: see channel_check. The sender calls it each TICK_MS; tests turn the
 * clock and call it. */
void hub_tick(struct hub *hub);
int64_t hub_now(const struct hub *hub);
/* Initialises a condition variable whose timed waits use the monotonic clock. */
void hub_cond_init(pthread_cond_t *cond);
/* The monotonic moment wait_ms from now, for such a wait. */
struct timespec hub_moment(int64_t wait_ms);

#endif
