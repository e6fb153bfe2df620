/* See tls.h. The certificate is given to each handshake by a callback: OpenSSL's way to change it
 * beside handshakes that are under way. */
#include "tls/tls.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "datadir.h"
#include "tls/make.h"

/* What a handshake needs. */
struct identity {
    X509 *cert;
    EVP_PKEY *key;
    STACK_OF(X509) * chain; /* NULL: none */
};

struct tls {
    const struct conf *conf;
    const struct clock *clock;
    struct host_source source;
    pthread_mutex_t work; /* one renewal at a time; outside of lock */
    struct host host;     /* what our certificate is for; guarded by work, like arena */
    struct arena *arena;  /* authority's: the few CAs of a process's life */
    _Atomic(const struct authority *) authority; /* NULL: none */
    pthread_rwlock_t lock;                       /* guards now */
    struct identity now;
};

/* ---- one identity ---- */

static void identity_free(struct identity *id)
{
    X509_free(id->cert);
    EVP_PKEY_free(id->key);
    sk_X509_pop_free(id->chain, X509_free);
    *id = (struct identity){ 0 };
}

/* Adopts id. Connections hold the old one as long as they want it. */
static void identity_use(struct tls *tls, struct identity *id)
{
    struct identity old;

    pthread_rwlock_wrlock(&tls->lock);
    old = tls->now;
    tls->now = *id;
    pthread_rwlock_unlock(&tls->lock);
    identity_free(&old);
}

static int on_handshake(SSL *ssl, void *arg)
{
    struct tls *tls = arg;
    int ok;

    pthread_rwlock_rdlock(&tls->lock);
    ok = SSL_use_cert_and_key(ssl, tls->now.cert, tls->now.key, tls->now.chain, 1);
    pthread_rwlock_unlock(&tls->lock);
    return ok;
}

bool tls_attach(struct tls *tls, SSL_CTX *context)
{
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
        return false;
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_cert_cb(context, on_handshake, tls);
    return true;
}

/* ---- files ---- */

static char *path_of(struct arena *a, const struct conf *conf, const char *name)
{
    return arena_printf(a, "%s/%s", conf->data_dir, name);
}

static X509 *read_cert(const char *path)
{
    BIO *file = BIO_new_file(path, "re");
    X509 *cert = file != NULL ? PEM_read_bio_X509(file, NULL, NULL, NULL) : NULL;

    BIO_free(file);
    return cert;
}

/* A question for a passphrase would stop the start. */
static int no_passphrase(char *buf, int size, int writing, void *arg)
{
    (void)buf, (void)size, (void)writing, (void)arg;
    return 0;
}

static EVP_PKEY *read_key(const char *path)
{
    BIO *file = BIO_new_file(path, "re");
    EVP_PKEY *key = file != NULL ? PEM_read_bio_PrivateKey(file, NULL, no_passphrase, NULL) : NULL;

    BIO_free(file);
    return key;
}

static bool write_bio(const struct conf *conf, const char *name, BIO *bio)
{
    char *data;
    long len = BIO_get_mem_data(bio, &data);

    return len > 0 && datadir_write(conf->data_dir, name, data, (size_t)len);
}

static bool write_cert(const struct conf *conf, const char *name, X509 *cert)
{
    BIO *bio = BIO_new(BIO_s_mem());
    bool ok = bio != NULL && PEM_write_bio_X509(bio, cert) && write_bio(conf, name, bio);

    BIO_free(bio);
    return ok;
}

static bool write_key(const struct conf *conf, const char *name, EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    bool ok = bio != NULL && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) &&
              write_bio(conf, name, bio);

    BIO_free(bio);
    return ok;
}

/* ---- the owner's certificate ---- */

