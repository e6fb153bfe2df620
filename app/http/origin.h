/* Who may talk to us from a browser (reliability.md 1.1 row 15, 2 T19). */
#ifndef HTTP_ORIGIN_H
#define HTTP_ORIGIN_H

#include <stdbool.h>

/* Is origin ("https://chat.example") one of the space-separated list? Exactly, or not at all. */
bool origin_is_listed(const char *list, const char *origin);
/* Is origin the site that was asked, "example:8080" in the Host header? host may be NULL. */
bool origin_is_own(const char *host, const char *origin);

#endif
