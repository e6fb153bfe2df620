/* Where settings come from, what their values may be, how refusals read, and that chat.conf shows
 * every key with its true default. Runs from the top folder, where chat.conf is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "conf.h"

static struct conf *parse(const char *text)
{
    struct conf *conf = NULL;
    char *error = NULL;

    if (!conf_parse(text, &conf, &error))
        fail_msg("%s", error);
    return conf;
}

/* text must be refused with exactly this sentence. */
static void refuse(const char *text, const char *sentence)
{
    struct conf *conf = NULL;
    char *error = NULL;

    if (conf_parse(text, &conf, &error))
        fail_msg("accepted: %s", text);
    assert_string_equal(error, sentence);
    free(error);
}

/* Both say the same, member by member. */
static void assert_same(const struct conf *a, const struct conf *b)
{
    assert_int_equal(a->listen_count, b->listen_count);
    for (int i = 0; i < a->listen_count; i++) {
        assert_string_equal(a->listen[i].address, b->listen[i].address);
        assert_string_equal(a->listen[i].dialect, b->listen[i].dialect);
        assert_int_equal(a->listen[i].port, b->listen[i].port);
        assert_int_equal(a->listen[i].tls, b->listen[i].tls);
    }
    assert_string_equal(a->data_dir, b->data_dir);
    assert_string_equal(a->www_dir, b->www_dir);
    assert_string_equal(a->site_name, b->site_name);
    assert_int_equal(a->greeting, b->greeting);
    assert_string_equal(a->tls_cert, b->tls_cert);
    assert_string_equal(a->tls_key, b->tls_key);
    assert_int_equal(a->landing, b->landing);
    assert_string_equal(a->cors_origins, b->cors_origins);
    assert_int_equal(a->registration, b->registration);
    assert_int_equal(a->invites, b->invites);
    assert_int_equal(a->captcha, b->captcha);
    assert_int_equal(a->rate_limits, b->rate_limits);
    assert_int_equal(a->password_cost, b->password_cost);
    assert_int_equal(a->token_days, b->token_days);
    assert_int_equal(a->messages_from, b->messages_from);
    assert_int_equal(a->group_members, b->group_members);
    assert_int_equal(a->mention_all_members, b->mention_all_members);
    assert_int_equal(a->recall_seconds, b->recall_seconds);
    assert_int_equal(a->http_threads, b->http_threads);
    assert_int_equal(a->max_sockets, b->max_sockets);
    assert_int_equal(a->sockets_per_user, b->sockets_per_user);
    assert_int_equal(a->sockets_per_address, b->sockets_per_address);
    assert_int_equal(a->socket_ping_seconds, b->socket_ping_seconds);
    assert_int_equal(a->socket_timeout_seconds, b->socket_timeout_seconds);
    assert_int_equal(a->socket_frame_bytes, b->socket_frame_bytes);
    assert_int_equal(a->socket_queue_bytes, b->socket_queue_bytes);
    assert_int_equal(a->socket_queue_frames, b->socket_queue_frames);
    assert_int_equal(a->request_body_bytes, b->request_body_bytes);
    assert_int_equal(a->log_level, b->log_level);
    assert_int_equal(a->log_json, b->log_json);
    assert_string_equal(a->mail_url, b->mail_url);
    assert_string_equal(a->mail_from, b->mail_from);
    assert_string_equal(a->sms_url, b->sms_url);
    assert_string_equal(a->sms_secret, b->sms_secret);
    assert_string_equal(a->tls_ca, b->tls_ca);
    assert_string_equal(a->node_secret, b->node_secret);
    assert_int_equal(a->upload_file_bytes, b->upload_file_bytes);
    assert_int_equal(a->upload_user_bytes, b->upload_user_bytes);
    assert_int_equal(a->upload_disk_floor_percent, b->upload_disk_floor_percent);
    assert_string_equal(a->qiniu_access_key, b->qiniu_access_key);
    assert_string_equal(a->qiniu_secret_key, b->qiniu_secret_key);
    assert_string_equal(a->qiniu_bucket, b->qiniu_bucket);
    assert_string_equal(a->qiniu_domain, b->qiniu_domain);
}

