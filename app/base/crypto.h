/* Randomness, hashes, passwords, JSON Web Tokens: all through OpenSSL and libjwt, each in one
 * place. reliability.md 1.2 and 1.5 say why every check here exists. Any thread. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* Fills data from the system's generator; a failing generator ends the process. */
void crypto_random(void *data, size_t len);
/* A uniform integer in [0,bound), bound 1..2^31. */
uint32_t crypto_random_below(uint32_t bound);
/* 32 lower-case hex digits (128 random bits), arena. */
char *crypto_random_hex(struct arena *a);
/* A random UUID, version 4, arena. */
char *crypto_uuid(struct arena *a);
/* SHA-256 of data into out. */
void crypto_sha256(const void *data, size_t len, uint8_t out[32]);
/* HMAC-SHA256 of data under key into out. */
void crypto_hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
                        uint8_t out[32]);
/* Constant-time equality of two strings; different lengths are unequal. */
bool crypto_equal(const char *a, const char *b);

/* log2 of scrypt's N that password_cost accepts. r is 8; p is 3 below 17, else 1. */
#define PASSWORD_COST_MIN 4
#define PASSWORD_COST_MAX 20
/* Hashes password with a fresh salt: "$scrypt$ln=15,r=8,p=3$SALT$HASH", arena. Takes 0.1 to 0.4 s
 * and 2^cost KiB at the usual costs: callers go through domain/password.h, which limits how many
 * run. */
enum err crypto_password_hash(struct arena *a, const char *password, int cost, const char **hash_r);
/* Does password match stored? false for a malformed stored text. *cost_r (may be NULL) gets its
 * cost. */
bool crypto_password_verify(const char *password, const char *stored, int *cost_r);

#define JWT_KEY_BYTES 32
#define JWT_TEXT_MAX 2048

/* What tokens of one kind have in common; borrowed for good. */
struct jwt_kind {
    const char *issuer;     /* "iss" */
    const char *purpose;    /* "use": a token of one kind is none of another */
    const char *user_claim; /* what the account's id is called: "id", "userId" */
};

/* What a token says. Numbers are 1..ID_MAX; times are seconds since 1970. */
struct jwt_claims {
    int64_t user_id;
    const char *user_name; /* "userName", for clients to show; NULL: not said. Never read back */
    int64_t session_id;    /* "jti", decimal text */
    int64_t issued_at_s;   /* "iat" */
    int64_t expires_at_s;  /* "exp" */
};

/* Signs claims with HS256, arena; NULL only if libjwt fails. */
char *crypto_jwt_sign(struct arena *a, const uint8_t key[JWT_KEY_BYTES],
                      const struct jwt_kind *kind, const struct jwt_claims *claims);
/* Reads text: at most JWT_TEXT_MAX bytes, algorithm HS256 and nothing else, signature right, all
 * claims present, of that kind, now_s before exp and not before iat and nbf (give or take a minute).
 * ERR_UNAUTHENTICATED otherwise. The session row is the caller's to check (domain/session.h,
 * token_verify). */
enum err crypto_jwt_read(const uint8_t key[JWT_KEY_BYTES], const char *text,
                         const struct jwt_kind *kind, int64_t now_s, struct jwt_claims *claims_r);

#endif
