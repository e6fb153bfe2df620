/* The hub: who is told what, what clients may do, and how sockets come and go. What happens when
 * peers do not read is in test_sender.c. */
#include "ws_rig.h"

#include <pthread.h>

static int setup(void **state)
{
    struct rig *r = malloc(sizeof *r);
    struct hub_limits limits = rig_limits();
    rig_start(r, &limits);
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    if (rig_stop(*state))
        free(*state);
    return 0;
}

/* ---- delivery ---- */

static void events_arrive_in_call_order(void **state)
{
    struct rig *r = *state;
    struct peer a, b;
    peer_open(&a, r, 1);
    peer_open(&b, r, 2);
    int64_t both[] = { 1, 2 };
    struct event events[3];
    const char *bodies[] = { "one", "two", "three" };
    for (int i = 0; i < 3; i++)
        events[i] = (struct event){
            .kind = EV_MESSAGE, .to = both, .to_count = 2, .message = { .body = bodies[i] }
        };
    hub_deliver(r->hub, events, 3);
    rig_say_to(r, "only b", 2);
    rig_say(r, "four", both, 2);
    for (int i = 0; i < 3; i++) {
        peer_expect(&a, HEAD_TEXT, bodies[i]);
        peer_expect(&b, HEAD_TEXT, bodies[i]);
    }
    peer_expect(&a, HEAD_TEXT, "four");
    peer_expect(&b, HEAD_TEXT, "only b");
    peer_expect(&b, HEAD_TEXT, "four");
    peer_close(&a);
    peer_close(&b);
}

static void each_dialect_encodes_once(void **state)
{
    struct rig *r = *state;
    struct peer peers[6];
    for (int i = 0; i < 3; i++)
        peer_open(&peers[i], r, 1 + i / 2);
    peer_open_as(&peers[3], r, &rig_other, 1, 7);
    peer_open_as(&peers[4], r, &rig_other, 2, 7);
    peer_open_as(&peers[5], r, &rig_silent, 1, 7);
    int64_t to[] = { 1, 2, 99 };
    rig_say(r, "hello", to, 3);
    assert_int_equal(atomic_load(&rig_seen.encoded), 2);
    for (int i = 0; i < 5; i++)
        peer_expect(&peers[i], HEAD_TEXT, "hello");

    channel_send(peers[5].ch, "after", 5);
    peer_expect(&peers[5], HEAD_TEXT, "after"); /* and not "hello": its dialect does not tell */
    rig_say_to(r, "nobody", 99);
    assert_int_equal(atomic_load(&rig_seen.encoded), 2);
    for (int i = 0; i < 6; i++)
        peer_close(&peers[i]);
}

static void large_frames_arrive_whole(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open(&p, r, 1);
    static const size_t sizes[] = { 0, 125, 126, 65535, 65536 };
    char *body = malloc(65537);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        memset(body, 'a' + (int)i, sizes[i]);
        body[sizes[i]] = '\0';
        rig_say_to(r, body, 1);
        peer_expect(&p, HEAD_TEXT, body);
    }
    free(body);
    peer_close(&p);
}

static void stats_count(void **state)
{
    struct rig *r = *state;
    struct peer a, b, c;
    peer_open(&a, r, 1);
    peer_open(&b, r, 1);
    peer_open(&c, r, 2);
    int64_t both[] = { 1, 2 };
    rig_say(r, "12345678", both, 2);
    peer_close(&a); /* waits until its frame is out */
    peer_close(&b);
    struct live stats = hub_live(r->hub);
    assert_int_equal(stats.sockets, 1);
    assert_int_equal(stats.users, 1);
    peer_close(&c);
    stats = hub_live(r->hub);
    assert_int_equal(stats.sockets, 0);
    assert_int_equal(stats.users, 0);
    assert_int_equal(stats.frames_sent, 3);
    assert_int_equal(stats.bytes_sent, 30);
    assert_int_equal(stats.dropped, 0);
}

