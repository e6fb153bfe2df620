/* The gate in front of cJSON, which parses recursively, takes control characters and broken UTF-8,
 * cuts strings at \u0000 and reads what follows a value as fine (reliability.md 1.3).
 *
 * json_check is a complete RFC 8259 reader with a bit per open bracket instead of a call stack: one
 * pass, no memory, and what it lets through cJSON reads in full. */
#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/num.h"
#include "base/str.h"

/* cJSON copies a number into 64 bytes and would take a longer one for two values. */
#define NUMBER_BYTES_MAX 63

struct scan {
    const char *p, *end;
    uint32_t objects; /* bit d: the bracket open at depth d is a '{' */
    int depth;        /* open brackets */
    int nodes;
    enum err e; /* the first error; sticky */
};

_Static_assert(JSON_DEPTH_MAX <= 32, "struct scan keeps a bit for each level");

static bool fail(struct scan *s, enum err e)
{
    if (s->e == OK)
        s->e = e;
    return false;
}

static void skip_space(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
        s->p++;
}

/* Takes c if it comes next. */
static bool take(struct scan *s, char c)
{
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_digits(struct scan *s)
{
    const char *start = s->p;

    while (s->p < s->end && is_digit(*s->p))
        s->p++;
    return s->p > start;
}

static bool scan_number(struct scan *s)
{
    const char *start = s->p;

    take(s, '-');
    if (!take(s, '0') && !take_digits(s))
        return fail(s, ERR_BAD_REQUEST);
    if (take(s, '.') && !take_digits(s))
        return fail(s, ERR_BAD_REQUEST);
    if (take(s, 'e') || take(s, 'E')) {
        if (!take(s, '+'))
            take(s, '-');
        if (!take_digits(s))
            return fail(s, ERR_BAD_REQUEST);
    }
    /* "01" ends here after its zero, and the digit that follows is no separator. */
    if (s->p - start > NUMBER_BYTES_MAX)
        return fail(s, ERR_BAD_REQUEST);
    return true;
}

static bool take_hex4(struct scan *s, unsigned *value_r)
{
    unsigned value = 0;

    if (s->end - s->p < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = *s->p++;
        unsigned digit;
        if (is_digit(c))
            digit = (unsigned)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (unsigned)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            digit = (unsigned)(c - 'A' + 10);
        else
            return false;
        value = value * 16 + digit;
    }
    *value_r = value;
    return true;
}

/* After the backslash. */
static bool scan_escape(struct scan *s)
{
    unsigned high, low;

    if (s->p == s->end)
        return fail(s, ERR_BAD_REQUEST);
    char c = *s->p++;
    if (c != 'u')
        return c != '\0' && strchr("\"\\/bfnrt", c) != NULL ? true : fail(s, ERR_BAD_REQUEST);

    if (!take_hex4(s, &high) || high == 0 || (high >= 0xDC00 && high <= 0xDFFF))
        return fail(s, ERR_BAD_REQUEST);
    if (high >= 0xD800 && high <= 0xDBFF) {
        if (!take(s, '\\') || !take(s, 'u') || !take_hex4(s, &low) || low < 0xDC00 || low > 0xDFFF)
            return fail(s, ERR_BAD_REQUEST);
    }
    return true;
}

/* After the opening quote. */
static bool scan_string(struct scan *s)
{
    while (s->p < s->end) {
        const char *run = s->p;

        while (s->p < s->end && *s->p != '"' && *s->p != '\\' && (unsigned char)*s->p >= 32)
            s->p++;
        /* Quotes and backslashes are never part of a longer character, so each run stands alone. */
        if (!utf8_valid(run, (size_t)(s->p - run)))
            return fail(s, ERR_BAD_REQUEST);
        if (take(s, '"'))
            return true;
        if (!take(s, '\\'))
            return fail(s, ERR_BAD_REQUEST); /* a control character, or the end */
        if (!scan_escape(s))
            return false;
    }
    return fail(s, ERR_BAD_REQUEST);
}

static bool scan_word(struct scan *s, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(s->end - s->p) < len || memcmp(s->p, word, len) != 0)
        return fail(s, ERR_BAD_REQUEST);
    s->p += len;
    return true;
}

/* A member's name and its colon. */
static bool scan_key(struct scan *s)
{
    skip_space(s);
    if (!take(s, '"'))
        return fail(s, ERR_BAD_REQUEST);
    if (!scan_string(s))
        return false;
    skip_space(s);
    return take(s, ':') ? true : fail(s, ERR_BAD_REQUEST);
}

/* A scalar, or an opening bracket; *opened_r tells a bracket whose first member has to follow. */
static bool scan_value(struct scan *s, bool *opened_r)
{
    *opened_r = false;
    skip_space(s);
    if (++s->nodes > JSON_NODES_MAX)
        return fail(s, ERR_TOO_LARGE);
    if (s->p == s->end)
        return fail(s, ERR_BAD_REQUEST);

    switch (*s->p) {
    case '"': s->p++; return scan_string(s);
    case 't': return scan_word(s, "true");
    case 'f': return scan_word(s, "false");
    case 'n': return scan_word(s, "null");
    case '{':
    case '[': break;
    default: return scan_number(s);
    }

    bool is_object = *s->p++ == '{';
    if (s->depth == JSON_DEPTH_MAX)
        return fail(s, ERR_TOO_LARGE);
    skip_space(s);
    if (take(s, is_object ? '}' : ']'))
        return true;
    uint32_t bit = UINT32_C(1) << s->depth++;
    s->objects = is_object ? s->objects | bit : s->objects & ~bit;
    *opened_r = true;
    return is_object ? scan_key(s) : true;
}

