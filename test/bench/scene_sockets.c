/* Scenes over WebSockets: holding many, and fan-out to all members of one group. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hist.h"
#include "load.h"

static struct sock *new_socks(long count)
{
    struct sock *socks = must_alloc(NULL, (size_t)count * sizeof *socks);

    memset(socks, 0, (size_t)count * sizeof *socks);
    return socks;
}

/* ---- hold ---- */

static long lost; /* sockets the server closed; the events carry no owner */

static void ignore_text(struct sock *s, const char *text, size_t len)
{
    (void)s;
    (void)text;
    (void)len;
}

static void count_end(struct sock *s, int code)
{
    (void)s;
    (void)code;
    lost++;
}

static bool input_ended(void)
{
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
    char c;

    return poll(&in, 1, 0) > 0 && read(STDIN_FILENO, &c, 1) <= 0;
}

void scene_hold(struct load *ld)
{
    static const struct sock_events on = { .text = ignore_text, .ended = count_end };
    struct sock *socks = new_socks(ld->sockets);
    uint64_t start = now_ns();

    open_sockets(ld, socks, ld->sockets, &on);
    printf("{\"open\":%ld,\"per_s\":%.0f}\n", ld->sockets,
           (double)ld->sockets * 1e9 / (double)(now_ns() - start));
    fflush(stdout);
    while (!input_ended())
        loop_run(&ld->loop, now_ns() + 100000000);
    printf("{\"lost\":%ld}\n", lost);
}

/* ---- fan-out ---- */

#define SENT_MAX 4000000

struct fanout {
    struct load *ld;
    struct sock *socks;
    struct lane *lanes; /* a connection per outstanding message */
    struct hist delivered, acked;
    uint64_t *sent_ns; /* by message */
    int *missing;      /* deliveries still due, by message */
    struct lane **lane_of;
    uint64_t until_ns;
    long sent, done, deliveries, odd; /* odd: more often than once, or never sent */
};

static struct fanout *fan; /* the socket events carry no owner */

/* The next message leaves when the last one is with everybody and acknowledged. */
static void send_next(struct lane *l)
{
    const struct load *ld = fan->ld;
    long n = fan->sent;
    size_t len;
    char *json;

    if (now_ns() >= fan->until_ns || n == SENT_MAX)
        return;
    fan->sent++;
    fan->missing[n] = (int)ld->members;
    fan->lane_of[n] = l;
    json = message_json(ld, ld->group, "group", n, &len);
    fan->sent_ns[n] = now_ns();
    lane_post(l, "/api/v1/chat/send", ld->accounts[l->n % ld->members].token, json, len);
    free(json);
}

static void sent_answered(struct lane *l, int status, const char *body, size_t len)
{
    (void)len;
    must_succeed(status, body);
    hist_add(&fan->acked, now_ns() - l->asked_ns);
    if (l->arg != NULL) /* delivered to everybody before the answer */
        l->arg = NULL, send_next(l);
}

static void delivered(struct sock *s, const char *text, size_t len)
{
    long n = message_number(text, len);

    (void)s;
    if (n < 0)
        return; /* not a message: the server's greeting */
    if (n >= fan->sent || fan->missing[n] == 0) {
        fan->odd++;
        return;
    }
    hist_add(&fan->delivered, now_ns() - fan->sent_ns[n]);
    fan->deliveries++;
    if (--fan->missing[n] > 0)
        return;
    fan->done++;
    if (fan->lane_of[n]->is_busy)
        fan->lane_of[n]->arg = fan;
    else
        send_next(fan->lane_of[n]);
}

static void must_stay(struct sock *s, int code)
{
    errno = 0;
    fprintf(stderr, "socket %ld, close code %d\n", s->index, code);
    die("a reading socket was closed");
}

static void fanout_run(struct load *ld)
{
    uint64_t start = now_ns(), end;

    fan->until_ns = start + (uint64_t)ld->ms * 1000000;
    for (long i = 0; i < ld->window; i++) {
        lane_init(&fan->lanes[i], &ld->loop, sent_answered);
        fan->lanes[i].n = i;
        send_next(&fan->lanes[i]);
    }
    loop_run(&ld->loop, fan->until_ns);
    end = now_ns();
    while (fan->done < fan->sent && now_ns() < end + 5 * SECOND_NS)
        loop_run(&ld->loop, now_ns() + 1000000);
    end = now_ns();
    printf("{\"window\":%ld,\"members\":%ld,\"sent\":%ld,\"per_s\":%.0f,\"p50\":%.3f,\"p99\":%.3f,"
           "\"ack50\":%.3f,\"ack99\":%.3f,\"missing\":%ld,\"odd\":%ld}\n",
           ld->window, ld->members, fan->sent,
           (double)fan->deliveries * 1e9 / (double)(end - start), hist_ms(&fan->delivered, 0.5),
           hist_ms(&fan->delivered, 0.99), hist_ms(&fan->acked, 0.5), hist_ms(&fan->acked, 0.99),
           fan->sent * ld->members - fan->deliveries, fan->odd);
}

void scene_fanout(struct load *ld)
{
    static const struct sock_events on = { .text = delivered, .ended = must_stay };

    fan = must_alloc(NULL, sizeof *fan);
    memset(fan, 0, sizeof *fan);
    fan->ld = ld;
    fan->socks = new_socks(ld->members);
    fan->lanes = must_alloc(NULL, (size_t)ld->window * sizeof *fan->lanes);
    memset(fan->lanes, 0, (size_t)ld->window * sizeof *fan->lanes);
    fan->sent_ns = must_alloc(NULL, SENT_MAX * sizeof *fan->sent_ns);
    fan->missing = must_alloc(NULL, SENT_MAX * sizeof *fan->missing);
    fan->lane_of = must_alloc(NULL, SENT_MAX * sizeof(struct lane *));
    open_sockets(ld, fan->socks, ld->members, &on);
    fanout_run(ld);
}
