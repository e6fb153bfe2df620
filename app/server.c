/* CivetWeb below, the gate and the hub above; see server.h. */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "civetweb/engine.h"
#include "domain/session.h"
#include "http/dispatch.h"
#include "tls/tls.h"

#define DRAIN_MS 4000
#define UNSENT_BYTES (128 * 1024)
#define READ_MS 10000
#define READ_BYTES_PER_MS 16
#define HEADERS_MAX 64 /* CivetWeb drops what is beyond, silently */

struct server {
    const struct services *sv;
    const struct router *router;
    struct hub *hub;
    struct tls *tls; /* NULL: no TLS listener */
    struct mg_context *civet;
    int ports[CONF_LISTENERS_MAX]; /* as bound, in the order of conf->listen; set before started */
    atomic_bool started;           /* workers run before mg_start2 returns */
    pthread_mutex_t start_lock;
    pthread_cond_t start_done;

    pthread_mutex_t arenas_lock;
    struct spare {
        struct arena *arena;
        struct spare *next;
    } * spare; /* arenas between requests: as many as ever ran at once, not one per worker */
};

/* What belongs to one upgraded connection. */
struct socket {
    struct server *server;
    struct mg_connection *conn;
    struct arena *arena; /* holds upgrade's strings until the socket is open */
    struct upgrade upgrade;
    char address[48];
    int64_t user_id;
    struct engine_peer peer;
    bool is_reserved;        /* it has a place in the hub */
    struct channel *channel; /* NULL: not open yet */
};

/* ---- arenas ---- */

static struct arena *take_arena(struct server *server)
{
    struct spare *spare;
    struct arena *arena = NULL;

    pthread_mutex_lock(&server->arenas_lock);
    spare = server->spare;
    if (spare != NULL)
        server->spare = spare->next;
    pthread_mutex_unlock(&server->arenas_lock);
    if (spare != NULL)
        arena = spare->arena;
    free(spare);
    return arena != NULL ? arena : arena_new();
}

static void give_arena(struct server *server, struct arena *arena)
{
    struct spare *spare = malloc(sizeof *spare);

    arena_reset(arena);
    if (spare == NULL) {
        arena_free(arena);
        return;
    }
    spare->arena = arena;
    pthread_mutex_lock(&server->arenas_lock);
    spare->next = server->spare;
    server->spare = spare;
    pthread_mutex_unlock(&server->arenas_lock);
}

/* ---- a request ---- */

static const char *io_header(void *arg, const char *name)
{
    return mg_get_header(arg, name);
}

static int io_read(void *arg, void *buf, size_t len)
{
    int n = mg_read(arg, buf, len);

    return n < 0 ? -1 : n;
}

static void io_expect(void *arg, int64_t bytes)
{
    (void)arg; /* the deadline is the calling worker's */
    engine_read_deadline((long)(READ_MS + bytes / READ_BYTES_PER_MS));
}

static bool io_write(void *arg, const void *data, size_t len)
{
    return mg_write(arg, data, len) == (int)len;
}

/* The dialect whose listener the connection came in by. */
static const char *dialect_of_port(const struct server *server, int port)
{
    const struct conf *conf = server->sv->conf;

    for (int i = 0; i < conf->listen_count; i++)
        if (server->ports[i] == port)
            return conf->listen[i].dialect;
    return "";
}

/* Where people connect: the first listener for them, or the first by TLS; 0: there is none. */
static int client_port(const struct server *server, bool tls)
{
    const struct conf *conf = server->sv->conf;

    for (int i = 0; i < conf->listen_count; i++)
        if (conf->listen[i].dialect[0] == '\0' && (conf->listen[i].tls || !tls))
            return server->ports[i];
    return 0;
}

/* Requests that come before server_start is done wait for it. */
static void wait_started(struct server *server)
{
    if (atomic_load(&server->started))
        return;
    pthread_mutex_lock(&server->start_lock);
    while (!atomic_load(&server->started))
        pthread_cond_wait(&server->start_done, &server->start_lock);
    pthread_mutex_unlock(&server->start_lock);
}

