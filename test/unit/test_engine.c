/* Our build of CivetWeb: the self-test, and a socket that is read by its worker while another thread writes, plain and
 * over TLS. The client speaks WebSocket by hand, so that it can also say what a well-behaved one never would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "civetweb/engine.h"

#define LIMIT_BYTES 65536
#define TICKS 10000
#define ECHOES 300
#define WAIT_MS 20000

/* ---- the server: one socket at a time; a worker reads, `writer` writes ---- */

struct echo {
    struct echo *next;
    size_t len;
    unsigned char data[];
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct engine_peer peer;
    struct echo *first, **end;
    pthread_t writer;
    int ticks;  /* frames the writer sends of itself; -1: no writer thread */
    int echoes; /* frames it answers */
    bool open, closed, refused, write_failed;
    int bytes_calls;
} server = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static struct mg_context *context;
static const char *self_test_says = "engine_self_test was not called";
static int port_plain, port_tls;
static char cert_path[] = "/tmp/chatd-test-engine-XXXXXX";

static void on_bytes(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&server.lock);
    server.bytes_calls++;
    pthread_cond_broadcast(&server.changed);
    pthread_mutex_unlock(&server.lock);
}

static bool write_all(const unsigned char *data, size_t len)
{
    while (len > 0) {
        long n = engine_peer_write(&server.peer, data, len);
        struct pollfd pfd = { .fd = server.peer.fd, .events = POLLOUT };

        if (n < 0 || (n == 0 && poll(&pfd, 1, WAIT_MS) != 1))
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

static size_t put_head(unsigned char *out, unsigned char first, size_t len)
{
    out[0] = first;
    if (len < 126) {
        out[1] = (unsigned char)len;
        return 2;
    }
    out[1] = 126;
    out[2] = (unsigned char)(len >> 8);
    out[3] = (unsigned char)len;
    return 4;
}

static struct echo *take_echo(bool wait)
{
    struct timespec until;
    struct echo *e;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_MS / 1000;
    pthread_mutex_lock(&server.lock);
    while (wait && server.first == NULL)
        if (pthread_cond_timedwait(&server.changed, &server.lock, &until) != 0)
            break;
    e = server.first;
    if (e != NULL && (server.first = e->next) == NULL)
        server.end = &server.first;
    pthread_mutex_unlock(&server.lock);
    return e;
}

static bool write_echo(struct echo *e)
{
    unsigned char head[4];
    size_t head_len = put_head(head, 0x82, e->len);
    bool done = write_all(head, head_len) && write_all(e->data, e->len);

    free(e);
    return done;
}

static void *writer_run(void *arg)
{
    int echoed = 0;
    bool done = true;

    (void)arg;
    for (int i = 0; i < server.ticks && done; i++) {
        unsigned char frame[64];
        char text[32];
        size_t len = (size_t)snprintf(text, sizeof text, "tick %d", i),
               head_len = put_head(frame, 0x81, len);
        struct echo *e = take_echo(false);

        memcpy(frame + head_len, text, len);
        done = write_all(frame, head_len + len);
        if (e != NULL) {
            done = done && write_echo(e);
            echoed++;
        }
    }
    while (done && echoed < server.echoes) {
        struct echo *e = take_echo(true);

        done = e != NULL && write_echo(e);
        echoed++;
    }
    pthread_mutex_lock(&server.lock);
    server.write_failed = !done;
    pthread_mutex_unlock(&server.lock);
    return NULL;
}

static int on_connect(const struct mg_connection *conn, void *arg)
{
    (void)conn, (void)arg;
    return 0;
}

static void on_ready(struct mg_connection *conn, void *arg)
{
    (void)arg;
    engine_ws_begin(LIMIT_BYTES, on_bytes, NULL);
    pthread_mutex_lock(&server.lock);
    server.peer = engine_peer(conn);
    server.open = true;
    if (server.ticks >= 0)
        pthread_create(&server.writer, NULL, writer_run, NULL);
    pthread_cond_broadcast(&server.changed);
    pthread_mutex_unlock(&server.lock);
}

static int on_data(struct mg_connection *conn, int bits, char *data, size_t len, void *arg)
{
    struct echo *e = malloc(sizeof *e + len);

    (void)conn, (void)bits, (void)arg;
    *e = (struct echo){ .len = len };
    memcpy(e->data, data, len);
    pthread_mutex_lock(&server.lock);
    *server.end = e;
    server.end = &e->next;
    pthread_cond_broadcast(&server.changed);
    pthread_mutex_unlock(&server.lock);
    return 1;
}

static void on_close(const struct mg_connection *conn, void *arg)
{
    (void)conn, (void)arg;
    if (server.ticks >= 0)
        pthread_join(server.writer, NULL);
    pthread_mutex_lock(&server.lock);
    server.refused = engine_ws_refused();
    server.closed = true;
    pthread_cond_broadcast(&server.changed);
    pthread_mutex_unlock(&server.lock);
    engine_ws_end();
}

static void server_expect(int ticks, int echoes)
{
    pthread_mutex_lock(&server.lock);
    while (server.first != NULL) {
        struct echo *e = server.first;

        server.first = e->next;
        free(e);
    }
    server.end = &server.first;
    server.ticks = ticks;
    server.echoes = echoes;
    server.open = server.closed = server.refused = server.write_failed = false;
    server.bytes_calls = 0;
    pthread_mutex_unlock(&server.lock);
}

/* Waits until *flag holds; false after WAIT_MS. */
static bool server_wait(const bool *flag)
{
    struct timespec until;
    bool held;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_MS / 1000;
    pthread_mutex_lock(&server.lock);
    while (!*flag)
        if (pthread_cond_timedwait(&server.changed, &server.lock, &until) != 0)
            break;
    held = *flag;
    pthread_mutex_unlock(&server.lock);
    return held;
}

static int bytes_calls(void)
{
    int n;

    pthread_mutex_lock(&server.lock);
    n = server.bytes_calls;
    pthread_mutex_unlock(&server.lock);
    return n;
}

/* ---- the client ---- */

struct client {
    int fd;
    SSL_CTX *ctx;
    SSL *ssl;
    unsigned char in[262144];
    size_t in_len;
};

/* > 0 bytes, 0 would block, -1 closed. */
static long client_io(struct client *c, bool writing, void *data, size_t len)
{
    long n;

    if (c->ssl == NULL) {
        n = writing ? send(c->fd, data, len, MSG_NOSIGNAL) : recv(c->fd, data, len, 0);
        if (n > 0)
            return n;
        return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : -1;
    }
    n = writing ? SSL_write(c->ssl, data, (int)len) : SSL_read(c->ssl, data, (int)len);
    if (n > 0)
        return n;
    switch (SSL_get_error(c->ssl, (int)n)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return 0;
    default: return -1;
    }
}

static void client_wait(struct client *c, short events)
{
    struct pollfd pfd = { .fd = c->fd, .events = events };

    assert_int_equal(poll(&pfd, 1, WAIT_MS), 1);
}

static void client_send(struct client *c, void *data, size_t len)
{
    unsigned char *p = data;

    while (len > 0) {
        long n = client_io(c, true, p, len);

        assert_true(n >= 0);
        if (n == 0)
            client_wait(c, POLLOUT);
        p += n;
        len -= (size_t)n;
    }
}

/* Reads what there is; false when the server closed. */
static bool client_fill(struct client *c)
{
    for (;;) {
        long n;

        if (c->in_len == sizeof c->in)
            return true;
        n = client_io(c, false, c->in + c->in_len, sizeof c->in - c->in_len);
        if (n <= 0)
            return n == 0;
        c->in_len += (size_t)n;
    }
}

static void client_drop(struct client *c, size_t len)
{
    memmove(c->in, c->in + len, c->in_len - len);
    c->in_len -= len;
}

static struct client *client_open(bool tls)
{
    static char request[] =
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)(tls ? port_tls : port_plain)) };
    struct client *c = calloc(1, sizeof *c);
    unsigned char *end;

    assert_non_null(c);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(c->fd, (struct sockaddr *)&to, sizeof to), 0);
    if (tls) {
        c->ctx = SSL_CTX_new(TLS_client_method());
        c->ssl = SSL_new(c->ctx);
        SSL_set_mode(c->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        SSL_set_fd(c->ssl, c->fd);
        assert_int_equal(SSL_connect(c->ssl), 1);
    }
    assert_int_equal(fcntl(c->fd, F_SETFL, O_NONBLOCK), 0);
    client_send(c, request, sizeof request - 1);
    while ((end = memmem(c->in, c->in_len, "\r\n\r\n", 4)) == NULL) {
        client_wait(c, POLLIN);
        assert_true(client_fill(c));
    }
    assert_memory_equal(c->in, "HTTP/1.1 101 ", 13);
    client_drop(c, (size_t)(end + 4 - c->in));
    assert_true(server_wait(&server.open));
    return c;
}

