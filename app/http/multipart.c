/* multipart/form-data. Our own parser because CivetWeb's is one of its form functions, which are
 * not to be used (reliability.md 0.3). It works on the whole body, which body.c has bounded, moves
 * forward only, and keeps borrowed pieces; a truncated body never looks complete because the
 * closing delimiter is required. */
#include "http/multipart.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

/* What is left to read. */
struct rest {
    const char *at;
    const char *end;
};

static size_t left(const struct rest *r)
{
    return (size_t)(r->end - r->at);
}

static bool take(struct rest *r, const char *text)
{
    size_t len = strlen(text);

    if (left(r) < len || memcmp(r->at, text, len) != 0)
        return false;
    r->at += len;
    return true;
}

static void skip_blanks(struct rest *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
        r->at++;
}

/* A token up to one of stops or a blank. May be empty. */
static struct rest take_token(struct rest *r, const char *stops)
{
    struct rest token = { r->at, r->at };

    while (r->at < r->end && strchr(stops, *r->at) == NULL && *r->at != ' ' && *r->at != '\t')
        r->at++;
    token.end = r->at;
    return token;
}

static bool token_is(const struct rest *token, const char *name)
{
    return left(token) == strlen(name) && strncasecmp(token->at, name, left(token)) == 0;
}

static bool is_escape(const char *at, const char *end)
{
    return *at == '\\' && end - at > 1 && (at[1] == '"' || at[1] == '\\');
}

/* A quoted string; only \" and \\ are escapes, since browsers of old sent Windows paths with bare
 * backslashes. NULL: it does not end. */
static char *take_quoted(struct arena *a, struct rest *r)
{
    const char *start = r->at + 1;
    const char *end = start;
    size_t n = 0;
    char *out;

    while (end < r->end && *end != '"')
        end += is_escape(end, r->end) ? 2 : 1;
    if (end == r->end)
        return NULL;
    out = arena_alloc(a, (size_t)(end - start) + 1);
    for (const char *at = start; at < end; at++) {
        if (is_escape(at, end))
            at++;
        out[n++] = *at;
    }
    r->at = end + 1;
    return out;
}

/* One ";name=value" of a header value. false: there is none, or it is broken (*broken_r). */
static bool take_param(struct arena *a, struct rest *r, struct rest *name_r, const char **value_r,
                       bool *broken_r)
{
    struct rest token;

    *broken_r = false;
    skip_blanks(r);
    if (r->at == r->end)
        return false;
    *broken_r = true;
    if (!take(r, ";"))
        return false;
    skip_blanks(r);
    if (r->at == r->end) {
        *broken_r = false;
        return false;
    }
    *name_r = take_token(r, "=;");
    if (!take(r, "="))
        return false;
    if (r->at < r->end && *r->at == '"') {
        *value_r = take_quoted(a, r);
    } else {
        token = take_token(r, ";");
        *value_r = arena_strndup(a, token.at, left(&token));
    }
    *broken_r = *value_r == NULL;
    return !*broken_r;
}

/* ---- the boundary ---- */

