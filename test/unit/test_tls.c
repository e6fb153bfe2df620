/* The local CA and what it signs: what may be vouched for, when certificates are made anew, and that
 * a change of certificate reaches new handshakes and leaves open connections alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "datadir.h"
#include "tls/make.h"
#include "tls/tls.h"

#define DAY_MS (MAKE_DAY_S * 1000)
/* Seconds; OpenSSL's own idea of now matters where handshakes are checked. */
#define START_S ((int64_t)time(NULL))

/* A host, a clock and a folder that the test turns. */
struct world {
    char dir[64];
    struct conf conf;
    struct host host;
    int64_t now_ms;
    struct clock clock;
    struct arena *arena;
};

static int64_t world_now(void *arg)
{
    return ((struct world *)arg)->now_ms;
}

static void world_host(void *arg, struct host *host_r)
{
    *host_r = ((struct world *)arg)->host;
}

static void add(struct host *host, const char *text)
{
    struct host_address *a = &host->addresses[host->count++];

    *a = (struct host_address){ .family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET };
    assert_int_equal(inet_pton(a->family, text, a->bytes), 1);
    host_tidy(host);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    snprintf(w->dir, sizeof w->dir, "/tmp/chatd-test-tls-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    w->conf = (struct conf){ .data_dir = w->dir, .tls_cert = "", .tls_key = "" };
    snprintf(w->host.name, sizeof w->host.name, "box.office.example");
    add(&w->host, "192.168.7.5");
    add(&w->host, "fd12::5");
    w->now_ms = START_S * 1000;
    w->clock = (struct clock){ .wall_ms = world_now, .mono_ms = world_now, .arg = w };
    w->arena = arena_new();
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", w->dir);
    assert_int_equal(system(command), 0);
    arena_free(w->arena);
    free(w);
    return 0;
}
#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static struct tls *start(struct world *w)
{
    struct host_source source = { .read = world_host, .arg = w };
    char *error = NULL;
    struct tls *tls = tls_open(&w->conf, &w->clock, &source, &error);

    if (tls == NULL)
        fail_msg("%s", error);
    return tls;
}

static const char *file(struct world *w, const char *name)
{
    return arena_printf(w->arena, "%s/%s", w->dir, name);
}

static X509 *stored(struct world *w, const char *name)
{
    FILE *f = fopen(file(w, name), "re");
    X509 *cert = f != NULL ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;

    assert_non_null(cert);
    fclose(f);
    return cert;
}

static const char *print_of(struct world *w, const char *name)
{
    X509 *cert = stored(w, name);
    const char *text = make_fingerprint(w->arena, cert);

    X509_free(cert);
    return text;
}

static const char *names_of(struct world *w, const char *name)
{
    X509 *cert = stored(w, name);
    GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    struct buf b = buf_new(w->arena);

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);
        char text[INET6_ADDRSTRLEN];
        if (n->type == GEN_DNS)
            buf_printf(&b, "%s ", (const char *)ASN1_STRING_get0_data(n->d.dNSName));
        else
            buf_printf(&b, "%s ",
                       inet_ntop(ASN1_STRING_length(n->d.iPAddress) == 4 ? AF_INET : AF_INET6,
                                 ASN1_STRING_get0_data(n->d.iPAddress), text, sizeof text));
    }
    GENERAL_NAMES_free(names);
    X509_free(cert);
    return b.data;
}

/* ---- the CA ---- */

/* What OpenSSL says of leaf when only ca is trusted. */
static int verdict(X509 *ca, X509 *leaf)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    int error;

    X509_STORE_add_cert(store, ca);
    X509_STORE_CTX_init(context, store, leaf, NULL);
    X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
    X509_verify_cert(context);
    error = X509_STORE_CTX_get_error(context);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return error;
}

