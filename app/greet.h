/* What a person who starts chatd in a terminal reads: where it is reached from here and from the
 * network, the local CA's fingerprint, and a QR code for the first phone. */
#ifndef GREET_H
#define GREET_H

#include <stdbool.h>

#include "conf.h"
#include "domain/authority.h"

struct server;

/* Does a person look on? By conf, or because standard output is a terminal. */
bool greet_is_wanted(const struct conf *conf);
/* Prints it to standard output. ca: NULL where there is none. */
void greet_print(const struct conf *conf, const struct server *server, const struct authority *ca);

#endif
