/* Strict numbers from text: the whole string is a valid number within the range, or the call
 * fails and leaves the result untouched. No white space, no leading '+', no hex. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

/* Largest id or amount anywhere: below it a double holds every integer and cJSON prints it
 * exactly. */
#define ID_MAX INT64_C(999999999999999)

bool num_i64(const char *text, int64_t min, int64_t max, int64_t *value_r);
/* Decimal notation, optional exponent; finite and within [min,max]. */
bool num_f64(const char *text, double min, double max, double *value_r);
/* 1 t T TRUE true True / 0 f F FALSE false False, as the dialects' own servers read flags. */
bool num_bool(const char *text, bool *value_r);

#endif
