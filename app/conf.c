/* Where the configuration comes from, in order: defaults, file, environment, command line. Every
 * source ends in the same setter, so that a key means the same everywhere; what the keys are and
 * what their values may be is in conf.def and conf_field.c. */
#include "conf.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "conf_field.h"

#define FILE_BYTES_MAX (1024 * 1024)
#define LINE_BYTES_MAX 4096
#define NAME_CHARS_MAX 64 /* of an unknown key, for finding the nearest one and in messages */
#define ENV_PREFIX "CHATD_"
#define KEYS_MAX 128

struct loader {
    struct conf conf; /* first: what callers hold is a pointer to it */
    struct arena *arena;
    char *error;           /* owned; the first problem, after which nothing more is read */
    bool listen_inherited; /* the next listen replaces what an earlier source set */
    int lines[KEYS_MAX];   /* of the file: where each key stood */
};

static void fail(struct loader *ld, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void fail(struct loader *ld, const char *format, ...)
{
    va_list ap;

    if (ld->error != NULL)
        return;
    va_start(ap, format);
    if (vasprintf(&ld->error, format, ap) < 0)
        abort(); /* out of memory before anything began */
    va_end(ap);
}

/* How many letters have to be put in, taken out or changed to make b, a key in lower case, of a
 * (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
    size_t row[NAME_CHARS_MAX + 1];
    size_t b_len = strnlen(b, NAME_CHARS_MAX);

    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= NAME_CHARS_MAX && a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t change = diagonal + (tolower((unsigned char)a[i - 1]) != b[j - 1]);
            diagonal = row[j];
            size_t shift = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = change < shift ? change : shift;
        }
    }
    return row[b_len];
}

static const char *nearest_key(const char *name)
{
    size_t count, best = 0;
    const struct field *fields = conf_fields(&count);

    for (size_t i = 1; i < count; i++) {
        if (distance(name, fields[i].name) < distance(name, fields[best].name))
            best = i;
    }
    return fields[best].name;
}

static const struct field *find_field(const char *name)
{
    size_t count;
    const struct field *fields = conf_fields(&count);

    for (size_t i = 0; i < count; i++) {
        if (str_eq(fields[i].name, name))
            return &fields[i];
    }
    return NULL;
}

static bool is_clean(const char *text)
{
    return utf8_valid(text, strlen(text)) && !str_has_control(text);
}

/* where: "chat.conf, line 3" or the like, for the message. */
static bool set_field(struct loader *ld, const char *where, const struct field *f,
                      const char *value)
{
    if (!is_clean(value)) {
        fail(ld, "%s: %s holds a control character or is not UTF-8", where, f->name);
        return false;
    }
    if (f->type == FIELD_LISTEN && ld->listen_inherited) {
        ld->conf.listen_count = 0;
        ld->listen_inherited = false;
    }
    const char *problem = field_set(f, value, ld->arena, &ld->conf);
    if (problem != NULL)
        fail(ld, "%s: %s %s", where, f->name, problem);
    return problem == NULL;
}

static const struct field *known_field(struct loader *ld, const char *where, const char *name)
{
    const struct field *f = find_field(name);

    if (f == NULL && is_clean(name))
        fail(ld, "%s: there is no key \"%.*s\"; the nearest is \"%s\"", where, NAME_CHARS_MAX, name,
             nearest_key(name));
    else if (f == NULL)
        fail(ld, "%s: the key holds a control character or is not UTF-8", where);
    return f;
}

static void read_defaults(struct loader *ld)
{
    size_t count;
    const struct field *fields = conf_fields(&count);

    for (size_t i = 0; i < count; i++)
        set_field(ld, "built-in default", &fields[i], fields[i].fallback);
}

struct file_reader {
    struct loader *ld;
    const char *name; /* for messages: the file's name, or "text" */
    const char *rest; /* what inih has not seen yet */
    int line;         /* of what it saw last, from 1 */
};

static const char *where_in_file(const struct file_reader *r)
{
    return arena_printf(r->ld->arena, "%s, line %d", r->name, r->line);
}

/* Gives inih one line. Its own readers do not tell the handler which line it is at. */
static char *next_line(char *line, int size, void *stream)
{
    struct file_reader *r = stream;
    size_t len = strcspn(r->rest, "\n");

    if (*r->rest == '\0' || r->ld->error != NULL)
        return NULL;
    r->line++;
    /* One byte stays unused, or inih takes the line for one that goes on. */
    if (len + 3 > (size_t)size) {
        fail(r->ld, "%s: the line is longer than %d bytes", where_in_file(r), LINE_BYTES_MAX);
        return NULL;
    }
    memcpy(line, r->rest, len);
    line[len] = '\0';
    r->rest += len + (r->rest[len] == '\n');
    return line;
}

static int file_entry(void *user, const char *section, const char *name, const char *value)
{
    struct file_reader *r = user;
    struct loader *ld = r->ld;
    const char *where = where_in_file(r);
    const char *key = *section == '\0' ? name : arena_printf(ld->arena, "%s.%s", section, name);
    const struct field *f = known_field(ld, where, key);
    size_t count;

    if (f == NULL)
        return 0;
    int *seen = &ld->lines[f - conf_fields(&count)];
    if (*seen != 0 && f->type != FIELD_LISTEN) {
        fail(ld, "%s: %s stands in line %d already", where, f->name, *seen);
        return 0;
    }
    *seen = r->line;
    return set_field(ld, where, f, value);
}

static void read_text(struct loader *ld, const char *name, const char *text)
{
    struct file_reader r = { .ld = ld, .name = name, .rest = text };

    /* Debian's inih keeps its options in variables. A value is the rest of its line: no comment
     * behind it, because a ';' may be part of a password or a URL, and no continuation lines,
     * because an indented key would silently become one. */
    ini_allow_inline_comments = false;
    ini_allow_multiline = false;
    ini_stop_on_first_error = true;
    ini_use_stack = false;
    ini_max_line = LINE_BYTES_MAX + 3;
    ini_initial_alloc = LINE_BYTES_MAX + 3;

    ld->listen_inherited = true;
    if (ini_parse_stream(next_line, &r, file_entry, &r) != 0)
        fail(ld, "%s: expected \"key = value\", \"[section]\" or a comment", where_in_file(&r));
}

static void read_file(struct loader *ld, const char *name)
{
    char *text = arena_alloc(ld->arena, FILE_BYTES_MAX + 1);
    FILE *file = fopen(name, "re");

    if (file == NULL) {
        fail(ld, "cannot open %s: %s", name, strerror(errno));
        return;
    }
    size_t len = fread(text, 1, FILE_BYTES_MAX + 1, file);
    if (ferror(file))
        fail(ld, "cannot read %s: %s", name, strerror(errno));
    else if (len > FILE_BYTES_MAX)
        fail(ld, "%s is larger than %d bytes", name, FILE_BYTES_MAX);
    else if (memchr(text, '\0', len) != NULL)
        fail(ld, "%s holds a NUL byte and is no text file", name);
    else
        read_text(ld, name, text);
    fclose(file);
}

static char *env_name(struct arena *a, const char *key)
{
    char *name = arena_printf(a, ENV_PREFIX "%s", key);

    for (char *p = name; *p != '\0'; p++)
        *p = *p == '.' ? '_' : (char)toupper((unsigned char)*p);
    return name;
}

static const struct field *find_env_field(struct arena *a, const char *name)
{
    size_t count;
    const struct field *fields = conf_fields(&count);

    for (size_t i = 0; i < count; i++) {
        if (str_eq(env_name(a, fields[i].name), name))
            return &fields[i];
    }
    return NULL;
}

static void read_env_entry(struct loader *ld, const char *entry)
{
    const char *equals = strchr(entry, '=');

    if (equals == NULL || !str_starts(entry, ENV_PREFIX))
        return;
    char *name = arena_strndup(ld->arena, entry, (size_t)(equals - entry));
    const struct field *f = find_env_field(ld->arena, name);
    if (f != NULL) {
        ld->listen_inherited = true;
        set_field(ld, name, f, equals + 1);
        return;
    }
    char *key = arena_strdup(ld->arena, name + strlen(ENV_PREFIX));
    for (char *p = key; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    if (is_clean(name))
        fail(ld, "the environment has %.*s, which is no setting; the nearest is %s", NAME_CHARS_MAX,
             name, env_name(ld->arena, nearest_key(key)));
    else
        fail(ld, "the environment has a " ENV_PREFIX " variable whose name is no text");
}

static void read_set(struct loader *ld, const char *set)
{
    const char *equals = strchr(set, '=');

    if (equals == NULL || equals == set) {
        fail(ld, "-s: expected key=value");
        return;
    }
    const char *name_end = equals;
    while (name_end > set && name_end[-1] == ' ')
        name_end--;
    char *name = arena_strndup(ld->arena, set, (size_t)(name_end - set));
    const struct field *f = known_field(ld, "-s", name);
    if (f != NULL)
        set_field(ld, "-s", f, equals + 1 + strspn(equals + 1, " "));
}

/* What no single key can say. */
static void check_together(struct loader *ld)
{
    const struct conf *c = &ld->conf;

    if (*c->tls_cert == '\0' && *c->tls_key != '\0')
        fail(ld, "tls_key is set, but tls_cert, the certificate it belongs to, is not");
    if ((*c->qiniu_access_key == '\0') != (*c->qiniu_secret_key == '\0') ||
        (*c->qiniu_access_key == '\0') != (*c->qiniu_bucket == '\0') ||
        (*c->qiniu_access_key == '\0') != (*c->qiniu_domain == '\0'))
        fail(ld, "qiniu.access_key, qiniu.secret_key, qiniu.bucket and qiniu.domain belong "
                 "together: set all of them or none");
    if (*c->mail_url != '\0' && *c->mail_from == '\0')
        fail(ld, "mail.url is set, but mail.from, the address the mails come from, is not");
    if (*c->sms_url != '\0' && *c->sms_secret == '\0')
        fail(ld, "sms.url is set, but sms.secret, which signs the requests to it, is not");
    if ((*c->turn_urls == '\0') != (*c->turn_secret == '\0'))
        fail(ld, "turn.urls and turn.secret belong together: set both or neither");
    if (c->socket_timeout_seconds <= c->socket_ping_seconds)
        fail(ld, "socket_timeout_seconds must be more than socket_ping_seconds, "
                 "or every quiet WebSocket is closed");
}

static struct loader *loader_new(void)
{
    struct loader *ld = calloc(1, sizeof *ld);
    size_t count;

    conf_fields(&count);
    if (ld == NULL || count > KEYS_MAX)
        abort(); /* out of memory before anything began, or a table that outgrew KEYS_MAX */
    ld->arena = arena_new();
    read_defaults(ld);
    return ld;
}

static bool loader_finish(struct loader *ld, struct conf **conf_r, char **error_r)
{
    check_together(ld);
    if (ld->error == NULL) {
        *conf_r = &ld->conf;
        return true;
    }
    *error_r = ld->error;
    conf_free(&ld->conf);
    return false;
}

bool conf_load(const char *file, const char *const *sets, size_t count, struct conf **conf_r,
               char **error_r)
{
    struct loader *ld = loader_new();

    if (file != NULL)
        read_file(ld, file);
    for (char **entry = environ; *entry != NULL; entry++)
        read_env_entry(ld, *entry);
    ld->listen_inherited = true;
    for (size_t i = 0; i < count; i++)
        read_set(ld, sets[i]);
    return loader_finish(ld, conf_r, error_r);
}

bool conf_parse(const char *text, struct conf **conf_r, char **error_r)
{
    struct loader *ld = loader_new();

    read_text(ld, "text", text);
    return loader_finish(ld, conf_r, error_r);
}

void conf_free(struct conf *conf)
{
    struct loader *ld = (struct loader *)conf;

    if (ld == NULL)
        return;
    arena_free(ld->arena);
    free(ld);
}
