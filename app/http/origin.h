/* Who may talk to us, from a browser and from this machine (reliability.md 1.1 row 15, 2 T19). */
#ifndef HTTP_ORIGIN_H
#define HTTP_ORIGIN_H

#include <stdbool.h>

struct io; /* http/dispatch.h */

/* Is origin ("https://chat.example") one of the space-separated list? Exactly, or not at all. */
bool origin_is_listed(const char *list, const char *origin);
/* Is origin the site that was asked, "example:8080" in the Host header? host may be NULL. */
bool origin_is_own(const char *host, const char *origin);
/* Does the request come from a program on this machine? Its peer is a loopback address, it names us
 * by one too, no proxy passed it on, and no web page sent it: a page that somebody here has open
 * could otherwise speak for the machine. */
bool request_is_local(const struct io *io);

#endif
