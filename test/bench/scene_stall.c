/* Messages at a fixed rate to a group, of whose readers one may stop reading: what the others notice
 * of it, and whether the one finds everything when it comes back. Latency counts from when a message
 * was due. */
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hist.h"
#include "load.h"

#define STALL_BUFFER 16384 /* what the kernel keeps for the reader that stopped */
#define DRAIN_NS (3 * SECOND_NS)
#define LOOK_NS (SECOND_NS / 4)
/* Looks in a row at which the kernel takes no more: the server's queue is next, and soon full. */
#define FULL_LOOKS 6

struct stall {
    struct load *ld;
    struct sock *socks; /* members of them; the last is the one that may stop */
    long readers;       /* those that go on */
    struct lane sender, history;
    struct hist delivered;
    uint64_t *due_ns;
    uint64_t start_ns, until_ns;
    long sent, deliveries, wrong; /* wrong: out of order or missing in between */
    /* the one that stopped: */
    long long last_seq; /* of the last message it got, live or from history */
    long got_live, got_history;
    int close_code;
    long dropped; /* readers closed although they read */
    bool is_back, is_done;
    uint64_t look_ns; /* at what the kernel holds for it, next */
    long held_bytes;  /* that, when last looked */
    int same_looks;
};

static struct stall *st; /* the socket events carry no owner */

static void sent_answered(struct lane *l, int status, const char *body, size_t len)
{
    (void)l;
    (void)len;
    must_succeed(status, body);
}

/* What the server's kernel holds for this client, asked by netlink: reading /proc/net/tcp takes 20 ms,
 * which would be found again in the latencies. 0 where the kernel does not answer such questions. */
static long held_for(const struct conn *c)
{
    struct sockaddr_in own;
    socklen_t own_len = sizeof own;
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 what;
    } ask = { .head = { .nlmsg_len = sizeof ask,
                        .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                        .nlmsg_flags = NLM_F_REQUEST },
              .what = { .sdiag_family = AF_INET,
                        .sdiag_protocol = IPPROTO_TCP,
                        .idiag_states = UINT32_MAX,
                        .id = { .idiag_sport = htons((uint16_t)c->loop->port),
                                .idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE } } } };
    struct {
        struct nlmsghdr head;
        struct inet_diag_msg what;
        char more[4096];
    } answer;
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    bool ok = fd >= 0 && getsockname(c->fd, (struct sockaddr *)&own, &own_len) == 0;

    if (ok) {
        ask.what.id.idiag_dport = own.sin_port;
        ask.what.id.idiag_src[0] = ask.what.id.idiag_dst[0] = own.sin_addr.s_addr;
        ok = send(fd, &ask, sizeof ask, 0) == (ssize_t)sizeof ask &&
             recv(fd, &answer, sizeof answer, 0) >=
                 (ssize_t)(sizeof answer.head + sizeof answer.what) &&
             answer.head.nlmsg_type == SOCK_DIAG_BY_FAMILY;
    }
    if (fd >= 0)
        close(fd);
    return ok ? (long)answer.what.idiag_wqueue : 0;
}

/* The stalled reader comes back while the server still waits for it to take its Close: when the
 * kernel has been full for a while, not after some time that fits this machine. */
static void look(uint64_t now)
{
    long held;

    if (st->ld->stalled == 0 || now < st->look_ns)
        return;
    st->look_ns = now + LOOK_NS;
    held = held_for(&st->socks[st->readers].conn);
    st->same_looks = held > 0 && held == st->held_bytes ? st->same_looks + 1 : 0;
    st->held_bytes = held;
    if (st->same_looks >= FULL_LOOKS)
        st->until_ns = now;
    st->ld->loop.stop = st->until_ns == now;
}

static void send_due(void *arg, uint64_t now)
{
    const struct load *ld = st->ld;
    uint64_t due = st->start_ns + (uint64_t)st->sent * SECOND_NS / (uint64_t)ld->rate;
    size_t len;
    char *json;

    (void)arg;
    look(now);
    if (st->sender.is_busy || due > now || due >= st->until_ns)
        return;
    st->due_ns[st->sent] = due;
    json = message_json(ld, ld->group, "group", st->sent++, &len);
    lane_post(&st->sender, "/api/v1/chat/send", ld->accounts[0].token, json, len);
    free(json);
}

/* The seq of a message: behind its body, so it is looked for from the end. */
static long long seq_of(const char *text, size_t len)
{
    size_t tail = len < 400 ? len : 400;
    const char *at = memmem(text + len - tail, tail, "\"seq\":", 6);

    return at != NULL ? strtoll(at + 6, NULL, 10) : -1;
}

