/* See trust.h. The landing page (www/trust.html) says the same to people on other machines. */
#include "tls/trust.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tls/host.h"
#include "tls/tls.h"

/* %s is the path of the CA's file, or with is_fetched the server's address. */
static const struct system {
    const char *name;
    bool is_fetched;
    const char *first, *second;
} systems[] = {
    { "Debian, Ubuntu", false, "sudo cp '%s' /usr/local/share/ca-certificates/chatd.crt",
      "sudo update-ca-certificates" },
    { "Fedora", false, "sudo cp '%s' /etc/pki/ca-trust/source/anchors/chatd.crt",
      "sudo update-ca-trust" },
    { "Chrome and Chromium on Linux (certutil: package libnss3-tools or nss-tools)", false,
      "mkdir -p ~/.pki/nssdb && certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n chatd -i '%s'",
      "and start the browser again" },
    { "macOS", true, "curl -so chatd-ca.crt %s/ca.crt",
      "sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain "
      "chatd-ca.crt" },
    { "Windows (as administrator)", true, "curl.exe -so chatd-ca.crt %s/ca.crt",
      "certutil -addstore -f Root chatd-ca.crt" },
    { "Android", true, "open %s/ca.crt, which saves it",
      "Settings > Security > Encryption & credentials > Install a certificate > CA certificate" },
    { "iPhone, iPad", true,
      "open %s/ca.mobileconfig in Safari, then Settings > Profile Downloaded > Install",
      "Settings > General > About > Certificate Trust Settings: switch it on" },
    { "Firefox", true, "open %s/ca.crt",
      "tick \"Trust this CA to identify websites\" and confirm" },
};

/* The address other machines fetch the file from: plain http if we listen there, for they do not
 * trust us yet. */
static const char *fetch_url(struct arena *a, const struct conf *conf)
{
    const struct conf_listener *found = NULL;
    const struct host_address *address;
    struct host host;

    for (int i = 0; i < conf->listen_count; i++) {
        const struct conf_listener *l = &conf->listen[i];
        if (l->dialect[0] == '\0' && l->port != 0 && (found == NULL || (found->tls && !l->tls)))
            found = l;
    }
    host_read(NULL, &host);
    address = host_best(&host);
    if (found == NULL || address == NULL)
        return "http://THIS-SERVER";
    return host_url(a, address, found->tls, found->port);
}

static void print_line(FILE *out, struct arena *a, const char *line, const char *what)
{
    const char *gap = strstr(line, "%s");

    fputs("  ", out);
    fputs(gap == NULL ? line : arena_printf(a, "%.*s%s%s", (int)(gap - line), line, what, gap + 2),
          out);
    fputc('\n', out);
}

static void print(const struct conf *conf, const struct authority *ca, const char *path, FILE *out)
{
    struct arena *a = arena_new();
    const char *url = fetch_url(a, conf);

    fprintf(
        out,
        "%s\n  file     %s\n  SHA-256  %s\n  others   %s/ca.crt, to be compared with SHA-256\n\n"
        "It can vouch for this machine's names and for private addresses only, so trusting it "
        "gives nobody\nthe means to pose as another site.\n",
        ca->name, path, ca->fingerprint, url);
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        const char *what = systems[i].is_fetched ? url : path;
        fprintf(out, "\n%s\n", systems[i].name);
        print_line(out, a, systems[i].first, what);
        print_line(out, a, systems[i].second, what);
    }
    fprintf(out, "\nOn another Linux machine first: curl -so chatd-ca.pem %s/ca.pem\n", url);
    arena_free(a);
}

bool trust_print(const struct conf *conf, FILE *out, char **error_r)
{
    struct arena *a = arena_new();
    const struct authority *ca = tls_read_authority(a, conf->data_dir);
    char *path = realpath(arena_printf(a, "%s/ca-cert.pem", conf->data_dir), NULL);
    bool ok = conf->tls_cert[0] == '\0' && ca != NULL && path != NULL;
    int n = 0;

    if (conf->tls_cert[0] != '\0')
        n = asprintf(error_r, "tls_cert: %s is in use; nothing of ours has to be trusted",
                     conf->tls_cert);
    else if (!ok)
        n = asprintf(error_r, "data_dir: there is no CA in %s yet; the first start makes it",
                     conf->data_dir);
    if (n < 0)
        *error_r = NULL;
    if (ok)
        print(conf, ca, path, out);
    free(path);
    arena_free(a);
    return ok;
}
