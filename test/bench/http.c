/* See http.h. */
#include "http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"

/* The value of a header inside the head that ends at `end`, or NULL. */
static const char *header_of(const char *head, const char *end, const char *name)
{
    const char *at = strcasestr(head, name);

    return at != NULL && at < end ? at + strlen(name) : NULL;
}

static void finish(struct lane *l, int status, const char *body, size_t len)
{
    l->is_busy = false;
    l->answered(l, status, body, len);
}

static size_t received(struct conn *c, char *data, size_t len)
{
    struct lane *l = (struct lane *)c;
    char *end = memmem(data, len, "\r\n\r\n", 4);
    const char *length;
    size_t head, body;
    int status;
    char kept;

    if (end == NULL)
        return 0;
    head = (size_t)(end - data) + 4;
    length = header_of(data, end, "\r\nContent-Length:");
    if (length == NULL || memcmp(data, "HTTP/1.1 ", 9) != 0)
        die("an answer without Content-Length");
    body = strtoull(length, NULL, 10);
    if (len < head + body)
        return 0;
    status = (int)strtol(data + 9, NULL, 10);
    if (header_of(data, end, "\r\nConnection: close") != NULL) {
        char *copy = strndup(data + head, body);
        conn_close(c);
        finish(l, status, copy, body);
        free(copy);
        return 0;
    }
    kept = data[head + body];
    data[head + body] = '\0';
    finish(l, status, data + head, body);
    if (c->fd >= 0)
        data[head + body] = kept;
    return head + body;
}

static void opened(struct conn *c)
{
    struct lane *l = (struct lane *)c;

    if (l->is_busy)
        conn_send(c, l->request.data, l->request.len);
}

static void ended(struct conn *c)
{
    struct lane *l = (struct lane *)c;

    if (l->is_busy)
        finish(l, 0, "", 0);
}

static const struct conn_events events = { .opened = opened, .received = received, .ended = ended };

void lane_init(struct lane *l, struct loop *loop, answered_fn *answered)
{
    l->conn.fd = -1;
    l->conn.loop = loop;
    l->answered = answered;
}

static void ask(struct lane *l, const char *head, size_t head_len, const char *body, size_t len)
{
    l->request.len = 0;
    bytes_add(&l->request, head, head_len);
    bytes_add(&l->request, body, len);
    l->is_busy = true;
    l->asked_ns = now_ns();
    if (l->conn.fd < 0)
        conn_open(&l->conn, l->conn.loop, &events);
    else if (l->conn.is_open)
        conn_send(&l->conn, l->request.data, l->request.len);
}

void lane_get(struct lane *l, const char *path, const char *token)
{
    char *head;
    int len = asprintf(&head, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: %s\r\n\r\n",
                       path, l->conn.loop->port, token);

    if (len < 0)
        die("memory");
    ask(l, head, (size_t)len, "", 0);
    free(head);
}

void lane_post(struct lane *l, const char *path, const char *token, const char *json,
               size_t json_len)
{
    char *head;
    int len = asprintf(&head,
                       "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: %s\r\n"
                       "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                       path, l->conn.loop->port, token, json_len);

    if (len < 0)
        die("memory");
    ask(l, head, (size_t)len, json, json_len);
    free(head);
}

void lane_close(struct lane *l)
{
    l->is_busy = false;
    conn_close(&l->conn);
    free(l->request.data);
    l->request = (struct bytes){ 0 };
}
