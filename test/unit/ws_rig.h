/* What the hub's tests stand on: a clock to turn, a dialect that records, sockets from
 * socketpair(2), and a peer that reads frames. Nothing sleeps: every wait is for the event itself,
 * with a limit. */
#ifndef TEST_WS_RIG_H
#define TEST_WS_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "domain/ctx.h"
#include "ws/hub.h"
#include "ws/internal.h"

#define RIG_WAIT_MS 10000
#define RIG_ADDRESS "192.0.2.1"

enum { HEAD_TEXT = 0x81, HEAD_BINARY = 0x82, HEAD_CLOSE = 0x88 };
enum { HEAD_PING = 0x89, HEAD_PONG = 0x8a };

struct rig {
    struct hub *hub;
    struct services sv;
    struct clock clock;
    atomic_llong now_ms;
};

/* What the fake dialects saw; one test at a time uses it. */
static struct {
    atomic_int encoded, received, opened;
    int64_t actor, session_id;
    char address[64], dialect[16], text[256];
} rig_seen;

static int64_t rig_now(void *arg)
{
    struct rig *r = arg;
    return atomic_load(&r->now_ms);
}

/* ---- dialects ---- */

static inline const char *rig_encode(struct arena *a, const struct event *ev)
{
    atomic_fetch_add(&rig_seen.encoded, 1);
    return arena_strdup(a, ev->message.body);
}

static inline const char *rig_encode_nothing(struct arena *a, const struct event *ev)
{
    (void)a;
    (void)ev;
    return NULL;
}

static inline void rig_note(const struct ctx *cx)
{
    rig_seen.actor = cx->actor;
    rig_seen.session_id = cx->session_id;
    snprintf(rig_seen.address, sizeof rig_seen.address, "%s", cx->address);
    snprintf(rig_seen.dialect, sizeof rig_seen.dialect, "%s", cx->dialect);
}

static inline void rig_receive(struct ctx *cx, struct channel *ch, const char *text, size_t len)
{
    (void)ch;
    rig_note(cx);
    snprintf(rig_seen.text, sizeof rig_seen.text, "%.*s", (int)len, text);
    atomic_fetch_add(&rig_seen.received, 1);
}

static inline void rig_opened(struct ctx *cx, struct channel *ch)
{
    rig_note(cx);
    atomic_fetch_add(&rig_seen.opened, 1);
    channel_send(ch, "welcome", 7);
}

static const struct socket_dialect rig_plain = { .name = "plain",
                                                 .encode = rig_encode,
                                                 .receive = rig_receive };
static const struct socket_dialect rig_other = { .name = "other",
                                                 .encode = rig_encode,
                                                 .receive = rig_receive };
static const struct socket_dialect rig_polite = {
    .name = "polite", .encode = rig_encode, .receive = rig_receive, .opened = rig_opened
};
static const struct socket_dialect rig_silent = { .name = "silent",
                                                  .encode = rig_encode_nothing,
                                                  .receive = rig_receive };

/* ---- hub ---- */

static inline struct hub_limits rig_limits(void)
{
    return (struct hub_limits){ .sockets = 1000,
                                .per_user = 100,
                                .per_address = 1000,
                                .queue_bytes = 262144,
                                .queue_frames = 1000,
                                .frame_bytes = 65536,
                                .ping_ms = 30000,
                                .timeout_ms = 90000 };
}

static inline void rig_start(struct rig *r, const struct hub_limits *limits)
{
    memset(&rig_seen, 0, sizeof rig_seen);
    memset(r, 0, sizeof *r);
    atomic_store(&r->now_ms, 1000000);
    r->clock = (struct clock){ .wall_ms = rig_now, .mono_ms = rig_now, .arg = r };
    r->sv.clock = &r->clock;
    r->hub = hub_new(limits, &r->sv);
    assert_non_null(r->hub);
}

/* false: sockets remain, as only a failed test leaves them; the hub still uses r. */
static inline bool rig_stop(struct rig *r)
{
    if (hub_live(r->hub).sockets > 0)
        return false;
    hub_free(r->hub);
    return true;
}

static inline void rig_turn(struct rig *r, int64_t ms)
{
    atomic_fetch_add(&r->now_ms, ms);
    hub_tick(r->hub);
}

static inline void rig_say(struct rig *r, const char *body, const int64_t *to, size_t count)
{
    struct event ev = {
        .kind = EV_MESSAGE, .to = to, .to_count = count, .message = { .body = body }
    };
    hub_deliver(r->hub, &ev, 1);
}

static inline void rig_say_to(struct rig *r, const char *body, int64_t user_id)
{
    rig_say(r, body, &user_id, 1);
}

/* ---- peers ---- */