static void test_constraints(void **state)
{
    static const struct {
        const char *names;
        int verdict;
    } cases[] = {
        { "DNS:localhost", X509_V_OK },
        { "DNS:box.office.example,DNS:box,DNS:box.local", X509_V_OK },
        { "IP:10.255.1.2,IP:172.31.0.1,IP:192.168.0.1,IP:169.254.3.4,IP:127.0.0.1", X509_V_OK },
        { "IP:fc00::1,IP:fdff::1,IP:fe80::1,IP:::1", X509_V_OK },
        { "DNS:example.com", X509_V_ERR_PERMITTED_VIOLATION },
        { "DNS:office.example", X509_V_ERR_PERMITTED_VIOLATION },
        { "DNS:local", X509_V_ERR_PERMITTED_VIOLATION },
        { "DNS:localhost,DNS:bank.example.com", X509_V_ERR_PERMITTED_VIOLATION },
        { "IP:8.8.8.8", X509_V_ERR_PERMITTED_VIOLATION },
        { "IP:11.0.0.1", X509_V_ERR_PERMITTED_VIOLATION },
        { "IP:172.32.0.1", X509_V_ERR_PERMITTED_VIOLATION },
        { "IP:192.169.0.1", X509_V_ERR_PERMITTED_VIOLATION },
        { "IP:2001:db8::1", X509_V_ERR_PERMITTED_VIOLATION },
        { "IP:::2", X509_V_ERR_PERMITTED_VIOLATION },
    };
    struct world *w = *state;
    EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
    X509 *ca = make_ca(ca_key, &w->host, START_S);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        X509 *leaf = make_leaf(ca, ca_key, key, cases[i].names, START_S);
        int said = verdict(ca, leaf);
        if (said != cases[i].verdict)
            fail_msg("%s: %s", cases[i].names, X509_verify_cert_error_string(said));
        X509_free(leaf);
    }
    X509_free(ca);
    EVP_PKEY_free(ca_key);
    EVP_PKEY_free(key);
}

static void test_ca_shape(void **state)
{
    struct world *w = *state;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *ca = make_ca(key, &w->host, INT64_C(1795219200)); /* 2026-11-21 */
    char name[80], curve[40] = "";
    int critical = 0, days = 0, seconds = 0;
    NAME_CONSTRAINTS *rules = X509_get_ext_d2i(ca, NID_name_constraints, &critical, NULL);

    X509_NAME_get_text_by_NID(X509_get_subject_name(ca), NID_commonName, name, sizeof name);
    assert_string_equal(name, "chatd local CA box 2026-11-21");
    assert_int_equal(critical, 1);
    assert_non_null(rules);
    ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(ca), X509_get0_notAfter(ca));
    assert_in_range(days, 3650, 3653);
    assert_int_equal(X509_get_pathlen(ca), 0);
    assert_int_equal(X509_get_key_usage(ca), KU_KEY_CERT_SIGN | KU_CRL_SIGN);
    assert_int_equal(X509_get_extended_key_usage(ca), XKU_SSL_SERVER);
    EVP_PKEY_get_group_name(X509_get0_pubkey(ca), curve, sizeof curve, NULL);
    assert_string_equal(curve, "prime256v1");
    NAME_CONSTRAINTS_free(rules);
    X509_free(ca);

    memset(w->host.name, 'a', 63);
    w->host.name[63] = '\0';
    ca = make_ca(key, &w->host, START_S);
    assert_non_null(ca); /* a long name still fits the 64 characters of X.509 */
    X509_free(ca);
    EVP_PKEY_free(key);
}

static void test_only_what_may_be_vouched_for(void **state)
{
    struct world *w = *state;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *ca = make_ca(key, &w->host, START_S);

    add(&w->host, "8.8.4.4");
    add(&w->host, "2001:db8::7");
    add(&w->host, "10.1.2.3");
    assert_string_equal(make_names(w->arena, ca, &w->host),
                        "DNS:localhost,DNS:box.office.example,DNS:box,DNS:box.local,"
                        "IP:127.0.0.1,IP:::1,IP:10.1.2.3,IP:192.168.7.5,IP:fd12::5");
    snprintf(w->host.name, sizeof w->host.name, "other");
    assert_string_equal(make_names(w->arena, ca, &w->host),
                        "DNS:localhost,IP:127.0.0.1,IP:::1,IP:10.1.2.3,IP:192.168.7.5,IP:fd12::5");
    X509_free(ca);
    EVP_PKEY_free(key);
}

/* ---- made, kept, made anew ---- */

