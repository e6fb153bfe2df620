/* Draws the digits of a captcha as a PNG (encoded by libpng). */
#ifndef BASE_PICTURE_H
#define BASE_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* digits: 1..8 characters '0'..'9'. 82 x 32 pixels for four, wavy, tilted and noisy, different
 * every time. png_r arena; NULL only if libpng fails. Any thread. */
const uint8_t *picture_digits(struct arena *a, const char *digits, size_t *len_r);

#endif
