/* Who is connected: account -> channels; publishing events to them; one sender thread that writes.
 * Nothing here blocks on a peer: frames are queued (bounded) and the sender writes without waiting.
 * Lock order, outer to inner: writer (db) -> hub -> outbox. Neither CivetWeb nor SQLite is ever called
 * with a hub or outbox lock held. */
#ifndef WS_HUB_H
#define WS_HUB_H

#include "ws/channel.h"

struct hub_limits {
    int64_t sockets; /* at once, all together */
    int64_t per_user;
    int64_t per_address;
    int64_t queue_bytes; /* waiting for one peer */
    int64_t queue_frames;
    int64_t frame_bytes; /* one message from a client, after reassembly */
    int64_t ping_ms;     /* silence after which we ping */
    int64_t
        timeout_ms; /* silence after which we give up; also the deadline of a half-sent frame is 10 s */
    bool rate;      /* limit how many frames a client may send */
};

/* Starts the thread that writes and keeps the deadlines. Owned: hub_free, after every channel is removed.
 * NULL (logged) if the system refuses the thread or its descriptors. */
struct hub *hub_new(const struct hub_limits *limits, const struct services *sv);
void hub_free(struct hub *hub);

/* May one more socket of this account and address open now? Reserves the place on true; the place is given
 * back by hub_remove, or hub_unreserve if the handshake failed. */
bool hub_reserve(struct hub *hub, int64_t user_id, const char *address);
void hub_unreserve(struct hub *hub, int64_t user_id, const char *address);

/* Registers an upgraded socket under a reserved place and calls dialect->opened. wire and bond are copied. Owned by the hub
 * until hub_remove. */
struct channel *hub_add(struct hub *hub, const struct socket_dialect *dialect,
                        const struct wire *wire, int64_t user_id, int64_t session_id,
                        const char *address, const struct bond *bond);
/* One raw frame from the peer: head is its first byte (FIN, RSV, opcode), data its unmasked payload. false: the reading
 * thread must leave (a Close was answered, or the peer broke the protocol). Called by the one reading thread. */
bool hub_frame(struct hub *hub, struct channel *ch, uint8_t head, const char *data, size_t len);
/* The engine refused a frame larger than allowed: says 1009. Called by the reading thread before hub_remove. */
void hub_frame_too_big(struct channel *ch);
/* Bytes of an incomplete frame have arrived (called by the reading thread through the engine). */
void hub_bytes_seen(struct channel *ch);
/* The socket is about to be closed: unlinks the channel, calls dialect->closed, waits briefly for queued frames (a Close answer) and until
 * the sender has let go of it, frees it. After this the wire is never touched again. */
void hub_remove(struct hub *hub, struct channel *ch);

/* services.deliver, is_online, is_session_online, end_session, live, present and move. */
void hub_deliver(void *hub, const struct event *events, size_t count);
bool hub_is_online(void *hub, int64_t user_id);
int64_t hub_open_tag(void *hub, int64_t user_id, const char *dialect);
bool hub_is_session_online(void *hub, int64_t user_id, int64_t session_id);
void hub_end_session(void *hub, int64_t user_id, int64_t session_id);
struct live hub_live(void *hub);
size_t hub_present(void *hub, struct arena *a, struct presence **list_r);
int64_t hub_move(void *hub, int64_t count, const struct event *ev);

/* Closes every channel with code and waits until they are gone, at most wait_ms. */
void hub_close_all(struct hub *hub, int code, int64_t wait_ms);

#endif