struct peer {
    struct hub *hub;
    struct channel *ch;
    int fd;        /* the client's end */
    int server_fd; /* the wire's end */
    sem_t shut;    /* posted by wire.shutdown */
    atomic_int shuts;
    atomic_bool is_gone; /* hub_remove returned: the wire may not be touched */
};

static inline long peer_write(void *arg, const void *data, size_t len)
{
    struct peer *p = arg;
    assert_false(atomic_load(&p->is_gone));
    ssize_t n = send(p->server_fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0)
        return n;
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : -1;
}

static inline void peer_shutdown(void *arg)
{
    struct peer *p = arg;
    assert_false(atomic_load(&p->is_gone));
    shutdown(p->server_fd, SHUT_RDWR);
    atomic_fetch_add(&p->shuts, 1);
    sem_post(&p->shut);
}

static inline void peer_open_as(struct peer *p, struct rig *r, const struct socket_dialect *dialect,
                                int64_t user_id, int64_t session_id)
{
    int fds[2];
    int bytes = 32768; /* a peer that does not read is full soon, on any machine */
    memset(p, 0, sizeof *p);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    assert_int_equal(setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes), 0);
    p->hub = r->hub;
    p->fd = fds[0];
    p->server_fd = fds[1];
    sem_init(&p->shut, 0, 0);
    struct wire wire = {
        .fd = p->server_fd, .arg = p, .write = peer_write, .shutdown = peer_shutdown
    };
    assert_true(hub_reserve(r->hub, user_id, RIG_ADDRESS));
    p->ch = hub_add(r->hub, dialect, &wire, user_id, session_id, RIG_ADDRESS, &(struct bond){ 0 });
}

static inline void peer_open(struct peer *p, struct rig *r, int64_t user_id)
{
    peer_open_as(p, r, &rig_plain, user_id, user_id + 500);
}

/* What the reading thread does at its end. */
static inline void peer_close(struct peer *p)
{
    hub_remove(p->hub, p->ch);
    atomic_store(&p->is_gone, true);
    close(p->server_fd);
    close(p->fd);
    sem_destroy(&p->shut);
}

static inline bool peer_sends(struct peer *p, int head, const char *text)
{
    return hub_frame(p->hub, p->ch, (uint8_t)head, text, strlen(text));
}

static inline bool peer_sends_close(struct peer *p, int code)
{
    char data[2] = { (char)(code >> 8), (char)code };
    return hub_frame(p->hub, p->ch, HEAD_CLOSE, data, sizeof data);
}

static inline void peer_wait_shut(struct peer *p)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RIG_WAIT_MS / 1000;
    while (sem_timedwait(&p->shut, &until) != 0)
        assert_int_equal(errno, EINTR);
}

/* Reads exactly len bytes; false at the end of the stream. */
static inline bool peer_read(struct peer *p, void *data, size_t len)
{
    for (size_t done = 0; done < len;) {
        struct pollfd fd = { .fd = p->fd, .events = POLLIN };
        assert_int_equal(poll(&fd, 1, RIG_WAIT_MS), 1);
        ssize_t n = read(p->fd, (char *)data + done, len - done);
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* One frame of the server: its first byte, or -1 at the end of the stream. data must hold 64 KiB
 * and a NUL. */
static inline int peer_frame(struct peer *p, char *data, size_t *len_r)
{
    uint8_t head[2], more[8];
    if (!peer_read(p, head, 2))
        return -1;
    assert_int_equal(head[0] & 0xf0, 0x80);
    assert_int_equal(head[1] & 0x80, 0); /* a server does not mask */
    size_t len = head[1], width = len == 126 ? 2 : len == 127 ? 8 : 0;
    if (!peer_read(p, more, width))
        return -1;
    if (width > 0)
        len = 0;
    for (size_t i = 0; i < width; i++)
        len = len << 8 | more[i];
    assert_true(len <= 65536);
    if (!peer_read(p, data, len))
        return -1;
    data[len] = '\0';
    *len_r = len;
    return head[0];
}

static char rig_data[65537];

static inline void peer_expect(struct peer *p, int head, const char *text)
{
    size_t len;
    assert_int_equal(peer_frame(p, rig_data, &len), head);
    assert_string_equal(rig_data, text);
}

static inline void peer_expect_close(struct peer *p, int code)
{
    size_t len;
    assert_int_equal(peer_frame(p, rig_data, &len), HEAD_CLOSE);
    assert_int_equal(len, 2);
    assert_int_equal((uint8_t)rig_data[0] << 8 | (uint8_t)rig_data[1], code);
}

static inline void peer_expect_end(struct peer *p)
{
    char byte;
    assert_false(peer_read(p, &byte, 1));
}

#endif
