/* Peers that do not read, wires that take little, and everything at once: the sender must delay
 * nobody, keep every stream valid and never touch a socket that has left. */
#include "ws_rig.h"

#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>

#define CHUNK 4000

static char chunk[CHUNK + 1];

static int setup(void **state)
{
    struct rig *r = malloc(sizeof *r);
    struct hub_limits limits = rig_limits();
    rig_start(r, &limits);
    memset(chunk, 'x', CHUNK);
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    if (rig_stop(*state))
        free(*state);
    return 0;
}

static int64_t real_ms(void)
{
    return clock_mono_ms(&clock_system);
}

/* Says chunks to both until the stalled one overflows; the other reads each at once. */
static int say_until_dropped(struct rig *r, struct peer *reader)
{
    int64_t both[] = { 1, 2 };
    int said = 0;
    while (hub_live(r->hub).dropped == 0) {
        assert_in_range(said, 0, 10000);
        rig_say(r, chunk, both, 2);
        peer_expect(reader, HEAD_TEXT, chunk);
        said++;
    }
    return said;
}

static void a_stalled_reader_delays_nobody(void **state)
{
    struct rig *r = *state;
    struct peer stalled, reader;
    peer_open(&stalled, r, 1);
    peer_open(&reader, r, 2);
    int64_t start = real_ms();
    int said = say_until_dropped(r, &reader);
    assert_true(said * CHUNK >= r->hub->limits.queue_bytes);
    for (int i = 0; i < 500; i++) {
        rig_say_to(r, chunk, 2);
        peer_expect(&reader, HEAD_TEXT, chunk);
    }
    /* Waiting for the stalled peer only once would already be 5 s. */
    assert_true(real_ms() - start < RIG_WAIT_MS);
    pthread_mutex_lock(&stalled.ch->lock);
    size_t waiting = stalled.ch->out.bytes;
    pthread_mutex_unlock(&stalled.ch->lock);
    assert_true(waiting <= BATCH_BYTES + 4); /* what was offered to the wire, and the Close */

    assert_int_equal(hub_live(r->hub).dropped, 1);
    rig_turn(r, CLOSE_GRACE_MS - 1);
    assert_int_equal(atomic_load(&stalled.shuts), 0);
    rig_turn(r, 1);
    peer_wait_shut(&stalled);
    assert_int_equal(atomic_load(&reader.shuts), 0);
    peer_close(&stalled);
    peer_close(&reader);
}

static void an_overflow_leaves_valid_frames_then_1013(void **state)
{
    struct rig *r = *state;
    struct peer stalled, reader;
    size_t len;
    peer_open(&stalled, r, 1);
    peer_open(&reader, r, 2);
    int said = say_until_dropped(r, &reader);
    rig_say_to(r, "lost", 1);
    int got = 0;
    int head;
    while ((head = peer_frame(&stalled, rig_data, &len)) == HEAD_TEXT) {
        assert_string_equal(rig_data, chunk);
        got++;
    }
    assert_in_range(got, 1, said - 1);
    assert_int_equal(head, HEAD_CLOSE);
    assert_int_equal((uint8_t)rig_data[0] << 8 | (uint8_t)rig_data[1], CLOSE_TRY_AGAIN);
    assert_int_equal(atomic_load(&stalled.shuts), 0);
    assert_false(peer_sends_close(&stalled, CLOSE_TRY_AGAIN));
    peer_wait_shut(&stalled);
    peer_expect_end(&stalled);
    peer_close(&stalled);
    peer_close(&reader);
}

static void the_number_of_frames_is_bounded_too(void **state)
{
    (void)state;
    static struct rig r;
    struct peer p;
    struct hub_limits limits = rig_limits();
    limits.queue_frames = 10;
    rig_start(&r, &limits);
    peer_open(&p, &r, 1);
    /* The socket holds what the kernel takes, so this ends. */
    for (int i = 0; i < 1000000 && hub_live(r.hub).dropped == 0; i++)
        channel_send(p.ch, "x", 1);
    assert_int_equal(hub_live(r.hub).dropped, 1);
    pthread_mutex_lock(&p.ch->lock);
    uint32_t count = p.ch->out.count;
    pthread_mutex_unlock(&p.ch->lock);
    /* The Close comes on top; while the wire still takes, a burst may wait (BURST_FACTOR). */
    assert_true(count <= limits.queue_frames * BURST_FACTOR + 1);
    peer_close(&p);
    assert_true(rig_stop(&r));
}

