/* The frames of the server side and the queue of one peer. Fan-out shares one buffer among all
 * receivers, so a message to 500 people is encoded and copied once (performance.md 6, 4). */
#include "ws/outbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ws/alloc.h"

#define FIN 0x80
#define LENGTH_16 126
#define LENGTH_64 127
#define HEADER_MAX 10
#define MANY_FIRST 32

static size_t put_header(uint8_t *out, uint8_t opcode, size_t len)
{
    out[0] = FIN | opcode;
    if (len < LENGTH_16) {
        out[1] = (uint8_t)len;
        return 2;
    }
    size_t width = len <= UINT16_MAX ? 2 : 8;
    out[1] = width == 2 ? LENGTH_16 : LENGTH_64;
    for (size_t i = 0; i < width; i++)
        out[2 + i] = (uint8_t)((uint64_t)len >> (8 * (width - 1 - i)));
    return 2 + width;
}

struct frame *frame_new(uint8_t opcode, const void *payload, size_t len)
{
    assert(len <= UINT32_MAX - HEADER_MAX);
    uint8_t header[HEADER_MAX];
    size_t header_len = put_header(header, opcode, len);
    struct frame *f = ws_realloc(NULL, sizeof *f + header_len + len);
    atomic_init(&f->refs, 1);
    f->mark = 0;
    f->len = (uint32_t)(header_len + len);
    memcpy(f->bytes, header, header_len);
    if (len > 0)
        memcpy(f->bytes + header_len, payload, len);
    return f;
}

struct frame *frame_new_close(int code)
{
    uint8_t payload[2] = { (uint8_t)(code >> 8), (uint8_t)code };
    return frame_new(FRAME_CLOSE, payload, code == 0 ? 0 : sizeof payload);
}

void frame_drop(struct frame *f)
{
    if (atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel) == 1)
        free(f);
}

static struct frame **slot(struct outbox *o, uint32_t i)
{
    struct frame **slots = o->many != NULL ? o->many : o->few;
    return &slots[(o->head + i) & (o->cap - 1)];
}

/* Without frames there is no reason to keep memory: most sockets are idle most of the time. */
static void shrink(struct outbox *o)
{
    int64_t mark = o->mark, after = o->after;
    free(o->many);
    outbox_init(o);
    o->mark = mark;
    o->after = after;
}

static void grow(struct outbox *o)
{
    uint32_t cap = o->cap == OUTBOX_INLINE ? MANY_FIRST : o->cap * 2;
    struct frame **many = ws_alloc(cap * sizeof *many);
    for (uint32_t i = 0; i < o->count; i++)
        many[i] = *slot(o, i);
    free(o->many);
    o->many = many;
    o->cap = cap;
    o->head = 0;
}

void outbox_init(struct outbox *o)
{
    *o = (struct outbox){ .cap = OUTBOX_INLINE };
}

void outbox_clear(struct outbox *o)
{
    for (uint32_t i = 0; i < o->count; i++)
        frame_drop(*slot(o, i));
    shrink(o);
}

void outbox_add_last(struct outbox *o, struct frame *f)
{
    if (o->count == o->cap)
        grow(o);
    atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
    *slot(o, o->count) = f;
    o->count++;
    o->bytes += f->len;
}

bool outbox_add(struct outbox *o, struct frame *f, int64_t max_bytes, int64_t max_frames)
{
    if (o->count > 0 && (o->count >= max_frames || (int64_t)(o->bytes + f->len) > max_bytes))
        return false;
    outbox_add_last(o, f);
    return true;
}

void outbox_drop_waiting(struct outbox *o)
{
    while (o->count > o->pinned) {
        struct frame *f = *slot(o, o->count - 1);
        o->count--;
        o->bytes -= f->len;
        frame_drop(f);
    }
    if (o->count == 0)
        shrink(o);
}

void outbox_offer(struct outbox *o, struct batch *b)
{
    b->count = 0;
    b->skip = o->sent;
    b->bytes = 0;
    while (b->count < o->count && b->count < BATCH_FRAMES) {
        struct frame *f = *slot(o, (uint32_t)b->count);
        size_t len = b->count == 0 ? f->len - o->sent : f->len;
        if (b->count > 0 && b->bytes + len > BATCH_BYTES)
            break;
        b->frames[b->count++] = f;
        b->bytes += len;
    }
    /* Frames only leave at the head, so a second offer never comes out shorter than the first. */
    assert(b->count >= o->pinned);
    o->pinned = (uint32_t)b->count;
}

size_t outbox_taken(struct outbox *o, size_t bytes)
{
    if (bytes == 0)
        return 0;
    size_t done = 0;
    assert(bytes <= o->bytes);
    o->bytes -= bytes;
    while (bytes > 0) {
        struct frame *f = *slot(o, 0);
        size_t left = f->len - o->sent;
        if (bytes < left) {
            o->sent += bytes;
            o->after += (int64_t)bytes;
            break;
        }
        bytes -= left;
        o->after = f->mark > 0 ? 0 : o->after + (int64_t)left;
        o->sent = 0;
        o->head = (o->head + 1) & (o->cap - 1);
        o->count--;
        done++;
        if (f->mark > o->mark)
            o->mark = f->mark;
        frame_drop(f);
    }
    o->pinned = o->sent > 0 ? 1 : 0;
    if (o->count == 0)
        shrink(o);
    return done;
}
