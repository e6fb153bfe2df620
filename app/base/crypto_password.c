/* Passwords as scrypt hashes (RFC 7914) in the PHC text form "$scrypt$ln=15,r=8,p=3$SALT$HASH",
 * SALT and HASH being base64 without padding. The parameters travel with the hash, so that
 * password_cost can be changed and old passwords still match. */
#include "base/crypto.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/num.h"
#include "base/str.h"

#define SALT_BYTES 16
#define HASH_BYTES 32
#define SALT_CHARS 22  /* without the two '=' */
#define HASH_CHARS 43  /* without the one '=' */
#define BLOCK_FACTOR 8 /* scrypt's r */
#define PARALLEL_MAX 3 /* scrypt's p */
#define TEXT_BYTES 128

struct scrypt {
    int cost;     /* log2 N */
    int parallel; /* p */
    uint8_t salt[SALT_BYTES];
};

/* OWASP's equivalents: N=2^17 with p=1 or N=2^15 with p=3. */
static int parallel_for(int cost)
{
    return cost < 17 ? 3 : 1;
}

/* Writes the stored form of password under s. */
static enum err encode(const struct scrypt *s, const char *password, char text_r[TEXT_BYTES])
{
    uint64_t n = UINT64_C(1) << s->cost;
    uint64_t p = (uint64_t)s->parallel;
    /* OpenSSL refuses N from 2^15 up unless told how much memory it may take. */
    uint64_t max_bytes = 128 * BLOCK_FACTOR * (n + p + 2) + 65536;
    uint8_t hash[HASH_BYTES];
    unsigned char salt_text[SALT_CHARS + 3], hash_text[HASH_CHARS + 2];

    if (EVP_PBE_scrypt(password, strlen(password), s->salt, SALT_BYTES, n, BLOCK_FACTOR, p,
                       max_bytes, hash, sizeof hash) != 1) {
        log_error("crypto", "scrypt failed at cost %d, which takes %llu KiB", s->cost,
                  (unsigned long long)(max_bytes / 1024));
        return ERR_INTERNAL;
    }
    EVP_EncodeBlock(salt_text, s->salt, SALT_BYTES);
    EVP_EncodeBlock(hash_text, hash, HASH_BYTES);
    snprintf(text_r, TEXT_BYTES, "$scrypt$ln=%d,r=%d,p=%d$%.*s$%.*s", s->cost, BLOCK_FACTOR,
             s->parallel, SALT_CHARS, (const char *)salt_text, HASH_CHARS, (const char *)hash_text);
    OPENSSL_cleanse(hash, sizeof hash);
    return OK;
}

enum err crypto_password_hash(struct arena *a, const char *password, int cost, const char **hash_r)
{
    struct scrypt s = { .cost = cost, .parallel = parallel_for(cost) };
    char text[TEXT_BYTES];

    assert(cost >= PASSWORD_COST_MIN && cost <= PASSWORD_COST_MAX);
    crypto_random(s.salt, sizeof s.salt);
    enum err e = encode(&s, password, text);
    if (e == OK)
        *hash_r = arena_strdup(a, text);
    return e;
}

/* Takes prefix and the number after it, which ends at stop. */
static bool take_number(const char **p, const char *prefix, char stop, int min, int max,
                        int *value_r)
{
    char digits[4];
    int64_t value;

    if (!str_starts(*p, prefix))
        return false;
    *p += strlen(prefix);
    const char *end = strchr(*p, stop);
    if (end == NULL || (size_t)(end - *p) >= sizeof digits)
        return false;
    memcpy(digits, *p, (size_t)(end - *p));
    digits[end - *p] = '\0';
    *p = end;
    if (!num_i64(digits, min, max, &value))
        return false;
    *value_r = (int)value;
    return true;
}

/* Reads the parameters and the salt. Loose about spelling: the caller compares the whole text. */
static bool decode(const char *stored, struct scrypt *s)
{
    unsigned char padded[SALT_CHARS + 3];
    unsigned char salt[SALT_BYTES + 2];
    const char *p = stored;

    if (!take_number(&p, "$scrypt$ln=", ',', PASSWORD_COST_MIN, PASSWORD_COST_MAX, &s->cost) ||
        !str_starts(p, ",r=8,") || !take_number(&p, ",r=8,p=", '$', 1, PARALLEL_MAX, &s->parallel))
        return false;
    p++;
    if (strlen(p) != SALT_CHARS + 1 + HASH_CHARS || p[SALT_CHARS] != '$')
        return false;
    memcpy(padded, p, SALT_CHARS);
    memcpy(padded + SALT_CHARS, "==", 3);
    if (EVP_DecodeBlock(salt, padded, SALT_CHARS + 2) != (int)sizeof salt)
        return false;
    memcpy(s->salt, salt, SALT_BYTES);
    return true;
}

bool crypto_password_verify(const char *password, const char *stored, int *cost_r)
{
    struct scrypt s;
    char text[TEXT_BYTES];

    if (!decode(stored, &s))
        return false;
    if (cost_r != NULL)
        *cost_r = s.cost;
    if (encode(&s, password, text) != OK)
        return false;
    return crypto_equal(text, stored);
}
