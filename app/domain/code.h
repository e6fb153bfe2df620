/* Codes that prove an e-mail address or a mobile number is one's own: five digits, five minutes (or
 * four and ten, where a document says so), one use, five tries, bound to the address and to what they were asked for. */
#ifndef DOMAIN_CODE_H
#define DOMAIN_CODE_H

#include "domain/ctx.h"

#define CODE_ANY "" /* made for no particular purpose: serves each */
#define CODE_LOGIN "login"
#define CODE_RESET "reset"

/* Makes a code and sends it off; the one before it is void. address as typed; purpose is one of the
 * above. ERR_BAD_FIELD: not an address. ERR_RATE_LIMITED with cx->retry_after_ms: the address got
 * one within the last minute or five within the last hour, or the peer or everybody together asked
 * for too many. ERR_BUSY: too much mail is waiting. Takes the writer. */
enum err code_send(struct ctx *cx, enum medium medium, const char *address, const char *purpose);
/* The same with four digits for ten minutes; code_r arena, for who has to show it. Source: room POST
 * /user/forgetPwd. */
enum err code_send_brief(struct ctx *cx, enum medium medium, const char *address,
                         const char *purpose, const char **code_r);
/* Uses the code up if it is right. ERR_BAD_CAPTCHA: wrong, or made for another purpose; it counts
 * as a try. ERR_CAPTCHA_EXPIRED: there is none, or it is used, too old or has been tried too often.
 * ERR_BAD_FIELD, ERR_RATE_LIMITED (tries of the peer). Takes the writer if there is a code. */
enum err code_check(struct ctx *cx, enum medium medium, const char *address, const char *purpose,
                    const char *code);
/* Forgets what is too old to matter. Takes the writer. */
enum err code_expire(struct ctx *cx);

#endif