static void delivered(struct sock *s, const char *text, size_t len)
{
    long n = message_number(text, len);

    if (n < 0)
        return;
    if (n != s->next)
        st->wrong++;
    s->next = n + 1;
    if (s->index == st->readers) {
        st->got_live++;
        st->last_seq = seq_of(text, len);
        return;
    }
    st->deliveries++;
    hist_add(&st->delivered, now_ns() - st->due_ns[n]);
}

static void closed(struct sock *s, int code)
{
    if (s->index != st->readers) {
        st->dropped++;
        return;
    }
    st->close_code = code;
    st->is_back = true;
}

/* ---- coming back ---- */

static void ask_history(void)
{
    char path[200];

    snprintf(path, sizeof path,
             "/api/v1/chat/messages?toId=%lld&ope=group&afterSeq=%lld&limit=50&sort=seq:asc",
             st->ld->group, st->last_seq);
    lane_get(&st->history, path, st->ld->accounts[st->readers].token);
}

static void history_answered(struct lane *l, int status, const char *body, size_t len)
{
    struct sock *s = &st->socks[st->readers];
    const char *end = body + len;
    long count = 0;

    (void)l;
    must_succeed(status, body);
    for (const char *at = body; (at = memmem(at, (size_t)(end - at), "\"body\":\"#", 9)) != NULL;
         at += 9) {
        if (strtol(at + 9, NULL, 10) != s->next)
            st->wrong++;
        s->next = strtol(at + 9, NULL, 10) + 1;
        count++;
    }
    st->got_history += count;
    st->last_seq += count;
    if (count > 0)
        ask_history();
    else
        st->is_done = true;
}

static void wait_for(const bool *flag)
{
    uint64_t end = now_ns() + DRAIN_NS;

    while (!*flag && now_ns() < end)
        loop_run(&st->ld->loop, now_ns() + 10000000);
}

/* Reads what was kept for it, until the server's Close or nothing more comes; then asks for the
 * rest. */
static void come_back(void)
{
    struct sock *s = &st->socks[st->readers];

    conn_stall(&s->conn, false);
    wait_for(&st->is_back);
    if (!st->is_back)
        sock_close(s);
    lane_init(&st->history, &st->ld->loop, history_answered);
    ask_history();
    wait_for(&st->is_done);
}

/* ---- the scene ---- */

static void report(void)
{
    const struct load *ld = st->ld;
    long due = st->sent * st->readers;

    printf("{\"bytes\":%ld,\"rate\":%ld,\"readers\":%ld,\"stalled\":%ld,\"sent\":%ld,\"p50\":%.3f,"
           "\"p99\":%.3f,"
           "\"max\":%.3f,\"missing\":%ld,\"wrong\":%ld,\"dropped\":%ld,\"held\":%ld,\"close\":%d,"
           "\"live\":%ld,"
           "\"history\":%ld,\"resynced\":%s}\n",
           ld->bytes, ld->rate, st->readers, ld->stalled, st->sent, hist_ms(&st->delivered, 0.5),
           hist_ms(&st->delivered, 0.99), (double)st->delivered.max_ns / 1e6, due - st->deliveries,
           st->wrong, st->dropped, st->held_bytes, st->close_code, st->got_live, st->got_history,
           st->socks[st->readers].next == st->sent ? "true" : "false");
}

static void stall_run(struct load *ld)
{
    struct sock *last = &st->socks[st->readers];
    uint64_t end;

    if (ld->stalled != 0)
        conn_stall(&last->conn, true);
    st->start_ns = now_ns();
    st->until_ns = st->start_ns + (uint64_t)ld->ms * 1000000;
    ld->loop.tick = send_due;
    loop_run(&ld->loop, st->until_ns);
    ld->loop.tick = NULL;
    end = now_ns() + DRAIN_NS;
    while ((st->sender.is_busy || (st->dropped == 0 && st->deliveries < st->sent * st->readers)) &&
           now_ns() < end)
        loop_run(&ld->loop, now_ns() + 10000000);
    if (ld->stalled != 0)
        come_back();
    report();
}

void scene_stall(struct load *ld)
{
    static const struct sock_events on = { .text = delivered, .ended = closed };
    size_t most = (size_t)(ld->ms * ld->rate / 1000 + 2);

    st = must_alloc(NULL, sizeof *st);
    memset(st, 0, sizeof *st);
    st->ld = ld;
    st->readers = ld->members - 1;
    st->socks = must_alloc(NULL, (size_t)ld->members * sizeof *st->socks);
    memset(st->socks, 0, (size_t)ld->members * sizeof *st->socks);
    st->due_ns = must_alloc(NULL, most * sizeof *st->due_ns);
    st->socks[st->readers].conn.receive_buffer = STALL_BUFFER;
    lane_init(&st->sender, &ld->loop, sent_answered);
    open_sockets(ld, st->socks, ld->members, &on);
    stall_run(ld);
}
