/* Log lines: their shape, one write each, and that nothing inside a value can break out of it.
 * Standard error is replaced by a datagram socket: a datagram is a write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

static int sockets[2];
static int real_stderr;

static int setup(void **state)
{
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets), 0);
    real_stderr = dup(STDERR_FILENO);
    assert_true(real_stderr >= 0);
    dup2(sockets[1], STDERR_FILENO);
    unsetenv("JOURNAL_STREAM");
    log_setup(LOG_DEBUG, false);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    close(sockets[0]);
    close(sockets[1]);
    unsetenv("JOURNAL_STREAM");
    log_setup(LOG_INFO, false);
    return 0;
}

/* The next line written, or "" when there is none. */
static const char *next_line(void)
{
    static char line[8192];
    ssize_t n = recv(sockets[0], line, sizeof line - 1, MSG_DONTWAIT);

    line[n > 0 ? n : 0] = '\0';
    return line;
}

/* Checks "time=YYYY-MM-DDTHH:MM:SS.mmmZ " and gives what follows. */
static const char *after_time(const char *line)
{
    static const char shape[] = "time=0000-00-00T00:00:00.000Z ";

    for (size_t i = 0; i < sizeof shape - 1; i++) {
        bool fits = shape[i] == '0' ? line[i] >= '0' && line[i] <= '9' : line[i] == shape[i];
        if (!fits)
            fail_msg("%s", line);
    }
    return line + sizeof shape - 1;
}

static void test_logfmt(void **state)
{
    (void)state;
    log_info("http", "GET %s %d", "/user/login", 200);
    assert_string_equal(after_time(next_line()),
                        "level=info event=http msg=\"GET /user/login 200\"\n");
    log_error("db", "disk full");
    assert_string_equal(after_time(next_line()), "level=error event=db msg=\"disk full\"\n");
    assert_string_equal(next_line(), "");
}

static void test_levels(void **state)
{
    (void)state;
    log_setup(LOG_WARN, false);
    log_debug("x", "no");
    log_info("x", "no");
    assert_string_equal(next_line(), "");
    log_warn("x", "yes");
    assert_string_equal(after_time(next_line()), "level=warn event=x msg=\"yes\"\n");
}

static void test_values_cannot_break_out(void **state)
{
    (void)state;
    log_info("x", "%s", "a\" level=error msg=\"b\\\r\nc\x1b[2J\x7f\t\xC2\x9B");
    assert_string_equal(after_time(next_line()),
                        "level=info event=x msg=\"a\\\" level=error msg=\\\"b\\\\\\x0d\\nc\\x1b[2J"
                        "\\x7f\\x09\\x9b\"\n");
    log_info("x", "%s", "你好 \xFF\xE4\xBD");
    assert_string_equal(after_time(next_line()),
                        "level=info event=x msg=\"你好 \\xff\\xe4\\xbd\"\n");
}

static void test_json(void **state)
{
    (void)state;
    log_setup(LOG_INFO, true);
    log_info("x", "%s", "a\"b\\\n\x01\x7f\xC2\x9B\xFFé");
    const char *line = next_line();
    cJSON *root = cJSON_Parse(line);
    assert_non_null(root);
    assert_int_equal(line[strlen(line) - 1], '\n');
    assert_string_equal(cJSON_GetObjectItem(root, "level")->valuestring, "info");
    assert_string_equal(cJSON_GetObjectItem(root, "event")->valuestring, "x");
    assert_string_equal(cJSON_GetObjectItem(root, "msg")->valuestring,
                        "a\"b\\\n\x01\x7f\xC2\x9B\xEF\xBF\xBDé");
    assert_int_equal(strlen(cJSON_GetObjectItem(root, "time")->valuestring), 24);
    cJSON_Delete(root);
}