static void online_follows_the_sockets(void **state)
{
    struct rig *r = *state;
    struct peer a, b;
    assert_false(hub_is_online(r->hub, 1));
    peer_open(&a, r, 1);
    peer_open(&b, r, 1);
    assert_true(hub_is_online(r->hub, 1));
    assert_false(hub_is_online(r->hub, 2));
    peer_close(&a);
    assert_true(hub_is_online(r->hub, 1));
    peer_close(&b);
    assert_false(hub_is_online(r->hub, 1));
    assert_true(hub_reserve(r->hub, 1, RIG_ADDRESS));
    assert_false(hub_is_online(r->hub, 1)); /* a handshake is not a socket yet */
    hub_unreserve(r->hub, 1, RIG_ADDRESS);
}

/* ---- the dialect's side ---- */

static void the_dialect_hears_text_as_the_account(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open_as(&p, r, &rig_polite, 41, 42);
    assert_int_equal(atomic_load(&rig_seen.opened), 1);
    assert_int_equal(rig_seen.actor, 41);
    peer_expect(&p, HEAD_TEXT, "welcome");
    memset(rig_seen.address, 0, sizeof rig_seen.address);
    rig_seen.actor = 0;

    assert_true(peer_sends(&p, 0x01, "half "));
    assert_int_equal(atomic_load(&rig_seen.received), 0);
    assert_true(peer_sends(&p, 0x80, "text"));
    assert_int_equal(atomic_load(&rig_seen.received), 1);
    assert_string_equal(rig_seen.text, "half text");
    assert_int_equal(rig_seen.actor, 41);
    assert_int_equal(rig_seen.session_id, 42);
    assert_string_equal(rig_seen.address, RIG_ADDRESS);
    assert_string_equal(rig_seen.dialect, "polite");
    assert_null(p.ch->guard.partial); /* an idle socket keeps no buffer */
    assert_int_equal(channel_user(p.ch), 41);
    assert_int_equal(channel_session(p.ch), 42);
    peer_close(&p);
}

static void pings_are_answered(void **state)
{
    struct peer p;
    peer_open(&p, *state, 1);
    assert_true(peer_sends(&p, HEAD_PING, "abc"));
    peer_expect(&p, HEAD_PONG, "abc");
    assert_true(peer_sends(&p, HEAD_PONG, "unasked"));
    assert_int_equal(atomic_load(&rig_seen.received), 0);
    peer_close(&p);
}

static void broken_frames_end_the_socket(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open(&p, r, 1);
    assert_false(peer_sends(&p, 0xc1, "reserved bit"));
    peer_expect_close(&p, CLOSE_PROTOCOL);
    peer_close(&p);

    peer_open(&p, r, 1);
    assert_false(peer_sends(&p, HEAD_TEXT, "\xff"));
    peer_expect_close(&p, CLOSE_BAD_DATA);
    peer_close(&p);

    peer_open(&p, r, 1);
    hub_frame_too_big(p.ch);
    peer_expect_close(&p, CLOSE_TOO_BIG);
    peer_close(&p);
    assert_int_equal(atomic_load(&rig_seen.received), 0);
}

static void binary_is_not_taken(void **state)
{
    struct peer p;
    peer_open(&p, *state, 1);
    assert_true(peer_sends(&p, HEAD_BINARY, "x"));
    peer_expect_close(&p, CLOSE_UNSUPPORTED);
    assert_true(peer_sends(&p, HEAD_TEXT, "ignored"));
    assert_int_equal(atomic_load(&rig_seen.received), 0);
    assert_false(peer_sends_close(&p, CLOSE_UNSUPPORTED));
    peer_close(&p);
}

/* ---- closing ---- */

static void the_peer_closes(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open(&p, r, 1);
    rig_say_to(r, "before", 1);
    assert_false(peer_sends_close(&p, 4000));
    rig_say_to(r, "after", 1);
    peer_expect(&p, HEAD_TEXT, "before");
    peer_expect_close(&p, 4000);
    peer_expect_end(&p);
    peer_close(&p);

    peer_open(&p, r, 1);
    assert_false(peer_sends(&p, HEAD_CLOSE, ""));
    peer_expect(&p, HEAD_CLOSE, "");
    peer_expect_end(&p);
    peer_close(&p);
}

