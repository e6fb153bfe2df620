/* Log lines. Each is built on the stack and leaves in one write(2), so that lines of different
 * threads never mix and logging works when memory does not. Nothing a peer sent can start a line of
 * its own, forge a field or drive a terminal: quotes, control characters and broken UTF-8 are
 * escaped. */
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

#define TEXT_BYTES 2048 /* of the formatted message; longer ones end in "..." */
#define LINE_BYTES 4096 /* PIPE_BUF: a pipe takes so many bytes in one piece */

/* Written by log_setup before threads start, read-only afterwards. */
static struct {
    enum log_level lowest;
    bool json;
    bool journal; /* stderr is the journal: it keeps the time and wants a priority */
} setup = { LOG_INFO, false, false };

#define RECENT_BYTES 320

struct recent {
    int64_t at_ms;
    enum log_level level;
    const char *event;
    char text[RECENT_BYTES];
};

/* The last lines, for whoever runs the server and has only a browser at hand. There is one log to a
 * process, and so this is the one place for them. */
static struct {
    pthread_mutex_t lock;
    uint64_t count; /* of lines so far; the newest is lines[(count - 1) % LOG_RECENT_MAX] */
    struct recent lines[LOG_RECENT_MAX];
} recent = { .lock = PTHREAD_MUTEX_INITIALIZER };

static const struct {
    const char *name;
    int priority; /* syslog's, as systemd reads it */
} levels[] = {
    [LOG_DEBUG] = { "debug", 7 },
    [LOG_INFO] = { "info", 6 },
    [LOG_WARN] = { "warn", 4 },
    [LOG_ERROR] = { "error", 3 },
};

struct line {
    char data[LINE_BYTES];
    size_t len;
    bool full;
};

/* systemd sets JOURNAL_STREAM to the device and inode of the journal's socket; a child whose stderr
 * was redirected still inherits the variable, so both must match. */
static bool is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat st;
    char own[64];

    if (stream == NULL || fstat(STDERR_FILENO, &st) != 0)
        return false;
    snprintf(own, sizeof own, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    return strcmp(stream, own) == 0;
}

void log_setup(enum log_level lowest, bool json)
{
    setup.lowest = lowest;
    setup.json = json;
    setup.journal = is_journal();
}

/* Adds all of text or nothing, and then nothing more: an escape must not be cut in half. */
static void line_add(struct line *l, const char *text, size_t len, size_t keep_free)
{
    if (l->full || len > sizeof l->data - keep_free - l->len) {
        l->full = true;
        return;
    }
    memcpy(l->data + l->len, text, len);
    l->len += len;
}

#define TAIL_BYTES 8 /* room kept for `..."}` and the end of the line */

static void add(struct line *l, const char *text)
{
    line_add(l, text, strlen(text), TAIL_BYTES);
}

/* The bytes of the character at s: 0 when it is not UTF-8. */
static size_t char_bytes(const char *s, size_t left)
{
    for (size_t n = 1; n <= 4 && n <= left; n++) {
        if (utf8_valid(s, n))
            return n;
    }
    return 0;
}

static void add_escaped(struct line *l, const char *s, size_t len)
{
    for (size_t i = 0; i < len && !l->full;) {
        unsigned char c = (unsigned char)s[i];
        size_t bytes = char_bytes(s + i, len - i);
        /* U+0080 to U+009F are control characters too; terminals obey some of them. */
        bool is_c1 = bytes == 2 && c == 0xC2 && (unsigned char)s[i + 1] < 0xA0;
        char text[8];

        if (c == '"' || c == '\\') {
            snprintf(text, sizeof text, "\\%c", c);
        } else if (c == '\n') {
            snprintf(text, sizeof text, "\\n");
        } else if (bytes == 0) {
            snprintf(text, sizeof text, setup.json ? "\\ufffd" : "\\x%02x", c);
        } else if (c < 32 || c == 127 || is_c1) {
            unsigned code = is_c1 ? (unsigned char)s[i + 1] : c;
            snprintf(text, sizeof text, setup.json ? "\\u%04x" : "\\x%02x", code);
        } else {
            memcpy(text, s + i, bytes);
            text[bytes] = '\0';
        }
        add(l, text);
        i += bytes == 0 ? 1 : bytes;
    }
}