/* Loads certificate, chain and key, which must fit. NULL: fine; else why not. */
static const char *load_own(const char *cert, const char *key, struct identity *id_r)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    STACK_OF(X509) *chain = NULL;
    const char *why = NULL;

    if (context == NULL)
        return "OpenSSL failed";
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    if (SSL_CTX_use_certificate_chain_file(context, cert) != 1)
        why = "no certificate in PEM can be read from it";
    else if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        why = "its private key cannot be read, or is another certificate's";
    else if (SSL_CTX_check_private_key(context) != 1)
        why = "the private key is another certificate's";
    if (why == NULL) {
        SSL_CTX_get0_chain_certs(context, &chain);
        id_r->cert = SSL_CTX_get0_certificate(context);
        X509_up_ref(id_r->cert);
        id_r->key = SSL_CTX_get0_privatekey(context);
        EVP_PKEY_up_ref(id_r->key);
        id_r->chain = chain != NULL ? X509_chain_up_ref(chain) : NULL;
    }
    SSL_CTX_free(context);
    return why;
}

/* true: the owner's files are in use. Otherwise *error_r is one sentence; owned. */
static bool use_own(struct tls *tls, char **error_r)
{
    const struct conf *conf = tls->conf;
    const char *key = conf->tls_key[0] != '\0' ? conf->tls_key : conf->tls_cert;
    const char *missing = access(conf->tls_cert, R_OK) != 0 ? conf->tls_cert
                          : access(key, R_OK) != 0          ? key
                                                            : NULL;
    struct identity id = { 0 };
    const char *why;
    int n;

    if (missing != NULL) {
        n = asprintf(error_r, "%s: cannot read %s", missing == key ? "tls_key" : "tls_cert",
                     missing);
    } else if ((why = load_own(conf->tls_cert, key, &id)) != NULL) {
        n = asprintf(error_r, "tls_cert: %s: %s", conf->tls_cert, why);
    } else {
        identity_use(tls, &id);
        return true;
    }
    if (n < 0)
        *error_r = NULL;
    return false;
}

/* ---- ours ---- */

/* Arena; NULL: OpenSSL failed. */
static const struct authority *describe(struct arena *a, X509 *cert)
{
    struct authority *ca = ARENA_NEW(a, struct authority);
    unsigned char *der = NULL;
    char name[80] = "", *pem;
    BIO *bio = BIO_new(BIO_s_mem());
    int der_len = i2d_X509(cert, &der);
    long pem_len = 0;
    bool ok = bio != NULL && der_len > 0 && PEM_write_bio_X509(bio, cert);

    if (ok) {
        pem_len = BIO_get_mem_data(bio, &pem);
        X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, name, sizeof name);
        *ca = (struct authority){ .name = arena_strdup(a, name),
                                  .fingerprint = make_fingerprint(a, cert),
                                  .pem = arena_strndup(a, pem, (size_t)pem_len),
                                  .der = arena_memdup(a, der, (size_t)der_len),
                                  .der_len = (size_t)der_len };
    }
    OPENSSL_free(der);
    BIO_free(bio);
    return ok ? ca : NULL;
}

static bool set_authority(struct tls *tls, X509 *cert)
{
    const struct authority *before = tls->authority, *after = describe(tls->arena, cert);

    if (before == NULL || (after != NULL && strcmp(before->fingerprint, after->fingerprint) != 0))
        tls->authority = after;
    return after != NULL;
}

/* Reads the CA, or makes one. false: *cert_r and *key_r may be set all the same. */
static bool have_ca(struct tls *tls, struct arena *a, const struct host *host, int64_t now_s,
                    X509 **cert_r, EVP_PKEY **key_r)
{
    *cert_r = read_cert(path_of(a, tls->conf, "ca-cert.pem"));
    *key_r = read_key(path_of(a, tls->conf, "ca-key.pem"));
    if (*cert_r != NULL && *key_r != NULL && make_ca_is_good(*cert_r, *key_r, now_s))
        return true;
    if (*cert_r != NULL)
        log_warn("tls", "the local CA has ended or lost its key: a new one is made, which people "
                        "must trust anew (chatd trust)");
    X509_free(*cert_r);
    EVP_PKEY_free(*key_r);
    *key_r = EVP_EC_gen("P-256");
    *cert_r = *key_r != NULL ? make_ca(*key_r, host, now_s) : NULL;
    /* The key first: a certificate without its key is made anew, never the other way round. */
    return *cert_r != NULL && write_key(tls->conf, "ca-key.pem", *key_r) &&
           write_cert(tls->conf, "ca-cert.pem", *cert_r);
}

