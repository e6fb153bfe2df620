/* The only place that signs or reads a JSON Web Token, because libjwt by itself parses without
 * verifying when it has no key, takes HS512 where HS256 was meant and does not look at "exp"
 * (reliability.md 1.2). Nothing here trusts a header field. */
#include "base/crypto.h"

#include <assert.h>
#include <inttypes.h>
#include <jwt.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/num.h"
#include "base/str.h"

#define CLOCK_SKEW_S 60

_Static_assert(sizeof(long) >= sizeof(int64_t), "libjwt's integers are long");

static bool add_claims(jwt_t *jwt, const struct jwt_kind *kind, const struct jwt_claims *c,
                       const char *session)
{
    return jwt_add_grant_int(jwt, kind->user_claim, c->user_id) == 0 &&
           (c->user_name == NULL || jwt_add_grant(jwt, "userName", c->user_name) == 0) &&
           jwt_add_grant(jwt, "jti", session) == 0 &&
           jwt_add_grant_int(jwt, "iat", c->issued_at_s) == 0 &&
           jwt_add_grant_int(jwt, "exp", c->expires_at_s) == 0 &&
           jwt_add_grant(jwt, "iss", kind->issuer) == 0 &&
           jwt_add_grant(jwt, "use", kind->purpose) == 0;
}

char *crypto_jwt_sign(struct arena *a, const uint8_t key[JWT_KEY_BYTES],
                      const struct jwt_kind *kind, const struct jwt_claims *claims)
{
    jwt_t *jwt = NULL;
    char *text = NULL, *copy = NULL;

    assert(key != NULL);
    const char *session = arena_printf(a, "%" PRId64, claims->session_id);
    if (jwt_new(&jwt) == 0 && jwt_set_alg(jwt, JWT_ALG_HS256, key, JWT_KEY_BYTES) == 0 &&
        add_claims(jwt, kind, claims, session))
        text = jwt_encode_str(jwt);
    if (text == NULL)
        log_error("crypto", "libjwt could not sign a token");
    else
        copy = arena_strdup(a, text);
    free(text);
    jwt_free(jwt);
    return copy;
}

static bool is_base64url(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* Three non-empty base64url parts in at most JWT_TEXT_MAX bytes: all that libjwt ever gets to
 * see. */
static bool is_token_shaped(const char *text)
{
    int parts = 1;
    size_t len = 0, part_len = 0;

    for (; text[len] != '\0'; len++) {
        if (len == JWT_TEXT_MAX)
            return false;
        if (text[len] == '.') {
            if (part_len == 0)
                return false;
            parts++;
            part_len = 0;
        } else if (is_base64url(text[len])) {
            part_len++;
        } else {
            return false;
        }
    }
    return parts == 3 && part_len > 0;
}

/* libjwt gives -1 for a missing claim and 0 for one of another type, so that only what is above 0
 * was really there. */
static bool claim_i64(jwt_t *jwt, const char *name, int64_t *value_r)
{
    long value = jwt_get_grant_int(jwt, name);

    if (value < 1 || value > ID_MAX)
        return false;
    *value_r = value;
    return true;
}

static bool claim_is(jwt_t *jwt, const char *name, const char *wanted)
{
    const char *value = jwt_get_grant(jwt, name);

    return value != NULL && crypto_equal(value, wanted);
}

/* Made in the future, or said to begin there: somebody's clock is wrong, or worse. */
static bool has_begun(jwt_t *jwt, int64_t issued_at_s, int64_t now_s)
{
    long not_before = jwt_get_grant_int(jwt, "nbf"); /* -1 when there is none */

    return issued_at_s <= now_s + CLOCK_SKEW_S && not_before <= now_s + CLOCK_SKEW_S;
}

static bool read_claims(jwt_t *jwt, const struct jwt_kind *kind, int64_t now_s,
                        struct jwt_claims *c)
{
    return jwt_get_alg(jwt) == JWT_ALG_HS256 && claim_is(jwt, "iss", kind->issuer) &&
           claim_is(jwt, "use", kind->purpose) && claim_i64(jwt, kind->user_claim, &c->user_id) &&
           claim_i64(jwt, "iat", &c->issued_at_s) && claim_i64(jwt, "exp", &c->expires_at_s) &&
           now_s < c->expires_at_s && has_begun(jwt, c->issued_at_s, now_s) &&
           num_i64(jwt_get_grant(jwt, "jti"), 1, ID_MAX, &c->session_id);
}

enum err crypto_jwt_read(const uint8_t key[JWT_KEY_BYTES], const char *text,
                         const struct jwt_kind *kind, int64_t now_s, struct jwt_claims *claims_r)
{
    struct jwt_claims claims = { 0 };
    jwt_t *jwt = NULL;
    bool is_good = false;

    assert(key != NULL);
    if (text == NULL || !is_token_shaped(text))
        return ERR_UNAUTHENTICATED;
    if (jwt_decode(&jwt, text, key, JWT_KEY_BYTES) == 0)
        is_good = read_claims(jwt, kind, now_s, &claims);
    jwt_free(jwt);
    if (is_good)
        *claims_r = claims;
    return is_good ? OK : ERR_UNAUTHENTICATED;
}