static void we_close_and_the_peer_answers(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open(&p, r, 1);
    channel_send(p.ch, "last", 4);
    channel_close(p.ch, CLOSE_GOING_AWAY);
    channel_close(p.ch, CLOSE_NORMAL);
    channel_send(p.ch, "late", 4);
    assert_true(peer_sends(&p, HEAD_PING, "late"));
    peer_expect(&p, HEAD_TEXT, "last");
    peer_expect_close(&p, CLOSE_GOING_AWAY);
    assert_true(peer_sends(&p, HEAD_TEXT, "not heard"));
    assert_int_equal(atomic_load(&rig_seen.received), 0);
    assert_false(peer_sends_close(&p, CLOSE_GOING_AWAY));
    peer_wait_shut(&p);
    peer_expect_end(&p); /* nothing came after the Close */
    peer_close(&p);
}

static void a_close_without_answer_has_a_deadline(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open(&p, r, 1);
    channel_close(p.ch, CLOSE_GOING_AWAY);
    peer_expect_close(&p, CLOSE_GOING_AWAY);
    rig_turn(r, CLOSE_GRACE_MS - 1);
    assert_int_equal(atomic_load(&p.shuts), 0);
    rig_turn(r, 1);
    peer_wait_shut(&p);
    rig_turn(r, CLOSE_GRACE_MS);
    assert_int_equal(atomic_load(&p.shuts), 1);
    peer_expect_end(&p);
    peer_close(&p);
}

static void remove_waits_for_what_is_queued(void **state)
{
    struct rig *r = *state;
    struct peer p;
    size_t len;
    for (int round = 0; round < 50; round++) {
        peer_open(&p, r, 1);
        for (int i = 0; i < 20; i++)
            channel_send(p.ch, "x", 1);
        channel_close(p.ch, CLOSE_NORMAL);
        hub_remove(r->hub, p.ch);
        atomic_store(&p.is_gone, true);
        close(p.server_fd);
        for (int i = 0; i < 20; i++)
            assert_int_equal(peer_frame(&p, rig_data, &len), HEAD_TEXT);
        peer_expect_close(&p, CLOSE_NORMAL);
        peer_expect_end(&p);
        close(p.fd);
        sem_destroy(&p.shut);
    }
}

static void ending_a_session_closes_its_sockets(void **state)
{
    struct rig *r = *state;
    struct peer a, b, c;
    peer_open_as(&a, r, &rig_plain, 1, 10);
    peer_open_as(&b, r, &rig_plain, 1, 11);
    peer_open_as(&c, r, &rig_plain, 2, 10);
    hub_end_session(r->hub, 1, 10);
    peer_expect_close(&a, CLOSE_UNAUTHORIZED);
    assert_true(peer_sends(&a, HEAD_TEXT, "not heard"));
    assert_int_equal(atomic_load(&rig_seen.received), 0);
    int64_t both[] = { 1, 2 };
    rig_say(r, "still here", both, 2);
    peer_expect(&b, HEAD_TEXT, "still here");
    peer_expect(&c, HEAD_TEXT, "still here");
    assert_true(peer_sends(&b, HEAD_TEXT, "heard"));
    assert_int_equal(atomic_load(&rig_seen.received), 1);

    hub_end_session(r->hub, 1, 0);
    hub_end_session(r->hub, 99, 0);
    peer_expect_close(&b, CLOSE_UNAUTHORIZED);
    rig_say_to(r, "c only", 2);
    peer_expect(&c, HEAD_TEXT, "c only");
    peer_close(&a);
    peer_close(&b);
    peer_close(&c);
}