static void client_close(struct client *c)
{
    SSL_free(c->ssl);
    SSL_CTX_free(c->ctx);
    close(c->fd);
    free(c);
}

/* The n-th frame the client sends: sizes from 1 byte to near the limit, contents that tell it apart. */
static size_t echo_len(int n)
{
    return n % 10 == 9 ? (size_t)(LIMIT_BYTES - 100 - n) : (size_t)(1 + n * 37 % 5000);
}

static unsigned char echo_byte(int n, size_t i)
{
    return (unsigned char)((size_t)n * 31 + i * 7 + (i >> 8));
}

static size_t make_frame(unsigned char *out, int n)
{
    static const unsigned char mask[4] = { 0x12, 0xa5, 0x00, 0xff };
    size_t len = echo_len(n), head_len = put_head(out, 0x82, len);

    out[1] |= 0x80;
    memcpy(out + head_len, mask, 4);
    head_len += 4;
    for (size_t i = 0; i < len; i++)
        out[head_len + i] = echo_byte(n, i) ^ mask[i & 3];
    return head_len + len;
}

/* Takes one whole frame from the client's input and checks it; false if there is none yet. */
static bool check_frame(struct client *c, int *ticks, int *echoes)
{
    size_t head_len = 2, len;

    if (c->in_len < 4)
        return false;
    len = c->in[1];
    if (len == 126) {
        head_len = 4;
        len = (size_t)c->in[2] << 8 | c->in[3];
    }
    if (c->in_len < head_len + len)
        return false;
    if (c->in[0] == 0x81) {
        char text[32];

        assert_int_equal(snprintf(text, sizeof text, "tick %d", *ticks), len);
        assert_memory_equal(c->in + head_len, text, len);
        ++*ticks;
    } else {
        assert_int_equal(c->in[0], 0x82);
        assert_int_equal(len, echo_len(*echoes));
        for (size_t i = 0; i < len; i++)
            assert_int_equal(c->in[head_len + i], echo_byte(*echoes, i));
        ++*echoes;
    }
    client_drop(c, head_len + len);
    return true;
}

