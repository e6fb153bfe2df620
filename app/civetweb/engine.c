/* Compiles CivetWeb 1.15 (Debian's source, unchanged) into chatd with our switches, our limits and
 * one lock per TLS connection; then implements engine.h, which needs the library's private structs.
 * The library is included, not linked, because its allocations, its reads and its OpenSSL calls can
 * only be caught inside its own translation unit. README.md beside this file says what each switch
 * and wrapper is for. */
#define OPENSSL_API_3_0
#define NO_SSL_DL
#define USE_WEBSOCKET
#define USE_IPV6
#define USE_STACK_SIZE 1048576
#define STOP_FLAG_NEEDS_LOCK
#define NO_CGI
#define NO_FILES
#define NO_CACHING

/* Everything whose names are wrapped below must be declared before the wrappers hide it. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#include "civetweb/engine.h"

/* What engine_ws_begin set for the calling worker. Thread-local, not global: a worker serves one
 * socket at a time. */
static _Thread_local struct {
    bool active;
    bool refused;
    size_t limit;
    void (*bytes)(void *arg);
    void *arg;
} ws;

/* Set by engine_read_deadline; CLOCK_MONOTONIC in ms, 0: none. */
static _Thread_local int64_t read_until_ms;

/* The outcome of this thread's last SSL call, taken under the same lock as the call: by the time
 * the library asks with SSL_get_error, another thread may have used the object. */
static _Thread_local struct {
    const SSL *ssl;
    int ret;
    int error;
} last;

static pthread_once_t lock_once = PTHREAD_ONCE_INIT;
static int lock_index =
    -1; /* of the mutex in an SSL's extra data; written once, before the first SSL */

static void lock_free(void *parent, void *ptr, CRYPTO_EX_DATA *ad, int index, long argl, void *argp)
{
    (void)parent, (void)ad, (void)index, (void)argl, (void)argp;
    if (ptr == NULL)
        return;
    pthread_mutex_destroy(ptr);
    free(ptr);
}

/* Refusing makes SSL_dup fail, which is right: two SSL objects must not share one mutex, and nobody
 * copies one. */
static int lock_refuse_dup(CRYPTO_EX_DATA *to, const CRYPTO_EX_DATA *from, void **from_d, int index,
                           long argl, void *argp)
{
    (void)to, (void)from, (void)from_d, (void)index, (void)argl, (void)argp;
    return 0;
}

static void lock_index_make(void)
{
    lock_index = SSL_get_ex_new_index(0, NULL, NULL, lock_refuse_dup, lock_free);
}

static SSL *engine_ssl_new(SSL_CTX *ctx)
{
    pthread_mutex_t *lock = malloc(sizeof *lock);
    SSL *ssl = SSL_new(ctx);

    pthread_once(&lock_once, lock_index_make);
    if (lock == NULL || ssl == NULL || lock_index < 0 || pthread_mutex_init(lock, NULL) != 0) {
        free(lock);
        SSL_free(ssl);
        return NULL;
    }
    if (SSL_set_ex_data(ssl, lock_index, lock) != 1) {
        lock_free(NULL, lock, NULL, 0, 0, NULL);
        SSL_free(ssl);
        return NULL;
    }
    /* A write may take a part, as send does, and may be repeated from another buffer: frames wait
     * in queues that move. An idle connection gives its 34 KB of buffers back. */
    SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                          SSL_MODE_RELEASE_BUFFERS);
    return ssl;
}

static bool is_non_blocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && (flags & O_NONBLOCK) != 0;
}

static pthread_mutex_t *ssl_lock(SSL *ssl)
{
    pthread_mutex_t *lock = SSL_get_ex_data(ssl, lock_index);

    assert(lock != NULL);
    /* The lock must never be held across a wait. Before the WebSocket begins only its worker uses
     * the object. */
    assert(!ws.active || is_non_blocking(SSL_get_fd(ssl)));
    pthread_mutex_lock(lock);
    ERR_clear_error();
    errno = 0;
    return lock;
}

