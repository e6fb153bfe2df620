/* See qr.h. */
#include "base/qr.h"

#include <png.h>
#include <qrencode.h>
#include <stdbool.h>
#include <string.h>

#include "base/str.h"

const struct qr *qr_encode(struct arena *a, const char *text)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    struct qr *qr = ARENA_NEW(a, struct qr);

    if (code == NULL)
        return NULL;
    qr->size = code->width;
    qr->cells = arena_memdup(a, code->data, (size_t)code->width * (size_t)code->width);
    QRcode_free(code);
    return qr;
}

/* Row and column count from the corner of the margin; what is outside is light. */
static bool is_dark(const struct qr *qr, int row, int column)
{
    row -= QR_MARGIN;
    column -= QR_MARGIN;
    return row >= 0 && column >= 0 && row < qr->size && column < qr->size &&
           (qr->cells[row * qr->size + column] & 1) != 0;
}

static int full_size(const struct qr *qr)
{
    return qr->size + 2 * QR_MARGIN;
}

const char *qr_svg(struct arena *a, const struct qr *qr)
{
    int size = full_size(qr);
    struct buf b = buf_new(a);

    buf_printf(&b,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
               "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
               "<path d=\"",
               size, size, size, size);
    for (int row = 0; row < size; row++)
        for (int column = 0, run; column<size; column += run> 0 ? run : 1) {
            for (run = 0; is_dark(qr, row, column + run); run++)
                ;
            if (run > 0)
                buf_printf(&b, "M%d %dh%dv1h-%dz", column, row, run, run);
        }
    buf_str(&b, "\"/></svg>\n");
    return b.data;
}

const uint8_t *qr_png(struct arena *a, const struct qr *qr, int scale, size_t *len_r)
{
    int size = full_size(qr) * scale;
    png_image image = { .version = PNG_IMAGE_VERSION,
                        .width = (png_uint_32)size,
                        .height = (png_uint_32)size,
                        .format = PNG_FORMAT_GRAY };
    png_alloc_size_t room = PNG_IMAGE_PNG_SIZE_MAX(image);
    uint8_t *pixels = arena_alloc(a, (size_t)size * (size_t)size), *out = arena_alloc(a, room);

    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++)
            pixels[y * size + x] = is_dark(qr, y / scale, x / scale) ? 0 : 255;
    if (!png_image_write_to_memory(&image, out, &room, 0, pixels, 0, NULL))
        return NULL;
    *len_r = room;
    return out;
}

const char *qr_lines(struct arena *a, const struct qr *qr, const char *indent)
{
    /* By what is dark above and below; the colours make full blocks light. */
    static const char *const blocks[2][2] = { { "█", "▀" }, { "▄", " " } };
    int size = full_size(qr);
    struct buf b = buf_new(a);

    for (int row = 0; row < size; row += 2) {
        buf_printf(&b, "%s\x1b[38;5;231;48;5;16m", indent);
        for (int column = 0; column < size; column++)
            buf_str(&b, blocks[is_dark(qr, row, column)][is_dark(qr, row + 1, column)]);
        buf_str(&b, "\x1b[0m\n");
    }
    return b.data;
}
