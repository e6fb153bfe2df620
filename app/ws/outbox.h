/* What waits for one peer: a bounded queue of shared frames. Knows no threads and no sockets; the
 * channel's lock guards it, and only the sender takes frames out. */
#ifndef WS_OUTBOX_H
#define WS_OUTBOX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_TEXT = 1, FRAME_CLOSE = 8, FRAME_PING = 9, FRAME_PONG = 10 };

/* One server frame as it goes over the wire, header and payload: built once, shared by all who
 * receive it. */
struct frame {
    atomic_int refs;
    int64_t mark; /* ws/channel.h; 0: none */
    uint32_t len;
    uint8_t bytes[];
};

/* Builds an unmasked, final frame with one reference. Owned: frame_drop. Any thread. */
struct frame *frame_new(uint8_t opcode, const void *payload, size_t len);
/* A Close with code, or an empty one for 0. Owned: frame_drop. */
struct frame *frame_new_close(int code);
void frame_drop(struct frame *f);

/* Most queues are empty or hold a few frames: those need no memory beyond this struct. */
#define OUTBOX_INLINE 4

struct outbox {
    struct frame *few[OUTBOX_INLINE];
    struct frame **many; /* owned; NULL while few suffices, given back when the queue is empty */
    uint32_t cap, head, count;
    uint32_t pinned; /* frames at the head offered to the wire: to be offered again, unchanged */
    size_t sent;     /* bytes of the first frame the wire has taken */
    size_t bytes;    /* bytes the wire has not taken */
    int64_t mark;    /* the highest of the frames the wire has taken */
    int64_t after;   /* bytes the wire has taken after the last frame with a mark */
};

#define BATCH_FRAMES 512
#define BATCH_BYTES 65536

/* The head of an outbox, to be written without its lock. */
struct batch {
    struct frame *frames[BATCH_FRAMES]; /* borrowed: pinned in the outbox */
    size_t count;
    size_t skip;  /* bytes of the first frame that are already out */
    size_t bytes; /* to write */
};

void outbox_init(struct outbox *o);
/* Drops every frame, pinned ones too. */
void outbox_clear(struct outbox *o);
/* Adds a reference to f at the end. false: it does not fit, nothing was added. A frame larger than
 * max_bytes fits an empty queue: otherwise it could never be sent to anybody. */
bool outbox_add(struct outbox *o, struct frame *f, int64_t max_bytes, int64_t max_frames);
/* Adds a reference to f whatever waits already: for the Close that ends the queue. */
void outbox_add_last(struct outbox *o, struct frame *f);
/* Drops what was not offered to the wire yet: what remains is whole frames in order. */
void outbox_drop_waiting(struct outbox *o);
/* Fills b with what is to be written next and pins it: what was pinned, and more up to BATCH_BYTES;
 * a larger first frame comes alone. */
void outbox_offer(struct outbox *o, struct batch *b);
/* The wire took bytes of what was offered (0: none, and it must be offered again). Returns how many
 * frames that completed. */
size_t outbox_taken(struct outbox *o, size_t bytes);

#endif