/* Whatever the length and the escapes: one datagram, at most 4096 bytes, whole characters, ended. */
static void test_long_lines_are_cut(void **state)
{
    static const char *const fills[] = { "a", "é", "你", "\xF0\x9F\x98\x80", "\"", "\x01" };
    char text[7000];

    (void)state;
    for (int json = 0; json < 2; json++) {
        log_setup(LOG_INFO, json == 1);
        for (size_t f = 0; f < sizeof fills / sizeof fills[0]; f++) {
            size_t step = strlen(fills[f]), len = 0;
            while (len + step < sizeof text) {
                memcpy(text + len, fills[f], step);
                len += step;
            }
            text[len] = '\0';
            for (size_t shift = 0; shift < 8; shift++) {
                log_info("x", "%.*s%s", (int)shift, "12345678", text);
                const char *line = next_line();
                assert_in_range(strlen(line), 2000, 4096);
                assert_true(utf8_valid(line, strlen(line)));
                const char *tail = json ? "...\"}\n" : "...\"\n";
                assert_string_equal(line + strlen(line) - strlen(tail), tail);
                cJSON *root = json ? cJSON_Parse(line) : NULL;
                assert_int_equal(root != NULL, json);
                cJSON_Delete(root);
                assert_string_equal(next_line(), "");
            }
        }
    }
}

static void set_journal(unsigned long extra)
{
    struct stat st;
    char text[64];

    assert_int_equal(fstat(STDERR_FILENO, &st), 0);
    snprintf(text, sizeof text, "%lu:%lu", (unsigned long)st.st_dev,
             (unsigned long)st.st_ino + extra);
    setenv("JOURNAL_STREAM", text, 1);
}

static void test_journal(void **state)
{
    (void)state;
    set_journal(0);
    log_setup(LOG_DEBUG, false);
    log_debug("x", "a");
    assert_string_equal(next_line(), "<7>level=debug event=x msg=\"a\"\n");
    log_info("x", "a");
    assert_string_equal(next_line(), "<6>level=info event=x msg=\"a\"\n");
    log_warn("x", "a");
    assert_string_equal(next_line(), "<4>level=warn event=x msg=\"a\"\n");
    log_error("x", "a");
    assert_string_equal(next_line(), "<3>level=error event=x msg=\"a\"\n");
    log_setup(LOG_DEBUG, true);
    log_info("x", "a");
    assert_string_equal(next_line(), "<6>{\"level\":\"info\",\"event\":\"x\",\"msg\":\"a\"}\n");

    /* Inherited from a service whose output was redirected to a file: not the journal. */
    set_journal(1);
    log_setup(LOG_DEBUG, false);
    log_info("x", "a");
    assert_string_equal(after_time(next_line()), "level=info event=x msg=\"a\"\n");
}

static void test_errno_survives(void **state)
{
    (void)state;
    dup2(real_stderr, STDERR_FILENO);
    int broken = open("/dev/full", O_WRONLY);
    assert_true(broken >= 0);
    dup2(broken, STDERR_FILENO);
    close(broken);
    errno = EILSEQ;
    log_info("x", "to a full disk");
    assert_int_equal(errno, EILSEQ);
}

#define THREADS 4
#define LINES 200

static void *write_lines(void *arg)
{
    for (int i = 0; i < LINES; i++)
        log_info("thread", "%s %d", (const char *)arg, i);
    return NULL;
}

static void test_threads_do_not_mix(void **state)
{
    static const char *const names[THREADS] = { "aaaa", "bbbb", "cccc", "dddd" };
    pthread_t threads[THREADS];
    int counts[THREADS] = { 0 };

    (void)state;
    for (int t = 0; t < THREADS; t++)
        assert_int_equal(
            pthread_create(&threads[t], NULL, write_lines, (void *)(uintptr_t)names[t]), 0);
    for (int n = 0; n < THREADS * LINES; n++) {
        char line[8192];
        ssize_t len = recv(sockets[0], line, sizeof line - 1, 0);
        assert_true(len > 0);
        line[len] = '\0';
        const char *rest = after_time(line);
        char expected[64];
        int t = rest[strlen("level=info event=thread msg=\"")] - 'a';
        assert_in_range(t, 0, THREADS - 1);
        snprintf(expected, sizeof expected, "level=info event=thread msg=\"%s %d\"\n", names[t],
                 counts[t]++);
        assert_string_equal(rest, expected);
    }
    for (int t = 0; t < THREADS; t++)
        pthread_join(threads[t], NULL);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_logfmt),
        T(test_levels),
        T(test_values_cannot_break_out),
        T(test_json),
        T(test_long_lines_are_cut),
        T(test_journal),
        T(test_errno_survives),
        T(test_threads_do_not_mix),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
