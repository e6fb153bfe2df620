/* The certificate the TLS listeners show: the owner's (tls_cert), or one signed by a local CA that
 * the first start makes. It can change while the server runs: new handshakes see the new one, open
 * connections stay. In data_dir, all 0600: ca-cert.pem, ca-key.pem, tls-cert.pem, tls-key.pem. */
#ifndef TLS_TLS_H
#define TLS_TLS_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/clock.h"
#include "conf.h"
#include "domain/authority.h"
#include "tls/host.h"

struct tls;

/* Loads the certificate; makes CA and certificate where conf names none and they are missing, end
 * within a month or, the certificate, are not for this host's names and addresses (so a self-signed
 * one of an older chatd is replaced). Everything is borrowed until tls_close. NULL: *error_r is one
 * sentence naming the key or data_dir; owned. */
struct tls *tls_open(const struct conf *conf, const struct clock *clock,
                     const struct host_source *source, char **error_r);
/* NULL is allowed. No connection may be left. */
void tls_close(struct tls *tls);

/* Makes connections of context show the certificate of the moment; context must not outlive tls.
 * Sets what any TLS listener of ours wants: TLS 1.2 on, no renegotiation, no session cache. */
bool tls_attach(struct tls *tls, SSL_CTX *context);

/* Has the host other names or addresses, or the certificate little time left? Then makes a new one.
 * Cheap when not; does nothing to the owner's certificate. Any thread. false: it failed, which is
 * logged, and the old one stays. NULL is allowed. */
bool tls_renew(struct tls *tls);
/* Reads the owner's files again (SIGHUP), or renews ours. false: they are no good, which is logged,
 * and the old ones stay. Any thread. NULL is allowed. */
bool tls_reload(struct tls *tls);

/* Our CA, or NULL where the owner has a certificate. Borrowed; it never changes but by tls_renew
 * after ten years. */
const struct authority *tls_authority(const struct tls *tls);

/* The host part of an https URL that the certificate of the moment is good for: host (borrowed; as in
 * a URL, without a port) if it is, else another of this machine's, arena. NULL: there is none. */
const char *tls_host_for(struct tls *tls, struct arena *a, const char *host);

/* The CA in data_dir, read without starting anything; arena. NULL: there is none. */
const struct authority *tls_read_authority(struct arena *a, const char *data_dir);

#endif
