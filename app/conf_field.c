/* The values of chat.conf: one table made from conf.def, and a reader for each type of value. */
#include "conf_field.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "base/num.h"
#include "base/str.h"

static const char *const registration_words[] = { [REGISTRATION_OPEN] = "open",
                                                  [REGISTRATION_INVITE] = "invite",
                                                  [REGISTRATION_CLOSED] = "closed",
                                                  NULL };
static const char *const invites_words[] = {
    [INVITES_EVERYONE] = "everyone", [INVITES_ADMINS] = "admins", NULL
};
static const char *const greeting_words[] = {
    [GREETING_AUTO] = "auto", [GREETING_ON] = "on", [GREETING_OFF] = "off", NULL
};
static const char *const messages_words[] = {
    [WRITE_ANYONE] = "anyone", [WRITE_FRIENDS] = "friends", NULL
};
static const char *const metrics_words[] = {
    [METRICS_LOCAL] = "local", [METRICS_OPEN] = "open", [METRICS_OFF] = "off", NULL
};
static const char *const level_words[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error", NULL
};
static const char *const flag_words[] = {
    "off", "on", "no", "yes", "false", "true", "0", "1", NULL
};

static const char *text_any(const char *value)
{
    (void)value;
    return NULL;
}

/* An empty text, or one that starts with a scheme and goes on. */
static bool is_url(const char *value, const char *scheme)
{
    return str_starts(value, scheme) && value[strlen(scheme)] != '\0' && strchr(value, ' ') == NULL;
}

static const char *text_mail_url(const char *value)
{
    if (*value == '\0' || is_url(value, "smtp://") || is_url(value, "smtps://"))
        return NULL;
    return "an smtp:// or smtps:// URL";
}

/* It stands in SMTP commands and headers, so it holds nothing that could end it there. */
static const char *text_mail_from(const char *value)
{
    const char *at = strchr(value, '@');
    bool is_address = at != NULL && at > value && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
                      strpbrk(value, "<>,;:\"\\() ") == NULL;

    return *value == '\0' || is_address ? NULL : "an e-mail address";
}

static const char *text_sms_url(const char *value)
{
    if (*value == '\0' || is_url(value, "http://") || is_url(value, "https://"))
        return NULL;
    return "an http:// or https:// URL";
}

static const char *text_web_url(const char *value)
{
    size_t len = strlen(value);

    if (len > 0 && value[len - 1] == '/')
        return "without a slash at its end";
    return text_sms_url(value);
}

static const char *text_bucket(const char *value)
{
    if (strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
        strlen(value))
        return NULL;
    return "letters, digits, '-', '_' and '.'";
}

/* It travels in a header, and a short one could be tried out. */
static const char *text_secret(const char *value)
{
    size_t len = strlen(value);

    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)value[i] <= 32 || (unsigned char)value[i] >= 127)
            return "ASCII letters, digits and signs, without spaces";
    }
    return len == 0 || len >= 8 ? NULL : "empty or at least 8 characters long";
}

/* scheme://host[:port] as browsers send it in Origin: no path, and "*" would be everybody. */
static bool is_origin(const char *s, size_t len)
{
    size_t scheme = str_starts(s, "https://") ? 8 : str_starts(s, "http://") ? 7 : 0;

    if (scheme == 0 || len <= scheme)
        return false;
    for (size_t i = scheme; i < len; i++) {
        if (strchr("/*?#@,", s[i]) != NULL || (s[i] >= 'A' && s[i] <= 'Z'))
            return false;
    }
    return true;
}

static const char *text_origins(const char *value)
{
    for (const char *p = value + strspn(value, " "); *p != '\0'; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        if (!is_origin(p, len))
            return "origins such as https://chat.example.org:8443, in lower case, without a path, "
                   "separated by spaces";
        p += len;
    }
    return NULL;
}

/* URLs of these two schemes, separated by spaces, each with a host (RFC 7064, 7065). */
static bool are_urls(const char *value, const char *scheme, const char *secure)
{
    for (const char *p = value + strspn(value, " "); *p != '\0'; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        size_t skip = str_starts(p, scheme)   ? strlen(scheme)
                      : str_starts(p, secure) ? strlen(secure)
                                              : 0;
        if (skip == 0 || len <= skip || strchr("/?:", p[skip]) != NULL)
            return false;
        p += len;
    }
    return true;
}

static const char *text_stun_urls(const char *value)
{
    if (are_urls(value, "stun:", "stuns:"))
        return NULL;
    return "URLs such as stun:chat.example.org:3478, separated by spaces";
}

