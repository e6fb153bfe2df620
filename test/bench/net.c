/* See net.h. */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hist.h"

#define READ_BYTES 65536
#define EVENTS_MAX 256

void die(const char *what)
{
    fprintf(stderr, "load: %s%s%s\n", what, errno != 0 ? ": " : "",
            errno != 0 ? strerror(errno) : "");
    exit(1);
}

void *must_alloc(void *old, size_t size)
{
    void *p = realloc(old, size);

    if (p == NULL)
        die("memory");
    return p;
}

static void bytes_room(struct bytes *b, size_t more)
{
    size_t need = b->len + more + 1;

    if (need <= b->cap)
        return;
    b->cap = need > b->cap * 2 ? need : b->cap * 2;
    b->data = must_alloc(b->data, b->cap);
}

void bytes_add(struct bytes *b, const void *data, size_t len)
{
    bytes_room(b, len);
    memcpy(b->data + b->len, data, len);
    b->len += len;
    b->data[b->len] = '\0';
}

static void bytes_drop(struct bytes *b, size_t len)
{
    if (len > b->len)
        len = b->len; /* the connection was made anew meanwhile */
    b->len -= len;
    if (b->len > 0)
        memmove(b->data, b->data + len, b->len);
}

static void bytes_free(struct bytes *b)
{
    free(b->data);
    *b = (struct bytes){ 0 };
}

void loop_init(struct loop *loop, int port, bool tls)
{
    *loop = (struct loop){ .port = port, .epoll_fd = epoll_create1(EPOLL_CLOEXEC) };
    if (loop->epoll_fd < 0)
        die("epoll_create1");
    if (!tls)
        return;
    loop->tls = SSL_CTX_new(TLS_client_method());
    if (loop->tls == NULL)
        die("SSL_CTX_new");
    /* Thousands of idle connections would hold two buffers of 17 KB each. */
    SSL_CTX_set_mode(loop->tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static void watch(struct conn *c, int op)
{
    uint32_t in = c->is_stalled ? 0 : EPOLLIN;
    struct epoll_event event = { .events = in | (c->wants_out ? EPOLLOUT : 0), .data.ptr = c };

    if (epoll_ctl(c->loop->epoll_fd, op, c->fd, &event) != 0)
        die("epoll_ctl");
}

static void want_out(struct conn *c, bool wanted)
{
    if (c->wants_out == wanted)
        return;
    c->wants_out = wanted;
    watch(c, EPOLL_CTL_MOD);
}

void conn_open(struct conn *c, struct loop *loop, const struct conn_events *on)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)loop->port) };
    int yes = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->loop = loop;
    c->on = on;
    c->is_open = false;
    c->wants_out = true;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        die("socket");
    if (c->receive_buffer > 0)
        setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &c->receive_buffer, sizeof c->receive_buffer);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS)
        die("connect");
    if (loop->tls != NULL) {
        c->ssl = SSL_new(loop->tls);
        if (c->ssl == NULL || SSL_set_fd(c->ssl, c->fd) != 1)
            die("SSL_new");
        SSL_set_connect_state(c->ssl);
    }
    watch(c, EPOLL_CTL_ADD);
}

void conn_close(struct conn *c)
{
    if (c->fd < 0)
        return;
    SSL_free(c->ssl);
    c->ssl = NULL;
    close(c->fd); /* leaves epoll with it */
    c->fd = -1;
    c->is_open = false;
    bytes_free(&c->in);
    bytes_free(&c->out);
}

static void end(struct conn *c)
{
    if (c->fd < 0)
        return;
    conn_close(c);
    c->on->ended(c);
}

void conn_stall(struct conn *c, bool stalled)
{
    c->is_stalled = stalled;
    watch(c, EPOLL_CTL_MOD);
}

