/* Randomness, hashes, passwords, and every forged token the design names (reliability.md 1.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/num.h"
#include "base/str.h"

#define NOW 1700000000
#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define CLAIMS                                                                                     \
    "{\"exp\":1700000001,\"iat\":1699999000,\"id\":10000001,\"iss\":\"chatd\",\"jti\":\"77\","     \
    "\"use\":\"access\"}"

static const uint8_t key[JWT_KEY_BYTES] = "0123456789abcdef0123456789ABCDE";
static const uint8_t other_key[JWT_KEY_BYTES] = "0123456789abcdef0123456789ABCDF";

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void test_random(void **state)
{
    struct arena *a = *state;
    int counts[3] = { 0 };
    int high = 0;

    assert_int_equal(strlen(crypto_random_hex(a)), 32);
    assert_int_equal(strspn(crypto_random_hex(a), "0123456789abcdef"), 32);
    assert_string_not_equal(crypto_random_hex(a), crypto_random_hex(a));
    assert_int_equal(crypto_random_below(1), 0);
    for (int i = 0; i < 9000; i++)
        counts[crypto_random_below(3)]++;
    /* Eleven standard deviations from even: one run in 10^27 falls outside by chance. */
    for (int i = 0; i < 3; i++)
        assert_in_range(counts[i], 2500, 3500);
    for (int i = 0; i < 1000; i++) {
        uint32_t value = crypto_random_below(UINT32_C(1) << 31);
        assert_true(value < UINT32_C(1) << 31);
        high += value >= UINT32_C(1) << 30;
    }
    assert_in_range(high, 300, 700);
}

