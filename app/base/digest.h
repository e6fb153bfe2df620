/* Checksums of bytes that come piece by piece, and what Qiniu's tokens are made of. Everything here
 * is fixed by that protocol; what protects passwords and sessions is in base/crypto.h. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* 28 characters. */
#define QETAG_BYTES 29
#define MD5_HEX_BYTES 33

/* Sums of one file, of any length, in constant memory. */
struct digest;

/* with_md5: only the parts of resumable uploads need it, and it is the slowest. Owned: digest_free.
 * A library that cannot hash ends the process. */
struct digest *digest_new(bool with_md5);
void digest_free(struct digest *d);
void digest_add(struct digest *d, const void *data, size_t len);

struct sums {
    char qetag[QETAG_BYTES]; /* Qiniu's name for the content (facts/freeim.md 7.2) */
    char md5[MD5_HEX_BYTES]; /* lower-case hex; "" without md5 */
    uint32_t crc32;
};
/* Nothing may be added afterwards. */
void digest_end(struct digest *d, struct sums *sums_r);

/* URL-safe base64 with padding, arena. */
char *base64url_encode(struct arena *a, const void *data, size_t len);
/* The bytes (NUL-terminated behind their end), arena; padding may be missing. NULL: not
 * base64url. */
char *base64url_decode(struct arena *a, const char *text, size_t *len_r);
/* HMAC-SHA1 of text as base64url, arena. */
char *digest_sign(struct arena *a, const char *key, const char *text);
/* The same as standard base64: what TURN servers compute. */
char *digest_hmac_sha1(struct arena *a, const char *key, const char *text);

#endif