static void a_slow_reader_gets_everything_in_order(void **state)
{
    struct rig *r = *state;
    struct peer p;
    char body[CHUNK + 1];
    peer_open(&p, r, 1);
    memset(body, 'y', CHUNK);
    body[CHUNK] = '\0';
    int said = 0, got = 0;
    while (got < 400) { /* always more than the socket holds, never more than the queue does */
        while (said < 400 && said - got < 45) {
            body[0] = (char)('A' + said++ % 26);
            rig_say_to(r, body, 1);
        }
        body[0] = (char)('A' + got++ % 26);
        peer_expect(&p, HEAD_TEXT, body);
    }
    assert_int_equal(hub_live(r->hub).dropped, 0);
    peer_close(&p);
}

static void a_dead_peer_is_shut(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open(&p, r, 1);
    close(p.fd);
    rig_say_to(r, "anybody?", 1);
    peer_wait_shut(&p);
    rig_say_to(r, "anybody?", 1);
    p.fd = dup(p.server_fd);
    peer_close(&p);
    assert_int_equal(atomic_load(&p.shuts), 1);
}

static void remove_does_not_wait_for_a_stalled_peer(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open(&p, r, 1);
    for (int i = 0; i < 60; i++) /* more than the socket holds, less than the queue does */
        rig_say_to(r, chunk, 1);
    int64_t start = real_ms();
    peer_close(&p);
    assert_in_range(real_ms() - start, REMOVE_FLUSH_MS - 50, REMOVE_FLUSH_MS + 3000);
}

/* ---- a wire as TLS has it: what was refused must be offered again, and no less ---- */

struct picky {
    int gate; /* an eventfd: full while the wire is blocked */
    atomic_int offers;
    char refused[BATCH_BYTES];
    size_t refused_len;
    pthread_mutex_t lock;
    char taken[4 * BATCH_BYTES];
    size_t taken_len;
    sem_t shut;
};

static long picky_write(void *arg, const void *data, size_t len)
{
    struct picky *p = arg;
    assert_true(len >= p->refused_len);
    assert_memory_equal(data, p->refused, p->refused_len);
    struct pollfd gate = { .fd = p->gate, .events = POLLOUT };
    if (poll(&gate, 1, 0) == 0) {
        assert_true(len <= sizeof p->refused);
        memcpy(p->refused, data, len);
        p->refused_len = len;
        atomic_fetch_add(&p->offers, 1);
        return 0;
    }
    p->refused_len = 0;
    pthread_mutex_lock(&p->lock);
    assert_true(p->taken_len + len <= sizeof p->taken);
    memcpy(p->taken + p->taken_len, data, len);
    p->taken_len += len;
    pthread_mutex_unlock(&p->lock);
    return (long)len;
}

static void picky_shutdown(void *arg)
{
    struct picky *p = arg;
    sem_post(&p->shut);
}

