/* See make.h. */
#include "tls/make.h"

#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#include "base/str.h"

#define CA_DAYS 3650
#define LEAF_DAYS 396 /* and the day before, in case a clock is slow: 397 */
#define SPARE_DAYS 30

static const char *const permitted_ranges[] = {
    "10.0.0.0/255.0.0.0",      "172.16.0.0/255.240.0.0",
    "192.168.0.0/255.255.0.0", "169.254.0.0/255.255.0.0",
    "127.0.0.0/255.0.0.0",     "fc00::/fe00::",
    "fe80::/ffc0::",           "::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

/* ---- what both have ---- */

static bool add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;
    bool ok;

    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    ok = extension != NULL && X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
    return ok;
}

static bool set_serial(X509 *cert)
{
    unsigned char bytes[16];
    BIGNUM *number;
    bool ok;

    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return false;
    bytes[0] &= 0x7f;
    number = BN_bin2bn(bytes, sizeof bytes, NULL);
    ok = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;
    BN_free(number);
    return ok;
}

static bool set_times(X509 *cert, int64_t from_s, int64_t to_s)
{
    return ASN1_TIME_set(X509_getm_notBefore(cert), from_s) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(cert), to_s) != NULL;
}

static bool set_name(X509 *cert, const char *common_name)
{
    return X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_UTF8,
                                      (const unsigned char *)common_name, -1, -1, 0) == 1;
}

/* ---- the names of a host ---- */

/* Calls add for each name people may call the host by; "vm" is also vm.local, which is how phones
 * and Macs find it. */
static void each_name(const struct host *host, void (*add)(void *arg, const char *name), void *arg)
{
    char label[64], local[80];

    add(arg, "localhost");
    if (host->name[0] == '\0' || strcmp(host->name, "localhost") == 0)
        return;
    host_label(host->name, label);
    snprintf(local, sizeof local, "%s.local", label);
    add(arg, host->name);
    if (strcmp(label, host->name) != 0)
        add(arg, label);
    if (strcmp(local, host->name) != 0)
        add(arg, local);
}

static void add_constraint(void *arg, const char *name)
{
    buf_printf(arg, ",permitted;DNS:%s", name);
}

static const char *constraints(struct arena *a, const struct host *host)
{
    struct buf b = buf_new(a);

    buf_str(&b, "critical");
    each_name(host, add_constraint, &b);
    for (size_t i = 0; i < sizeof permitted_ranges / sizeof permitted_ranges[0]; i++)
        buf_printf(&b, ",permitted;IP:%s", permitted_ranges[i]);
    return b.data;
}

/* "chatd local CA HOST 2026-11-21"; the X.509 limit is 64 characters. */
static const char *ca_name(struct arena *a, const struct host *host, int64_t now_s)
{
    time_t now = (time_t)now_s;
    struct tm day;
    char date[16] = "", label[64];

    if (gmtime_r(&now, &day) != NULL && strftime(date, sizeof date, "%Y-%m-%d", &day) == 0)
        date[0] = '\0';
    host_label(host->name[0] != '\0' ? host->name : "localhost", label);
    return arena_printf(a, "chatd local CA %.38s %s", label, date);
}

