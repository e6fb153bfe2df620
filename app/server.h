/* The glue to CivetWeb: listeners, one request callback, one set of socket callbacks. Everything
 * above works on struct io (http/dispatch.h) and struct wire (ws/channel.h) and has never heard of
 * CivetWeb. */
#ifndef SERVER_H
#define SERVER_H

#include "domain/ctx.h"
#include "http/router.h"
#include "ws/hub.h"

struct server;
struct tls;

/* Starts listening as conf says. tls: the certificate of the TLS listeners, NULL if there are none.
 * Everything is borrowed until server_stop. NULL: *error_r is one sentence naming the key or
 * address; owned. */
struct server *server_start(const struct services *sv, const struct router *router, struct hub *hub,
                            struct tls *tls, char **error_r);
/* Calls visit for each listener: its URL, the dialect that owns it ("" for all). */
void server_each_listener(const struct server *server,
                          void (*visit)(void *arg, const char *url, const char *dialect),
                          void *arg);
/* The port that listener i of the configuration is bound to. */
int server_port(const struct server *server, int listener);
/* Tells the sockets we are going away, lets requests finish, closes everything. NULL is allowed. */
void server_stop(struct server *server);

#endif