/* The key of the certificate is kept from one certificate to the next, so that they change by
 * replacing one file. */
static EVP_PKEY *have_key(struct tls *tls, struct arena *a)
{
    EVP_PKEY *key = read_key(path_of(a, tls->conf, "tls-key.pem"));

    if (key != NULL && EVP_PKEY_is_a(key, "EC"))
        return key;
    EVP_PKEY_free(key);
    key = EVP_EC_gen("P-256");
    if (key != NULL && write_key(tls->conf, "tls-key.pem", key))
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

/* The stored certificate, or a new one. NULL: it cannot be made. */
static X509 *have_leaf(struct tls *tls, struct arena *a, const char *names, X509 *ca,
                       EVP_PKEY *ca_key, EVP_PKEY *key, int64_t now_s)
{
    X509 *leaf = read_cert(path_of(a, tls->conf, "tls-cert.pem"));

    if (leaf != NULL && make_is_good(leaf, ca, key, names, now_s))
        return leaf;
    X509_free(leaf);
    leaf = make_leaf(ca, ca_key, key, names, now_s);
    if (leaf != NULL && write_cert(tls->conf, "tls-cert.pem", leaf)) {
        log_info("tls", "new certificate for %s", names);
        return leaf;
    }
    X509_free(leaf);
    return NULL;
}

static void warn_of_name(const struct host *host, X509 *ca)
{
    if (host->name[0] != '\0' && !make_permits(ca, host->name))
        log_warn("tls",
                 "the local CA was made on a machine of another name and cannot vouch for %s; "
                 "remove ca-cert.pem and ca-key.pem from data_dir to have a new one made",
                 host->name);
}

/* Uses what is stored as far as it is good for host, and makes the rest. With tls->work held, or
 * before anybody knows tls. */
static bool use_made(struct tls *tls, const struct host *host)
{
    struct arena *a = arena_new();
    int64_t now_s = clock_wall_ms(tls->clock) / 1000;
    struct identity id = { 0 };
    X509 *ca = NULL;
    EVP_PKEY *ca_key = NULL;
    bool ok =
        have_ca(tls, a, host, now_s, &ca, &ca_key) && (id.key = have_key(tls, a)) != NULL &&
        (id.cert = have_leaf(tls, a, make_names(a, ca, host), ca, ca_key, id.key, now_s)) != NULL &&
        set_authority(tls, ca);

    if (ok) {
        warn_of_name(host, ca);
        identity_use(tls, &id);
        tls->host = *host;
    } else {
        identity_free(&id);
    }
    X509_free(ca);
    EVP_PKEY_free(ca_key);
    arena_free(a);
    return ok;
}

/* ---- outside ---- */

static bool is_own(const struct tls *tls)
{
    return tls->conf->tls_cert[0] != '\0';
}

static bool use_made_first(struct tls *tls, char **error_r)
{
    struct host host;

    tls->source.read(tls->source.arg, &host);
    errno = 0;
    if (use_made(tls, &host))
        return true;
    if (asprintf(error_r, "data_dir: cannot make a certificate in %s: %s", tls->conf->data_dir,
                 errno != 0 ? strerror(errno) : "OpenSSL failed") < 0)
        *error_r = NULL;
    return false;
}

struct tls *tls_open(const struct conf *conf, const struct clock *clock,
                     const struct host_source *source, char **error_r)
{
    struct tls *tls = calloc(1, sizeof *tls);

    if (tls == NULL)
        abort();
    tls->conf = conf;
    tls->clock = clock;
    tls->source = *source;
    tls->arena = arena_new();
    pthread_mutex_init(&tls->work, NULL);
    pthread_rwlock_init(&tls->lock, NULL);
    if (is_own(tls) ? use_own(tls, error_r) : use_made_first(tls, error_r))
        return tls;
    tls_close(tls);
    return NULL;
}

void tls_close(struct tls *tls)
{
    if (tls == NULL)
        return;
    identity_free(&tls->now);
    pthread_rwlock_destroy(&tls->lock);
    pthread_mutex_destroy(&tls->work);
    arena_free(tls->arena);
    free(tls);
}

bool tls_renew(struct tls *tls)
{
    struct host host;
    bool ok = true;

    if (tls == NULL || is_own(tls))
        return true;
    tls->source.read(tls->source.arg, &host);
    pthread_mutex_lock(&tls->work);
    /* Only renewals, which hold work, write now: it may be read here. */
    if (!host_equal(&host, &tls->host) ||
        !make_is_timely(tls->now.cert, clock_wall_ms(tls->clock) / 1000))
        ok = use_made(tls, &host);
    pthread_mutex_unlock(&tls->work);
    if (!ok)
        log_error("tls", "cannot make a new certificate in data_dir; the old one stays");
    return ok;
}

bool tls_reload(struct tls *tls)
{
    char *error = NULL;
    bool ok;

    if (tls == NULL || !is_own(tls))
        return tls_renew(tls);
    pthread_mutex_lock(&tls->work);
    ok = use_own(tls, &error);
    pthread_mutex_unlock(&tls->work);
    if (ok)
        log_info("tls", "tls_cert: %s was read again", tls->conf->tls_cert);
    else
        log_error("tls", "%s; the old certificate stays", error != NULL ? error : "out of memory");
    free(error);
    return ok;
}

const struct authority *tls_authority(const struct tls *tls)
{
    return tls != NULL ? tls->authority : NULL;
}

static bool is_good_for(X509 *cert, struct arena *a, const char *host)
{
    size_t len = strlen(host);

    if (host[0] == '[' && host[len - 1] == ']')
        host = arena_strndup(a, host + 1, len - 2);
    return X509_check_ip_asc(cert, host, 0) == 1 || X509_check_host(cert, host, 0, 0, NULL) == 1;
}

/* The first name that is one, not a pattern; arena. NULL: there is none. */
static const char *first_name(struct arena *a, const GENERAL_NAMES *names)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);
        const char *text = n->type == GEN_DNS
                               ? arena_strndup(a, (const char *)ASN1_STRING_get0_data(n->d.dNSName),
                                               (size_t)ASN1_STRING_length(n->d.dNSName))
                               : "";
        if (host_name_is_good(text))
            return text;
    }
    return NULL;
}