static void test_defaults(void **state)
{
    static const struct conf expected = {
        .listen = { { .address = "", .port = 8080 },
                    { .address = "", .port = 8443, .tls = true },
                    { .address = "127.0.0.1", .port = 9092, .dialect = "node" } },
        .listen_count = 3,
        .data_dir = "./chatd-data",
        .www_dir = "",
        .site_name = "chatd",
        .tls_cert = "",
        .tls_key = "",
        .landing = true,
        .cors_origins = "",
        .registration = REGISTRATION_OPEN,
        .captcha = true,
        .rate_limits = true,
        .password_cost = 15,
        .token_days = 7,
        .messages_from = WRITE_ANYONE,
        .group_members = 500,
        .mention_all_members = 20,
        .recall_seconds = 120,
        .http_threads = 64,
        .max_sockets = 500,
        .sockets_per_user = 20,
        .sockets_per_address = 1000,
        .socket_ping_seconds = 25,
        .socket_timeout_seconds = 90,
        .socket_frame_bytes = 1048576,
        .socket_queue_bytes = 262144,
        .socket_queue_frames = 1000,
        .request_body_bytes = 1048576,
        .upload_file_bytes = 20 * 1048576,
        .upload_user_bytes = 500 * 1048576,
        .upload_disk_floor_percent = 10,
        .qiniu_access_key = "",
        .qiniu_secret_key = "",
        .qiniu_bucket = "",
        .qiniu_domain = "",
        .log_level = LOG_INFO,
        .log_json = false,
        .mail_url = "",
        .mail_from = "",
        .sms_url = "",
        .sms_secret = "",
        .tls_ca = "",
        .node_secret = "",
    };
    struct conf *conf = parse("");

    (void)state;
    assert_same(conf, &expected);
    conf_free(conf);
    conf_free(NULL);
}

/* Every member set to something that is not its default. */
static void test_every_key_is_read(void **state)
{
    struct conf *conf =
        parse("listen = 1\ndata_dir=/d\nwww_dir=/w\nsite_name = Öffice 2 ; # \n"
              "greeting=off\n"
              "tls_cert=/c\ntls_key=/k\nlanding=off\ncors_origins=https://a.example  http://b:81\n"
              "registration=closed\ninvites=admins\ncaptcha=no\nrate_limits=0\npassword_cost=4\n"
              "token_days=1\nmessages_from=friends\ngroup_members=2\n"
              "mention_all_members=0\nrecall_seconds=0\nhttp_threads=4\nmax_sockets=1\n"
              "sockets_per_user=1\nsockets_per_address=1\nsocket_ping_seconds=5\n"
              "socket_timeout_seconds=10\nsocket_frame_bytes=2K\n"
              "socket_queue_bytes=1m\nsocket_queue_frames=10\n"
              "request_body_bytes=1024\nlog_level=debug\nlog_json=yes\n"
              "mail.url=smtp://m\nmail.from=a@b\nsms.url=http://s\nsms.secret=abcdefgh\n"
              "tls_ca=/ca\nnode.secret=12345678\n"
              "upload_file_bytes=1G\nupload_user_bytes=2G\nupload_disk_floor_percent=0\n"
              "qiniu.access_key=aaaaaaaa\nqiniu.secret_key=ssssssss\n"
              "qiniu.bucket=b-1_c.d\nqiniu.domain=https://f.example/x\n");
    static const struct conf expected = {
        .listen = { { .address = "", .port = 1 } },
        .listen_count = 1,
        .data_dir = "/d",
        .www_dir = "/w",
        .site_name = "Öffice 2 ; #",
        .greeting = GREETING_OFF,
        .tls_cert = "/c",
        .tls_key = "/k",
        .cors_origins = "https://a.example  http://b:81",
        .registration = REGISTRATION_CLOSED,
        .invites = INVITES_ADMINS,
        .password_cost = 4,
        .token_days = 1,
        .messages_from = WRITE_FRIENDS,
        .group_members = 2,
        .http_threads = 4,
        .max_sockets = 1,
        .sockets_per_user = 1,
        .sockets_per_address = 1,
        .socket_ping_seconds = 5,
        .socket_timeout_seconds = 10,
        .socket_frame_bytes = 2048,
        .socket_queue_bytes = 1048576,
        .socket_queue_frames = 10,
        .request_body_bytes = 1024,
        .upload_file_bytes = INT64_C(1) << 30,
        .upload_user_bytes = INT64_C(2) << 30,
        .qiniu_access_key = "aaaaaaaa",
        .qiniu_secret_key = "ssssssss",
        .qiniu_bucket = "b-1_c.d",
        .qiniu_domain = "https://f.example/x",
        .log_level = LOG_DEBUG,
        .log_json = true,
        .mail_url = "smtp://m",
        .mail_from = "a@b",
        .sms_url = "http://s",
        .sms_secret = "abcdefgh",
        .tls_ca = "/ca",
        .node_secret = "12345678",
    };

    (void)state;
    assert_same(conf, &expected);
    conf_free(conf);
}

