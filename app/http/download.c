/* See download.h. */
#include "http/download.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "base/str.h"

struct range {
    int64_t from, to; /* both included */
};

enum wanted { WANTED_ALL, WANTED_RANGE, WANTED_IMPOSSIBLE };

static const char *date_of(struct arena *a, int64_t ms)
{
    time_t when = (time_t)(ms / 1000);
    struct tm day;
    char text[40] = "";

    if (gmtime_r(&when, &day) == NULL ||
        strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &day) == 0)
        return "";
    return arena_strdup(a, text);
}

/* Reads "bytes=0-99", "bytes=100-" and "bytes=-100". What is none of them, several ranges for
 * instance, asks for all, as RFC 9110 14.2 allows. */
static enum wanted read_range(struct arena *a, const char *header, int64_t size,
                              struct range *range_r)
{
    const char *dash = header == NULL ? NULL : strchr(header, '-');
    const char *first, *last;
    int64_t from = 0, to = size - 1;

    if (dash == NULL || strncasecmp(header, "bytes=", 6) != 0)
        return WANTED_ALL;
    first = arena_strndup(a, header + 6, (size_t)(dash - header) - 6);
    last = dash + 1;
    if ((first[0] != '\0' && !num_i64(first, 0, INT64_MAX, &from)) ||
        (last[0] != '\0' && !num_i64(last, 0, INT64_MAX, &to)) ||
        (first[0] == '\0' && last[0] == '\0') || (first[0] != '\0' && last[0] != '\0' && from > to))
        return WANTED_ALL;
    if (first[0] == '\0') {
        from = to == 0 ? size : to < size ? size - to : 0;
        to = size - 1;
    }
    if (from >= size)
        return WANTED_IMPOSSIBLE;
    *range_r = (struct range){ from, to < size ? to : size - 1 };
    return WANTED_RANGE;
}

static bool is_unchanged(const struct io *io, const char *etag, const char *date)
{
    const char *none_match = io->header(io->arg, "If-None-Match");

    if (none_match != NULL)
        return str_eq(none_match, "*") || strstr(none_match, etag) != NULL;
    return str_eq(io->header(io->arg, "If-Modified-Since"), date);
}

static enum wanted find_wanted(struct arena *a, const struct io *io, const struct download *d,
                               const char *etag, const char *date, struct range *range_r)
{
    const char *if_range = io->header(io->arg, "If-Range");

    if (if_range != NULL && !str_eq(if_range, etag) && !str_eq(if_range, date))
        return WANTED_ALL;
    return read_range(a, io->header(io->arg, "Range"), d->size_bytes, range_r);
}

static void set_part(struct arena *a, const struct download *d, enum wanted wanted,
                     struct range range, struct answer *w)
{
    w->status = wanted == WANTED_ALL ? 200 : wanted == WANTED_RANGE ? 206 : 416;
    w->file_at = range.from;
    w->len = wanted == WANTED_IMPOSSIBLE ? 0 : (size_t)(range.to - range.from + 1);
    if (wanted == WANTED_RANGE)
        answer_header(w, "Content-Range",
                      arena_printf(a, "bytes %" PRId64 "-%" PRId64 "/%" PRId64, range.from,
                                   range.to, d->size_bytes));
    else if (wanted == WANTED_IMPOSSIBLE)
        answer_header(w, "Content-Range", arena_printf(a, "bytes */%" PRId64, d->size_bytes));
}

void download_answer(struct arena *a, const struct io *io, const struct download *d,
                     struct answer *w)
{
    const char *etag = arena_printf(a, "\"%s\"", d->etag);
    const char *date = date_of(a, d->modified_at_ms);
    struct range range = { 0, d->size_bytes - 1 };

    *w = (struct answer){ .status = 304, .type = d->type, .is_file = true, .fd = d->fd };
    answer_header(w, "ETag", etag);
    answer_header(w, "Last-Modified", date);
    answer_header(w, "Accept-Ranges", "bytes");
    if (d->disposition != NULL)
        answer_header(w, "Content-Disposition", d->disposition);
    if (!is_unchanged(io, etag, date))
        set_part(a, d, find_wanted(a, io, d, etag, date, &range), range, w);
}
