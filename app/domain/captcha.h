/* Picture captchas: four digits, one use, five minutes, bound to what they were asked for. */
#ifndef DOMAIN_CAPTCHA_H
#define DOMAIN_CAPTCHA_H

#include "domain/ctx.h"

/* Makes one for purpose ("login", "register"). key_r and answer_r arena; the answer goes into a
 * picture and nowhere else. */
enum err captcha_new(struct ctx *cx, const char *purpose, const char **key_r,
                     const char **answer_r);
/* Uses it up, whatever the answer. ERR_CAPTCHA_EXPIRED: missing, used, too old. ERR_BAD_CAPTCHA:
 * wrong answer or made for another purpose. OK at once when captchas are switched off. Takes the
 * writer. */
enum err captcha_check(struct ctx *cx, const char *purpose, const char *key, const char *answer);
/* Deletes the ones nobody answered in time. Takes the writer. */
enum err captcha_expire(struct ctx *cx);

#endif