/* ---- tests ---- */

static void test_self_test(void **state)
{
    (void)state;
    if (self_test_says != NULL)
        fail_msg("%s", self_test_says);
}

/* The worker reads and decrypts while the writer encrypts and writes: every byte arrives, both ways, in order. */
static void both_ways(bool tls)
{
    unsigned char *out = malloc(LIMIT_BYTES + 16);
    size_t out_len = 0, out_at = 0;
    int made = 0, ticks = 0, echoes = 0;
    struct client *c;

    server_expect(TICKS, ECHOES);
    c = client_open(tls);
    while (ticks < TICKS || echoes < ECHOES) {
        long n;

        if (out_at == out_len && made < ECHOES) {
            out_len = make_frame(out, made++);
            out_at = 0;
        }
        n = out_at == out_len ? 0 : client_io(c, true, out + out_at, out_len - out_at);
        assert_true(n >= 0);
        out_at += (size_t)n;
        if (n == 0)
            client_wait(c, (short)(out_at < out_len ? POLLIN | POLLOUT : POLLIN));
        assert_true(client_fill(c));
        while (check_frame(c, &ticks, &echoes))
            ;
    }
    client_close(c);
    free(out);
    assert_true(server_wait(&server.closed));
    assert_false(server.write_failed);
    assert_false(server.refused);
    assert_true(bytes_calls() > 0);
}

static void test_both_ways_plain(void **state)
{
    (void)state;
    both_ways(false);
}

static void test_both_ways_tls(void **state)
{
    (void)state;
    both_ways(true);
}

static void memory_pages(long *virtual_r, long *resident_r)
{
    char text[256];
    FILE *f = fopen("/proc/self/statm", "r");
    char *rest = text;

    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    fclose(f);
    *virtual_r = strtol(rest, &rest, 10);
    *resident_r = strtol(rest, &rest, 10);
}

/* A frame that announces two gigabytes: refused at its header, before memory is taken, whatever follows. */
static void giant_frame(bool tls)
{
    static unsigned char head[14] = { 0x82, 0xff, 0, 0, 0, 0, 0x7f, 0xf0, 0, 0, 1, 2, 3, 4 };
    static unsigned char payload[262144];
    long virtual_before, virtual_after, resident_before, resident_after,
        page = sysconf(_SC_PAGESIZE), n;
    struct client *c;

    server_expect(-1, 0);
    c = client_open(tls);
    memory_pages(&virtual_before, &resident_before);
    client_send(c, head, sizeof head);
    for (size_t at = 0; at < sizeof payload; at += (size_t)n) {
        n = client_io(c, true, payload + at, sizeof payload - at);
        if (n <= 0)
            break; /* the server may be gone by now, and need not have read any of it */
    }
    assert_true(server_wait(&server.closed));
    memory_pages(&virtual_after, &resident_after);
    client_close(c);
    assert_true(server.refused);
    assert_true((resident_after - resident_before) * page < 16L << 20);
    assert_true((virtual_after - virtual_before) * page < 1L << 30);
}

static void test_giant_frame_plain(void **state)
{
    (void)state;
    giant_frame(false);
}

static void test_giant_frame_tls(void **state)
{
    (void)state;
    giant_frame(true);
}

