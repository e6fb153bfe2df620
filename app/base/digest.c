/* See digest.h. SHA-1 and MD5 are no protection any more and are not used as one: they are names
 * and transport checks that clients expect, and HMAC-SHA1, which still holds, is the format of the
 * token. */
#include "base/digest.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/log.h"
#include "base/str.h"

#define QETAG_BLOCK_BYTES (4 * 1024 * 1024)
#define SHA1_BYTES 20
#define MD5_BYTES 16

struct digest {
    EVP_MD_CTX *block;  /* SHA-1 of the block that is coming in */
    EVP_MD_CTX *blocks; /* SHA-1 of the finished blocks' SHA-1s */
    EVP_MD_CTX *md5;    /* NULL: not wanted */
    size_t in_block;
    bool has_blocks;
    uint32_t crc32;
};

static void check(bool ok)
{
    if (ok)
        return;
    log_error("digest", "hashing failed; ending");
    abort();
}

static EVP_MD_CTX *begin(const EVP_MD *md)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    check(ctx != NULL && EVP_DigestInit_ex(ctx, md, NULL) == 1);
    return ctx;
}

struct digest *digest_new(bool with_md5)
{
    struct digest *d = calloc(1, sizeof *d);

    check(d != NULL);
    d->block = begin(EVP_sha1());
    d->blocks = begin(EVP_sha1());
    d->md5 = with_md5 ? begin(EVP_md5()) : NULL;
    d->crc32 = (uint32_t)crc32(0, NULL, 0);
    return d;
}

void digest_free(struct digest *d)
{
    if (d == NULL)
        return;
    EVP_MD_CTX_free(d->block);
    EVP_MD_CTX_free(d->blocks);
    EVP_MD_CTX_free(d->md5);
    free(d);
}

static void end_block(struct digest *d)
{
    uint8_t sum[SHA1_BYTES];

    check(EVP_DigestFinal_ex(d->block, sum, NULL) == 1 &&
          EVP_DigestUpdate(d->blocks, sum, sizeof sum) == 1 &&
          EVP_DigestInit_ex(d->block, EVP_sha1(), NULL) == 1);
    d->in_block = 0;
    d->has_blocks = true;
}

/* A full block is ended only when more comes: a file of just 4 MiB counts as small. */
static void add_blocks(struct digest *d, const char *data, size_t len)
{
    while (len > 0) {
        size_t step;

        if (d->in_block == QETAG_BLOCK_BYTES)
            end_block(d);
        step = QETAG_BLOCK_BYTES - d->in_block;
        step = len < step ? len : step;
        check(EVP_DigestUpdate(d->block, data, step) == 1);
        d->in_block += step;
        data += step;
        len -= step;
    }
}

void digest_add(struct digest *d, const void *data, size_t len)
{
    add_blocks(d, data, len);
    d->crc32 = (uint32_t)crc32_z(d->crc32, data, len);
    if (d->md5 != NULL)
        check(EVP_DigestUpdate(d->md5, data, len) == 1);
}

void digest_end(struct digest *d, struct sums *sums_r)
{
    uint8_t sum[1 + SHA1_BYTES + 1] = { d->has_blocks ? 0x96 : 0x16 };
    uint8_t md5[MD5_BYTES];
    char text[32];

    *sums_r = (struct sums){ .crc32 = d->crc32 };
    if (d->has_blocks)
        end_block(d);
    check(EVP_DigestFinal_ex(d->has_blocks ? d->blocks : d->block, sum + 1, NULL) == 1);
    EVP_EncodeBlock((unsigned char *)text, sum, 1 + SHA1_BYTES);
    for (size_t i = 0; i + 1 < QETAG_BYTES; i++)
        sums_r->qetag[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
    if (d->md5 == NULL)
        return;
    check(EVP_DigestFinal_ex(d->md5, md5, NULL) == 1);
    for (size_t i = 0; i < MD5_BYTES; i++)
        snprintf(sums_r->md5 + 2 * i, 3, "%02x", md5[i]);
}

/* ---- text ---- */

char *base64url_encode(struct arena *a, const void *data, size_t len)
{
    char *text = base64_encode(a, data, len);

    for (char *p = text; *p != '\0'; p++)
        *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
    return text;
}

static int digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *found = c == '\0' ? NULL : strchr(digits, c);

    return found == NULL ? -1 : (int)(found - digits);
}

char *base64url_decode(struct arena *a, const char *text, size_t *len_r)
{
    size_t len = strcspn(text, "=");
    uint8_t *out = arena_alloc(a, len + 1);
    uint32_t bits = 0;
    int have = 0;

    if (strspn(text + len, "=") != strlen(text + len) || strlen(text + len) > 2 || len % 4 == 1)
        return NULL;
    *len_r = 0;
    for (size_t i = 0; i < len; i++) {
        int digit = digit_of(text[i]);

        if (digit < 0)
            return NULL;
        bits = (bits << 6 | (uint32_t)digit) & 0xFFFFFF;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[(*len_r)++] = (uint8_t)(bits >> have);
        }
    }
    return (char *)out;
}

static void hmac_sha1(const char *key, const char *text, uint8_t sum[SHA1_BYTES])
{
    unsigned len = SHA1_BYTES;

    check(strlen(key) <= INT_MAX && HMAC(EVP_sha1(), key, (int)strlen(key), (const uint8_t *)text,
                                         strlen(text), sum, &len) != NULL);
}

char *digest_sign(struct arena *a, const char *key, const char *text)
{
    uint8_t sum[SHA1_BYTES];

    hmac_sha1(key, text, sum);
    return base64url_encode(a, sum, sizeof sum);
}

char *digest_hmac_sha1(struct arena *a, const char *key, const char *text)
{
    uint8_t sum[SHA1_BYTES];

    hmac_sha1(key, text, sum);
    return base64_encode(a, sum, sizeof sum);
}
