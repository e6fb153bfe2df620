/* What the three ways a letter can go have in common with the queue that drives them. */
#ifndef POST_CARRIER_H
#define POST_CARRIER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "conf.h"
#include "domain/letter.h"

enum outcome {
    CARRIED,
    TRY_AGAIN, /* it may work later */
    REFUSED,   /* it will not */
};

/* One try. What went wrong is told in `why`, never with a word of the letter or the address. */
struct trip {
    const struct conf *conf;
    const struct letter *letter;
    const char *id; /* 32 hex digits, the same in every try */
    int64_t now_ms; /* wall time */
    struct arena *arena;
    bool (*must_end)(void *arg); /* asked often while a transfer goes on */
    void *arg;
    const char *why;
};

enum outcome mail_carry(struct trip *t);
enum outcome sms_carry(struct trip *t);
enum outcome folder_carry(struct trip *t);

/* The mail as it travels: headers, an empty line, the text in base64. Arena; NULL if an address
 * holds what would end it. */
const char *mail_format(const struct trip *t);
/* The body of the request to sms.url, and its signature header. Arena. */
const char *sms_body(const struct trip *t);
const char *sms_signature(const struct trip *t, const char *body);

/* A handle with what mail and SMS share; protocols as CURLOPT_PROTOCOLS_STR. NULL when memory is
 * out. */
CURL *trip_open(struct trip *t, const char *url, const char *protocols);
/* Runs it. CURLE_OK or t->why is set; status_r is the server's last code, 0 without one. */
CURLcode trip_run(struct trip *t, CURL *curl, long *status_r);

#endif