/* A reading thread in small: answers the Close, then leaves. */
static void *answer_close(void *arg)
{
    struct peer *p = arg;
    char data[256];
    size_t len;
    while (peer_frame(p, data, &len) != HEAD_CLOSE)
        ;
    assert_false(hub_frame(p->hub, p->ch, HEAD_CLOSE, data, len));
    peer_close(p);
    return NULL;
}

static void close_all_waits_for_those_who_answer(void **state)
{
    struct rig *r = *state;
    struct peer peers[8];
    pthread_t threads[8];
    for (int i = 0; i < 8; i++) {
        peer_open(&peers[i], r, i);
        pthread_create(&threads[i], NULL, answer_close, &peers[i]);
    }
    hub_close_all(r->hub, CLOSE_GOING_AWAY, RIG_WAIT_MS);
    assert_int_equal(hub_live(r->hub).sockets, 0);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    assert_false(hub_reserve(r->hub, 1, RIG_ADDRESS));
}

static void close_all_shuts_those_who_do_not(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open(&p, r, 1);
    assert_true(hub_reserve(r->hub, 2, RIG_ADDRESS));
    hub_close_all(r->hub, CLOSE_GOING_AWAY, 50);
    peer_wait_shut(&p);
    peer_expect_close(&p, CLOSE_GOING_AWAY);
    peer_close(&p);

    /* A handshake that was under way ends in a Close too. */
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    struct peer late = { .hub = r->hub, .fd = fds[0], .server_fd = fds[1] };
    sem_init(&late.shut, 0, 0);
    struct wire wire = {
        .fd = fds[1], .arg = &late, .write = peer_write, .shutdown = peer_shutdown
    };
    late.ch = hub_add(r->hub, &rig_polite, &wire, 2, 1, RIG_ADDRESS, &(struct bond){ 0 });
    peer_expect_close(&late, CLOSE_GOING_AWAY);
    peer_close(&late);
}

/* ---- deadlines ---- */

static void silence_is_pinged_then_ended(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open(&p, r, 1);
    rig_turn(r, 29999);
    rig_say_to(r, "no ping yet", 1);
    peer_expect(&p, HEAD_TEXT, "no ping yet");
    rig_turn(r, 1);
    peer_expect(&p, HEAD_PING, "");
    rig_turn(r, 29999);
    rig_say_to(r, "one was enough", 1);
    peer_expect(&p, HEAD_TEXT, "one was enough");
    rig_turn(r, 1);
    peer_expect(&p, HEAD_PING, "");
    rig_turn(r, 29999);
    assert_int_equal(atomic_load(&p.shuts), 0);
    rig_turn(r, 1);
    peer_wait_shut(&p);
    peer_expect_end(&p);
    peer_close(&p);
}

static void a_pong_is_a_sign_of_life(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open(&p, r, 1);
    for (int i = 0; i < 5; i++) {
        rig_turn(r, 30000);
        peer_expect(&p, HEAD_PING, "");
        assert_true(peer_sends(&p, HEAD_PONG, ""));
    }
    assert_int_equal(atomic_load(&p.shuts), 0);
    peer_close(&p);
}

static void half_a_frame_has_a_deadline(void **state)
{
    struct rig *r = *state;
    struct peer p;
    peer_open(&p, r, 1);
    hub_bytes_seen(p.ch);
    rig_turn(r, HALF_FRAME_MS - 1);
    hub_bytes_seen(p.ch); /* a drip does not extend it */
    assert_true(peer_sends(&p, HEAD_TEXT, "in time"));
    rig_turn(r, HALF_FRAME_MS);
    assert_int_equal(atomic_load(&p.shuts), 0);

    hub_bytes_seen(p.ch);
    rig_turn(r, HALF_FRAME_MS - 1);
    hub_bytes_seen(p.ch);
    assert_int_equal(atomic_load(&p.shuts), 0);
    rig_turn(r, 1);
    peer_expect_close(&p, CLOSE_PROTOCOL);
    peer_wait_shut(&p);
    peer_expect_end(&p);
    peer_close(&p);
}

