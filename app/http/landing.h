/* Whether a request for the web client gets the way to https instead (product.md 3.1). */
#ifndef HTTP_LANDING_H
#define HTTP_LANDING_H

#include <stdbool.h>

#include "http/dispatch.h"

#define LANDING_PATH "/trust.html"

/* Does a browser on another machine ask for "/" by plain http, though there is https? Not when a
 * proxy asks for it: then it is the proxy that has a certificate. */
bool landing_is_due(const struct io *io);

#endif