static void set_started(struct server *server)
{
    pthread_mutex_lock(&server->start_lock);
    atomic_store(&server->started, true);
    pthread_cond_broadcast(&server->start_done);
    pthread_mutex_unlock(&server->start_lock);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The path with %XX undone, once. NULL: a broken escape, a NUL, or dots that appear only now and
 * so escaped CivetWeb's cleaning. */
static const char *decode_path(struct arena *a, const char *raw)
{
    char *path = arena_alloc(a, strlen(raw) + 1), *out = path;

    for (const char *p = raw; *p != '\0'; p++) {
        int high = *p == '%' ? hex_value(p[1]) : 0;
        int low = *p == '%' && high >= 0 ? hex_value(p[2]) : 0;
        if (high < 0 || low < 0 || (*p == '%' && high + low == 0))
            return NULL;
        *out++ = *p == '%' ? (char)(high * 16 + low) : *p;
        p += *p == '%' ? 2 : 0;
    }
    for (const char *p = path; (p = strstr(p, "/.")) != NULL; p++)
        if (strcspn(p + 1, "/") <= 2 && strspn(p + 1, ".") == strcspn(p + 1, "/"))
            return NULL;
    return path;
}

static struct io make_io(const struct server *server, struct mg_connection *conn,
                         struct arena *arena)
{
    const struct mg_request_info *ri = mg_get_request_info(conn);
    const char *encoding = mg_get_header(conn, "Transfer-Encoding");

    return (struct io){ .method = ri->request_method,
                        .path = decode_path(arena, ri->local_uri),
                        .query = ri->query_string,
                        .address = ri->remote_addr,
                        .tls = ri->is_ssl != 0,
                        .content_length = encoding != NULL ? -1 : ri->content_length,
                        .chunked = encoding != NULL,
                        .takes_chunks = strcmp(ri->http_version, "1.1") == 0,
                        .client_port = client_port(server, false),
                        .https_port = client_port(server, true),
                        .mount_dialect = dialect_of_port(server, ri->server_port),
                        .arg = conn,
                        .header = io_header,
                        .read = io_read,
                        .expect = io_expect,
                        .write = io_write };
}

static void answer_raw(struct mg_connection *conn, int status, const char *reason)
{
    mg_printf(conn,
              "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
              "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{\"error\":\"%s\"}",
              status, reason, strlen(reason) + 12, reason);
    mg_disable_connection_keep_alive(conn);
}

static int count_header(const struct mg_request_info *ri, const char *name)
{
    int count = 0;

    for (int i = 0; i < ri->num_headers; i++)
        count += strcasecmp(ri->http_headers[i].name, name) == 0;
    return count;
}

static bool is_length(const char *text)
{
    size_t len = strlen(text);

    return len > 0 && len <= 15 && strspn(text, "0123456789") == len;
}

/* Requests that two readers could understand in two ways are the stuff of smuggling: refused before
 * anything else. 0: fine. */
static int check_shape(struct mg_connection *conn)
{
    const struct mg_request_info *ri = mg_get_request_info(conn);
    const char *length = mg_get_header(conn, "Content-Length");
    const char *encoding = mg_get_header(conn, "Transfer-Encoding");

    if (ri->num_headers >= HEADERS_MAX)
        return 431;
    if (!engine_head_is_plain(conn))
        return 400;
    if (count_header(ri, "Content-Length") > 1 || count_header(ri, "Transfer-Encoding") > 1 ||
        count_header(ri, "Host") > 1 || (length != NULL && encoding != NULL) ||
        (length != NULL && !is_length(length)) ||
        (encoding != NULL && strcasecmp(encoding, "chunked") != 0))
        return 400;
    return 0;
}

/* As CivetWeb decides it, and a little stricter. */
static bool wants_socket(struct mg_connection *conn)
{
    const struct mg_request_info *ri = mg_get_request_info(conn);
    const char *upgrade = mg_get_header(conn, "Upgrade");
    const char *connection = mg_get_header(conn, "Connection");

    return upgrade != NULL && strcasecmp(upgrade, "websocket") == 0 && connection != NULL &&
           strcasestr(connection, "upgrade") != NULL && strcmp(ri->http_version, "1.1") == 0 &&
           strcmp(ri->request_method, "GET") == 0;
}

/* How long a body may take: ten seconds and what a slow line needs for it. */
static long read_time_ms(const struct server *server, const struct io *io)
{
    int64_t bytes = io->content_length;

    if (bytes < 0 || bytes > server->sv->conf->request_body_bytes)
        bytes = server->sv->conf->request_body_bytes;
    return (long)(READ_MS + bytes / READ_BYTES_PER_MS);
}

static void answer(struct server *server, struct mg_connection *conn, struct arena *arena)
{
    struct io io = make_io(server, conn, arena);

    if (io.path == NULL) {
        answer_raw(conn, 400, "bad request");
        return;
    }
    engine_read_deadline(read_time_ms(server, &io));
    dispatch(server->router, server->sv, arena, &io);
    engine_read_deadline(0);
    if (io.must_close)
        mg_disable_connection_keep_alive(conn);
}

/* The one request callback. Non-zero: answered. 0: CivetWeb goes on to the WebSocket handshake. */
static int on_request(struct mg_connection *conn)
{
    struct server *server = mg_get_user_data(mg_get_context(conn));
    int refusal = check_shape(conn);
    struct arena *arena;

    wait_started(server);
    if (refusal == 0 && wants_socket(conn)) {
        if (mg_get_request_info(conn)->content_length <= 0)
            return 0;
        refusal = 400;
    }
    if (refusal != 0) {
        answer_raw(conn, refusal, refusal == 431 ? "too many headers" : "bad request");
        return 1;
    }
    arena = take_arena(server);
    answer(server, conn, arena);
    give_arena(server, arena);
    return 200; /* for CivetWeb's own books only: a 401 would make it close a good connection */
}

/* What CivetWeb refuses by itself: unreadable requests, before there is a path. */
static int on_http_error(struct mg_connection *conn, int status, const char *message)
{
    (void)message; /* may hold the client's bytes */
    answer_raw(conn, status,
               status == 408   ? "request timeout"
               : status == 413 ? "request too large"
                               : "bad request");
    return 0;
}

static int on_log(const struct mg_connection *conn, const char *message)
{
    (void)conn;
    log_warn("civetweb", "%s", message);
    return 1;
}

/* ---- sockets ---- */

static long wire_write(void *arg, const void *data, size_t len)
{
    return engine_peer_write(&((struct socket *)arg)->peer, data, len);
}

static int64_t wire_missing(void *arg)
{
    return engine_peer_missing(&((struct socket *)arg)->peer);
}

static void wire_shutdown(void *arg)
{
    engine_peer_shutdown(&((struct socket *)arg)->peer);
}

static void on_bytes(void *arg)
{
    hub_bytes_seen(arg);
}

static void socket_free(struct socket *socket)
{
    if (socket->arena != NULL)
        give_arena(socket->server, socket->arena);
    free(socket);
}

static bool io_reserve(void *arg, int64_t user_id)
{
    struct socket *socket = mg_get_user_connection_data(arg);

    socket->user_id = user_id;
    socket->is_reserved = hub_reserve(socket->server->hub, user_id, socket->address);
    return socket->is_reserved;
}

/* Ends what was to become a socket. */
static void socket_abandon(struct mg_connection *conn, struct socket *socket)
{
    if (socket->is_reserved)
        hub_unreserve(socket->server->hub, socket->user_id, socket->address);
    mg_set_user_connection_data(conn, NULL);
    socket_free(socket);
}

/* Before the handshake: 0 lets it go on. */
static int on_connect(const struct mg_connection *const_conn, void *arg)
{
    struct server *server = arg;
    struct mg_connection *conn =
        (struct mg_connection *)const_conn; /* CivetWeb's own examples do the same */
    struct socket *socket = calloc(1, sizeof *socket);
    struct io io;

    if (socket == NULL)
        return 1;
    socket->server = server;
    socket->conn = conn;
    socket->arena = take_arena(server);
    io = make_io(server, conn, socket->arena);
    if (io.path == NULL) {
        answer_raw(conn, 400, "bad request");
        socket_free(socket);
        return 1;
    }
    snprintf(socket->address, sizeof socket->address, "%s", io.address);
    io.reserve = io_reserve;
    mg_set_user_connection_data(conn, socket);
    if (!dispatch_upgrade(server->router, server->sv, socket->arena, &io, &socket->upgrade)) {
        mg_disable_connection_keep_alive(conn);
        socket_abandon(conn, socket);
        return 1;
    }
    return 0;
}

/* The session may have ended between the handshake's check and hub_add, when nobody could find the
 * socket to close it. */
static void check_session(const struct socket *socket)
{
    struct ctx cx;

    ctx_init(&cx, socket->server->sv, socket->arena, socket->upgrade.dialect->name,
             socket->address);
    cx.actor = socket->upgrade.user_id;
    cx.session_id = socket->upgrade.session_id;
    if (!session_is_live(&cx))
        channel_close(socket->channel, CLOSE_UNAUTHORIZED);
    ctx_release(&cx);
}

/* The kernel would take megabytes for a peer that does not read; our queue is where that is bounded. */
static void keep_little_unsent(int fd)
{
    int bytes = UNSENT_BYTES;

    if (setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes) != 0)
        log_debug("socket", "TCP_NOTSENT_LOWAT: errno=%d", errno);
}

