/* What counts as one emoji, without a table of all of them. */
#ifndef BASE_EMOJI_H
#define BASE_EMOJI_H

#include <stdbool.h>

/* Is text (valid UTF-8) one emoji: a symbol, perhaps with a variation selector, skin tone or keycap,
 * a flag, or several of those joined (UTS #51, ED-17, wider only in which symbols it takes)? */
bool emoji_is_one(const char *text);

#endif
