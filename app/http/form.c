/* application/x-www-form-urlencoded. Our own parser because CivetWeb's spins for ever on a NUL
 * (reliability.md 0.3); one pass, bounded, and what leaves it is UTF-8 text without NUL. */
#include "http/form.h"

#include <string.h>

#include "base/str.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Decodes %XX and '+' into the arena; NULL if the result is not text. */
static const char *decode(struct arena *a, const char *text, size_t len)
{
    char *out = arena_alloc(a, len + 1);
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '%') {
            int high = i + 2 < len ? hex_digit(text[i + 1]) : -1;
            int low = i + 2 < len ? hex_digit(text[i + 2]) : -1;

            if (high < 0 || low < 0)
                return NULL;
            out[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            out[n++] = text[i] == '+' ? ' ' : text[i];
        }
    }
    if (memchr(out, '\0', n) != NULL || !utf8_valid(out, n))
        return NULL;
    return out;
}

static size_t count_pairs(const char *text, size_t len)
{
    size_t count = len > 0 ? 1 : 0;

    for (size_t i = 0; i < len; i++)
        count += text[i] == '&';
    return count;
}

static bool decode_pair(struct arena *a, const char *text, size_t len, struct pair *pair_r)
{
    const char *equals = memchr(text, '=', len);
    size_t name_len = equals == NULL ? len : (size_t)(equals - text);

    pair_r->name = decode(a, text, name_len);
    pair_r->text = equals == NULL ? "" : decode(a, equals + 1, len - name_len - 1);
    return pair_r->name != NULL && pair_r->text != NULL;
}

enum err form_parse(struct arena *a, const char *text, size_t len, struct values *values_r)
{
    size_t most = count_pairs(text, len);
    struct pair *pairs;
    size_t count = 0;

    *values_r = (struct values){ 0 };
    if (most > FORM_PAIRS_MAX)
        return ERR_TOO_LARGE;
    pairs = arena_array(a, most, sizeof(*pairs));
    while (len > 0) {
        const char *end = memchr(text, '&', len);
        size_t pair_len = end == NULL ? len : (size_t)(end - text);

        if (pair_len > 0 && !decode_pair(a, text, pair_len, &pairs[count++]))
            return ERR_BAD_REQUEST;
        if (end == NULL)
            break;
        len -= pair_len + 1;
        text = end + 1;
    }
    values_r->pairs = pairs;
    values_r->count = count;
    return OK;
}

/* "request[x]" and "request.x" become "x", "request[x][]" becomes "x[]". */
static const char *plain_name(struct arena *a, const char *name)
{
    const char *inner = name + strlen("request.");
    const char *close;

    if (str_starts(name, "request.") && *inner != '\0')
        return inner;
    if (!str_starts(name, "request["))
        return name;
    close = strchr(inner, ']');
    if (close == NULL || close == inner)
        return name;
    return arena_printf(a, "%.*s%s", (int)(close - inner), inner, close + 1);
}

enum err query_parse(struct arena *a, const char *query, struct values *values_r)
{
    struct pair *pairs;
    enum err e;

    query = str_or_empty(query);
    e = form_parse(a, query, strlen(query), values_r);
    if (e != OK)
        return e;
    pairs = arena_array(a, values_r->count, sizeof(*pairs));
    for (size_t i = 0; i < values_r->count; i++) {
        pairs[i].name = plain_name(a, values_r->pairs[i].name);
        pairs[i].text = values_r->pairs[i].text;
    }
    values_r->pairs = pairs;
    return OK;
}
