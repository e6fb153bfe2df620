/* The log: one line per event on stderr, `key=value` pairs (or JSON with log_json).
 * Never give it a token, password, code, captcha, message body or query string: ids and names of
 * things only. Values are escaped here. Any thread. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Sets the lowest level printed and the format; call once before threads start. */
void log_setup(enum log_level lowest, bool json);
/* One line: time, level, event (a short fixed word such as "http"), then the formatted text as
 * msg. */
void log_line(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A line that was printed, of the last LOG_RECENT_MAX; long texts are cut. */
#define LOG_RECENT_MAX 1000
struct log_entry {
    int64_t at_ms; /* wall time */
    enum log_level level;
    const char *event;
    const char *text; /* escaped as it was printed */
};
/* At most limit of the last lines, the newest first: those of lowest or above, which hold the text
 * holds (ASCII letters in either case; NULL: all) as event or in their text. list_r in the arena;
 * returns how many. */
size_t log_recent(struct arena *a, enum log_level lowest, const char *holds, size_t limit,
                  struct log_entry **list_r);

#define log_debug(event, ...) log_line(LOG_DEBUG, (event), __VA_ARGS__)
#define log_info(event, ...) log_line(LOG_INFO, (event), __VA_ARGS__)
#define log_warn(event, ...) log_line(LOG_WARN, (event), __VA_ARGS__)
#define log_error(event, ...) log_line(LOG_ERROR, (event), __VA_ARGS__)

#endif