/* After a value: closes what ends here; *more_r tells that another value follows. */
static bool scan_after(struct scan *s, bool *more_r)
{
    *more_r = false;
    while (s->depth > 0) {
        bool is_object = (s->objects >> (s->depth - 1) & 1) != 0;

        skip_space(s);
        if (take(s, ',')) {
            *more_r = true;
            return is_object ? scan_key(s) : true;
        }
        if (!take(s, is_object ? '}' : ']'))
            return fail(s, ERR_BAD_REQUEST);
        s->depth--;
    }
    return true;
}

enum err json_check(const char *text, size_t len)
{
    if (len == 0)
        return ERR_BAD_REQUEST; /* also a NULL text, to which nothing may be added */

    struct scan s = { .p = text, .end = text + len, .e = OK };
    bool opened = false, more = false;

    do {
        if (!scan_value(&s, &opened))
            return s.e;
        if (!opened && !scan_after(&s, &more))
            return s.e;
    } while (opened || more);

    skip_space(&s);
    return s.p == s.end ? OK : ERR_BAD_REQUEST;
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static _Noreturn void out_of_memory(void)
{
    log_error("memory", "no memory for a JSON tree; ending");
    abort();
}

/* Sorted rather than compared pairwise: 5,000 members would cost 12 million comparisons. */
static bool has_duplicate_keys(const cJSON *object)
{
    size_t count = (size_t)cJSON_GetArraySize(object), i = 0;
    const cJSON *member;
    bool found = false;

    if (!cJSON_IsObject(object) || count < 2)
        return false;
    const char **keys = calloc(count, sizeof *keys);
    if (keys == NULL)
        out_of_memory();
    cJSON_ArrayForEach(member, object)
        keys[i++] = member->string;
    qsort(keys, count, sizeof *keys, compare_keys);
    for (i = 1; i < count && !found; i++)
        found = strcmp(keys[i - 1], keys[i]) == 0;
    free(keys);
    return found;
}

cJSON *json_parse(const char *text, size_t len, enum err *e_r)
{
    const char *end = NULL;

    *e_r = json_check(text, len);
    if (*e_r != OK)
        return NULL;

    /* The last argument would want a NUL behind the value; json_check has read to the end
     * already. */
    cJSON *root = cJSON_ParseWithLengthOpts(text, len, &end, 0);
    if (root == NULL)
        out_of_memory(); /* the text is right, so nothing else is left */
    if (has_duplicate_keys(root)) {
        cJSON_Delete(root);
        *e_r = ERR_BAD_REQUEST;
        return NULL;
    }
    return root;
}

bool json_i64(const cJSON *node, int64_t min, int64_t max, int64_t *value_r)
{
    if (cJSON_IsString(node))
        return num_i64(node->valuestring, min, max, value_r);
    if (!cJSON_IsNumber(node))
        return false;

    /* Beyond ID_MAX a double may have been rounded to a neighbour; valueint saturates at 2^31. */
    double number = node->valuedouble;
    if (!isfinite(number) || number != floor(number) || fabs(number) > (double)ID_MAX)
        return false;
    int64_t value = (int64_t)number;
    if (value < min || value > max)
        return false;
    *value_r = value;
    return true;
}

cJSON *json_new_i64(int64_t value)
{
    assert(value >= -ID_MAX && value <= ID_MAX);
    cJSON *node = cJSON_CreateNumber((double)value);
    if (node == NULL)
        out_of_memory();
    return node;
}

void json_add_i64(cJSON *obj, const char *key, int64_t value)
{
    if (obj == NULL)
        return;
    if (!cJSON_AddItemToObject(obj, key, json_new_i64(value)))
        out_of_memory();
}

const char *json_print(struct arena *a, cJSON *tree)
{
    char *text = cJSON_PrintUnformatted(tree);
    const char *copy = text != NULL ? arena_strdup(a, text) : NULL;

    cJSON_free(text);
    cJSON_Delete(tree);
    return copy;
}

static void add_texts(struct buf *out, const cJSON *object, const char *const *keys)
{
    for (; cJSON_IsObject(object) && *keys != NULL; keys++) {
        const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, *keys));
        if (text == NULL || text[0] == '\0')
            continue;
        if (out->len > 0)
            buf_str(out, "\n");
        buf_str(out, text);
    }
}

void json_add_texts(struct buf *out, const char *text, const char *list, const char *const *keys)
{
    enum err unused;
    cJSON *root = json_parse(text, strlen(text), &unused);
    const cJSON *item;

    if (list == NULL) {
        add_texts(out, root, keys);
    } else if (cJSON_IsObject(root)) {
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, list))
            add_texts(out, item, keys);
    }
    cJSON_Delete(root);
}
