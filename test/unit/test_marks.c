/* Channels that are told of everything once and in order, and what is known of how far their peers
 * are (ws/channel.h, "marks"). */
#include <pthread.h>

#include "test/unit/ws_rig.h"

static struct {
    atomic_llong delivered;
    atomic_int calls;
} seen;

static int64_t mark_of(const struct event *ev)
{
    return ev->message.seq;
}

static bool wants(const struct channel *ch, const struct event *ev)
{
    return ev->message.target_id == channel_bond(ch)->tag;
}

static int ends(struct arena *a, const struct channel *ch, const struct event *ev,
                const char **last_r)
{
    (void)ch;
    if (ev->message.notice != NOTICE_REMOVED)
        return 0;
    *last_r = arena_strdup(a, "removed");
    return CLOSE_POLICY;
}

static void delivered(struct ctx *cx, struct channel *ch, int64_t mark)
{
    (void)cx;
    (void)ch;
    atomic_store(&seen.delivered, mark);
    atomic_fetch_add(&seen.calls, 1);
}

static const struct socket_dialect marking = { .name = "marking",
                                               .encode = rig_encode,
                                               .receive = rig_receive,
                                               .wants = wants,
                                               .ends = ends,
                                               .mark = mark_of,
                                               .delivered = delivered };

static void open_bound(struct peer *p, struct rig *r, int64_t user_id, int64_t tag)
{
    int fds[2];

    memset(p, 0, sizeof *p);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    p->hub = r->hub;
    p->fd = fds[0];
    p->server_fd = fds[1];
    sem_init(&p->shut, 0, 0);
    struct wire wire = {
        .fd = p->server_fd, .arg = p, .write = peer_write, .shutdown = peer_shutdown
    };
    assert_true(hub_reserve(r->hub, user_id, RIG_ADDRESS));
    p->ch = hub_add(r->hub, &marking, &wire, user_id, 1, RIG_ADDRESS,
                    &(struct bond){ .tag = tag, .word = 2, .label = "label" });
}

static void publish(struct rig *r, int64_t tag, int64_t seq, const char *body, enum notice notice)
{
    int64_t to = 1;
    struct event ev = { .kind = EV_MESSAGE,
                        .to = &to,
                        .to_count = 1,
                        .message = {
                            .body = body, .seq = seq, .target_id = tag, .notice = notice } };

    hub_deliver(r->hub, &ev, 1);
}

static void past(struct peer *p, const char *text, int64_t mark)
{
    channel_send_past(p->ch, text, strlen(text), mark);
}

static int setup(void **state)
{
    static struct rig r;
    struct hub_limits limits = rig_limits();

    rig_start(&r, &limits);
    memset(&seen, 0, sizeof seen);
    *state = &r;
    return 0;
}

static int teardown(void **state)
{
    return rig_stop(*state) ? 0 : -1;
}

static void the_present_waits_for_the_past(void **state)
{
    struct rig *r = *state;
    struct peer p;

    open_bound(&p, r, 1, 7);
    publish(r, 7, 3, "three", 0); /* while the past is told */
    past(&p, "one", 1);
    past(&p, "two", 2);
    assert_false(channel_go_live(p.ch, 2)); /* three has passed by */
    past(&p, "three, again", 3);
    assert_true(channel_go_live(p.ch, 3));
    publish(r, 7, 3, "three, late", 0);
    publish(r, 7, 4, "four", 0);
    peer_expect(&p, HEAD_TEXT, "one");
    peer_expect(&p, HEAD_TEXT, "two");
    peer_expect(&p, HEAD_TEXT, "three, again");
    peer_expect(&p, HEAD_TEXT, "four");
    peer_close(&p);
}

static void only_what_it_is_bound_to(void **state)
{
    struct rig *r = *state;
    struct peer p;

    open_bound(&p, r, 1, 7);
    assert_true(channel_go_live(p.ch, 0));
    assert_int_equal(hub_open_tag(r->hub, 1, "marking"), 7);
    assert_int_equal(hub_open_tag(r->hub, 1, "other"), 0);
    assert_string_equal(channel_bond(p.ch)->label, "label");
    publish(r, 8, 1, "elsewhere", 0);
    publish(r, 7, 1, "here", 0);
    peer_expect(&p, HEAD_TEXT, "here");
    peer_close(&p);
    assert_int_equal(hub_open_tag(r->hub, 1, "marking"), 0);
}

static void the_last_it_hears_is_why(void **state)
{
    struct rig *r = *state;
    struct peer p;

    open_bound(&p, r, 1, 7);
    assert_true(channel_go_live(p.ch, 0));
    publish(r, 7, 1, "gone", NOTICE_REMOVED);
    peer_expect(&p, HEAD_TEXT, "removed");
    peer_expect_close(&p, CLOSE_POLICY);
    assert_int_equal(channel_code(p.ch), CLOSE_POLICY);
    assert_false(peer_sends_close(&p, CLOSE_POLICY));
    peer_close(&p);
}

