/* app/http/multipart.c: the input's first line is a Content-Type, the rest a body. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "http/multipart.h"

static void check_part(const struct part *p, const char *body, size_t len)
{
    if (p->name == NULL || p->type == NULL || !utf8_valid(p->name, strlen(p->name)) ||
        !utf8_valid(p->type, strlen(p->type)))
        abort();
    if (p->filename != NULL && !utf8_valid(p->filename, strlen(p->filename)))
        abort();
    if (p->data < body || p->data > body + len || p->len > (size_t)(body + len - p->data))
        abort();
    if (p->filename == NULL &&
        (memchr(p->data, '\0', p->len) != NULL || !utf8_valid(p->data, p->len)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    const char *text = (const char *)data;
    const char *end = size == 0 ? NULL : memchr(text, '\n', size);
    size_t type_len = end == NULL ? size : (size_t)(end - text);
    char *type = arena_strndup(a, text, type_len);
    size_t len = end == NULL ? 0 : size - type_len - 1;
    /* Exactly as large as the body, so that a read beyond it is seen. */
    char *body = malloc(len == 0 ? 1 : len);
    struct part *parts;
    size_t count;

    if (body == NULL)
        abort();
    if (len > 0)
        memcpy(body, end + 1, len);
    if (multipart_parse(a, type, body, len, &parts, &count) == OK) {
        if (count > MULTIPART_PARTS_MAX)
            abort();
        for (size_t i = 0; i < count; i++)
            check_part(&parts[i], body, len);
    }
    free(body);
    arena_free(a);
    return 0;
}
