/* The protocol checks CivetWeb leaves to us (RFC 6455; reliability.md section 4): reserved bits, opcodes, fragments,
 * control frames, UTF-8, close codes, size. Pure: no locks, no sockets; one guard per channel, used by its
 * reading thread. */
#ifndef WS_GUARD_H
#define WS_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUARD_FRAGMENTS_MAX 64

enum guard_verdict {
    GUARD_MORE,   /* nothing to do yet (a fragment) */
    GUARD_TEXT,   /* a complete text message: data/len */
    GUARD_BINARY, /* a complete binary message: data/len */
    GUARD_PONG,   /* data/len: what a ping of ours carried, or what the peer likes */
    GUARD_PING,   /* answer with a pong carrying data/len */
    GUARD_CLOSE, /* the peer closes, or must be closed: answer with close_code (0: an empty Close) and leave */
};

struct guard {
    size_t limit;  /* bytes of one message */
    char *partial; /* owned: fragments so far */
    size_t partial_len, partial_cap;
    int fragments;  /* 0: no message is open */
    uint8_t opcode; /* of the open message */
};

struct guard_out {
    enum guard_verdict verdict;
    const char *data; /* borrowed: the frame's or the guard's memory, until the next call */
    size_t len;
    int close_code;
};

void guard_init(struct guard *g, size_t limit);
void guard_free(struct guard *g);
struct guard_out guard_frame(struct guard *g, uint8_t head, const char *data, size_t len);

#endif
