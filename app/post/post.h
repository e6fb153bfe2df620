/* The way out: letters to e-mail addresses and mobile numbers, sent by threads of their own so that
 * no request waits for somebody else's server. Mail goes by SMTP (mail.url), SMS to a web hook
 * (sms.url); a medium whose key is not set puts its letters into files in DATA_DIR/outbox/. */
#ifndef POST_POST_H
#define POST_POST_H

#include "conf.h"
#include "domain/letter.h"
#include "base/err.h"

struct post;

/* conf is borrowed until post_stop. Owned: post_stop. */
struct post *post_start(const struct conf *conf);
/* Tries for a few seconds to send what was not tried yet, and ends. NULL is allowed. */
void post_stop(struct post *post);

/* For struct services: copies letter for sending soon, up to four times. post is a struct post.
 * ERR_BUSY: too many are waiting. Any thread; never waits. */
enum err post_send(void *post, const struct letter *letter);

#endif