/* The address among them that others reach best; arena. NULL: there is none. */
static const char *best_address(struct arena *a, const GENERAL_NAMES *names)
{
    struct host host = { 0 };
    const struct host_address *best;
    char text[INET6_ADDRSTRLEN];

    for (int i = 0; i < sk_GENERAL_NAME_num(names) && host.count < HOST_ADDRESSES_MAX; i++) {
        const GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);
        int len = n->type == GEN_IPADD ? ASN1_STRING_length(n->d.iPAddress) : 0;
        struct host_address *address = &host.addresses[host.count];
        if (len != 4 && len != 16)
            continue;
        address->family = len == 4 ? AF_INET : AF_INET6;
        memcpy(address->bytes, ASN1_STRING_get0_data(n->d.iPAddress), (size_t)len);
        host.count += !host_address_is_loopback(address);
    }
    best = host_best(&host);
    if (best == NULL)
        return NULL;
    return arena_printf(a, best->family == AF_INET6 ? "[%s]" : "%s", host_address_text(best, text));
}

const char *tls_host_for(struct tls *tls, struct arena *a, const char *host)
{
    GENERAL_NAMES *names;
    X509 *cert;

    if (tls == NULL)
        return NULL;
    pthread_rwlock_rdlock(&tls->lock);
    cert = tls->now.cert;
    X509_up_ref(cert);
    pthread_rwlock_unlock(&tls->lock);
    names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    if (!is_good_for(cert, a, host))
        host = names == NULL ? NULL : is_own(tls) ? first_name(a, names) : best_address(a, names);
    GENERAL_NAMES_free(names);
    X509_free(cert);
    return host;
}

const struct authority *tls_read_authority(struct arena *a, const char *data_dir)
{
    X509 *cert = read_cert(arena_printf(a, "%s/ca-cert.pem", data_dir));
    const struct authority *ca = cert != NULL ? describe(a, cert) : NULL;

    X509_free(cert);
    return ca;
}