static void a_pong_confirms_what_stood_before_its_ping(void **state)
{
    struct rig *r = *state;
    struct peer p;
    size_t len;

    open_bound(&p, r, 1, 7);
    assert_true(channel_go_live(p.ch, 0));
    publish(r, 7, 5, "five", 0);
    peer_expect(&p, HEAD_TEXT, "five");
    rig_turn(r, 5000);
    assert_int_equal(peer_frame(&p, rig_data, &len), HEAD_PING);
    assert_string_equal(rig_data, "5");
    publish(r, 7, 6, "six", 0);
    peer_expect(&p, HEAD_TEXT, "six");
    assert_int_equal(atomic_load(&seen.calls), 0);
    assert_true(peer_sends(&p, HEAD_PONG, "5"));
    assert_int_equal(atomic_load(&seen.delivered), 5);
    assert_true(peer_sends(&p, HEAD_PONG, "5"));  /* nothing new */
    assert_true(peer_sends(&p, HEAD_PONG, "99")); /* never sent */
    assert_true(peer_sends(&p, HEAD_PONG, "x"));
    assert_int_equal(atomic_load(&seen.calls), 1);
    peer_close(&p); /* nobody knows whether six arrived */
    assert_int_equal(atomic_load(&seen.delivered), 5);
}

static void the_next_socket_goes_on_where_the_last_was(void **state)
{
    struct rig *r = *state;
    struct peer first, second;
    size_t len;

    open_bound(&first, r, 1, 7);
    assert_true(channel_go_live(first.ch, 0));
    publish(r, 7, 1, "one", 0);
    peer_expect(&first, HEAD_TEXT, "one");
    rig_turn(r, 5000);
    assert_int_equal(peer_frame(&first, rig_data, &len), HEAD_PING);
    assert_true(peer_sends(&first, HEAD_PONG, rig_data));
    open_bound(&second, r, 1, 7);
    assert_int_equal(channel_take_over(second.ch, "elsewhere", CLOSE_NORMAL), 1);
    peer_expect(&first, HEAD_TEXT, "elsewhere");
    peer_expect_close(&first, CLOSE_NORMAL);
    assert_true(channel_go_live(second.ch, 1));
    publish(r, 7, 2, "two", 0);
    peer_expect(&second, HEAD_TEXT, "two");
    peer_close(&first);
    peer_close(&second);
}

/* A wire whose peer is quicker than its writer: it has read what was written, and is about to leave or
 * has left, before write() returns. */
static struct {
    sem_t is_there, has_left;
} quick;

static long quick_write(void *arg, const void *data, size_t len)
{
    long n = peer_write(arg, data, len);
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 200000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    sem_post(&quick.is_there);
    while (sem_timedwait(&quick.has_left, &until) != 0 && errno == EINTR)
        ;
    return n;
}

static atomic_int missing;

static int64_t missing_bytes(void *arg)
{
    (void)arg;
    return atomic_load(&missing);
}

static void *leave_in_order(void *arg)
{
    sem_wait(&quick.is_there);
    peer_sends_close(arg, CLOSE_NORMAL);
    sem_post(&quick.has_left);
    return NULL;
}

static void a_peer_quicker_than_the_sender_has_it_all(void **state)
{
    struct rig *r = *state;
    pthread_t reader;
    struct peer p;

    sem_init(&quick.is_there, 0, 0);
    sem_init(&quick.has_left, 0, 0);
    open_bound(&p, r, 1, 7);
    p.ch->wire.write = quick_write;
    p.ch->wire.missing = missing_bytes;
    atomic_store(&missing, 0);
    assert_true(channel_go_live(p.ch, 0));
    assert_int_equal(pthread_create(&reader, NULL, leave_in_order, &p), 0);
    publish(r, 7, 5, "five", 0);
    pthread_join(reader, NULL);
    peer_close(&p);
    assert_int_equal(atomic_load(&seen.delivered), 5);
    sem_destroy(&quick.is_there);
    sem_destroy(&quick.has_left);
}

/* What may be on its way still when a peer leaves in order: nothing up to the mark, but a ping may. */
static void a_ping_that_crosses_the_close_costs_nothing(void **state)
{
    static const struct {
        int missing;
        long long delivered;
    } cases[] = { { 0, 5 }, { 3, 5 }, { 4, 0 }, { -1, 0 } }; /* a ping of "5" is 3 bytes */

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig *r = *state;
        struct peer p;
        size_t len;

        atomic_store(&missing, cases[i].missing);
        atomic_store(&seen.delivered, 0);
        open_bound(&p, r, 1, 7);
        p.ch->wire.missing = missing_bytes;
        assert_true(channel_go_live(p.ch, 0));
        publish(r, 7, 5, "five", 0);
        peer_expect(&p, HEAD_TEXT, "five");
        rig_turn(r, 5000);
        assert_int_equal(peer_frame(&p, rig_data, &len), HEAD_PING);
        assert_false(peer_sends_close(&p, CLOSE_NORMAL));
        peer_close(&p);
        assert_int_equal(atomic_load(&seen.delivered), cases[i].delivered);
    }
}

#define MARKS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MARKS_TEST(the_present_waits_for_the_past),
        MARKS_TEST(only_what_it_is_bound_to),
        MARKS_TEST(the_last_it_hears_is_why),
        MARKS_TEST(a_pong_confirms_what_stood_before_its_ping),
        MARKS_TEST(the_next_socket_goes_on_where_the_last_was),
        MARKS_TEST(a_peer_quicker_than_the_sender_has_it_all),
        MARKS_TEST(a_ping_that_crosses_the_close_costs_nothing),
    };

    return cmocka_run_group_tests_name("marks", tests, NULL, NULL);
}