static void on_ready(struct mg_connection *conn, void *arg)
{
    struct server *server = arg;
    struct socket *socket = mg_get_user_connection_data(conn);
    struct wire wire;

    socket->peer = engine_peer(conn);
    keep_little_unsent(socket->peer.fd);
    wire = (struct wire){ .fd = socket->peer.fd,
                          .arg = socket,
                          .write = wire_write,
                          .missing = wire_missing,
                          .shutdown = wire_shutdown };
    socket->channel =
        hub_add(server->hub, socket->upgrade.dialect->socket, &wire, socket->upgrade.user_id,
                socket->upgrade.session_id, socket->address, &socket->upgrade.bond);
    engine_ws_begin((size_t)server->sv->conf->socket_frame_bytes, on_bytes, socket->channel);
    check_session(socket);
    give_arena(server, socket->arena); /* an idle socket holds no request memory */
    socket->arena = NULL;
}

static int on_frame(struct mg_connection *conn, int head, char *data, size_t len, void *arg)
{
    struct server *server = arg;
    struct socket *socket = mg_get_user_connection_data(conn);

    return hub_frame(server->hub, socket->channel, (uint8_t)head, data, len);
}

static void on_close(const struct mg_connection *conn, void *arg)
{
    struct server *server = arg;
    struct socket *socket = mg_get_user_connection_data(conn);

    if (engine_ws_refused())
        hub_frame_too_big(socket->channel);
    hub_remove(server->hub, socket->channel);
    engine_ws_end();
    mg_set_user_connection_data(conn, NULL);
    socket_free(socket);
}