static void test_first_start(void **state)
{
    static const char *const files[] = { "ca-cert.pem", "ca-key.pem", "tls-cert.pem",
                                         "tls-key.pem" };
    struct world *w = *state;
    struct tls *tls = start(w);
    X509 *ca = stored(w, "ca-cert.pem"), *leaf = stored(w, "tls-cert.pem");
    int days = 0, seconds = 0;
    const char *before;

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct stat st;
        assert_int_equal(stat(file(w, files[i]), &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
    assert_int_equal(verdict(ca, leaf), X509_V_OK);
    ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(leaf), X509_get0_notAfter(leaf));
    assert_int_equal(days, 397);
    assert_string_equal(names_of(w, "tls-cert.pem"),
                        "localhost box.office.example box box.local 127.0.0.1 ::1 192.168.7.5 "
                        "fd12::5 ");
    assert_string_equal(tls_authority(tls)->fingerprint, print_of(w, "ca-cert.pem"));
    assert_string_equal(tls_read_authority(w->arena, w->dir)->pem, tls_authority(tls)->pem);
    before = print_of(w, "tls-cert.pem");
    tls_close(tls);
    tls = start(w);
    assert_string_equal(print_of(w, "tls-cert.pem"), before);
    tls_close(tls);
    X509_free(ca);
    X509_free(leaf);
}

static void test_renewal(void **state)
{
    struct world *w = *state;
    struct tls *tls = start(w);
    const char *ca = print_of(w, "ca-cert.pem"), *leaf = print_of(w, "tls-cert.pem");

    assert_true(tls_renew(tls)); /* nothing has changed */
    assert_string_equal(print_of(w, "tls-cert.pem"), leaf);

    w->host.count = 0;
    add(&w->host, "10.0.0.9");
    assert_true(tls_renew(tls));
    assert_string_equal(names_of(w, "tls-cert.pem"),
                        "localhost box.office.example box box.local 127.0.0.1 ::1 10.0.0.9 ");
    leaf = print_of(w, "tls-cert.pem");

    w->now_ms += 365 * DAY_MS; /* 31 days are left */
    assert_true(tls_renew(tls));
    assert_string_equal(print_of(w, "tls-cert.pem"), leaf);
    w->now_ms += 2 * DAY_MS;
    assert_true(tls_renew(tls));
    assert_string_not_equal(print_of(w, "tls-cert.pem"), leaf);
    leaf = print_of(w, "tls-cert.pem");

    w->now_ms -= 3000 * DAY_MS; /* a clock that went wrong costs no CA that people trust */
    assert_true(tls_renew(tls));
    assert_string_not_equal(print_of(w, "tls-cert.pem"), leaf);
    assert_string_equal(print_of(w, "ca-cert.pem"), ca);

    w->now_ms += (3000 + 3650 - 367 - 20) * DAY_MS; /* 20 days before the CA ends */
    assert_true(tls_renew(tls));
    assert_string_not_equal(print_of(w, "ca-cert.pem"), ca);
    assert_string_equal(tls_authority(tls)->fingerprint, print_of(w, "ca-cert.pem"));
    tls_close(tls);
}

static void test_never_longer_than_its_ca(void **state)
{
    struct world *w = *state;
    struct tls *tls = start(w);
    X509 *ca, *leaf;

    tls_close(tls);
    w->now_ms += (3650 - 60) * DAY_MS;
    tls = start(w);
    ca = stored(w, "ca-cert.pem");
    leaf = stored(w, "tls-cert.pem");
    assert_int_equal(ASN1_TIME_compare(X509_get0_notAfter(ca), X509_get0_notAfter(leaf)), 0);
    X509_free(ca);
    X509_free(leaf);
    tls_close(tls);
}

/* Writes a certificate signed by itself, as chatd made before it had a CA. */
static void write_self_signed(struct world *w, const char *key_name, const char *cert_name)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    FILE *f;

    X509_set_version(cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 77);
    X509_gmtime_adj(X509_getm_notBefore(cert), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert), 300 * MAKE_DAY_S);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               (const unsigned char *)"chatd", -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
    assert_non_null(f = fopen(file(w, key_name), "we"));
    PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
    fclose(f);
    assert_non_null(f = fopen(file(w, cert_name), "we"));
    PEM_write_X509(f, cert);
    fclose(f);
    X509_free(cert);
    EVP_PKEY_free(key);
}

