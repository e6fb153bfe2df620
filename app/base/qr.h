/* QR codes (encoded by libqrencode) as a picture, a drawing, or lines for a terminal. */
#ifndef BASE_QR_H
#define BASE_QR_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define QR_TEXT_MAX 1024 /* bytes; more would need a camera of rare patience */
#define QR_MARGIN 4      /* light modules around the code, which readers ask for */

struct qr {
    int size;             /* modules in a row, 21..177 */
    const uint8_t *cells; /* size * size, row by row; odd: dark */
};

/* Encodes text (UTF-8, 1..QR_TEXT_MAX bytes) so that a seventh of it may be hidden. Arena; NULL:
 * libqrencode failed. Any thread. */
const struct qr *qr_encode(struct arena *a, const char *text);

/* Each in the arena, black on white whatever is around it, with the margin. */
/* An SVG drawing that fills the room it is given. */
const char *qr_svg(struct arena *a, const struct qr *qr);
/* A PNG with scale pixels (1..32) to a module. NULL: libpng failed. */
const uint8_t *qr_png(struct arena *a, const struct qr *qr, int scale, size_t *len_r);
/* Lines for a terminal: half blocks of UTF-8, so that a line holds two rows, in ANSI colours; each
 * after indent. */
const char *qr_lines(struct arena *a, const struct qr *qr, const char *indent);

#endif