static const char *text_turn_urls(const char *value)
{
    if (are_urls(value, "turn:", "turns:"))
        return NULL;
    return "URLs such as turn:chat.example.org:3478?transport=udp, separated by spaces";
}

/* offsetof that does not compile when the member is not of type. */
#define MEMBER(member, type)                                                                       \
    (offsetof(struct conf, member) + 0 * sizeof(_Generic(((struct conf *)NULL)->member, type : 0)))

#define LISTEN(member, name, fallback, help)                                                       \
    { FIELD_LISTEN, name, fallback, offsetof(struct conf, member), 0, 0, NULL, NULL },
#define TEXT(member, name, fallback, min, max, check, help)                                        \
    { FIELD_TEXT, name, fallback, MEMBER(member, const char *), min, max, NULL, check },
#define NUMBER(member, name, fallback, min, max, help)                                             \
    { FIELD_NUMBER, name, fallback, MEMBER(member, int64_t), min, max, NULL, NULL },
#define BYTES(member, name, fallback, min, max, help)                                              \
    { FIELD_BYTES, name, fallback, MEMBER(member, int64_t), min, max, NULL, NULL },
#define CHOICE(member, name, fallback, words, help)                                                \
    { FIELD_CHOICE, name, fallback, MEMBER(member, int64_t), 0, 0, words, NULL },
#define FLAG(member, name, fallback, help)                                                         \
    { FIELD_FLAG, name, fallback, MEMBER(member, bool), 0, 0, flag_words, NULL },
static const struct field fields[] = {
#include "conf.def"
};
#undef LISTEN
#undef TEXT
#undef NUMBER
#undef BYTES
#undef CHOICE
#undef FLAG

#define LISTEN(member, name, fallback, help) { name, fallback, help },
#define TEXT(member, name, fallback, min, max, check, help) { name, fallback, help },
#define NUMBER(member, name, fallback, min, max, help)                                             \
    { name, fallback, help " (" #min " to " #max ")" },
#define BYTES(member, name, fallback, min, max, help)                                              \
    { name, fallback, help " (" #min " to " #max ")" },
#define CHOICE(member, name, fallback, words, help) { name, fallback, help },
#define FLAG(member, name, fallback, help) { name, fallback, help " (on or off)" },
static const struct conf_key keys[] = {
#include "conf.def"
};

const struct field *conf_fields(size_t *count_r)
{
    *count_r = sizeof fields / sizeof fields[0];
    return fields;
}

const struct conf_key *conf_keys(size_t *count_r)
{
    *count_r = sizeof keys / sizeof keys[0];
    return keys;
}

/* Takes off a K, M or G (of 1024) if there is one; the bytes it stands for. */
static int64_t take_unit(char *text)
{
    size_t len = strlen(text);
    int64_t unit = 1;

    if (len < 2)
        return 1;
    switch (text[len - 1]) {
    case 'G':
    case 'g':
        unit *= 1024;
        /* fall through */
    case 'M':
    case 'm':
        unit *= 1024;
        /* fall through */
    case 'K':
    case 'k':
        unit *= 1024;
        text[len - 1] = '\0';
        break;
    default: break;
    }
    return unit;
}

static const char *set_number(const struct field *f, const char *value, struct arena *a,
                              int64_t *member)
{
    char *text = arena_strdup(a, value);
    int64_t unit = f->type == FIELD_BYTES ? take_unit(text) : 1;
    int64_t number;

    if (num_i64(text, 0, INT64_MAX / unit, &number) && number * unit >= f->min &&
        number * unit <= f->max) {
        *member = number * unit;
        return NULL;
    }
    const char *what = f->type == FIELD_BYTES ? " of bytes (K, M and G are understood)" : "";
    return arena_printf(a, "must be a whole number%s from %" PRId64 " to %" PRId64 ", not \"%s\"",
                        what, f->min, f->max, value);
}

/* The index of value among words, -1 if it is none. */
static int word_index(const char *const *words, const char *value)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (str_eq(words[i], value))
            return i;
    }
    return -1;
}

static const char *set_choice(const struct field *f, const char *value, struct arena *a,
                              int64_t *member)
{
    int i = word_index(f->words, value);

    if (i >= 0) {
        *member = i;
        return NULL;
    }
    struct buf b = buf_new(a);
    buf_str(&b, "must be ");
    for (i = 0; f->words[i] != NULL; i++)
        buf_printf(&b, "%s%s", i == 0 ? "" : f->words[i + 1] == NULL ? " or " : ", ", f->words[i]);
    buf_printf(&b, ", not \"%s\"", value);
    return b.data;
}