static void test_qiniu_keys(void **state)
{
    (void)state;
    refuse("qiniu.access_key = 12345678",
           "qiniu.access_key, qiniu.secret_key, qiniu.bucket and qiniu.domain belong together: set "
           "all of them or none");
    refuse("qiniu.bucket = a/b",
           "text, line 1: qiniu.bucket must be letters, digits, '-', '_' and '.'");
    refuse("qiniu.domain = https://x/",
           "text, line 1: qiniu.domain must be without a slash at its end");
    refuse("qiniu.domain = ftp://x",
           "text, line 1: qiniu.domain must be an http:// or https:// URL");
}

static void test_file_syntax(void **state)
{
    struct conf *conf = parse("\xEF\xBB\xBF# a comment\n; another\r\n\n   http_threads =  10  \r\n"
                              "token_days: 3\n[mail]\nurl = smtps://u:p;x@h\nfrom = a@b\n[node]\n"
                              "  secret=  abcdefgh=#;\n[]\nlog_json = on");

    (void)state;
    assert_int_equal(conf->http_threads, 10);
    assert_int_equal(conf->token_days, 3);
    assert_string_equal(conf->mail_url, "smtps://u:p;x@h");
    assert_string_equal(conf->node_secret, "abcdefgh=#;");
    assert_true(conf->log_json);
    conf_free(conf);
}

static void test_flags(void **state)
{
    static const char *const yes[] = { "on", "yes", "true", "1" };
    static const char *const no[] = { "off", "no", "false", "0" };
    char text[64];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "captcha = %s\nlog_json = %s", no[i], yes[i]);
        struct conf *conf = parse(text);
        assert_false(conf->captcha);
        assert_true(conf->log_json);
        conf_free(conf);
    }
    refuse("captcha = ON", "text, line 1: captcha must be on or off, not \"ON\"");
    refuse("captcha =", "text, line 1: captcha must be on or off, not \"\"");
}

static void test_listeners(void **state)
{
    static const struct {
        const char *text;
        struct conf_listener l;
    } rows[] = {
        { "8080", { .port = 8080 } },
        { ":8080", { .port = 8080 } },
        { "*:8080", { .port = 8080 } },
        { "0", { .port = 0 } },
        { "65535s", { .port = 65535, .tls = true } },
        { "127.0.0.1:0", { .address = "127.0.0.1" } },
        { "[::1]:8443s", { .address = "[::1]", .port = 8443, .tls = true } },
        { "[::]:80", { .address = "[::]", .port = 80 } },
        { "127.0.0.1:9092 node", { .address = "127.0.0.1", .port = 9092, .dialect = "node" } },
        { "8090   togetherchat", { .port = 8090, .dialect = "togetherchat" } },
        { "*:8443s wukong", { .port = 8443, .tls = true, .dialect = "wukong" } },
    };
    static const char *const bad[] = {
        "",
        "s",
        ":",
        "x",
        "-1",
        "65536",
        "8080x",
        "8080ss",
        "80 80",
        "8080 Node",
        "8080 node x",
        "8080 n-o",
        "localhost:1",
        "1.2.3:80",
        "1.2.3.4.5:80",
        "256.0.0.1:80",
        "::1:80",
        "[::1:80",
        "[::1]",
        "[]:80",
        "[:80",
        "[::g]:80",
        "8080,",
        ",8080",
        "127.0.0.1",
        "127.0.0.1:",
        "[1.2.3.4]:80",
        "8080 abcdefghijklmnop",
        "8080 +",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "listen = %s", rows[i].text);
        struct conf *conf = parse(text);
        assert_int_equal(conf->listen_count, 1);
        assert_string_equal(conf->listen[0].address, rows[i].l.address);
        assert_string_equal(conf->listen[0].dialect, rows[i].l.dialect);
        assert_int_equal(conf->listen[0].port, rows[i].l.port);
        assert_int_equal(conf->listen[0].tls, rows[i].l.tls);
        conf_free(conf);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[64];
        char *error = NULL;
        struct conf *conf = NULL;
        snprintf(text, sizeof text, "listen = %s", bad[i]);
        if (conf_parse(text, &conf, &error))
            fail_msg("%s", bad[i]);
        assert_true(str_starts(error, "text, line 1: listen is ADDR:PORT[s] [DIALECT], and \""));
        free(error);
    }
}