/* > 0 bytes, 0 not now, -1 ended. */
static long tls_result(struct conn *c, int n)
{
    int why = SSL_get_error(c->ssl, n);

    if (n > 0)
        return n;
    ERR_clear_error();
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static long read_some(struct conn *c, char *to, size_t len)
{
    ssize_t n;

    if (c->ssl != NULL)
        return tls_result(c, SSL_read(c->ssl, to, (int)len));
    n = recv(c->fd, to, len, 0);
    if (n > 0)
        return n;
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static long write_some(struct conn *c, const char *from, size_t len)
{
    ssize_t n;

    if (c->ssl != NULL)
        return tls_result(c, SSL_write(c->ssl, from, (int)len));
    n = send(c->fd, from, len, MSG_NOSIGNAL);
    if (n >= 0)
        return n;
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

/* false: the connection ended. */
static bool flush(struct conn *c)
{
    size_t done = 0;
    long n = 1;

    while (done < c->out.len && n > 0) {
        n = write_some(c, c->out.data + done, c->out.len - done);
        done += n > 0 ? (size_t)n : 0;
    }
    if (n < 0) {
        end(c);
        return false;
    }
    bytes_drop(&c->out, done);
    want_out(c, c->out.len > 0);
    return true;
}

void conn_send(struct conn *c, const void *data, size_t len)
{
    long n = 0;

    if (c->out.len == 0)
        n = write_some(c, data, len);
    if (n < 0) {
        /* What the peer said last is still to be read: the end is found there. */
        return;
    }
    if ((size_t)n < len) {
        bytes_add(&c->out, (const char *)data + n, len - (size_t)n);
        want_out(c, true);
    }
}

static void offer(struct conn *c)
{
    size_t taken = 0;

    while (c->fd >= 0 && taken < c->in.len) {
        size_t n = c->on->received(c, c->in.data + taken, c->in.len - taken);
        if (n == 0)
            break;
        taken += n;
    }
    if (c->fd >= 0)
        bytes_drop(&c->in, taken);
}

/* TLS may hold more than the socket shows, so it is read until it has nothing. */
static void take_in(struct conn *c)
{
    long n;

    do {
        bytes_room(&c->in, READ_BYTES);
        n = read_some(c, c->in.data + c->in.len, READ_BYTES);
        if (n < 0) {
            end(c);
            return;
        }
        c->in.len += (size_t)n;
        c->in.data[c->in.len] = '\0';
        if (n > 0)
            offer(c);
    } while (c->ssl != NULL && n > 0 && c->fd >= 0);
    if (c->fd >= 0 && c->in.len == 0 && c->ssl != NULL)
        bytes_free(&c->in); /* thousands of idle sockets */
}

/* false: not open yet. */
static bool is_up(struct conn *c)
{
    int error = 0;
    socklen_t len = sizeof error;

    if (c->is_open)
        return true;
    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
        end(c);
        return false;
    }
    if (c->ssl != NULL) {
        int n = SSL_do_handshake(c->ssl);
        if (n != 1) {
            bool wants_write = SSL_get_error(c->ssl, n) == SSL_ERROR_WANT_WRITE;
            if (tls_result(c, n) < 0)
                end(c);
            else
                want_out(c, wants_write);
            return false;
        }
    }
    c->is_open = true;
    want_out(c, false);
    c->on->opened(c);
    return c->fd >= 0;
}

static void handle(struct conn *c, uint32_t events)
{
    if (c->fd < 0 || !is_up(c))
        return;
    if ((events & EPOLLOUT) != 0 && !flush(c))
        return;
    if (c->is_stalled && (events & (EPOLLHUP | EPOLLERR)) != 0)
        end(c); /* reset: what it had not read is gone */
    else if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        take_in(c);
}

void loop_run(struct loop *loop, uint64_t until_ns)
{
    struct epoll_event events[EVENTS_MAX];
    uint64_t now = now_ns();

    loop->stop = false;
    while (!loop->stop && now < until_ns) {
        uint64_t left_ms = (until_ns - now) / 1000000 + 1, most = loop->tick != NULL ? 1 : 100;
        int n =
            epoll_wait(loop->epoll_fd, events, EVENTS_MAX, (int)(left_ms < most ? left_ms : most));
        if (n < 0 && errno != EINTR)
            die("epoll_wait");
        for (int i = 0; i < n; i++)
            handle(events[i].data.ptr, events[i].events);
        now = now_ns();
        if (loop->tick != NULL)
            loop->tick(loop->tick_arg, now);
    }
}
