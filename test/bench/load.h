/* What the scenes of the load client share. Every scene prints its result as one line of JSON. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "http.h"
#include "ws.h"

struct account {
    long long id;
    char *token;
};

struct load {
    /* from the command line, key=value */
    long port, tls;
    long conns;   /* HTTP connections */
    long sockets; /* WebSockets */
    long members; /* the first so many accounts are in the group */
    long long group;
    long window;  /* messages outstanding */
    long bytes;   /* of a body */
    long rate;    /* messages per second */
    long ms;      /* how long */
    long stalled; /* 1: one reader stops reading */
    const char *path;

    struct account *accounts;
    long account_count;
    struct loop loop;
};

void scene_get(struct load *ld);  /* GET path over conns connections, one after the other on each */
void scene_send(struct load *ld); /* sends over conns connections: to each other, or to group */
void scene_hold(struct load *ld); /* opens sockets and holds them until standard input ends */
void scene_fanout(struct load *ld); /* every member connected, window messages outstanding */
void scene_stall(
    struct load *ld); /* messages at a fixed rate to members, of whom one may stop reading */

/* A message as the scenes send it. Its body begins with "#n;" so that readers know it again. Owned:
 * free. */
char *message_json(const struct load *ld, long long to_id, const char *ope, long n, size_t *len_r);
/* The n of a message as the server tells it, -1 if the text holds none of ours. */
long message_number(const char *text, size_t len);

/* Opens count sockets of the first accounts in turn and waits until all are agreed. */
void open_sockets(struct load *ld, struct sock *socks, long count, const struct sock_events *on);
/* Ends the program unless status is 200 and the envelope says success. */
void must_succeed(int status, const char *body);

#endif