static bool is_boundary(const char *s)
{
    size_t len = strlen(s);

    return len > 0 && len <= MULTIPART_BOUNDARY_MAX && s[len - 1] != ' ' &&
           strspn(s,
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'()+_,-./:=? ") ==
               len;
}

const char *multipart_delimiter(struct arena *a, const char *content_type)
{
    struct rest r = { content_type, content_type + strlen(content_type) };
    struct rest name;
    const char *value;
    bool broken;

    take_token(&r, ";");
    while (take_param(a, &r, &name, &value, &broken))
        if (token_is(&name, "boundary"))
            return is_boundary(value) ? arena_printf(a, "\r\n--%s", value) : NULL;
    return NULL;
}

/* ---- the head of a part ---- */

static bool is_text(const char *data, size_t len)
{
    return memchr(data, '\0', len) == NULL && utf8_valid(data, len);
}

static bool read_disposition(struct arena *a, struct rest value, struct part *part)
{
    struct rest token;
    struct rest name;
    const char *text;
    bool broken;

    skip_blanks(&value);
    token = take_token(&value, ";");
    if (!token_is(&token, "form-data"))
        return false;
    while (take_param(a, &value, &name, &text, &broken)) {
        if (token_is(&name, "name"))
            part->name = text;
        else if (token_is(&name, "filename") || token_is(&name, "filename*"))
            part->filename = text;
    }
    return !broken && part->name != NULL;
}

/* Transfer encodings are long deprecated here, and an encoded text must not pass for the text
 * itself. */
static bool is_plain_transfer(struct rest value)
{
    struct rest token;

    skip_blanks(&value);
    token = take_token(&value, ";");
    return token_is(&token, "binary") || token_is(&token, "8bit") || token_is(&token, "7bit");
}

static bool read_head_line(struct arena *a, struct rest line, struct part *part)
{
    struct rest name = take_token(&line, ":");

    if (left(&name) == 0 || !take(&line, ":"))
        return false;
    if (token_is(&name, "Content-Disposition"))
        return part->name == NULL && read_disposition(a, line, part);
    if (token_is(&name, "Content-Transfer-Encoding"))
        return is_plain_transfer(line);
    if (token_is(&name, "Content-Type")) {
        skip_blanks(&line);
        part->type = arena_strndup(a, line.at, left(&line));
    }
    return true;
}

/* Reads the header lines and the empty line that ends them. */
static bool read_head(struct arena *a, struct rest *r, struct part *part)
{
    size_t window = left(r) < MULTIPART_HEAD_MAX ? left(r) : MULTIPART_HEAD_MAX;
    const char *head_end = memmem(r->at, window, "\r\n\r\n", 4);
    const char *line_end;

    part->type = "";
    if (head_end == NULL || !is_text(r->at, (size_t)(head_end - r->at)))
        return false;
    for (const char *line = r->at; line < head_end; line = line_end + 2) {
        line_end = memmem(line, (size_t)(head_end + 2 - line), "\r\n", 2);
        if (!read_head_line(a, (struct rest){ line, line_end }, part))
            return false;
    }
    r->at = head_end + 4;
    return part->name != NULL;
}

size_t multipart_head(struct arena *a, const char *data, size_t len, struct part *part_r)
{
    struct rest r = { data, data + len };

    return read_head(a, &r, part_r) ? (size_t)(r.at - data) : 0;
}

/* ---- the parts ---- */

/* Goes behind the next delimiter; *data_r gets what stood before it. */
static bool take_until(struct rest *r, const char *delimiter, struct rest *data_r)
{
    size_t len = strlen(delimiter);
    const char *found = memmem(r->at, left(r), delimiter, len);

    if (found == NULL)
        return false;
    *data_r = (struct rest){ r->at, found };
    r->at = found + len;
    return true;
}

/* Behind a delimiter: "--" ends the body (*last_r), a line end starts a part. */
static bool take_delimiter_end(struct rest *r, bool *last_r)
{
    *last_r = take(r, "--");
    if (*last_r)
        return true;
    skip_blanks(r);
    return take(r, "\r\n");
}

static bool read_part(struct arena *a, struct rest *r, const char *delimiter, struct part *part)
{
    struct rest data;

    if (!read_head(a, r, part) || !take_until(r, delimiter, &data))
        return false;
    part->data = data.at;
    part->len = left(&data);
    return part->filename != NULL || is_text(part->data, part->len);
}

enum err multipart_parse(struct arena *a, const char *content_type, const char *data, size_t len,
                         struct part **parts_r, size_t *count_r)
{
    const char *delimiter = multipart_delimiter(a, content_type);
    struct rest r = { data, data + len };
    struct part *parts;
    struct rest preamble;
    size_t count = 0;
    bool last;

    if (delimiter == NULL)
        return ERR_BAD_REQUEST;
    /* The first delimiter may stand at the very start, without its line end. */
    if (!take(&r, delimiter + 2) && !take_until(&r, delimiter, &preamble))
        return ERR_BAD_REQUEST;
    parts = arena_array(a, MULTIPART_PARTS_MAX, sizeof(*parts));
    while (take_delimiter_end(&r, &last) && !last) {
        if (count == MULTIPART_PARTS_MAX)
            return ERR_TOO_LARGE;
        if (!read_part(a, &r, delimiter, &parts[count++]))
            return ERR_BAD_REQUEST;
    }
    if (!last)
        return ERR_BAD_REQUEST;
    *parts_r = parts;
    *count_r = count;
    return OK;
}
