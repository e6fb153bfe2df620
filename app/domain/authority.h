/* The local CA as anybody may have it: to trust it is to trust this server on the LAN and nothing
 * else (product.md 3.1). Made by tls/, told by handlers/. */
#ifndef DOMAIN_AUTHORITY_H
#define DOMAIN_AUTHORITY_H

#include <stddef.h>

struct authority {
    const char *name;        /* "chatd local CA HOST DATE" */
    const char *fingerprint; /* SHA-256, "AB:CD:..." */
    const char *pem;
    const unsigned char *der;
    size_t der_len;
};

#endif
