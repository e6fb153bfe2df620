/* `chatd trust`: the local CA, and how each system is made to trust it. */
#ifndef TLS_TRUST_H
#define TLS_TRUST_H

#include <stdio.h>

#include "conf.h"

/* Prints path, fingerprint and steps to out. false: there is no CA; *error_r is one sentence that
 * says why; owned. Reads data_dir only, also beside a running server. */
bool trust_print(const struct conf *conf, FILE *out, char **error_r);

#endif