static void test_several_listeners(void **state)
{
    struct conf *conf = parse("listen = 1, 2s ,127.0.0.1:3 node\nlisten = 4");
    char text[CONF_LISTENERS_MAX * 20] = "";
    size_t len = 0;

    (void)state;
    assert_int_equal(conf->listen_count, 4);
    assert_true(conf->listen[1].tls);
    assert_string_equal(conf->listen[2].dialect, "node");
    for (int i = 0; i < 4; i++)
        assert_int_equal(conf->listen[i].port, i + 1);
    conf_free(conf);

    for (int i = 0; i < CONF_LISTENERS_MAX; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "listen = %d\n", 8000 + i);
    conf = parse(text);
    assert_int_equal(conf->listen_count, CONF_LISTENERS_MAX);
    conf_free(conf);
    snprintf(text + len, sizeof text - len, "listen = 1\n");
    refuse(text, "text, line 17: listen can stand at most 16 times");
}

static void test_refusals(void **state)
{
    (void)state;
    refuse("http_thread = 5",
           "text, line 1: there is no key \"http_thread\"; the nearest is \"http_threads\"");
    refuse("\n\nHTTP_THREADS = 5",
           "text, line 3: there is no key \"HTTP_THREADS\"; the nearest is \"http_threads\"");
    refuse("[mail]\nuri = x",
           "text, line 2: there is no key \"mail.uri\"; the nearest is \"mail.url\"");
    refuse("= 5", "text, line 1: there is no key \"\"; the nearest is \"listen\"");
    refuse("http_threads = 3",
           "text, line 1: http_threads must be a whole number from 4 to 1024, not \"3\"");
    refuse("http_threads = 1025",
           "text, line 1: http_threads must be a whole number from 4 to 1024, not \"1025\"");
    refuse("http_threads = 4K",
           "text, line 1: http_threads must be a whole number from 4 to 1024, not \"4K\"");
    refuse("http_threads = 64 # many",
           "text, line 1: http_threads must be a whole number from 4 to 1024, not \"64 # many\"");
    refuse("socket_frame_bytes = 17M",
           "text, line 1: socket_frame_bytes must be a whole number of bytes (K, M and G are "
           "understood) from 1024 to 16777216, not \"17M\"");
    refuse("socket_frame_bytes = 9223372036854775807G",
           "text, line 1: socket_frame_bytes must be a whole number of bytes (K, M and G are "
           "understood) from 1024 to 16777216, not \"9223372036854775807G\"");
    refuse("socket_frame_bytes = K",
           "text, line 1: socket_frame_bytes must be a whole number of bytes (K, M and G are "
           "understood) from 1024 to 16777216, not \"K\"");
    refuse("registration = maybe",
           "text, line 1: registration must be open, invite or closed, not \"maybe\"");
    refuse("log_level = 1",
           "text, line 1: log_level must be debug, info, warn or error, not \"1\"");
    refuse("site_name =", "text, line 1: site_name must not be empty");
    refuse("data_dir =", "text, line 1: data_dir must not be empty");
    refuse("site_name = a\x01z",
           "text, line 1: site_name holds a control character or is not UTF-8");
    refuse("site_name = a\xFFz",
           "text, line 1: site_name holds a control character or is not UTF-8");
    refuse("si\x1bte = a", "text, line 1: the key holds a control character or is not UTF-8");
    refuse("captcha = on\ncaptcha = off", "text, line 2: captcha stands in line 1 already");
    refuse("captcha", "text, line 1: expected \"key = value\", \"[section]\" or a comment");
    refuse("\n[mail\nurl=x", "text, line 2: expected \"key = value\", \"[section]\" or a comment");
    refuse("tls_key = /k", "tls_key is set, but tls_cert, the certificate it belongs to, is not");
    refuse("socket_ping_seconds = 90", "socket_timeout_seconds must be more than "
                                       "socket_ping_seconds, or every quiet WebSocket is closed");
    /* Secrets do not come back in the sentence. */
    refuse("node.secret = hunter2",
           "text, line 1: node.secret must be empty or at least 8 characters long");
    refuse("node.secret = pass word",
           "text, line 1: node.secret must be ASCII letters, digits and signs, without spaces");
    refuse("mail.url = http://u:hunter2@m",
           "text, line 1: mail.url must be an smtp:// or smtps:// URL");
    refuse("mail.url = smtp://m",
           "mail.url is set, but mail.from, the address the mails come from, is not");
    refuse("mail.from = a", "text, line 1: mail.from must be an e-mail address");
    refuse("mail.from = a@b>", "text, line 1: mail.from must be an e-mail address");
    refuse("mail.from = a@b@c", "text, line 1: mail.from must be an e-mail address");
    refuse("sms.url = http://s",
           "sms.url is set, but sms.secret, which signs the requests to it, is not");
    refuse("sms.url = https://", "text, line 1: sms.url must be an http:// or https:// URL");
}

