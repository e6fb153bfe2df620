/* chat.conf and everything that overrides it: built-in default < file < CHATD_* environment < -s
 * key=value. The file is INI read by libinih. An unknown key, a bad value or an unreadable file is
 * one plain sentence naming it; main prints it and exits 78. */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_LISTENERS_MAX 16

struct conf_listener {
    char address[128]; /* "", "127.0.0.1", "[::1]": "" is every address, IPv4 and IPv6 */
    int port;          /* 0..65535; 0 takes a free one */
    bool tls;
    char dialect[16]; /* "": the web client and every dialect at its documented path */
};

enum registration { REGISTRATION_OPEN, REGISTRATION_INVITE, REGISTRATION_CLOSED };
enum who_invites { INVITES_EVERYONE, INVITES_ADMINS };
enum greeting { GREETING_AUTO, GREETING_ON, GREETING_OFF };
enum who_may_write { WRITE_ANYONE, WRITE_FRIENDS };
enum metrics_for { METRICS_LOCAL, METRICS_OPEN, METRICS_OFF };

/* Every member is a key of chat.conf of the same name; see that file for meanings. */
struct conf {
    struct conf_listener listen[CONF_LISTENERS_MAX];
    int listen_count;
    const char *data_dir;
    const char *www_dir; /* "": the embedded client */
    const char *site_name;
    int64_t greeting;     /* enum greeting */
    const char *tls_cert; /* "": one signed by the local CA (tls/tls.h) */
    const char *tls_key;
    bool landing;             /* show browsers at plain http the way to https first */
    const char *cors_origins; /* space-separated origins, "" for none */

    int64_t registration; /* enum registration */
    int64_t invites;      /* enum who_invites */
    bool captcha;
    bool rate_limits;
    int64_t password_cost; /* log2 N */
    int64_t token_days;
    int64_t messages_from;       /* enum who_may_write */
    int64_t group_members;       /* people in one group */
    int64_t mention_all_members; /* up to so many, anybody may mention all */
    int64_t recall_seconds;
    int64_t call_ring_seconds;
    int64_t call_grace_seconds; /* a lost socket may come back within it */

    int64_t http_threads;
    int64_t max_sockets;
    int64_t sockets_per_user;
    int64_t sockets_per_address;
    int64_t socket_ping_seconds;
    int64_t socket_timeout_seconds; /* nothing heard for so long: closed */
    int64_t socket_frame_bytes;
    int64_t socket_queue_bytes;
    int64_t socket_queue_frames;
    int64_t request_body_bytes;

    int64_t upload_file_bytes;
    int64_t upload_user_bytes;
    int64_t upload_disk_floor_percent;

    int64_t metrics;   /* enum metrics_for */
    int64_t log_level; /* enum log_level */
    bool log_json;

    const char *mail_url;    /* mail.url */
    const char *mail_from;   /* mail.from */
    const char *sms_url;     /* sms.url */
    const char *sms_secret;  /* sms.secret */
    const char *tls_ca;      /* "": the system's authorities */
    const char *node_secret; /* node.secret */

    /* stun.*, turn.*: for calls between networks */
    const char *stun_urls;   /* separated by spaces */
    const char *turn_urls;   /* separated by spaces */
    const char *turn_secret; /* shared with the TURN server */
    int64_t turn_ttl_seconds;

    /* qiniu.*; all "" or none: uploads go to that service instead of this server */
    const char *qiniu_access_key;
    const char *qiniu_secret_key;
    const char *qiniu_bucket;
    const char *qiniu_domain;
};

/* Builds the configuration. file: NULL means none was asked for: ./chat.conf is NOT read by itself,
 * the defaults stand. sets: count texts "key=value" from -s, applied last in order (a first
 * "listen" replaces the default listeners, further ones add). The strings live until conf_free.
 * false: *error_r is one sentence naming the key, file or line; owned, free() it. */
bool conf_load(const char *file, const char *const *sets, size_t count, struct conf **conf_r,
               char **error_r);
/* The same from text instead of a file, for tests and the fuzzer; the environment is not read. */
bool conf_parse(const char *text, struct conf **conf_r, char **error_r);
void conf_free(struct conf *conf);

/* Every key, for --help and for the test that compares chat.conf with the defaults. */
struct conf_key {
    const char *name;
    const char *fallback; /* the default, as text */
    const char *help;     /* one line with the unit */
};
const struct conf_key *conf_keys(size_t *count_r);

#endif