/* A connection ends. If its handshake failed half-way, its place is still reserved. */
static void on_connection_close(const struct mg_connection *conn)
{
    struct socket *socket = mg_get_user_connection_data(conn);

    if (socket != NULL)
        socket_abandon((struct mg_connection *)conn, socket);
}

/* ---- starting ---- */

static int on_init_ssl(void *ssl_ctx, void *arg)
{
    const struct server *server = arg;

    /* 1: no certificate of CivetWeb's own is wanted. */
    return server->tls == NULL || tls_attach(server->tls, ssl_ctx) ? 1 : -1;
}

static bool has_ipv6(void)
{
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* CivetWeb's notation: "+8080" is both families. */
static char *listening_ports(struct arena *a, const struct conf *conf)
{
    struct buf b = buf_new(a);

    for (int i = 0; i < conf->listen_count; i++) {
        const struct conf_listener *l = &conf->listen[i];
        if (i > 0)
            buf_str(&b, ",");
        if (l->address[0] != '\0')
            buf_printf(&b, "%s:", l->address);
        else if (has_ipv6())
            buf_str(&b, "+");
        buf_printf(&b, "%d%s", l->port, l->tls ? "s" : "");
    }
    return b.data;
}

static bool start_civet(struct server *server, struct arena *a, char **error_r)
{
    const struct conf *conf = server->sv->conf;
    const char *options[] = {
        "listening_ports",
        listening_ports(a, conf),
        "num_threads",
        arena_printf(a, "%d", (int)(conf->http_threads + conf->max_sockets)),
        "request_timeout_ms",
        "10000",
        "websocket_timeout_ms",
        "30000",
        "decode_url",
        "no",
        "enable_keep_alive",
        "yes",
        "keep_alive_timeout_ms",
        "2000",
        "tcp_nodelay",
        "1",
        "listen_backlog",
        "1024",
        "connection_queue",
        "256",
        "max_request_size",
        "16384",
        "access_control_allow_origin",
        "",
        "access_control_allow_methods",
        "",
        NULL,
    };
    struct mg_callbacks callbacks = { .begin_request = on_request,
                                      .http_error = on_http_error,
                                      .log_message = on_log,
                                      .connection_close = on_connection_close,
                                      .init_ssl = on_init_ssl };
    struct mg_error_data error = { .text = arena_alloc(a, 512), .text_buffer_size = 512 };
    struct mg_init_data init = { .callbacks = &callbacks,
                                 .user_data = server,
                                 .configuration_options = options };

    server->civet = mg_start2(&init, &error);
    if (server->civet == NULL && asprintf(error_r, "listen: cannot start: %s", error.text) < 0)
        *error_r = NULL;
    return server->civet != NULL;
}

/* One sentence for the commonest failure, which CivetWeb tells only in pieces. */
static bool check_free(const struct conf_listener *l, struct arena *a, char **error_r)
{
    struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)l->port) };
    struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons((uint16_t)l->port) };
    bool is_six = l->address[0] == '[' || (l->address[0] == '\0' && has_ipv6());
    char *bare = arena_strdup(a, l->address[0] == '[' ? l->address + 1 : l->address);
    int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1, failed = 0;

    if (strchr(bare, ']') != NULL)
        *strchr(bare, ']') = '\0';
    if (bare[0] != '\0' && inet_pton(is_six ? AF_INET6 : AF_INET, bare,
                                     is_six ? (void *)&six.sin6_addr : (void *)&four.sin_addr) != 1)
        failed = EINVAL;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (failed == 0 && bind(fd, is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four,
                            is_six ? sizeof six : sizeof four) != 0)
        failed = errno;
    close(fd);
    if (failed != 0 &&
        asprintf(error_r, "listen: cannot use %s:%d: %s", l->address[0] != '\0' ? l->address : "*",
                 l->port, strerror(failed)) < 0)
        *error_r = NULL;
    return failed == 0;
}

