/* Strict numbers from text; see num.h. */
#include "base/num.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/str.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool num_i64(const char *text, int64_t min, int64_t max, int64_t *value_r)
{
    if (text == NULL)
        return false;

    bool negative = *text == '-';
    const char *p = text + negative;
    int64_t value = 0;

    if (!is_digit(*p))
        return false;
    for (; is_digit(*p); p++) {
        int digit = *p - '0';
        /* Built up with its sign, because -INT64_MIN does not exist. */
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    if (*p != '\0' || value < min || value > max)
        return false;
    *value_r = value;
    return true;
}

/* Skips one or more digits; NULL if there are none. */
static const char *skip_digits(const char *p)
{
    if (!is_digit(*p))
        return NULL;
    while (is_digit(*p))
        p++;
    return p;
}

static bool is_decimal(const char *p)
{
    if (*p == '-')
        p++;
    p = skip_digits(p);
    if (p != NULL && *p == '.')
        p = skip_digits(p + 1);
    if (p != NULL && (*p == 'e' || *p == 'E')) {
        p++;
        if (*p == '+' || *p == '-')
            p++;
        p = skip_digits(p);
    }
    return p != NULL && *p == '\0';
}

bool num_f64(const char *text, double min, double max, double *value_r)
{
    if (text == NULL || !is_decimal(text))
        return false;

    /* The process keeps the "C" locale, so '.' is the decimal point. */
    double value = strtod(text, NULL);
    if (!isfinite(value) || value < min || value > max)
        return false;
    *value_r = value;
    return true;
}

bool num_bool(const char *text, bool *value_r)
{
    static const char *const yes[] = { "1", "t", "T", "TRUE", "true", "True" };
    static const char *const no[] = { "0", "f", "F", "FALSE", "false", "False" };

    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (str_eq(text, yes[i]) || str_eq(text, no[i])) {
            *value_r = str_eq(text, yes[i]);
            return true;
        }
    }
    return false;
}
