/* The one-time link to the set-up page, as it is printed (domain/setup.h says what it does). */
#ifndef SETUP_LINK_H
#define SETUP_LINK_H

#include <stdbool.h>

#include "domain/ctx.h"

struct server;

/* At start: prints a line "setup URL" if there is no administrator yet. */
void setup_greet(const struct services *sv, const struct server *server);
/* `chatd setup-link`: prints a new link on a line of its own; the server may run or not. false:
 * *error_r is one sentence (owned). */
bool setup_link(const struct conf *conf, char **error_r);

#endif