static void test_migration(void **state)
{
    struct world *w = *state;
    struct tls *tls;
    X509 *ca, *leaf;

    write_self_signed(w, "tls-key.pem", "tls-cert.pem");
    tls = start(w);
    ca = stored(w, "ca-cert.pem");
    leaf = stored(w, "tls-cert.pem");
    assert_int_equal(verdict(ca, leaf), X509_V_OK);
    X509_free(ca);
    X509_free(leaf);
    tls_close(tls);
}

static void test_damaged_files(void **state)
{
    static const char *const files[] = { "ca-cert.pem", "ca-key.pem", "tls-cert.pem",
                                         "tls-key.pem" };
    struct world *w = *state;

    tls_close(start(w));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        X509 *ca, *leaf;
        assert_true(datadir_write(w->dir, files[i], "-----BEGIN", 10));
        tls_close(start(w));
        ca = stored(w, "ca-cert.pem");
        leaf = stored(w, "tls-cert.pem");
        assert_int_equal(verdict(ca, leaf), X509_V_OK);
        X509_free(ca);
        X509_free(leaf);
    }
}

static void test_no_room(void **state)
{
    struct world *w = *state;
    struct tls *tls = start(w);
    const char *leaf = print_of(w, "tls-cert.pem");

    assert_int_equal(mkdir(file(w, "tls-cert.pem.new"), 0700), 0); /* the file cannot be written */
    add(&w->host, "10.0.0.9");
    assert_false(tls_renew(tls));
    assert_string_equal(print_of(w, "tls-cert.pem"), leaf);
    assert_int_equal(rmdir(file(w, "tls-cert.pem.new")), 0);
    assert_true(tls_renew(tls)); /* tried again, though the host is the same as before */
    assert_string_not_equal(print_of(w, "tls-cert.pem"), leaf);
    tls_close(tls);
}

/* ---- handshakes ---- */

struct pair {
    SSL *server, *client;
};

/* A connection through memory; the client trusts nobody, so what it is shown can be looked at. */
static struct pair connect_pair(SSL_CTX *server, SSL_CTX *client)
{
    struct pair p = { SSL_new(server), SSL_new(client) };
    BIO *a, *b;
    int done = 0;

    assert_int_equal(BIO_new_bio_pair(&a, 0, &b, 0), 1);
    SSL_set_bio(p.server, a, a);
    SSL_set_bio(p.client, b, b);
    SSL_set_accept_state(p.server);
    SSL_set_connect_state(p.client);
    for (int i = 0; i < 20 && done < 2; i++)
        done = (SSL_do_handshake(p.client) == 1) + (SSL_do_handshake(p.server) == 1);
    assert_int_equal(done, 2);
    return p;
}

static void talk(const struct pair *p)
{
    char text[8] = "";

    assert_int_equal(SSL_write(p->server, "hello", 5), 5);
    assert_int_equal(SSL_read(p->client, text, sizeof text), 5);
    assert_memory_equal(text, "hello", 5);
}

static const char *shown(struct world *w, const struct pair *p)
{
    X509 *cert = SSL_get1_peer_certificate(p->client);
    const char *text = make_fingerprint(w->arena, cert);

    X509_free(cert);
    return text;
}

static void hang_up(struct pair *p)
{
    SSL_free(p->server);
    SSL_free(p->client);
}

static void test_new_handshakes_see_it(void **state)
{
    struct world *w = *state;
    struct tls *tls = start(w);
    SSL_CTX *server = SSL_CTX_new(TLS_server_method()), *client = SSL_CTX_new(TLS_client_method());
    const char *first = print_of(w, "tls-cert.pem");
    struct pair old, fresh;

    assert_true(tls_attach(tls, server));
    old = connect_pair(server, client);
    assert_string_equal(shown(w, &old), first);
    add(&w->host, "10.0.0.9");
    assert_true(tls_renew(tls));
    fresh = connect_pair(server, client);
    assert_string_equal(shown(w, &fresh), print_of(w, "tls-cert.pem"));
    assert_string_not_equal(shown(w, &fresh), first);
    talk(&old);
    talk(&fresh);
    hang_up(&old);
    hang_up(&fresh);
    SSL_CTX_free(server);
    SSL_CTX_free(client);
    tls_close(tls);
}

