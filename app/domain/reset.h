/* A new password by a code of four digits: there are so few of them that tries are counted, per
 * account and over all (facts/room-and-node.md 2.1). */
#ifndef DOMAIN_RESET_H
#define DOMAIN_RESET_H

#include "domain/ctx.h"

#define RESET_TRIES 3
#define RESET_WINDOW_MS INT64_C(60000)
#define RESET_BAN_MS INT64_C(600000)

/* Sends a code to the account of that address; code_r arena. ERR_NO_ACCOUNT, and what
 * code_send_brief says. Takes the writer. */
enum err reset_begin(struct ctx *cx, const char *email, const char **code_r);
/* Sets the password if the code is right, and ends all sessions of the account. Every call is a
 * try, right or wrong. ERR_RATE_LIMITED: all together try too often; ERR_NO_ACCOUNT;
 * ERR_TOO_MANY_TRIES: the fourth within RESET_WINDOW_MS of the first, from now on nothing is heard
 * for RESET_BAN_MS; ERR_BANNED: within those; then what code_check and user_reset_password say.
 * Takes the writer. */
enum err reset_finish(struct ctx *cx, const char *email, const char *code, const char *password);

#endif
