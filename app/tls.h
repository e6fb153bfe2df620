/* The certificate a server without one makes for itself on first start. */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>

/* Makes sure data_dir holds tls-cert.pem and tls-key.pem that are good for another month, for
 * localhost, this machine's name and all its addresses; makes new ones otherwise. false: *error_r
 * is one sentence; owned. */
bool tls_self_signed(const char *data_dir, char **error_r);

#endif
