/* Any sequence of frames through the guard, beside a model that joins fragments in the plainest
 * way. Input: frames of one head byte, one length byte, payload. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "ws/guard.h"

#define LIMIT 300

struct model {
    char text[LIMIT];
    size_t len;
    int fragments;
    int opcode;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int is_true)
{
    if (!is_true)
        abort();
}

static void check_close(const struct guard_out *out)
{
    int code = out->close_code;
    require(code == 0 || (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
            (code >= 3000 && code <= 4999));
}

/* A data frame the guard has accepted. */
static void check_data(struct model *m, const struct guard_out *out, uint8_t head, const char *data,
                       size_t len)
{
    if (m->fragments == 0) {
        m->opcode = head & 0x0f;
        m->len = 0;
    }
    require((m->fragments == 0) == ((head & 0x0f) != 0));
    require(m->opcode == 1 || m->opcode == 2);
    m->fragments++;
    require(m->fragments <= GUARD_FRAGMENTS_MAX && len <= LIMIT - m->len);
    memcpy(m->text + m->len, data, len);
    m->len += len;
    if ((head & 0x80) == 0) {
        require(out->verdict == GUARD_MORE);
        return;
    }
    require(out->verdict == (m->opcode == 1 ? GUARD_TEXT : GUARD_BINARY));
    require(out->len == m->len && memcmp(out->data, m->text, m->len) == 0);
    require(out->verdict == GUARD_BINARY || utf8_valid(out->data, out->len));
    m->fragments = 0;
}

static void check_control(const struct guard_out *out, uint8_t head, const char *data, size_t len)
{
    require((head & 0x80) != 0 && len <= 125);
    require((head & 0x0f) == (out->verdict == GUARD_PING ? 9 : 10));
    require(out->verdict == GUARD_MORE || (out->data == data && out->len == len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct guard g;
    struct model m = { .len = 0 };
    guard_init(&g, LIMIT);
    while (size >= 2) {
        uint8_t head = data[0];
        size_t len = data[1] < size - 2 ? data[1] : size - 2;
        char *payload =
            malloc(len > 0 ? len : 1); /* its own block, so that reading past it is seen */
        memcpy(payload, data + 2, len);
        struct guard_out out = guard_frame(&g, head, payload, len);
        if (out.verdict != GUARD_CLOSE) {
            require((head & 0x70) == 0);
            if ((head & 0x08) != 0)
                check_control(&out, head, payload, len);
            else
                check_data(&m, &out, head, payload, len);
        }
        free(payload);
        if (out.verdict == GUARD_CLOSE) {
            check_close(&out);
            break;
        }
        data += 2 + len;
        size -= 2 + len;
    }
    guard_free(&g);
    return 0;
}
