/* Randomness, SHA-256 and constant-time comparison through OpenSSL; see crypto.h.
 * Passwords are in crypto_password.c, JSON Web Tokens in crypto_jwt.c. */
#include "base/crypto.h"

#include <assert.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"

void crypto_random(void *data, size_t len)
{
    unsigned char *p = data;

    while (len > 0) {
        int part = len > INT_MAX ? INT_MAX : (int)len;
        if (RAND_bytes(p, part) != 1) {
            /* A guessable token is worse than a stopped server. */
            log_error("crypto", "the random generator failed; ending");
            abort();
        }
        p += part;
        len -= (size_t)part;
    }
}

uint32_t crypto_random_below(uint32_t bound)
{
    uint32_t value;

    assert(bound >= 1 && bound <= UINT32_C(1) << 31);
    /* Values below 2^32 mod bound are drawn again, or the small remainders would come up more
     * often. */
    uint32_t uneven = (UINT32_MAX - bound + 1) % bound;
    do {
        crypto_random(&value, sizeof value);
    } while (value < uneven);
    return value % bound;
}

char *crypto_random_hex(struct arena *a)
{
    uint8_t bits[16];

    crypto_random(bits, sizeof bits);
    return hex_encode(a, bits, sizeof bits);
}

char *crypto_uuid(struct arena *a)
{
    uint8_t bits[16];

    crypto_random(bits, sizeof bits);
    bits[6] = (bits[6] & 0x0F) | 0x40; /* version 4 */
    bits[8] = (bits[8] & 0x3F) | 0x80; /* the variant of RFC 9562 */
    const char *hex = hex_encode(a, bits, sizeof bits);
    return arena_printf(a, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

void crypto_sha256(const void *data, size_t len, uint8_t out[32])
{
    if (EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL) != 1) {
        log_error("crypto", "SHA-256 failed; ending");
        abort();
    }
}

void crypto_hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
                        uint8_t out[32])
{
    assert(key_len <= INT_MAX);
    if (HMAC(EVP_sha256(), key, (int)key_len, data, len, out, NULL) == NULL) {
        log_error("crypto", "HMAC-SHA256 failed; ending");
        abort();
    }
}

bool crypto_equal(const char *a, const char *b)
{
    size_t len = strlen(a);

    return len == strlen(b) && CRYPTO_memcmp(a, b, len) == 0;
}

const char *crypto_library(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
