/* The two certificates a server without one makes for itself, as OpenSSL objects: a CA that can
 * only vouch for this machine and for private addresses, and what it signs. No files here. */
#ifndef TLS_MAKE_H
#define TLS_MAKE_H

#include <openssl/x509.h>
#include <stdbool.h>

#include "base/arena.h"
#include "tls/host.h"

#define MAKE_DAY_S INT64_C(86400)

/* A CA for 10 years from now_s (seconds since 1970), called "chatd local CA HOST DATE", for EC
 * P-256. Its critical name constraints permit the names of host and localhost, and 10/8, 172.16/12,
 * 192.168/16, 169.254/16, 127/8, fc00::/7, fe80::/10 and ::1: who trusts it trusts nobody's bank to
 * it. Owned. NULL: OpenSSL failed. */
X509 *make_ca(EVP_PKEY *key, const struct host *host, int64_t now_s);

/* The alternative names host gets from ca, "DNS:localhost,IP:127.0.0.1,...": those of its names and
 * addresses that ca permits, since one that it does not would spoil all. Arena. */
const char *make_names(struct arena *a, X509 *ca, const struct host *host);
/* Does ca permit DNS names that end so? */
bool make_permits(X509 *ca, const char *name);

/* A server's certificate for names, for at most 397 days (the longest browsers accept) and no
 * longer than ca. Owned. NULL: OpenSSL failed. */
X509 *make_leaf(X509 *ca, EVP_PKEY *ca_key, EVP_PKEY *key, const char *names, int64_t now_s);
/* Has leaf begun, and will it last 30 days from now_s? */
bool make_is_timely(const X509 *leaf, int64_t now_s);
/* Was leaf made by ca for exactly these names and this key, and is it timely? */
bool make_is_good(X509 *leaf, X509 *ca, EVP_PKEY *key, const char *names, int64_t now_s);
/* Is it a CA with this key that lasts 30 days from now_s? */
bool make_ca_is_good(X509 *ca, EVP_PKEY *key, int64_t now_s);

/* "AB:CD:..." of SHA-256 over the DER form; arena. */
char *make_fingerprint(struct arena *a, const X509 *cert);

#endif