static void add_time(struct line *l)
{
    struct timespec now;
    struct tm tm;
    char text[64];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900,
             tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
             (int)(now.tv_nsec / 1000000));
    add(l, setup.json ? "\"time\":\"" : "time=");
    add(l, text);
    add(l, setup.json ? "\"," : " ");
}

static void line_write(const struct line *l)
{
    size_t done = 0;

    while (done < l->len) {
        ssize_t n = write(STDERR_FILENO, l->data + done, l->len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* there is nowhere left to report it */
        done += (size_t)n;
    }
}

/* len without the last character if that is not ASCII: a cut may have fallen inside it. */
static size_t whole_chars(const char *text, size_t len)
{
    while (len > 0 && ((unsigned char)text[len - 1] & 0xC0) == 0x80)
        len--;
    if (len > 0 && ((unsigned char)text[len - 1] & 0xC0) == 0xC0)
        len--;
    return len;
}

static void keep(enum log_level level, const char *event, const struct line *escaped)
{
    struct timespec now;
    size_t len = escaped->len < RECENT_BYTES ? escaped->len : RECENT_BYTES - 1;

    if (len < escaped->len)
        len = whole_chars(escaped->data, len);
    pthread_mutex_lock(&recent.lock);
    clock_gettime(CLOCK_REALTIME, &now);
    struct recent *slot = &recent.lines[recent.count++ % LOG_RECENT_MAX];
    slot->at_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    slot->level = level;
    slot->event = event;
    memcpy(slot->text, escaped->data, len);
    slot->text[len] = '\0';
    pthread_mutex_unlock(&recent.lock);
}

static bool fits(const struct recent *line, enum log_level lowest, const char *holds)
{
    return line->level >= lowest && (holds == NULL || strcasestr(line->text, holds) != NULL ||
                                     strcasestr(line->event, holds) != NULL);
}

size_t log_recent(struct arena *a, enum log_level lowest, const char *holds, size_t limit,
                  struct log_entry **list_r)
{
    size_t wanted = limit < LOG_RECENT_MAX ? limit : LOG_RECENT_MAX, found = 0;
    struct log_entry *list = arena_array(a, wanted, sizeof *list);

    pthread_mutex_lock(&recent.lock);
    uint64_t oldest = recent.count > LOG_RECENT_MAX ? recent.count - LOG_RECENT_MAX : 0;
    for (uint64_t i = recent.count; i > oldest && found < wanted; i--) {
        const struct recent *line = &recent.lines[(i - 1) % LOG_RECENT_MAX];
        if (fits(line, lowest, holds))
            list[found++] = (struct log_entry){ line->at_ms, line->level, line->event,
                                                arena_strdup(a, line->text) };
    }
    pthread_mutex_unlock(&recent.lock);
    *list_r = list;
    return found;
}

void log_line(enum log_level level, const char *event, const char *format, ...)
{
    char text[TEXT_BYTES];
    struct line l = { .len = 0 }, words = { .len = 0 };
    int saved_errno = errno;
    va_list ap;

    if (level < setup.lowest)
        return;

    va_start(ap, format);
    int len = vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    bool is_cut = len < 0 || (size_t)len >= sizeof text;
    size_t kept = len < 0 ? 0 : strnlen(text, sizeof text - 1);
    if (is_cut)
        kept = whole_chars(text, kept);

    if (setup.journal) {
        char prefix[8];
        snprintf(prefix, sizeof prefix, "<%d>", levels[level].priority);
        add(&l, prefix);
    }
    add(&l, setup.json ? "{" : "");
    if (!setup.journal)
        add_time(&l);
    add(&l, setup.json ? "\"level\":\"" : "level=");
    add(&l, levels[level].name);
    add(&l, setup.json ? "\",\"event\":\"" : " event=");
    add(&l, event);
    add(&l, setup.json ? "\",\"msg\":\"" : " msg=\"");
    add_escaped(&l, text, kept);
    add_escaped(&words, text, kept);
    keep(level, event, &words);

    is_cut = is_cut || l.full;
    l.full = false;
    const char *tail = setup.json ? "\"}\n" : "\"\n";
    if (is_cut)
        line_add(&l, "...", 3, 0);
    line_add(&l, tail, strlen(tail), 0);
    line_write(&l);
    errno = saved_errno;
}