static void what_was_refused_is_offered_again(void **state)
{
    struct rig *r = *state;
    struct picky *p = calloc(1, sizeof *p);
    p->gate = eventfd(0, EFD_NONBLOCK);
    uint64_t full = UINT64_MAX - 1;
    assert_int_equal(write(p->gate, &full, sizeof full), sizeof full);
    pthread_mutex_init(&p->lock, NULL);
    sem_init(&p->shut, 0, 0);
    struct wire wire = {
        .fd = p->gate, .arg = p, .write = picky_write, .shutdown = picky_shutdown
    };
    assert_true(hub_reserve(r->hub, 1, RIG_ADDRESS));
    struct channel *ch = hub_add(r->hub, &rig_plain, &wire, 1, 1, RIG_ADDRESS, &(struct bond){ 0 });

    rig_say_to(r, "first", 1);
    while (atomic_load(&p->offers) == 0)
        sched_yield();
    while (hub_live(r->hub).dropped == 0)
        rig_say_to(r, chunk, 1);
    assert_int_equal(atomic_load(&p->offers), 1); /* a full wire is not tried again and again */
    hub_frame(r->hub, ch, HEAD_CLOSE, "\x03\xf5", 2);
    assert_int_equal(read(p->gate, &full, sizeof full), sizeof full);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RIG_WAIT_MS / 1000;
    assert_int_equal(sem_timedwait(&p->shut, &until), 0);
    hub_remove(r->hub, ch);

    static const char expected[] = "\x81\005first\x88\x02\x03\xf5";
    assert_int_equal(p->taken_len, sizeof expected - 1);
    assert_memory_equal(p->taken, expected, sizeof expected - 1);
    close(p->gate);
    sem_destroy(&p->shut);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

/* ---- everything at once ---- */

#define PUBLISHERS 8
#define SOCKETS 50
#define RUN_MS 3000

struct stress {
    struct rig *rig;
    int index;
    int64_t until_ms;
    atomic_llong *frames; /* read by all */
};

/* Publisher i says "i n" with n rising, to everybody. */
static void *publish_all(void *arg)
{
    struct stress *s = arg;
    int64_t to[SOCKETS];
    char body[32];
    for (int i = 0; i < SOCKETS; i++)
        to[i] = i;
    for (int n = 1; real_ms() < s->until_ms; n++) {
        snprintf(body, sizeof body, "%d %d", s->index, n);
        rig_say(s->rig, body, to, SOCKETS);
        if (n % 64 == 0) {
            hub_end_session(s->rig->hub, n % SOCKETS, 0);
            hub_is_online(s->rig->hub, n % SOCKETS);
            hub_tick(s->rig->hub);
        }
    }
    return NULL;
}

/* What one peer has understood so far. */
struct stream {
    char data[1 << 17];
    size_t len;
    int last[PUBLISHERS];
    bool is_closed;
};

static void check_text(struct stream *in, const char *text, size_t len)
{
    char body[32] = { 0 };
    assert_in_range(len, 3, sizeof body - 1);
    memcpy(body, text, len);
    char *end;
    long publisher = strtol(body, &end, 10);
    long n = strtol(end, &end, 10);
    assert_int_equal(*end, '\0');
    assert_in_range(publisher, 0, PUBLISHERS - 1);
    /* In order and without a gap, from wherever this socket came in. */
    assert_true(in->last[publisher] == 0 || n == in->last[publisher] + 1);
    in->last[publisher] = (int)n;
}

/* Reads what is there and checks every complete frame. */
static void drain(struct stream *in, int fd, atomic_llong *frames)
{
    ssize_t n = recv(fd, in->data + in->len, sizeof in->data - in->len, MSG_DONTWAIT);
    in->len += n > 0 ? (size_t)n : 0;
    size_t at = 0;
    while (in->len - at >= 2 && in->len - at >= 2 + (size_t)(uint8_t)in->data[at + 1]) {
        int head = (uint8_t)in->data[at];
        size_t len = (uint8_t)in->data[at + 1];
        assert_true(len < 126 && !in->is_closed);
        assert_true(head == HEAD_TEXT || head == HEAD_CLOSE);
        if (head == HEAD_TEXT)
            check_text(in, in->data + at + 2, len);
        in->is_closed = head == HEAD_CLOSE;
        atomic_fetch_add(frames, 1);
        at += 2 + len;
    }
    memmove(in->data, in->data + at, in->len - at);
    in->len -= at;
}

/* One account that connects again and again: reads for a while or not at all, then leaves. */
static void *come_and_go(void *arg)
{
    struct stress *s = arg;
    struct stream *in = malloc(sizeof *in);
    unsigned seed = (unsigned)s->index + 1;
    while (real_ms() < s->until_ms) {
        struct peer p;
        seed = seed * 1103515245 + 12345;
        unsigned way = seed >> 16;
        memset(in, 0, sizeof *in);
        peer_open(&p, s->rig, s->index);
        for (unsigned i = 0; i < way % 400 && !in->is_closed; i++) {
            struct pollfd fd = { .fd = p.fd, .events = POLLIN };
            poll(&fd, 1, 1);
            if (way % 5 != 0)
                drain(in, p.fd, s->frames);
        }
        if (way % 3 == 0)
            channel_close(p.ch, CLOSE_NORMAL);
        if (way % 7 == 0)
            peer_sends_close(&p, CLOSE_NORMAL);
        shutdown(p.fd, SHUT_RDWR); /* otherwise a stalled one would wait a second to leave */
        peer_close(&p);
    }
    free(in);
    return NULL;
}

static void publishing_while_sockets_come_and_go(void **state)
{
    struct rig *r = *state;
    pthread_t threads[PUBLISHERS + SOCKETS];
    struct stress each[PUBLISHERS + SOCKETS];
    atomic_llong frames = 0;
    for (int i = 0; i < PUBLISHERS + SOCKETS; i++) {
        bool is_publisher = i < PUBLISHERS;
        each[i] = (struct stress){ .rig = r,
                                   .index = is_publisher ? i : i - PUBLISHERS,
                                   .until_ms = real_ms() + RUN_MS,
                                   .frames = &frames };
        assert_int_equal(
            pthread_create(&threads[i], NULL, is_publisher ? publish_all : come_and_go, &each[i]),
            0);
    }
    for (int i = 0; i < PUBLISHERS + SOCKETS; i++)
        pthread_join(threads[i], NULL);
    assert_true(atomic_load(&frames) > 1000);
    assert_int_equal(hub_live(r->hub).sockets, 0);
    assert_int_equal(hub_live(r->hub).users, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_stalled_reader_delays_nobody),
        TEST(an_overflow_leaves_valid_frames_then_1013),
        cmocka_unit_test(the_number_of_frames_is_bounded_too),
        TEST(a_slow_reader_gets_everything_in_order),
        TEST(a_dead_peer_is_shut),
        TEST(remove_does_not_wait_for_a_stalled_peer),
        TEST(what_was_refused_is_offered_again),
        TEST(publishing_while_sockets_come_and_go),
    };
    return cmocka_run_group_tests_name("sender", tests, NULL, NULL);
}