/* Keeps what SSL_get_error says about ret, then lets go; errno stays that of the SSL call. */
static int ssl_unlock(SSL *ssl, pthread_mutex_t *lock, int ret)
{
    int error_number = errno;

    last.ssl = ssl;
    last.ret = ret;
    last.error = SSL_get_error(ssl, ret);
    pthread_mutex_unlock(lock);
    errno = error_number;
    return ret;
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Has the calling worker read long enough? */
static bool is_read_late(void)
{
    return read_until_ms != 0 && now_ms() > read_until_ms;
}

static int engine_ssl_read(SSL *ssl, void *buf, int len)
{
    pthread_mutex_t *lock;
    int n;

    if (is_read_late()) {
        last.ssl = ssl;
        last.ret = -1;
        last.error = SSL_ERROR_SSL;
        return -1;
    }
    lock = ssl_lock(ssl);
    n = ssl_unlock(ssl, lock, SSL_read(ssl, buf, len));

    if (n > 0 && ws.active)
        ws.bytes(ws.arg);
    return n;
}

static int engine_ssl_write(SSL *ssl, const void *buf, int len)
{
    pthread_mutex_t *lock = ssl_lock(ssl);

    return ssl_unlock(ssl, lock, SSL_write(ssl, buf, len));
}

static int engine_ssl_accept(SSL *ssl)
{
    pthread_mutex_t *lock = ssl_lock(ssl);

    return ssl_unlock(ssl, lock, SSL_accept(ssl));
}

static int engine_ssl_connect(SSL *ssl)
{
    pthread_mutex_t *lock = ssl_lock(ssl);

    return ssl_unlock(ssl, lock, SSL_connect(ssl));
}

static int engine_ssl_shutdown(SSL *ssl)
{
    pthread_mutex_t *lock = ssl_lock(ssl);

    return ssl_unlock(ssl, lock, SSL_shutdown(ssl));
}

static int engine_ssl_pending(SSL *ssl)
{
    pthread_mutex_t *lock = SSL_get_ex_data(ssl, lock_index);
    int n;

    assert(lock != NULL);
    pthread_mutex_lock(lock);
    n = SSL_pending(ssl);
    pthread_mutex_unlock(lock);
    return n;
}

/* The library asks only about the call it has just made; any other question would be answered from
 * shared state. */
static int engine_ssl_get_error(const SSL *ssl, int ret)
{
    assert(last.ssl == ssl && last.ret == ret);
    return last.error;
}

static ssize_t engine_recv(int fd, void *buf, size_t len, int flags)
{
    ssize_t n = is_read_late() ? 0 : recv(fd, buf, len, flags); /* 0: as if the peer had left */

    if (n > 0 && ws.active)
        ws.bytes(ws.arg);
    return n;
}

/* The only large allocation CivetWeb makes while it serves a WebSocket is the payload of a frame,
 * whose length it believes. Refused here, the memory is never taken and the library closes the
 * connection. */
static void *engine_malloc(size_t size)
{
    if (ws.active && size > ws.limit) {
        ws.refused = true;
        return NULL;
    }
    return malloc(size);
}

/* Without parameter lists, so that a function passed by name (SSL_accept to sslize) is caught as
 * well; malloc with one, since headers use the bare word as an attribute. */
#define SSL_new engine_ssl_new
#define SSL_read engine_ssl_read
#define SSL_write engine_ssl_write
#define SSL_accept engine_ssl_accept
#define SSL_connect engine_ssl_connect
#define SSL_shutdown engine_ssl_shutdown
#undef SSL_pending
#define SSL_pending engine_ssl_pending
#define SSL_get_error engine_ssl_get_error
#define recv engine_recv
#define malloc(size) engine_malloc(size)

#include "civetweb.c"

#undef SSL_new
#undef SSL_read
#undef SSL_write
#undef SSL_accept
#undef SSL_connect
#undef SSL_shutdown
#undef SSL_pending
#undef SSL_get_error
#undef recv
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef snprintf

#if CIVETWEB_VERSION_MAJOR != 1 || CIVETWEB_VERSION_MINOR != 15
#error "engine.c was written against CivetWeb 1.15; see README.md before using another version"
#endif

struct engine_peer engine_peer(struct mg_connection *conn)
{
    return (struct engine_peer){ .fd = conn->client.sock, .ssl = conn->ssl };
}

static long plain_write(int fd, const void *data, size_t len)
{
    ssize_t n;

    do
        n = send(fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
    return (long)n;
}

long engine_peer_write(const struct engine_peer *peer, const void *data, size_t len)
{
    int n;

    if (len == 0)
        return 0;
    if (peer->ssl == NULL)
        return plain_write(peer->fd, data, len);
    assert(is_non_blocking(peer->fd));
    n = engine_ssl_write(peer->ssl, data, len > INT_MAX ? INT_MAX : (int)len);
    if (n > 0)
        return n;
    return last.error == SSL_ERROR_WANT_WRITE || last.error == SSL_ERROR_WANT_READ ? 0 : -1;
}

int64_t engine_peer_missing(const struct engine_peer *peer)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    int unacknowledged = 0;

    if (ioctl(peer->fd, SIOCOUTQ, &unacknowledged) != 0 ||
        getsockopt(peer->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        info.tcpi_state == TCP_CLOSE)
        return -1;
    return unacknowledged;
}

void engine_peer_shutdown(const struct engine_peer *peer)
{
    /* Fails only when the peer was faster, and then the reader is awake already. */
    (void)shutdown(peer->fd, SHUT_RDWR);
}

void engine_ws_begin(size_t limit, void (*bytes)(void *arg), void *arg)
{
    ws.active = true;
    ws.refused = false;
    ws.limit = limit;
    ws.bytes = bytes;
    ws.arg = arg;
}

bool engine_ws_refused(void)
{
    return ws.refused;
}

void engine_ws_end(void)
{
    ws.active = false;
    ws.refused = false;
}

static void *measure_stack(void *size_r)
{
    pthread_attr_t attr;

    if (pthread_getattr_np(pthread_self(), &attr) == 0) {
        pthread_attr_getstacksize(&attr, size_r);
        pthread_attr_destroy(&attr);
    }
    return NULL;
}

/* Starts a thread the way CivetWeb starts its workers. 0 if it cannot. */
static size_t worker_stack_bytes(void)
{
    size_t size = 0;
    pthread_t thread;

    if (mg_start_thread_with_id(measure_stack, &size, &thread) != 0)
        return 0;
    pthread_join(thread, NULL);
    return size;
}

static bool has_tls(void)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    SSL *ssl = ctx == NULL ? NULL : engine_ssl_new(ctx);
    bool made = ssl != NULL;

    SSL_free(ssl);
    SSL_CTX_free(ctx);
    return made;
}

const char *engine_self_test(void)
{
    if ((mg_init_library(MG_FEATURES_TLS) & MG_FEATURES_TLS) == 0)
        return "CivetWeb could not initialise TLS.";
    if (OpenSSL_version_num() < 0x30000000UL)
        return "The OpenSSL library found at run time is older than 3.0.";
    if (!has_tls())
        return "OpenSSL cannot make a TLS connection object.";
    if (mg_check_feature(MG_FEATURES_WEBSOCKET) == 0)
        return "CivetWeb was built without WebSocket support.";
    if (mg_check_feature(MG_FEATURES_IPV6) == 0)
        return "CivetWeb was built without IPv6 support.";
    if (worker_stack_bytes() < 1048576)
        return "CivetWeb's worker threads have less than 1 MiB of stack.";
    return NULL;
}

void engine_read_deadline(long ms)
{
    read_until_ms = ms == 0 ? 0 : now_ms() + ms;
}

/* Nothing but line ends, and what the parser blanked out, from p to end? */
static bool is_blank(const char *p, const char *end)
{
    while (p < end && (*p == '\0' || *p == '\r' || *p == '\n'))
        p++;
    return p >= end;
}

bool engine_head_is_plain(const struct mg_connection *conn)
{
    const struct mg_request_info *ri = &conn->request_info;
    const char *end = conn->buf + conn->request_len;
    const char *seen = ri->http_version + strlen(ri->http_version);

    for (int i = 0; i < ri->num_headers; i++) {
        const struct mg_header *h = &ri->http_headers[i];
        const char *gap = h->name + strlen(h->name) + 1; /* behind the colon */
        while (gap < h->value && (*gap == ' ' || *gap == '\t'))
            gap++;
        if (gap != h->value)
            return false;
        seen = h->value + strlen(h->value);
    }
    return is_blank(seen, end);
}

void engine_stop(struct mg_context *civet)
{
    /* Ends the accepting thread's poll at once. Before the flag is set: afterwards that thread
     * frees the array. */
    for (unsigned i = 0; i < civet->num_listening_sockets; i++)
        shutdown(civet->listening_sockets[i].sock, SHUT_RDWR);
    mg_stop(civet);
}