/* ---- limits ---- */

static void places_are_limited(void **state)
{
    (void)state;
    static struct rig r;
    struct hub_limits limits = rig_limits();
    limits.sockets = 5;
    limits.per_user = 2;
    limits.per_address = 3;
    rig_start(&r, &limits);
    assert_true(hub_reserve(r.hub, 1, "a"));
    assert_true(hub_reserve(r.hub, 1, "a"));
    assert_false(hub_reserve(r.hub, 1, "b")); /* the account's */
    assert_true(hub_reserve(r.hub, 2, "a"));
    assert_false(hub_reserve(r.hub, 3, "a")); /* the address's */
    assert_true(hub_reserve(r.hub, 3, "b"));
    assert_true(hub_reserve(r.hub, 3, "b"));
    assert_false(hub_reserve(r.hub, 4, "c")); /* all together */
    hub_unreserve(r.hub, 1, "a");
    assert_true(hub_reserve(r.hub, 4, "c"));
    hub_unreserve(r.hub, 4, "c");
    hub_unreserve(r.hub, 1, "a");
    hub_unreserve(r.hub, 2, "a");
    hub_unreserve(r.hub, 3, "b");
    hub_unreserve(r.hub, 3, "b");
    assert_true(hub_reserve(r.hub, 1, RIG_ADDRESS));
    hub_unreserve(r.hub, 1, RIG_ADDRESS);

    struct peer p;
    for (int i = 0; i < 10; i++) { /* hub_remove gives the place back */
        peer_open(&p, &r, 1);
        peer_close(&p);
    }
    assert_true(rig_stop(&r));
}

static void many_accounts_are_found(void **state)
{
    (void)state;
    static struct rig r;
    struct hub_limits limits = rig_limits();
    char address[32];
    limits.sockets = 5000;
    limits.per_user = 1;
    limits.per_address = 1;
    rig_start(&r, &limits);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 5000; i++) {
            snprintf(address, sizeof address, "10.0.%d.%d", i / 256, i % 256);
            assert_true(hub_reserve(r.hub, USER_ID_FIRST + i * 64, address));
            assert_false(hub_reserve(r.hub, USER_ID_FIRST + i * 64, address));
        }
        assert_false(hub_reserve(r.hub, 1, "192.0.2.9"));
        for (int i = 0; i < 5000; i++) {
            snprintf(address, sizeof address, "10.0.%d.%d", i / 256, i % 256);
            hub_unreserve(r.hub, USER_ID_FIRST + i * 64, address);
        }
    }
    assert_true(rig_stop(&r));
}

static void the_rate_of_frames_is_limited(void **state)
{
    (void)state;
    static struct rig r;
    struct peer p, other;
    struct hub_limits limits = rig_limits();
    limits.rate = true;
    rig_start(&r, &limits);
    peer_open(&p, &r, 1);
    peer_open(&other, &r, 2);
    for (int i = 0; i < 200; i++)
        assert_true(peer_sends(&p, HEAD_TEXT, "x"));
    atomic_fetch_add(&r.now_ms, 1000);
    for (int i = 0; i < 20; i++)
        assert_true(peer_sends(&p, HEAD_TEXT, "x"));
    assert_int_equal(atomic_load(&rig_seen.received), 220);
    assert_true(peer_sends(&p, HEAD_TEXT, "one too many"));
    peer_expect_close(&p, CLOSE_POLICY);
    atomic_fetch_add(&r.now_ms, 12000);
    assert_true(peer_sends(&p, HEAD_TEXT, "too late"));
    assert_int_equal(atomic_load(&rig_seen.received), 220);

    assert_true(peer_sends(&other, 0x01, "one message"));
    for (int i = 0; i < 62; i++)
        assert_true(peer_sends(&other, 0x00, "in"));
    assert_true(peer_sends(&other, 0x80, "fragments"));
    assert_int_equal(atomic_load(&rig_seen.received), 221);
    peer_close(&p);
    peer_close(&other);
    assert_true(rig_stop(&r));
}