/* Just above the limit is refused, and the next socket of the same worker starts afresh. */
static void test_limit_is_exact(void **state)
{
    static unsigned char head[14] = { 0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0 }; /* 65537 */
    struct client *c;

    (void)state;
    server_expect(-1, 0);
    c = client_open(false);
    client_send(c, head, sizeof head);
    assert_true(server_wait(&server.closed));
    client_close(c);
    assert_true(server.refused);

    server_expect(-1, 0);
    head[9] = 0; /* 65536: taken, and waited for */
    c = client_open(false);
    client_send(c, head, sizeof head);
    client_close(c);
    assert_true(server_wait(&server.closed));
    assert_false(server.refused);
}

/* Half a frame: its bytes are noticed, and engine_peer_shutdown wakes the worker that waits for the rest. */
static void half_frame(bool tls)
{
    unsigned char *frame = malloc(LIMIT_BYTES + 16);
    size_t len = make_frame(frame, 9);
    struct timespec until;
    struct client *c;
    int before;

    server_expect(-1, 0);
    c = client_open(tls);
    before = bytes_calls();
    client_send(c, frame, len / 2);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_MS / 1000;
    pthread_mutex_lock(&server.lock);
    while (server.bytes_calls == before)
        if (pthread_cond_timedwait(&server.changed, &server.lock, &until) != 0)
            break;
    assert_true(server.bytes_calls > before);
    pthread_mutex_unlock(&server.lock);
    engine_peer_shutdown(&server.peer);
    assert_true(server_wait(&server.closed));
    client_close(c);
    free(frame);
}

static void test_half_frame_plain(void **state)
{
    (void)state;
    half_frame(false);
}

static void test_half_frame_tls(void **state)
{
    (void)state;
    half_frame(true);
}

/* A peer that does not read: the write says 0 at once instead of waiting, nothing is lost, and what was offered
 * again arrives once it does read. After the peer left, writing says -1. */
static void stalled_reader(bool tls)
{
    static unsigned char chunk[50000];
    size_t sent = 0, got = 0;
    long n = 1;
    struct client *c;

    server_expect(-1, 0);
    c = client_open(tls);
    while (n > 0) {
        n = engine_peer_write(&server.peer, chunk, sizeof chunk);
        assert_true(n >= 0);
        sent += (size_t)n;
        assert_true(sent < 100u << 20);
    }
    n = 0;
    while (n == 0) {
        client_wait(c, POLLIN);
        c->in_len = 0;
        assert_true(client_fill(c));
        got += c->in_len;
        n = engine_peer_write(&server.peer, chunk, sizeof chunk);
    }
    assert_true(n > 0);
    sent += (size_t)n;
    while (got < sent) {
        client_wait(c, POLLIN);
        c->in_len = 0;
        assert_true(client_fill(c));
        got += c->in_len;
    }
    assert_int_equal(got, sent);
    engine_peer_shutdown(&server.peer);
    assert_true(server_wait(&server.closed));
    client_close(c);
}

static void test_stalled_reader_plain(void **state)
{
    (void)state;
    stalled_reader(false);
}

static void test_stalled_reader_tls(void **state)
{
    (void)state;
    stalled_reader(true);
}

/* ---- set-up ---- */

static void write_certificate(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    FILE *f = fdopen(mkstemp(cert_path), "w");

    assert_non_null(f);
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), 0);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
    assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(PEM_write_X509(f, cert), 1);
    assert_int_equal(fclose(f), 0);
    X509_free(cert);
    EVP_PKEY_free(key);
}

static int start(void **state)
{
    const char *options[] = {
        "listening_ports", "127.0.0.1:0,127.0.0.1:0s", "num_threads", "4", "ssl_certificate",
        cert_path,         "request_timeout_ms",       "10000",       NULL
    };
    struct mg_callbacks callbacks = { 0 };
    struct mg_server_port ports[2];

    (void)state;
    self_test_says = engine_self_test(); /* once per process, before mg_start */
    write_certificate();
    context = mg_start(&callbacks, NULL, options);
    if (context == NULL || mg_get_server_ports(context, 2, ports) != 2)
        return -1;
    port_plain = ports[0].is_ssl ? ports[1].port : ports[0].port;
    port_tls = ports[0].is_ssl ? ports[0].port : ports[1].port;
    mg_set_websocket_handler(context, "/ws$", on_connect, on_ready, on_data, on_close, NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mg_stop(context);
    mg_exit_library();
    server_expect(-1, 0);
    return unlink(cert_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_self_test),
        cmocka_unit_test(test_both_ways_plain),
        cmocka_unit_test(test_both_ways_tls),
        cmocka_unit_test(test_giant_frame_plain),
        cmocka_unit_test(test_giant_frame_tls),
        cmocka_unit_test(test_limit_is_exact),
        cmocka_unit_test(test_half_frame_plain),
        cmocka_unit_test(test_half_frame_tls),
        cmocka_unit_test(test_stalled_reader_plain),
        cmocka_unit_test(test_stalled_reader_tls),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