static bool build_ca(X509 *cert, EVP_PKEY *key, const struct host *host, int64_t now_s)
{
    struct arena *a = arena_new();
    bool ok = X509_set_version(cert, X509_VERSION_3) && set_serial(cert) &&
              set_times(cert, now_s - MAKE_DAY_S, now_s + CA_DAYS * MAKE_DAY_S) &&
              X509_set_pubkey(cert, key) && set_name(cert, ca_name(a, host, now_s)) &&
              X509_set_issuer_name(cert, X509_get_subject_name(cert)) &&
              add_extension(cert, cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
              add_extension(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign") &&
              add_extension(cert, cert, NID_ext_key_usage, "serverAuth") &&
              add_extension(cert, cert, NID_name_constraints, constraints(a, host)) &&
              add_extension(cert, cert, NID_subject_key_identifier, "hash") &&
              X509_sign(cert, key, EVP_sha256()) > 0;

    arena_free(a);
    return ok;
}

X509 *make_ca(EVP_PKEY *key, const struct host *host, int64_t now_s)
{
    X509 *cert = X509_new();

    if (cert != NULL && build_ca(cert, key, host, now_s))
        return cert;
    X509_free(cert);
    return NULL;
}

/* ---- what the CA allows ---- */

static bool is_below(const char *name, const unsigned char *base, size_t base_len)
{
    size_t len = strlen(name);

    return len >= base_len && memcmp(name + len - base_len, base, base_len) == 0 &&
           (len == base_len || name[len - base_len - 1] == '.');
}

bool make_permits(X509 *ca, const char *name)
{
    NAME_CONSTRAINTS *rules = X509_get_ext_d2i(ca, NID_name_constraints, NULL, NULL);
    int count = rules != NULL ? sk_GENERAL_SUBTREE_num(rules->permittedSubtrees) : 0;
    bool found = false;

    for (int i = 0; i < count && !found; i++) {
        const GENERAL_NAME *base = sk_GENERAL_SUBTREE_value(rules->permittedSubtrees, i)->base;
        found = base->type == GEN_DNS && is_below(name, ASN1_STRING_get0_data(base->d.dNSName),
                                                  (size_t)ASN1_STRING_length(base->d.dNSName));
    }
    NAME_CONSTRAINTS_free(rules);
    return found;
}

struct names {
    struct buf text;
    X509 *ca;
};

static void add_dns(void *arg, const char *name)
{
    struct names *n = arg;

    if (make_permits(n->ca, name))
        buf_printf(&n->text, "DNS:%s,", name);
}

const char *make_names(struct arena *a, X509 *ca, const struct host *host)
{
    struct names n = { .text = buf_new(a), .ca = ca };
    char text[INET6_ADDRSTRLEN];

    each_name(host, add_dns, &n);
    buf_str(&n.text, "IP:127.0.0.1,IP:::1");
    for (size_t i = 0; i < host->count; i++)
        if (host_address_is_private(&host->addresses[i]))
            buf_printf(&n.text, ",IP:%s", host_address_text(&host->addresses[i], text));
    return n.text.data;
}

/* ---- what it signs ---- */

static int64_t end_of(const X509 *cert)
{
    struct tm day;

    return ASN1_TIME_to_tm(X509_get0_notAfter(cert), &day) == 1 ? (int64_t)timegm(&day) : 0;
}

static bool build_leaf(X509 *cert, X509 *ca, EVP_PKEY *ca_key, EVP_PKEY *key, const char *names,
                       int64_t now_s)
{
    int64_t to_s = now_s + LEAF_DAYS * MAKE_DAY_S, last_s = end_of(ca);

    return X509_set_version(cert, X509_VERSION_3) && set_serial(cert) &&
           set_times(cert, now_s - MAKE_DAY_S, to_s < last_s ? to_s : last_s) &&
           X509_set_pubkey(cert, key) && set_name(cert, "chatd") &&
           X509_set_issuer_name(cert, X509_get_subject_name(ca)) &&
           add_extension(cert, ca, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(cert, ca, NID_key_usage, "critical,digitalSignature") &&
           add_extension(cert, ca, NID_ext_key_usage, "serverAuth") &&
           add_extension(cert, ca, NID_subject_alt_name, names) &&
           add_extension(cert, ca, NID_subject_key_identifier, "hash") &&
           add_extension(cert, ca, NID_authority_key_identifier, "keyid:always") &&
           X509_sign(cert, ca_key, EVP_sha256()) > 0;
}

X509 *make_leaf(X509 *ca, EVP_PKEY *ca_key, EVP_PKEY *key, const char *names, int64_t now_s)
{
    X509 *cert = X509_new();

    if (cert != NULL && build_leaf(cert, ca, ca_key, key, names, now_s))
        return cert;
    X509_free(cert);
    return NULL;
}

/* ---- checking what was stored ---- */

static bool has_names(X509 *leaf, const char *names)
{
    X509_EXTENSION *want = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
    X509_EXTENSION *have = X509_get_ext(leaf, X509_get_ext_by_NID(leaf, NID_subject_alt_name, -1));
    bool same =
        want != NULL && have != NULL &&
        ASN1_OCTET_STRING_cmp(X509_EXTENSION_get_data(want), X509_EXTENSION_get_data(have)) == 0;

    X509_EXTENSION_free(want);
    return same;
}

static bool has_begun(const X509 *cert, int64_t now_s)
{
    time_t now = (time_t)now_s;

    return X509_cmp_time(X509_get0_notBefore(cert), &now) < 0;
}

static bool will_last(const X509 *cert, int64_t now_s)
{
    time_t later = (time_t)(now_s + SPARE_DAYS * MAKE_DAY_S);

    return X509_cmp_time(X509_get0_notAfter(cert), &later) > 0;
}

bool make_is_timely(const X509 *leaf, int64_t now_s)
{
    return has_begun(leaf, now_s) && will_last(leaf, now_s);
}

bool make_is_good(X509 *leaf, X509 *ca, EVP_PKEY *key, const char *names, int64_t now_s)
{
    return make_is_timely(leaf, now_s) && has_names(leaf, names) &&
           X509_check_private_key(leaf, key) == 1 && X509_check_issued(ca, leaf) == X509_V_OK &&
           X509_verify(leaf, X509_get0_pubkey(ca)) == 1;
}

bool make_ca_is_good(X509 *ca, EVP_PKEY *key, int64_t now_s)
{
    /* One that has not begun is kept: the clock is wrong, and people trust this CA already. */
    return will_last(ca, now_s) && X509_check_private_key(ca, key) == 1 && X509_check_ca(ca) == 1;
}

char *make_fingerprint(struct arena *a, const X509 *cert)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    struct buf b = buf_new(a);

    if (X509_digest(cert, EVP_sha256(), sum, &len) != 1)
        return arena_strdup(a, "");
    for (unsigned i = 0; i < len; i++)
        buf_printf(&b, i > 0 ? ":%02X" : "%02X", sum[i]);
    return b.data;
}