static void moving_takes_the_oldest(void **state)
{
    struct rig *r = *state;
    struct peer peers[5];
    struct event ev = { .kind = EV_MOVE, .message = { .body = "go there" } };
    for (int i = 0; i < 5; i++)
        peer_open_as(&peers[i], r, i == 1 ? &rig_silent : &rig_plain, i + 1, 1);
    assert_int_equal(hub_move(r->hub, 0, &ev), 0);
    assert_int_equal(hub_move(r->hub, -1, &ev), 0);
    assert_int_equal(hub_move(r->hub, 5, &ev), 0);
    assert_int_equal(hub_move(r->hub, 6, &ev), 0);
    assert_int_equal(hub_move(r->hub, 2, &ev), 2);
    peer_expect(&peers[0], HEAD_TEXT, "go there");
    peer_expect_close(&peers[0], CLOSE_RESTART);
    peer_expect_close(&peers[1], CLOSE_RESTART); /* a dialect without words for it */
    /* Those who are going do not count any more, though they are not gone. */
    assert_int_equal(hub_move(r->hub, 3, &ev), 0);
    assert_int_equal(hub_move(r->hub, 1, &ev), 1);
    peer_expect(&peers[2], HEAD_TEXT, "go there");
    peer_expect_close(&peers[2], CLOSE_RESTART);
    rig_say_to(r, "stays", 4);
    peer_expect(&peers[3], HEAD_TEXT, "stays");
    for (int i = 0; i < 5; i++)
        peer_close(&peers[i]);
}

static void everybody_present_is_listed(void **state)
{
    struct rig *r = *state;
    struct arena *a = arena_new();
    struct presence *list;
    struct peer old, young;
    assert_int_equal(hub_present(r->hub, a, &list), 0);
    peer_open_as(&old, r, &rig_plain, 1, 1);
    atomic_fetch_add(&r->now_ms, 5000);
    peer_open_as(&young, r, &rig_other, 2, 1);
    assert_int_equal(hub_present(r->hub, a, &list), 2);
    assert_int_equal(list[0].user_id, 1);
    assert_int_equal(list[0].open_ms, 5000);
    assert_string_equal(list[0].dialect, "plain");
    assert_string_equal(list[0].address, RIG_ADDRESS);
    assert_int_equal(list[1].user_id, 2);
    assert_int_equal(list[1].open_ms, 0);
    assert_string_equal(list[1].dialect, "other");
    arena_free(a);
    peer_close(&old);
    peer_close(&young);
}

static void an_idle_socket_is_small(void **state)
{
    (void)state;
    assert_true(sizeof(struct channel) <= 768);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(events_arrive_in_call_order),
        TEST(each_dialect_encodes_once),
        TEST(large_frames_arrive_whole),
        TEST(stats_count),
        TEST(online_follows_the_sockets),
        TEST(the_dialect_hears_text_as_the_account),
        TEST(pings_are_answered),
        TEST(broken_frames_end_the_socket),
        TEST(binary_is_not_taken),
        TEST(the_peer_closes),
        TEST(we_close_and_the_peer_answers),
        TEST(a_close_without_answer_has_a_deadline),
        TEST(remove_waits_for_what_is_queued),
        TEST(ending_a_session_closes_its_sockets),
        TEST(moving_takes_the_oldest),
        TEST(everybody_present_is_listed),
        TEST(close_all_waits_for_those_who_answer),
        TEST(close_all_shuts_those_who_do_not),
        TEST(silence_is_pinged_then_ended),
        TEST(a_pong_is_a_sign_of_life),
        TEST(half_a_frame_has_a_deadline),
        cmocka_unit_test(places_are_limited),
        cmocka_unit_test(many_accounts_are_found),
        cmocka_unit_test(the_rate_of_frames_is_limited),
        cmocka_unit_test(an_idle_socket_is_small),
    };
    return cmocka_run_group_tests_name("hub", tests, NULL, NULL);
}
