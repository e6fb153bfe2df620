/* The local CA for everybody who wants to trust it: /ca.crt, /ca.pem, /ca.mobileconfig. Ours, in no
 * document (product.md 3.1); handlers/README.md describes it. */
#ifndef HANDLERS_TRUST_TRUST_H
#define HANDLERS_TRUST_TRUST_H

#include "domain/authority.h"
#include "http/dialect.h"

extern const struct dialect trust_dialect;

/* The CA as an Apple configuration profile; site names it for people. Arena. */
const char *trust_profile(struct arena *a, const struct authority *ca, const char *site);

#endif