static void note_ports(struct server *server)
{
    struct mg_server_port bound[CONF_LISTENERS_MAX];
    int count = mg_get_server_ports(server->civet, CONF_LISTENERS_MAX, bound);

    for (int i = 0; i < count && i < server->sv->conf->listen_count; i++)
        server->ports[i] = bound[i].port;
}

struct server *server_start(const struct services *sv, const struct router *router, struct hub *hub,
                            struct tls *tls, char **error_r)
{
    static const struct mg_websocket_subprotocols none = {
        0, NULL
    }; /* a list, though empty: nothing is echoed */
    struct server *server = calloc(1, sizeof *server);
    struct arena *a = arena_new();
    bool ok = server != NULL;

    for (int i = 0; ok && i < sv->conf->listen_count; i++)
        ok = check_free(&sv->conf->listen[i], a, error_r);
    if (ok) {
        *server = (struct server){ .sv = sv, .router = router, .hub = hub, .tls = tls };
        pthread_mutex_init(&server->arenas_lock, NULL);
        pthread_mutex_init(&server->start_lock, NULL);
        pthread_cond_init(&server->start_done, NULL);
        ok = start_civet(server, a, error_r);
    }
    arena_free(a);
    if (!ok) {
        free(server);
        return NULL;
    }
    mg_set_websocket_handler_with_subprotocols(server->civet, "**",
                                               (struct mg_websocket_subprotocols *)&none,
                                               on_connect, on_ready, on_frame, on_close, server);
    note_ports(server);
    set_started(server);
    return server;
}

void server_each_listener(const struct server *server,
                          void (*visit)(void *arg, const char *url, const char *dialect), void *arg)
{
    const struct conf *conf = server->sv->conf;

    for (int i = 0; i < conf->listen_count; i++) {
        const struct conf_listener *l = &conf->listen[i];
        char url[200];
        snprintf(url, sizeof url, "%s://%s:%d", l->tls ? "https" : "http",
                 l->address[0] != '\0' ? l->address : "localhost", server->ports[i]);
        visit(arg, url, l->dialect);
    }
}

int server_port(const struct server *server, int listener)
{
    return server->ports[listener];
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    hub_close_all(server->hub, CLOSE_GOING_AWAY, DRAIN_MS);
    engine_stop(server->civet);
    while (server->spare != NULL) {
        struct spare *spare = server->spare;
        server->spare = spare->next;
        arena_free(spare->arena);
        free(spare);
    }
    pthread_mutex_destroy(&server->arenas_lock);
    pthread_mutex_destroy(&server->start_lock);
    pthread_cond_destroy(&server->start_done);
    free(server);
}
