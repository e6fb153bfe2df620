/* See ws.h. The masking key is zero: the server must accept any, and masking 500 streams is not what
 * is measured. */
#include "ws.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

static void send_control(struct conn *c, uint8_t opcode, const char *data, size_t len)
{
    uint8_t frame[6 + 125] = { (uint8_t)(0x80 | opcode), (uint8_t)(0x80 | len) };

    memcpy(frame + 6, data, len);
    conn_send(c, frame, 6 + len);
}

static size_t take_handshake(struct sock *s, const char *data, size_t len)
{
    const char *end = memmem(data, len, "\r\n\r\n", 4);

    if (end == NULL)
        return 0;
    if (strncmp(data, "HTTP/1.1 101", 12) != 0) {
        errno = 0;
        fprintf(stderr, "%.*s\n", (int)strcspn(data, "\r\n"), data);
        die("the server refused a socket");
    }
    s->is_agreed = true;
    if (s->on->opened != NULL)
        s->on->opened(s);
    return (size_t)(end - data) + 4;
}

/* Reads the head of a server's frame. false: more bytes are needed. */
static bool frame_head(const char *data, size_t len, size_t *head_r, size_t *body_r)
{
    size_t width = 0;
    uint64_t size;

    if (len < 2)
        return false;
    size = (uint8_t)data[1] & 0x7f;
    if (size >= 126)
        width = size == 126 ? 2 : 8;
    if (len < 2 + width)
        return false;
    if (width > 0)
        size = 0;
    for (size_t i = 0; i < width; i++)
        size = size << 8 | (uint8_t)data[2 + i];
    *head_r = 2 + width;
    *body_r = size;
    return len >= *head_r + *body_r;
}

static void take_frame(struct sock *s, uint8_t first, const char *body, size_t len)
{
    int opcode = first & 0x0f;

    if (opcode == OP_TEXT) {
        s->on->text(s, body, len);
    } else if (opcode == OP_PING) {
        send_control(&s->conn, OP_PONG, body, len);
    } else if (opcode == OP_CLOSE) {
        s->close_code = len >= 2 ? (uint8_t)body[0] << 8 | (uint8_t)body[1] : 1005;
        send_control(&s->conn, OP_CLOSE, body, len < 2 ? len : 2);
    }
}

static size_t received(struct conn *c, char *data, size_t len)
{
    struct sock *s = (struct sock *)c;
    size_t head, body;

    if (!s->is_agreed)
        return take_handshake(s, data, len);
    if (!frame_head(data, len, &head, &body))
        return 0;
    take_frame(s, (uint8_t)data[0], data + head, body);
    return head + body;
}

static void opened(struct conn *c)
{
    struct sock *s = (struct sock *)c;
    char *request;
    int len = asprintf(&request,
                       "GET /api/v1/ws HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: %s\r\n"
                       "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: Y2hhdGQgbG9hZCBjbGllbg==\r\n\r\n",
                       c->loop->port, s->token);

    if (len < 0)
        die("memory");
    conn_send(c, request, (size_t)len);
    free(request);
}

static void ended(struct conn *c)
{
    struct sock *s = (struct sock *)c;

    if (!s->is_agreed) {
        errno = 0;
        die("a socket was closed before its handshake was answered");
    }
    s->is_agreed = false;
    if (s->on->ended != NULL)
        s->on->ended(s, s->close_code);
}

static const struct conn_events events = { .opened = opened, .received = received, .ended = ended };

void sock_open(struct sock *s, struct loop *loop, const char *token, const struct sock_events *on)
{
    s->on = on;
    s->token = token;
    s->is_agreed = false;
    s->close_code = 0;
    conn_open(&s->conn, loop, &events);
}

void sock_close(struct sock *s)
{
    s->is_agreed = false;
    conn_close(&s->conn);
}