static void test_uuid(void **state)
{
    struct arena *a = *state;
    static const char shape[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";

    for (int round = 0; round < 100; round++) {
        const char *uuid = crypto_uuid(a);
        assert_int_equal(strlen(uuid), sizeof shape - 1);
        for (size_t i = 0; i < sizeof shape - 1; i++) {
            if (shape[i] == 'x')
                assert_non_null(strchr("0123456789abcdef", uuid[i]));
            else if (shape[i] == 'y')
                assert_non_null(strchr("89ab", uuid[i]));
            else
                assert_int_equal(uuid[i], shape[i]);
        }
    }
    assert_string_not_equal(crypto_uuid(a), crypto_uuid(a));
}

/* The examples of FIPS 180. */
static void test_sha256(void **state)
{
    uint8_t out[32];

    crypto_sha256("abc", 3, out);
    assert_string_equal(hex_encode(*state, out, 32),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    crypto_sha256("", 0, out);
    assert_string_equal(hex_encode(*state, out, 32),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void test_equal(void **state)
{
    (void)state;
    assert_true(crypto_equal("", ""));
    assert_true(crypto_equal("abc", "abc"));
    assert_false(crypto_equal("abc", "abd"));
    assert_false(crypto_equal("abc", "ab"));
    assert_false(crypto_equal("", "a"));
}

static void test_password_round_trip(void **state)
{
    struct arena *a = *state;
    const char *first = NULL, *second = NULL;
    int cost = 0;

    assert_int_equal(crypto_password_hash(a, "correct horse", 4, &first), OK);
    assert_int_equal(crypto_password_hash(a, "correct horse", 4, &second), OK);
    assert_string_not_equal(first, second);
    assert_true(str_starts(first, "$scrypt$ln=4,r=8,p=3$"));
    assert_true(crypto_password_verify("correct horse", first, &cost));
    assert_int_equal(cost, 4);
    assert_true(crypto_password_verify("correct horse", second, NULL));
    assert_false(crypto_password_verify("correct horsf", first, NULL));
    assert_false(crypto_password_verify("", first, NULL));
    assert_int_equal(crypto_password_hash(a, "", 4, &first), OK);
    assert_true(crypto_password_verify("", first, NULL));
    assert_int_equal(crypto_password_hash(a, "密码 \xF0\x9F\x94\x91", 5, &first), OK);
    assert_true(crypto_password_verify("密码 \xF0\x9F\x94\x91", first, NULL));
}

/* Made with Python's hashlib.scrypt; N=2^17 is what fails unless OpenSSL is told its memory. */
static void test_password_known_answers(void **state)
{
    int cost = 0;

    (void)state;
    assert_true(crypto_password_verify("correct horse",
                                       "$scrypt$ln=4,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$"
                                       "zt9vqoQHIMqcft02e/8ll9Rm+tU60xlJnPo/0y7KMq8",
                                       NULL));
    assert_true(crypto_password_verify("correct horse",
                                       "$scrypt$ln=17,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$"
                                       "TGvJUUU1CgfkAA5rR1GVoLnHJ8JaBRe7wqx27cEOQmw",
                                       &cost));
    assert_int_equal(cost, 17);
}

static void test_malformed_stored_texts(void **state)
{
#define SALT "AAECAwQFBgcICQoLDA0ODw"
#define HASH "zt9vqoQHIMqcft02e/8ll9Rm+tU60xlJnPo/0y7KMq8"
    static const char *const rows[] = {
        "",
        "$",
        "plain text",
        "$scrypt$",
        "$scrypt$ln=4",
        "$scrypt$ln=4,r=8,p=3",
        "$scrypt$ln=4,r=8,p=3$",
        "$scrypt$ln=4,r=8,p=3$" SALT,
        "$scrypt$ln=4,r=8,p=3$" SALT "$",
        "$scrypt$ln=4,r=8,p=3$" SALT "$" HASH "=",
        "$scrypt$ln=4,r=8,p=3$" SALT "$" HASH "A",
        "$scrypt$ln=4,r=8,p=3$" SALT "A" HASH "$",
        "$scrypt$ln=4,r=8,p=3$" SALT "==$" HASH,
        "$scrypt$ln=4,r=8,p=3$AAECAwQFBgcICQoLDA0OD!$" HASH,
        "$scrypt$ln=4,r=8,p=3$AAECAwQFBgcICQoLDA0OD=$" HASH,
        "$scrypt$ln=4,r=8,p=3$AAECAwQFBgcICQoLDA0ODx$" HASH, /* stray bits in the last digit */
        "$scrypt$ln=04,r=8,p=3$" SALT "$" HASH,
        "$scrypt$ln=4,r=8,p=03$" SALT "$" HASH,
        "$scrypt$ln=3,r=8,p=3$" SALT "$" HASH,
        "$scrypt$ln=21,r=8,p=3$" SALT "$" HASH,
        "$scrypt$ln=99999999999999999999,r=8,p=3$" SALT "$" HASH,
        "$scrypt$ln=-4,r=8,p=3$" SALT "$" HASH,
        "$scrypt$ln=,r=8,p=3$" SALT "$" HASH,
        "$scrypt$ln=4,r=9,p=3$" SALT "$" HASH,
        "$scrypt$ln=4,r=8,p=0$" SALT "$" HASH,
        "$scrypt$ln=4,r=8,p=4$" SALT "$" HASH,
        "$scrypt$ln=4,p=3,r=8$" SALT "$" HASH,
        "$SCRYPT$ln=4,r=8,p=3$" SALT "$" HASH,
        "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$" HASH,
        " $scrypt$ln=4,r=8,p=3$" SALT "$" HASH,
        "$scrypt$ln=4,r=8,p=3$" SALT "$" HASH "\n",
    };

    (void)state;
    assert_true(
        crypto_password_verify("correct horse", "$scrypt$ln=4,r=8,p=3$" SALT "$" HASH, NULL));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (crypto_password_verify("correct horse", rows[i], NULL))
            fail_msg("%s", rows[i]);
    }
}

/* base64url without padding. */
static char *url64(struct arena *a, const void *data, size_t len)
{
    char *text = base64_encode(a, data, len);

    for (char *p = text; *p != '\0'; p++) {
        if (*p == '+')
            *p = '-';
        else if (*p == '/')
            *p = '_';
        else if (*p == '=')
            *p = '\0';
    }
    return text;
}

/* Signs any header and claims, as somebody without libjwt would. */
static char *forge(struct arena *a, const char *header, const char *claims, const EVP_MD *md,
                   const void *with, int with_len)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int mac_len = 0;
    char *head = arena_printf(a, "%s.%s", url64(a, header, strlen(header)),
                              url64(a, claims, strlen(claims)));

    assert_non_null(
        HMAC(md, with, with_len, (const unsigned char *)head, strlen(head), mac, &mac_len));
    return arena_printf(a, "%s.%s", head, url64(a, mac, mac_len));
}

/* Right in everything but the claims. */
static char *claim(struct arena *a, const char *claims)
{
    return forge(a, HEADER, claims, EVP_sha256(), key, JWT_KEY_BYTES);
}

static const struct jwt_kind kind = { "chatd", "access", "id" };

static enum err read_token(const char *text, struct jwt_claims *claims_r)
{
    return crypto_jwt_read(key, text, &kind, NOW, claims_r);
}

/* The middle part of a token, decoded. */
static const char *claims_of(struct arena *a, const char *token)
{
    const char *start = strchr(token, '.') + 1;
    size_t len = strcspn(start, ".");
    char *padded = arena_printf(a, "%.*s%s", (int)len, start, &"==="[3 - (4 - len % 4) % 4]);
    unsigned char *out = arena_alloc(a, len + 4);

    for (char *p = padded; *p != '\0'; p++)
        *p = *p == '-' ? '+' : *p == '_' ? '/' : *p;
    assert_true(EVP_DecodeBlock(out, (const unsigned char *)padded, (int)strlen(padded)) > 0);
    return (const char *)out;
}

static void test_jwt_round_trip(void **state)
{
    struct arena *a = *state;
    struct jwt_claims in = { .user_id = ID_MAX,
                             .session_id = 123456789012345,
                             .user_name = "爱丽丝",
                             .issued_at_s = NOW,
                             .expires_at_s = NOW + 60 };
    const struct jwt_kind other_purpose = { "chatd", "refresh", "id" };
    const struct jwt_kind other_issuer = { "chat", "access", "id" };
    const struct jwt_kind other_claim = { "chatd", "access", "userId" };
    struct jwt_claims out = { 0 };
    char *token = crypto_jwt_sign(a, key, &kind, &in);

    assert_non_null(token);
    assert_true(strlen(token) < JWT_TEXT_MAX);
    assert_int_equal(read_token(token, &out), OK);
    assert_int_equal(out.user_id, in.user_id);
    assert_int_equal(out.session_id, in.session_id);
    assert_int_equal(out.issued_at_s, in.issued_at_s);
    assert_int_equal(out.expires_at_s, in.expires_at_s);
    assert_int_equal(crypto_jwt_read(key, token, &kind, NOW + 59, &out), OK);
    assert_int_equal(crypto_jwt_read(key, token, &kind, NOW + 60, &out), ERR_UNAUTHENTICATED);
    assert_int_equal(crypto_jwt_read(key, token, &other_purpose, NOW, &out), ERR_UNAUTHENTICATED);
    assert_int_equal(crypto_jwt_read(key, token, &other_issuer, NOW, &out), ERR_UNAUTHENTICATED);
    assert_int_equal(crypto_jwt_read(key, token, &other_claim, NOW, &out), ERR_UNAUTHENTICATED);
    assert_int_equal(crypto_jwt_read(other_key, token, &kind, NOW, &out), ERR_UNAUTHENTICATED);
}

/* The claims a client may look at, of each kind. */
static void test_jwt_names_its_user(void **state)
{
    struct arena *a = *state;
    const struct jwt_kind brief = { "chatd", "brief", "userId" };
    struct jwt_claims in = {
        .user_id = 7, .session_id = 9, .issued_at_s = NOW, .expires_at_s = NOW + 60
    };
    struct jwt_claims out;
    char *token;

    in.user_name = "alice";
    token = crypto_jwt_sign(a, key, &brief, &in);
    assert_int_equal(crypto_jwt_read(key, token, &brief, NOW, &out), OK);
    assert_int_equal(out.user_id, 7);
    assert_non_null(strstr(claims_of(a, token), "\"userId\":7"));
    assert_non_null(strstr(claims_of(a, token), "\"userName\":\"alice\""));
    assert_non_null(strstr(claims_of(a, token), "\"jti\":\"9\""));
    in.user_name = NULL;
    assert_null(strstr(claims_of(a, crypto_jwt_sign(a, key, &kind, &in)), "userName"));
}

/* What this file forges is read when nothing is wrong with it: the tables below test what they say. */
static void test_a_foreign_but_right_token_is_read(void **state)
{
    struct jwt_claims out = { 0 };

    assert_int_equal(read_token(claim(*state, CLAIMS), &out), OK);
    assert_int_equal(out.user_id, 10000001);
    assert_int_equal(out.session_id, 77);
    assert_int_equal(out.issued_at_s, 1699999000);
    assert_int_equal(out.expires_at_s, 1700000001);
}

static void refuse(const char *name, const char *token)
{
    struct jwt_claims out = { .user_id = 5 };

    if (read_token(token, &out) != ERR_UNAUTHENTICATED)
        fail_msg("accepted: %s", name);
    assert_int_equal(out.user_id, 5);
}

static void test_forged_headers(void **state)
{
    struct arena *a = *state;
    const char *none = url64(a, "{\"alg\":\"none\"}", 14);
    const char *body = url64(a, CLAIMS, strlen(CLAIMS));
    const char *header = url64(a, HEADER, strlen(HEADER));

    refuse("none, no signature", arena_printf(a, "%s.%s.", none, body));
    refuse("none, a signature", arena_printf(a, "%s.%s.AAAA", none, body));
    refuse("none, two parts", arena_printf(a, "%s.%s", none, body));
    refuse("none, right HMAC", forge(a, "{\"alg\":\"none\",\"typ\":\"JWT\"}", CLAIMS, EVP_sha256(),
                                     key, JWT_KEY_BYTES));
    refuse("HS512, same key", forge(a, "{\"alg\":\"HS512\",\"typ\":\"JWT\"}", CLAIMS, EVP_sha512(),
                                    key, JWT_KEY_BYTES));
    refuse("HS384, same key", forge(a, "{\"alg\":\"HS384\",\"typ\":\"JWT\"}", CLAIMS, EVP_sha384(),
                                    key, JWT_KEY_BYTES));
    refuse("RS256 in the header", forge(a, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", CLAIMS,
                                        EVP_sha256(), key, JWT_KEY_BYTES));
    refuse("ES256 in the header", forge(a, "{\"alg\":\"ES256\",\"typ\":\"JWT\"}", CLAIMS,
                                        EVP_sha256(), key, JWT_KEY_BYTES));
    refuse("HS256 in the header, HMAC-SHA512",
           forge(a, HEADER, CLAIMS, EVP_sha512(), key, JWT_KEY_BYTES));
    refuse("no algorithm", forge(a, "{\"typ\":\"JWT\"}", CLAIMS, EVP_sha256(), key, JWT_KEY_BYTES));
    refuse("algorithm as a number",
           forge(a, "{\"alg\":1,\"typ\":\"JWT\"}", CLAIMS, EVP_sha256(), key, JWT_KEY_BYTES));
    refuse("header is a list", forge(a, "[]", CLAIMS, EVP_sha256(), key, JWT_KEY_BYTES));
    refuse("header is no JSON", forge(a, "alg", CLAIMS, EVP_sha256(), key, JWT_KEY_BYTES));
    refuse("another key", forge(a, HEADER, CLAIMS, EVP_sha256(), other_key, JWT_KEY_BYTES));
    refuse("empty key", forge(a, HEADER, CLAIMS, EVP_sha256(), "", 0));
    refuse("key cut to 16 bytes", forge(a, HEADER, CLAIMS, EVP_sha256(), key, 16));
    refuse("no signature", arena_printf(a, "%s.%s.", header, body));
    refuse("signature of As",
           arena_printf(a, "%s.%s.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", header, body));
}

static void test_forged_claims(void **state)
{
#define START "{\"iss\":\"chatd\",\"use\":\"access\""
#define EXP ",\"exp\":1700000001"
#define IAT ",\"iat\":1699999000"
#define ID ",\"id\":10000001"
#define JTI ",\"jti\":\"77\""
    static const char *const rows[] = {
        "{}",
        "[]",
        "null",
        "not JSON",
        "",
        START EXP IAT ID JTI, /* the brace is missing */
        START IAT ID JTI "}",
        START EXP ID JTI "}",
        START EXP IAT JTI "}",
        START EXP IAT ID "}",
        "{\"use\":\"access\"" EXP IAT ID JTI "}",
        "{\"iss\":\"chatd\"" EXP IAT ID JTI "}",
        "{\"iss\":\"other\",\"use\":\"access\"" EXP IAT ID JTI "}",
        "{\"iss\":\"\",\"use\":\"access\"" EXP IAT ID JTI "}",
        "{\"iss\":\"Chatd\",\"use\":\"access\"" EXP IAT ID JTI "}",
        "{\"iss\":[\"chatd\"],\"use\":\"access\"" EXP IAT ID JTI "}",
        "{\"iss\":\"chatd\",\"use\":\"refresh\"" EXP IAT ID JTI "}",
        "{\"iss\":\"chatd\",\"use\":null" EXP IAT ID JTI "}",
        START ",\"exp\":1700000000" IAT ID JTI "}", /* expires now */
        START ",\"exp\":1" IAT ID JTI "}",
        START ",\"exp\":-1" IAT ID JTI "}",
        START ",\"exp\":\"1700000001\"" IAT ID JTI "}",
        START ",\"exp\":1700000001.5" IAT ID JTI "}",
        START ",\"exp\":1e18" IAT ID JTI "}",
        START ",\"exp\":9223372036854775807" IAT ID JTI "}",
        START ",\"exp\":9223372036854775808" IAT ID JTI "}",
        START ",\"exp\":true" IAT ID JTI "}",
        START EXP ",\"iat\":\"1699999000\"" ID JTI "}",
        START EXP ",\"iat\":-1" ID JTI "}",
        START EXP ",\"iat\":null" ID JTI "}",
        START EXP IAT ",\"id\":0" JTI "}",
        START EXP IAT ",\"id\":-10000001" JTI "}",
        START EXP IAT ",\"id\":\"10000001\"" JTI "}",
        START EXP IAT ",\"id\":1000000000000000" JTI "}",
        START EXP IAT ID ",\"jti\":77}",
        START EXP IAT ID ",\"jti\":\"\"}",
        START EXP IAT ID ",\"jti\":\"0\"}",
        START EXP IAT ID ",\"jti\":\"-77\"}",
        START EXP IAT ID ",\"jti\":\"77 \"}",
        START EXP IAT ID ",\"jti\":\"77\\u0000\"}",
        "{\"claims\":" CLAIMS "}",
    };
    struct arena *a = *state;
    struct jwt_claims out;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refuse(rows[i], claim(a, rows[i]));
    assert_int_equal(read_token(claim(a, START EXP IAT ID JTI "}"), &out), OK);
}

static void test_damaged_texts(void **state)
{
    static const char *const rows[] = {
        "",          ".",       "..",    "...",   "a",          "12345678",     "a.b",
        "a.b.",      ".b.c",    "a..c",  "a.b.c", "a.b.c.d",    "Bearer a.b.c", "null",
        "undefined", "a.b.c\n", "é.é.é", "....",  "e30.e30.e30"
    };
    struct arena *a = *state;
    const char *good = claim(a, CLAIMS);
    size_t len = strlen(good);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refuse(rows[i], rows[i]);
    refuse("NULL", NULL);

    /* One bit of each character in turn; in the last one also those bits that carry nothing. */
    for (size_t i = 0; i < len; i++) {
        for (int bit = 0; bit < 6; bit++) {
            static const char digits[] =
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            char *text = arena_strdup(a, good);
            const char *at = strchr(digits, text[i]);
            if (text[i] == '.')
                continue;
            text[i] = digits[(at - digits) ^ (1 << bit)];
            refuse(text, text);
        }
    }
    for (size_t cut = 0; cut < len; cut++) {
        refuse("cut short", arena_strndup(a, good, cut));
        refuse("cut in front", good + cut + 1);
    }
    refuse("a letter more", arena_printf(a, "%sA", good));
    refuse("padding", arena_printf(a, "%s=", good));
    refuse("a fourth part", arena_printf(a, "%s.AAAA", good));
    refuse("a space", arena_printf(a, "%s ", good));
    refuse("a space in front", arena_printf(a, " %s", good));
    refuse("a scheme", arena_printf(a, "Bearer %s", good));
    refuse("a NUL escape", arena_printf(a, "%s%%00", good));
    refuse("UTF-8", arena_printf(a, "%s\xE4\xBD\xA0", good));
}

/* A right signature does not excuse the length. */
static void test_the_length_limit(void **state)
{
    struct arena *a = *state;
    struct jwt_claims out;
    int longest_good = 0;

    for (int pad = 1200; pad < 1700; pad++) {
        char fill[1700];
        memset(fill, 'x', (size_t)pad);
        fill[pad] = '\0';
        const char *token =
            claim(a, arena_printf(a, START EXP IAT ID JTI ",\"pad\":\"%s\"}", fill));
        enum err e = read_token(token, &out);
        assert_int_equal(e, strlen(token) <= JWT_TEXT_MAX ? OK : ERR_UNAUTHENTICATED);
        if (e == OK)
            longest_good = (int)strlen(token);
        arena_reset(a);
    }
    assert_in_range(longest_good, JWT_TEXT_MAX - 4, JWT_TEXT_MAX);
    char *huge = arena_alloc(a, 1 << 20);
    memset(huge, 'A', (1 << 20) - 1);
    refuse("a megabyte", huge);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_random),
        T(test_uuid),
        T(test_sha256),
        T(test_equal),
        T(test_password_round_trip),
        T(test_password_known_answers),
        T(test_malformed_stored_texts),
        T(test_jwt_round_trip),
        T(test_jwt_names_its_user),
        T(test_a_foreign_but_right_token_is_read),
        T(test_forged_headers),
        T(test_forged_claims),
        T(test_damaged_texts),
        T(test_the_length_limit),
    };
    return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
