/* See tls.h. EC P-256, 397 days: the longest browsers accept. */
#include "tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "datadir.h"

#define DAY_S 86400L

/* "DNS:localhost,DNS:host,IP:127.0.0.1,..." */
static char *names(struct arena *a)
{
    struct buf b = buf_new(a);
    struct ifaddrs *list = NULL;
    char host[256] = "", text[INET6_ADDRSTRLEN];

    buf_str(&b, "DNS:localhost,IP:127.0.0.1,IP:::1");
    if (gethostname(host, sizeof host - 1) == 0 && host[0] != '\0' && strchr(host, ',') == NULL)
        buf_printf(&b, ",DNS:%s,DNS:%s.local", host, host);
    if (getifaddrs(&list) != 0)
        return b.data;
    for (struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
        const void *address = NULL;
        if (i->ifa_addr == NULL || (i->ifa_flags & IFF_LOOPBACK))
            continue;
        if (i->ifa_addr->sa_family == AF_INET)
            address = &((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr;
        else if (i->ifa_addr->sa_family == AF_INET6)
            address = &((const struct sockaddr_in6 *)(const void *)i->ifa_addr)->sin6_addr;
        if (address != NULL &&
            inet_ntop(i->ifa_addr->sa_family, address, text, sizeof text) != NULL)
            buf_printf(&b, ",IP:%s", text);
    }
    freeifaddrs(list);
    return b.data;
}

static bool add_extension(X509 *cert, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;
    bool ok;

    X509V3_set_ctx(&context, cert, cert, NULL, NULL, 0);
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

static bool build(X509 *cert, EVP_PKEY *key, const char *alternative_names)
{
    X509_NAME *name = X509_get_subject_name(cert);

    return X509_set_version(cert, X509_VERSION_3) && set_serial(cert) &&
           X509_gmtime_adj(X509_getm_notBefore(cert), -DAY_S) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(cert), 396 * DAY_S) != NULL &&
           X509_set_pubkey(cert, key) &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)"chatd", -1,
                                      -1, 0) &&
           X509_set_issuer_name(cert, name) &&
           add_extension(cert, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(cert, NID_key_usage, "critical,digitalSignature") &&
           add_extension(cert, NID_ext_key_usage, "serverAuth") &&
           add_extension(cert, NID_subject_alt_name, alternative_names) &&
           X509_sign(cert, key, EVP_sha256()) > 0;
}

static bool store(const char *data_dir, const char *name, BIO *bio)
{
    char *data;
    long len = BIO_get_mem_data(bio, &data);

    return len > 0 && datadir_write(data_dir, name, data, (size_t)len);
}

static bool make(const char *data_dir, const char *alternative_names)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    BIO *cert_pem = BIO_new(BIO_s_mem()), *key_pem = BIO_new(BIO_s_mem());
    bool ok = key != NULL && cert != NULL && cert_pem != NULL && key_pem != NULL &&
              build(cert, key, alternative_names) && PEM_write_bio_X509(cert_pem, cert) &&
              PEM_write_bio_PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL) &&
              store(data_dir, "tls-key.pem", key_pem) && store(data_dir, "tls-cert.pem", cert_pem);

    BIO_free(cert_pem);
    BIO_free(key_pem);
    X509_free(cert);
    EVP_PKEY_free(key);
    return ok;
}

/* Is the stored certificate there, ours to keep, and valid for another 30 days? */
static bool is_good(const char *cert_file, const char *key_file)
{
    FILE *file = fopen(cert_file, "re");
    X509 *cert = file != NULL ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;
    time_t later = time(NULL) + 30 * DAY_S;
    bool good = cert != NULL && access(key_file, R_OK) == 0 &&
                X509_cmp_time(X509_get0_notAfter(cert), &later) > 0;

    X509_free(cert);
    if (file != NULL)
        fclose(file);
    return good;
}

bool tls_self_signed(const char *data_dir, char **error_r)
{
    struct arena *a = arena_new();
    bool ok = is_good(arena_printf(a, "%s/tls-cert.pem", data_dir),
                      arena_printf(a, "%s/tls-key.pem", data_dir)) ||
              make(data_dir, names(a));

    if (!ok && asprintf(error_r, "data_dir: cannot make a certificate in %s: %s", data_dir,
                        errno != 0 ? strerror(errno) : "OpenSSL failed") < 0)
        *error_r = NULL;
    arena_free(a);
    return ok;
}