static void test_origins(void **state)
{
    static const char *const bad[] = {
        "*",         "example.org",         "https://", "https://a/",  "https://a/b",
        "https://A", "https://a,https://b", "ftp://a",  "https://u@a", "https://a https:",
        "null"
    };
    char text[128];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "cors_origins = %s", bad[i]);
        refuse(text,
               "text, line 1: cors_origins must be origins such as "
               "https://chat.example.org:8443, in lower case, without a path, separated by spaces");
    }
}

static void test_long_lines(void **state)
{
    char *text = malloc(10000);
    struct conf *conf = NULL;

    (void)state;
    memset(text, '#', 10000);
    memcpy(text + 4096, "\nlog_json = on", sizeof "\nlog_json = on");
    conf = parse(text);
    assert_true(conf->log_json);
    conf_free(conf);
    memcpy(text + 4096, "#\n", 3);
    refuse(text, "text, line 1: the line is longer than 4096 bytes");
    snprintf(text, 10000, "data_dir = %1024d", 1);
    conf = parse(text);
    conf_free(conf);
    snprintf(text, 10000, "data_dir = x%01024d", 1);
    refuse(text, "text, line 1: data_dir must be 1 to 1024 bytes long");
    free(text);
}

/* A file with this text; the name is given back, unlink it. */
static void write_file(const char *name, const void *text, size_t len)
{
    FILE *f = fopen(name, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static char *load_error(const char *file, const char *set)
{
    struct conf *conf = NULL;
    char *error = NULL;

    if (conf_load(file, &set, set != NULL, &conf, &error))
        fail_msg("accepted: %s, %s", file == NULL ? "no file" : file, set);
    return error;
}

static void refuse_load(const char *file, const char *set, const char *sentence)
{
    char *error = load_error(file, set);

    assert_string_equal(error, sentence);
    free(error);
}

static void test_order_of_sources(void **state)
{
    static const char text[] = "listen = 1\nlisten = 2\ntoken_days = 10\nhttp_threads = 10\n"
                               "site_name = file\n";
    static const char *const sets[] = { "token_days=30", "token_days = 31", "listen=9",
                                        "listen=10s" };
    char name[] = "/tmp/test_conf.XXXXXX";
    struct conf *conf = NULL;
    char *error = NULL;

    (void)state;
    assert_int_equal(close(mkstemp(name)), 0);
    write_file(name, text, sizeof text - 1);
    setenv("CHATD_TOKEN_DAYS", "20", 1);
    setenv("CHATD_HTTP_THREADS", "20", 1);
    setenv("CHATD_LISTEN", "5, 6s, 7", 1);
    setenv("CHATD_NODE_SECRET", "from-the-environment", 1);
    setenv("CHATD", "no setting", 1);
    assert_true(conf_load(name, NULL, 0, &conf, &error));
    assert_int_equal(conf->token_days, 20);
    assert_int_equal(conf->http_threads, 20);
    assert_string_equal(conf->site_name, "file");
    assert_string_equal(conf->node_secret, "from-the-environment");
    assert_int_equal(conf->listen_count, 3);
    assert_int_equal(conf->listen[0].port, 5);
    conf_free(conf);

    assert_true(conf_load(name, sets, 4, &conf, &error));
    assert_int_equal(conf->token_days, 31);
    assert_int_equal(conf->http_threads, 20);
    assert_int_equal(conf->listen_count, 2);
    assert_int_equal(conf->listen[0].port, 9);
    assert_true(conf->listen[1].tls);
    conf_free(conf);

    unsetenv("CHATD_TOKEN_DAYS");
    unsetenv("CHATD_HTTP_THREADS");
    unsetenv("CHATD_LISTEN");
    unsetenv("CHATD_NODE_SECRET");
    assert_true(conf_load(name, NULL, 0, &conf, &error));
    assert_int_equal(conf->token_days, 10);
    assert_int_equal(conf->listen_count, 2);
    assert_int_equal(conf->listen[1].port, 2);
    conf_free(conf);
    unlink(name);

    assert_true(conf_load(NULL, NULL, 0, &conf, &error));
    assert_int_equal(conf->token_days, 7);
    assert_int_equal(conf->listen_count, 3);
    assert_int_equal(conf->listen[0].port, 8080);
    conf_free(conf);
}

static void test_environment_and_sets_are_checked(void **state)
{
    (void)state;
    setenv("CHATD_HTTP_THREAD", "5", 1);
    refuse_load(NULL, NULL,
                "the environment has CHATD_HTTP_THREAD, which is no setting; the nearest is "
                "CHATD_HTTP_THREADS");
    unsetenv("CHATD_HTTP_THREAD");
    setenv("CHATD_MAIL_URL", "x", 1);
    refuse_load(NULL, NULL, "CHATD_MAIL_URL: mail.url must be an smtp:// or smtps:// URL");
    unsetenv("CHATD_MAIL_URL");
    setenv("CHATD_SITE_NAME", "a\nb", 1);
    refuse_load(NULL, NULL, "CHATD_SITE_NAME: site_name holds a control character or is not UTF-8");
    unsetenv("CHATD_SITE_NAME");

    refuse_load(NULL, "captcha", "-s: expected key=value");
    refuse_load(NULL, "=on", "-s: expected key=value");
    refuse_load(NULL, "captchas=on",
                "-s: there is no key \"captchas\"; the nearest is \"captcha\"");
    refuse_load(NULL, "captcha=x", "-s: captcha must be on or off, not \"x\"");
}

static void test_files_that_cannot_be_read(void **state)
{
    char name[] = "/tmp/test_conf.XXXXXX";
    char *big = malloc(1024 * 1024 + 1);
    char sentence[256];

    (void)state;
    assert_int_equal(close(mkstemp(name)), 0);
    refuse_load("/nonexistent/chat.conf", NULL,
                "cannot open /nonexistent/chat.conf: No such file or directory");
    refuse_load("/tmp", NULL, "cannot read /tmp: Is a directory");
    write_file(name, "log_json = on\n\0", 15);
    snprintf(sentence, sizeof sentence, "%s holds a NUL byte and is no text file", name);
    refuse_load(name, NULL, sentence);
    memset(big, '\n', 1024 * 1024 + 1);
    write_file(name, big, 1024 * 1024 + 1);
    snprintf(sentence, sizeof sentence, "%s is larger than 1048576 bytes", name);
    refuse_load(name, NULL, sentence);
    write_file(name, big, 1024 * 1024);
    struct conf *conf = NULL;
    char *error = NULL;
    assert_true(conf_load(name, NULL, 0, &conf, &error));
    conf_free(conf);
    write_file(name, "\nwrong = 1\n", 11);
    char *found = load_error(name, NULL);
    snprintf(sentence, sizeof sentence, "%s, line 2: there is no key \"wrong\"; ", name);
    assert_true(str_starts(found, sentence));
    free(found);
    free(big);
    unlink(name);
}

/* --help prints these. */
static void test_the_key_list(void **state)
{
    struct buf all = buf_new(*state);
    struct conf *defaults = parse(""), *conf = NULL;
    size_t count;
    const struct conf_key *keys = conf_keys(&count);

    assert_true(count > 20);
    for (size_t i = 0; i < count; i++) {
        assert_in_range(strlen(keys[i].help), 10, 120);
        assert_false(str_has_control(keys[i].help));
        buf_printf(&all, "%s = %s\n", keys[i].name, keys[i].fallback);
    }
    conf = parse(all.data);
    assert_same(conf, defaults);
    conf_free(conf);
    conf_free(defaults);
}

static char *read_chat_conf(struct arena *a)
{
    char *text = arena_alloc(a, 65536);
    FILE *f = fopen("chat.conf", "r");

    assert_non_null(f);
    assert_in_range(fread(text, 1, 65535, f), 1000, 65534);
    fclose(f);
    return text;
}

/* In chat.conf "#key = value" is a setting that is off, and "# text" is text. */
static bool is_setting(const char *line)
{
    return line[0] == '#' && ((line[1] >= 'a' && line[1] <= 'z') || line[1] == '[');
}

/* What stands between the last pair of parentheses of a help line, if it is a range. */
static char *range_of(struct arena *a, const char *help)
{
    const char *open = strrchr(help, '(');

    if (open == NULL || strstr(open, " to ") == NULL)
        return NULL;
    return arena_strndup(a, open + 1, strlen(open) - 2);
}

/* Every key is there once, in the order of conf.def, below a text with its range and an example. */
static void test_chat_conf_explains_every_key(void **state)
{
    struct arena *a = *state;
    char *rest = read_chat_conf(a), *line;
    struct buf block = buf_new(a);
    size_t count, at = 0;
    const struct conf_key *keys = conf_keys(&count);
    const char *last = "";

    while ((line = strsep(&rest, "\n")) != NULL) {
        assert_true(strlen(line) <= 100);
        assert_true(line[0] == '#' || line[0] == '\0');
        if (!is_setting(line)) {
            buf_str(&block, line);
            buf_str(&block, "\n");
            if (line[0] == '\0')
                block = buf_new(a);
            continue;
        }
        const char *name = arena_strndup(a, line + 1, strcspn(line + 1, " ="));
        if (str_eq(name, last))
            continue; /* listen, once more */
        last = name;
        assert_true(at < count);
        assert_string_equal(name, keys[at].name);
        char *example = arena_printf(a, "# Example: %s = ", name);
        if (strstr(block.data, example) == NULL)
            fail_msg("%s has no example", name);
        char *range = range_of(a, keys[at].help);
        if (range != NULL && strstr(block.data, range) == NULL)
            fail_msg("%s does not say %s", name, range);
        at++;
    }
    assert_int_equal(at, count);
}

static void test_chat_conf_shows_the_defaults(void **state)
{
    struct arena *a = *state;
    char *rest = read_chat_conf(a), *line;
    struct buf on = buf_new(a), examples = buf_new(a);

    while ((line = strsep(&rest, "\n")) != NULL) {
        if (is_setting(line))
            buf_printf(&on, "%s\n", line + 1);
        if (str_starts(line, "# Example: "))
            buf_printf(&examples, "%s\n", line + strlen("# Example: "));
    }
    struct conf *defaults = parse(""), *shown = parse(on.data),
                *as_it_is = parse(read_chat_conf(a));
    assert_same(shown, defaults);
    assert_same(as_it_is, defaults);
    conf_free(shown);
    conf_free(as_it_is);
    conf_free(defaults);
    /* The examples are values that can be used, all together. */
    conf_free(parse(examples.data));
}

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_defaults),
        T(test_every_key_is_read),
        T(test_qiniu_keys),
        T(test_file_syntax),
        T(test_flags),
        T(test_listeners),
        T(test_several_listeners),
        T(test_refusals),
        T(test_origins),
        T(test_long_lines),
        T(test_order_of_sources),
        T(test_environment_and_sets_are_checked),
        T(test_files_that_cannot_be_read),
        T(test_the_key_list),
        T(test_chat_conf_explains_every_key),
        T(test_chat_conf_shows_the_defaults),
    };
    return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