static const char *set_flag(const struct field *f, const char *value, struct arena *a, bool *member)
{
    int i = word_index(f->words, value);

    if (i < 0)
        return arena_printf(a, "must be on or off, not \"%s\"", value);
    *member = i % 2 == 1; /* no and yes alternate */
    return NULL;
}

/* Never shows the value: it may be a secret. */
static const char *set_text(const struct field *f, const char *value, struct arena *a,
                            const char **member)
{
    int64_t len = (int64_t)strlen(value);

    if (len == 0 && f->min > 0)
        return "must not be empty";
    if (len < f->min || len > f->max)
        return arena_printf(a, "must be %" PRId64 " to %" PRId64 " bytes long", f->min, f->max);
    const char *wanted = f->check(value);
    if (wanted != NULL)
        return arena_printf(a, "must be %s", wanted);
    *member = arena_strdup(a, value);
    return NULL;
}

/* The part before the port: nothing and "*" are every address. */
static bool set_address(struct conf_listener *l, char *host)
{
    struct in6_addr ip;
    size_t len = strlen(host);

    if (len == 0 || str_eq(host, "*")) {
        l->address[0] = '\0';
        return true;
    }
    if (len >= sizeof l->address)
        return false;
    memcpy(l->address, host, len + 1);
    if (host[0] != '[')
        return inet_pton(AF_INET, host, &ip) == 1;
    if (host[len - 1] != ']')
        return false;
    host[len - 1] = '\0';
    return inet_pton(AF_INET6, host + 1, &ip) == 1;
}

static bool is_dialect_name(const char *s)
{
    size_t len = strlen(s);

    return len > 0 && len < sizeof((struct conf_listener *)NULL)->dialect &&
           strspn(s, "abcdefghijklmnopqrstuvwxyz") == len;
}

/* "ADDR:PORT[s] [DIALECT]"; text is taken apart. */
static const char *parse_listener(char *text, struct conf_listener *l)
{
    char *space = strchr(text, ' ');
    int64_t port;

    *l = (struct conf_listener){ .port = 0 };
    if (space != NULL) {
        *space = '\0';
        const char *dialect = space + 1 + strspn(space + 1, " ");
        if (!is_dialect_name(dialect))
            return "a dialect is one word of lower-case letters";
        memcpy(l->dialect, dialect, strlen(dialect) + 1);
    }

    char *colon = strrchr(text, ':');
    char *digits = colon == NULL ? text : colon + 1;
    size_t len = strlen(digits);
    if (len > 0 && digits[len - 1] == 's') {
        l->tls = true;
        digits[len - 1] = '\0';
    }
    if (!num_i64(digits, 0, 65535, &port))
        return "a port is a number from 0 to 65535, with an s behind it for TLS";
    l->port = (int)port;
    if (colon != NULL) {
        *colon = '\0';
        if (!set_address(l, text))
            return "an address is an IPv4 address, an IPv6 address in brackets, or * for all";
    }
    return NULL;
}

/* One listener, or several with commas between them. */
static const char *add_listeners(const char *value, struct arena *a, struct conf *conf)
{
    for (const char *p = value;; p++) {
        size_t len = strcspn(p, ",");
        const char *end = p + len;

        p += strspn(p, " ");
        while (end > p && end[-1] == ' ')
            end--;
        if (conf->listen_count == CONF_LISTENERS_MAX)
            return arena_printf(a, "can stand at most %d times", CONF_LISTENERS_MAX);
        char *text = arena_strndup(a, p, end > p ? (size_t)(end - p) : 0);
        const char *problem =
            parse_listener(arena_strdup(a, text), &conf->listen[conf->listen_count]);
        if (problem != NULL)
            return arena_printf(a, "is ADDR:PORT[s] [DIALECT], and \"%s\" is not: %s", text,
                                problem);
        conf->listen_count++;
        p += strcspn(p, ",");
        if (*p == '\0')
            return NULL;
    }
}

const char *field_set(const struct field *f, const char *value, struct arena *a, struct conf *conf)
{
    char *member = (char *)conf + f->offset;

    switch (f->type) {
    case FIELD_LISTEN: return add_listeners(value, a, conf);
    case FIELD_TEXT: return set_text(f, value, a, (const char **)member);
    case FIELD_NUMBER:
    case FIELD_BYTES: return set_number(f, value, a, (int64_t *)member);
    case FIELD_CHOICE: return set_choice(f, value, a, (int64_t *)member);
    case FIELD_FLAG: return set_flag(f, value, a, (bool *)member);
    }
    return "has a type nobody reads";
}
