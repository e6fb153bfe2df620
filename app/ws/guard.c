/* RFC 6455 as far as CivetWeb leaves it to us. The library hands over every frame raw: without
 * these checks 139 of Autobahn's 301 cases fail (reliability.md section 4, whose order is followed
 * here). */
#include "ws/guard.h"

#include <string.h>

#include "base/str.h"
#include "ws/alloc.h"
#include "ws/channel.h"

enum { BIT_FIN = 0x80, BITS_RSV = 0x70, BITS_OPCODE = 0x0f };
enum { OP_CONTINUATION = 0, OP_TEXT = 1, OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

#define CONTROL_BYTES_MAX 125

static struct guard_out verdict(enum guard_verdict v, const char *data, size_t len)
{
    return (struct guard_out){ .verdict = v, .data = data, .len = len };
}

static struct guard_out refuse(int close_code)
{
    return (struct guard_out){ .verdict = GUARD_CLOSE, .close_code = close_code };
}

/* 1004 to 1006 and 1015 mean something only inside a program, the rest below 3000 is unassigned. */
static bool is_close_code(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

static struct guard_out close_frame(const char *data, size_t len)
{
    if (len == 0)
        return refuse(0);
    if (len == 1)
        return refuse(CLOSE_PROTOCOL);
    int code = (uint8_t)data[0] << 8 | (uint8_t)data[1];
    if (!is_close_code(code))
        return refuse(CLOSE_PROTOCOL);
    if (!utf8_valid(data + 2, len - 2))
        return refuse(CLOSE_BAD_DATA);
    return refuse(code);
}

/* Control frames may come between the fragments of a message and leave it alone. */
static struct guard_out control_frame(int opcode, bool is_final, const char *data, size_t len)
{
    if (!is_final || len > CONTROL_BYTES_MAX)
        return refuse(CLOSE_PROTOCOL);
    if (opcode == OP_CLOSE)
        return close_frame(data, len);
    if (opcode == OP_PING)
        return verdict(GUARD_PING, data, len);
    if (opcode == OP_PONG)
        return verdict(GUARD_PONG, data, len);
    return refuse(CLOSE_PROTOCOL);
}

static struct guard_out message(int opcode, const char *data, size_t len)
{
    if (opcode == OP_BINARY)
        return verdict(GUARD_BINARY, data, len);
    if (!utf8_valid(data, len))
        return refuse(CLOSE_BAD_DATA);
    return verdict(GUARD_TEXT, data, len);
}

static void append(struct guard *g, const char *data, size_t len)
{
    if (len == 0)
        return;
    size_t need = g->partial_len + len;
    if (need > g->partial_cap) {
        size_t cap = g->partial_cap * 2 > need ? g->partial_cap * 2 : need;
        g->partial_cap = cap < g->limit ? cap : g->limit;
        g->partial = ws_realloc(g->partial, g->partial_cap);
    }
    memcpy(g->partial + g->partial_len, data, len);
    g->partial_len = need;
}

static struct guard_out data_frame(struct guard *g, int opcode, bool is_final, const char *data,
                                   size_t len)
{
    bool is_first = g->fragments == 0;
    if (opcode > OP_BINARY || (opcode == OP_CONTINUATION) == is_first)
        return refuse(CLOSE_PROTOCOL);
    if (is_first)
        g->partial_len = 0;
    if (len > g->limit - g->partial_len)
        return refuse(CLOSE_TOO_BIG);
    /* A message in crumbs costs far more to read than its size says. */
    if (g->fragments >= GUARD_FRAGMENTS_MAX)
        return refuse(CLOSE_POLICY);
    if (is_first && is_final)
        return message(opcode, data, len);

    if (is_first)
        g->opcode = (uint8_t)opcode;
    g->fragments++;
    append(g, data, len);
    if (!is_final)
        return verdict(GUARD_MORE, NULL, 0);
    g->fragments = 0;
    return message(g->opcode, g->partial != NULL ? g->partial : "", g->partial_len);
}

void guard_init(struct guard *g, size_t limit)
{
    *g = (struct guard){ .limit = limit };
}

void guard_free(struct guard *g)
{
    free(g->partial);
    guard_init(g, g->limit);
}

struct guard_out guard_frame(struct guard *g, uint8_t head, const char *data, size_t len)
{
    int opcode = head & BITS_OPCODE;
    bool is_final = (head & BIT_FIN) != 0;
    if ((head & BITS_RSV) != 0)
        return refuse(CLOSE_PROTOCOL);
    if (opcode >= OP_CLOSE)
        return control_frame(opcode, is_final, data, len);
    return data_frame(g, opcode, is_final, data, len);
}
