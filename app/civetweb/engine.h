/* What our build of CivetWeb offers beyond civetweb.h: the socket of a connection for writing from
 * another thread without ever blocking, a bound on WebSocket frames before memory is taken, notice
 * of half-sent frames, and a self-test. Only app/server.c includes this. See README.md beside it
 * for why. */
#ifndef CIVETWEB_ENGINE_H
#define CIVETWEB_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "civetweb.h"
#include "civetweb/selftest.h"

/* The lower end of one connection. Valid from the WebSocket ready handler until the close handler
 * returns. */
struct engine_peer {
    int fd;
    void *ssl; /* SSL *, NULL on plain sockets */
};
struct engine_peer engine_peer(struct mg_connection *conn);
/* > 0 bytes taken, 0 would block, -1 gone. After 0 the next call must begin with the same bytes and
 * be no shorter: TLS has already sealed some of them into a record. One writer per connection at a
 * time. Safe beside the worker that reads: every call on the connection's SSL object takes its
 * lock, and none waits inside (asserted). */
long engine_peer_write(const struct engine_peer *peer, const void *data, size_t len);
/* How many of the last bytes written the peer's system has not acknowledged, sealed as TLS has them;
 * -1 if it has broken the connection off (as it does for a program that ends with bytes unread). */
int64_t engine_peer_missing(const struct engine_peer *peer);
/* shutdown(2) in both directions: wakes the reading worker. */
void engine_peer_shutdown(const struct engine_peer *peer);

/* For the calling worker, until engine_ws_end: refuse WebSocket frames above limit bytes before
 * memory is taken, and call bytes(arg) whenever bytes arrive. */
void engine_ws_begin(size_t limit, void (*bytes)(void *arg), void *arg);
/* Was a frame refused since engine_ws_begin? */
bool engine_ws_refused(void);
void engine_ws_end(void);

/* Did CivetWeb understand every byte of the request's head as we do? It forgives a space before a
 * colon, and takes a folded line or an empty name for the end of the headers, so that what follows,
 * say a length, is not seen: requests like that are for smuggling. */
bool engine_head_is_plain(const struct mg_connection *conn);

/* The calling worker's reads from its socket fail from ms milliseconds from now on, so that a body
 * that drips in cannot hold the worker; 0 lifts it. Reads that get nothing at all end by
 * request_timeout_ms. */
void engine_read_deadline(long ms);

/* mg_stop, without the two seconds the accepting thread would sleep on before it looks at the stop
 * flag. */
void engine_stop(struct mg_context *civet);

#endif
