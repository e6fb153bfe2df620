/* A configuration profile: the form in which iPhones, iPads and Macs take a CA from a web page. */
#include "base/crypto.h"
#include "base/str.h"
#include "handlers/trust/trust.h"

static const char *escape(struct arena *a, const char *text)
{
    struct buf b = buf_new(a);

    buf_str(&b, "");
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '&')
            buf_str(&b, "&amp;");
        else if (*p == '<')
            buf_str(&b, "&lt;");
        else
            buf_add(&b, p, 1);
    }
    return b.data;
}

/* The same CA always has the same ids, so a second installation replaces the first. */
static const char *uuid(struct arena *a, const struct authority *ca, char part)
{
    const char *seed = arena_printf(a, "%c%s", part, ca->fingerprint);
    uint8_t sum[32];
    const char *hex;

    crypto_sha256(seed, strlen(seed), sum);
    sum[6] = (uint8_t)(0x40 | (sum[6] & 0x0f));
    sum[8] = (uint8_t)(0x80 | (sum[8] & 0x3f));
    hex = hex_encode(a, sum, 16);
    return arena_printf(a, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

/* What both dictionaries have. */
static void add_payload(struct buf *b, const char *type, const char *id, const char *name)
{
    buf_printf(b,
               "<key>PayloadType</key><string>%s</string>\n"
               "<key>PayloadVersion</key><integer>1</integer>\n"
               "<key>PayloadIdentifier</key><string>chatd.%s</string>\n"
               "<key>PayloadUUID</key><string>%s</string>\n"
               "<key>PayloadDisplayName</key><string>%s</string>\n",
               type, id, id, name);
}

const char *trust_profile(struct arena *a, const struct authority *ca, const char *site)
{
    struct buf b = buf_new(a);

    buf_str(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
                "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
                "<plist version=\"1.0\"><dict>\n");
    add_payload(&b, "Configuration", uuid(a, ca, 'p'), escape(a, site));
    buf_printf(&b,
               "<key>PayloadDescription</key><string>SHA-256 %s</string>\n"
               "<key>PayloadContent</key><array><dict>\n",
               ca->fingerprint);
    add_payload(&b, "com.apple.security.root", uuid(a, ca, 'c'), escape(a, ca->name));
    buf_printf(&b,
               "<key>PayloadCertificateFileName</key><string>chatd-ca.crt</string>\n"
               "<key>PayloadContent</key><data>%s</data>\n"
               "</dict></array></dict></plist>\n",
               base64_encode(a, ca->der, ca->der_len));
    return b.data;
}
