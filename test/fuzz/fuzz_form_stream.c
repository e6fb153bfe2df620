/* app/http/form_stream.c against app/http/multipart.c: the input's first byte says how many bytes a
 * read gives at most, the rest of its first line is a Content-Type, what follows a body. Both must
 * find the same parts in it, or both refuse it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/form_stream.h"

struct run {
    const char *at, *end;
    size_t step;
    const struct part *files[MULTIPART_PARTS_MAX]; /* as multipart_parse found them */
    size_t file_count, begun;
    size_t used; /* of the file that comes */
};

static int run_read(void *arg, void *buf, size_t len)
{
    struct run *r = arg;
    size_t n = (size_t)(r->end - r->at);

    if (n > len)
        n = len;
    if (n > r->step)
        n = r->step;
    memcpy(buf, r->at, n);
    r->at += n;
    return (int)n;
}

static void check_whole(const struct run *r)
{
    if (r->begun > 0 && r->begun <= r->file_count && r->used != r->files[r->begun - 1]->len)
        abort();
}

static enum err run_begin(void *arg, const struct part *head)
{
    struct run *r = arg;

    check_whole(r);
    r->used = 0;
    if (r->begun++ < r->file_count &&
        (strcmp(head->name, r->files[r->begun - 1]->name) != 0 ||
         strcmp(head->filename, r->files[r->begun - 1]->filename) != 0))
        abort();
    return OK;
}

static enum err run_add(void *arg, const void *data, size_t len)
{
    struct run *r = arg;
    const struct part *part = r->begun <= r->file_count ? r->files[r->begun - 1] : NULL;

    if (part != NULL && (len > part->len - r->used || memcmp(part->data + r->used, data, len) != 0))
        abort();
    r->used += len;
    return OK;
}

static void check_fields(const struct values *fields, const struct part *parts, size_t count)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        if (parts[i].filename != NULL)
            continue;
        if (n == fields->count || strcmp(fields->pairs[n].name, parts[i].name) != 0 ||
            strlen(fields->pairs[n].text) != parts[i].len ||
            memcmp(fields->pairs[n].text, parts[i].data, parts[i].len) != 0)
            abort();
        n++;
    }
    if (n != fields->count)
        abort();
}

static void compare(struct arena *a, const char *type, struct run *r, size_t len)
{
    const struct form_stream stream = { r, run_read, run_begin, run_add };
    struct part *parts = NULL;
    size_t count = 0;
    struct values fields;
    enum err whole = multipart_parse(a, type, r->at, len, &parts, &count);
    enum err streamed;

    for (size_t i = 0; whole == OK && i < count; i++)
        if (parts[i].filename != NULL)
            r->files[r->file_count++] = &parts[i];
    streamed = form_stream_read(a, type, &stream, &fields);
    /* Only the stream bounds plain fields. */
    if (streamed != whole && !(streamed == ERR_TOO_LARGE && len > FORM_STREAM_FIELDS_MAX))
        abort();
    if (streamed != OK || whole != OK)
        return;
    check_whole(r);
    if (r->begun != r->file_count)
        abort();
    check_fields(&fields, parts, count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *line = size == 0 ? NULL : memchr(text, '\n', size);
    struct arena *a = arena_new();
    struct run *r = calloc(1, sizeof *r);

    if (r == NULL)
        abort();
    if (line != NULL && line > text) {
        char *type = arena_strndup(a, text + 1, (size_t)(line - text) - 1);

        r->at = line + 1;
        r->end = text + size;
        r->step = (size_t)data[0] + 1;
        compare(a, type, r, (size_t)(r->end - r->at));
    }
    free(r);
    arena_free(a);
    return 0;
}
