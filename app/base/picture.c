/* Captcha pictures: seven-segment strokes, each digit tilted, the whole bent by a sine, thin lines
 * across it. A line drawing is all a person needs and nothing a font would add. */
#include "base/picture.h"

#include <math.h>
#include <png.h>
#include <string.h>

#include "base/crypto.h"

#define HEIGHT 32
#define CELL 18
#define MARGIN 5

struct canvas {
    uint8_t *pixels; /* RGB */
    int width;
};

struct colour {
    uint8_t r, g, b;
};

/* A number in [low, high], random. */
static double between(double low, double high)
{
    return low + (high - low) * crypto_random_below(10001) / 10000.0;
}

static void plot(struct canvas *c, int x, int y, struct colour colour)
{
    uint8_t *p;

    if (x < 0 || y < 0 || x >= c->width || y >= HEIGHT)
        return;
    p = c->pixels + ((size_t)y * (size_t)c->width + (size_t)x) * 3;
    p[0] = colour.r;
    p[1] = colour.g;
    p[2] = colour.b;
}

static void line(struct canvas *c, double x0, double y0, double x1, double y1, int thick,
                 struct colour colour)
{
    int steps = (int)(hypot(x1 - x0, y1 - y0) * 2) + 1;

    for (int i = 0; i <= steps; i++) {
        int x = (int)lround(x0 + (x1 - x0) * i / steps),
            y = (int)lround(y0 + (y1 - y0) * i / steps);
        for (int dx = 0; dx < thick; dx++)
            for (int dy = 0; dy < thick; dy++)
                plot(c, x + dx, y + dy, colour);
    }
}

/* Segments a..g as bits 0..6, in the usual order: top, right up, right down, bottom, left down,
 * left up, middle. */
static const uint8_t lit[10] = { 0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f };
/* Their ends in a box of 1 x 2: x0 y0 x1 y1. */
static const double ends[7][4] = { { 0, 0, 1, 0 }, { 1, 0, 1, 1 }, { 1, 1, 1, 2 }, { 0, 2, 1, 2 },
                                   { 0, 1, 0, 2 }, { 0, 0, 0, 1 }, { 0, 1, 1, 1 } };

static void digit(struct canvas *c, int value, double x, double y, double wave)
{
    double tilt = between(-0.25, 0.25), size = between(7.5, 9.5);
    struct colour ink = { (uint8_t)crypto_random_below(110), (uint8_t)crypto_random_below(110),
                          (uint8_t)(40 + crypto_random_below(110)) };

    for (int s = 0; s < 7; s++) {
        double at[4];
        if (!(lit[value] >> s & 1))
            continue;
        for (int end = 0; end < 2; end++) {
            double u = (ends[s][end * 2] - 0.5) * size, v = (ends[s][end * 2 + 1] - 1) * size;
            at[end * 2] = x + u * cos(tilt) - v * sin(tilt);
            at[end * 2 + 1] = y + u * sin(tilt) + v * cos(tilt) + 1.5 * sin(wave + at[end * 2] / 9);
        }
        line(c, at[0], at[1], at[2], at[3], 2, ink);
    }
}

static void noise(struct canvas *c)
{
    for (int i = 0; i < 4; i++) {
        struct colour pale = { (uint8_t)(120 + crypto_random_below(100)),
                               (uint8_t)(120 + crypto_random_below(100)),
                               (uint8_t)(120 + crypto_random_below(100)) };
        line(c, between(0, c->width), between(0, HEIGHT), between(0, c->width), between(0, HEIGHT),
             1, pale);
    }
    for (int i = 0; i < c->width; i++) {
        struct colour speck = { (uint8_t)crypto_random_below(256),
                                (uint8_t)crypto_random_below(256),
                                (uint8_t)crypto_random_below(256) };
        plot(c, (int)crypto_random_below((uint32_t)c->width), (int)crypto_random_below(HEIGHT),
             speck);
    }
}

static const uint8_t *encode(struct arena *a, const struct canvas *c, size_t *len_r)
{
    png_image image = { .version = PNG_IMAGE_VERSION,
                        .width = (png_uint_32)c->width,
                        .height = HEIGHT,
                        .format = PNG_FORMAT_RGB };
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    uint8_t *out = arena_alloc(a, size);

    if (!png_image_write_to_memory(&image, out, &size, 0, c->pixels, 0, NULL))
        return NULL;
    *len_r = size;
    return out;
}

const uint8_t *picture_digits(struct arena *a, const char *digits, size_t *len_r)
{
    int count = (int)strlen(digits);
    struct canvas c = { .width = MARGIN * 2 + CELL * count };
    double wave = between(0, 6.28);

    c.pixels = arena_alloc(a, (size_t)c.width * HEIGHT * 3);
    memset(c.pixels, 245, (size_t)c.width * HEIGHT * 3);
    for (int i = 0; i < count; i++)
        digit(&c, digits[i] - '0', MARGIN + CELL * i + CELL / 2.0 + between(-1.5, 1.5),
              HEIGHT / 2.0 + between(-2, 2), wave);
    noise(&c);
    return encode(a, &c, len_r);
}
