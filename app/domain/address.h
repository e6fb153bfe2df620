/* E-mail addresses and mobile numbers as people type them. What passes here goes into mail headers,
 * SMTP commands and requests to other servers, so it holds nothing that means something there. */
#ifndef DOMAIN_ADDRESS_H
#define DOMAIN_ADDRESS_H

#include "base/arena.h"
#include "base/err.h"
#include "domain/letter.h"

#define ADDRESS_MAX 100

/* The one spelling of an address (e-mail in lower case), arena. ERR_BAD_FIELD: not an address of
 * that medium. */
enum err address_normalise(struct arena *a, enum medium medium, const char *text,
                           const char **address_r);
/* The address with its middle hidden, for others to see: "zha***@example.org", "157****5678".
 * Arena. */
const char *address_mask(struct arena *a, enum medium medium, const char *address);

#endif