static void test_own(void **state)
{
    struct world *w = *state;
    SSL_CTX *server = SSL_CTX_new(TLS_server_method()), *client = SSL_CTX_new(TLS_client_method());
    struct pair p;
    struct tls *tls;
    const char *first;

    write_self_signed(w, "k.pem", "c.pem");
    w->conf.tls_cert = file(w, "c.pem");
    w->conf.tls_key = file(w, "k.pem");
    tls = start(w);
    assert_null(tls_authority(tls));
    assert_int_equal(access(file(w, "ca-cert.pem"), F_OK), -1);
    first = print_of(w, "c.pem");
    assert_true(tls_attach(tls, server));

    assert_int_equal(rename(file(w, "k.pem"), file(w, "old.pem")), 0);
    write_self_signed(w, "other.pem", "other-cert.pem");
    assert_int_equal(rename(file(w, "other.pem"), file(w, "k.pem")), 0);
    assert_false(tls_reload(tls)); /* another certificate's key */
    p = connect_pair(server, client);
    assert_string_equal(shown(w, &p), first);
    hang_up(&p);
    assert_int_equal(unlink(file(w, "k.pem")), 0);
    assert_false(tls_reload(tls)); /* no key at all */

    write_self_signed(w, "k.pem", "c.pem");
    assert_true(tls_reload(tls));
    p = connect_pair(server, client);
    assert_string_equal(shown(w, &p), print_of(w, "c.pem"));
    assert_string_not_equal(shown(w, &p), first);
    hang_up(&p);
    SSL_CTX_free(server);
    SSL_CTX_free(client);
    tls_close(tls);
}

/* ---- the host ---- */

static void test_host(void **state)
{
    static const struct {
        const char *name;
        bool good;
    } names[] = {
        { "box", true },   { "box-2.lan", true }, { "", false },     { ".", false },
        { "a..b", false }, { "a.", false },       { "a_b", false },  { "a b", false },
        { "*", false },    { "a,DNS:b", false },  { "a\nb", false }, { "\xe5\xae\xb6", false },
    };
    struct world *w = *state;
    struct host real;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (host_name_is_good(names[i].name) != names[i].good)
            fail_msg("\"%s\"", names[i].name);
    add(&w->host, "192.168.7.5"); /* once more */
    assert_int_equal(w->host.count, 2);
    assert_string_equal(host_url(w->arena, &w->host.addresses[0], true, 8443),
                        "https://192.168.7.5:8443");
    assert_string_equal(host_url(w->arena, &w->host.addresses[1], true, 443), "https://[fd12::5]");
    assert_string_equal(host_url(w->arena, &w->host.addresses[0], false, 80), "http://192.168.7.5");
    assert_string_equal(host_url(w->arena, &w->host.addresses[0], false, 443),
                        "http://192.168.7.5:443");
    host_read(NULL, &real);
    for (size_t i = 0; i < real.count; i++)
        assert_true(real.addresses[i].family != AF_INET || real.addresses[i].bytes[0] != 127);
}

static void test_best_address(void **state)
{
    static const char *const rising[] = { "fe80::1", "169.254.1.1", "fd00::1", "8.8.8.8",
                                          "192.168.1.1" };
    struct host host = { 0 };
    char text[INET6_ADDRSTRLEN];

    (void)state;
    assert_null(host_best(&host));
    for (size_t i = 0; i < sizeof rising / sizeof rising[0]; i++) {
        const struct host_address *best;
        add(&host, rising[i]);
        best = host_best(&host);
        if (i == 0)
            assert_null(best); /* no URL can name it */
        else
            assert_string_equal(host_address_text(best, text), rising[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_constraints),
        WORLD_TEST(test_ca_shape),
        WORLD_TEST(test_only_what_may_be_vouched_for),
        WORLD_TEST(test_first_start),
        WORLD_TEST(test_renewal),
        WORLD_TEST(test_never_longer_than_its_ca),
        WORLD_TEST(test_migration),
        WORLD_TEST(test_damaged_files),
        WORLD_TEST(test_no_room),
        WORLD_TEST(test_new_handshakes_see_it),
        WORLD_TEST(test_own),
        WORLD_TEST(test_host),
        WORLD_TEST(test_best_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
