/* STUN and TURN; see ice.h. */
#include "domain/ice.h"

#include <inttypes.h>
#include <string.h>

#include "base/digest.h"
#include "base/num.h"
#include "base/str.h"

#define PORT_PLAIN 3478
#define PORT_TLS 5349

/* The words of text, which spaces separate. Arena. */
static const char *const *words(struct arena *a, const char *text, size_t *count_r)
{
    const char **list = arena_array(a, strlen(text) / 2 + 1, sizeof *list);

    *count_r = 0;
    for (const char *p = text + strspn(text, " "); *p != '\0'; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        list[(*count_r)++] = arena_strndup(a, p, len);
        p += len;
    }
    return list;
}

void ice_servers(struct ctx *cx, struct ice *ice_r)
{
    const struct conf *conf = cx->sv->conf;
    int64_t expires_s = ctx_now(cx) / 1000 + conf->turn_ttl_seconds;

    *ice_r =
        (struct ice){ .username = "", .credential = "", .ttl_seconds = conf->turn_ttl_seconds };
    ice_r->stun = words(cx->arena, conf->stun_urls, &ice_r->stun_count);
    ice_r->turn = words(cx->arena, conf->turn_urls, &ice_r->turn_count);
    if (ice_r->turn_count == 0)
        return;
    ice_r->username = arena_printf(cx->arena, "%" PRId64 ":%" PRId64, expires_s, cx->actor);
    ice_r->credential = digest_hmac_sha1(cx->arena, conf->turn_secret, ice_r->username);
}

/* ---- coturn ---- */

/* Where a TURN URL points to: scheme:host[:port][?transport=...]. */
struct place {
    bool is_tls;
    const char *host;
    int64_t port;
};

static struct place parse_url(struct arena *a, const char *url)
{
    struct place place = { .is_tls = str_starts(url, "turns:") };
    const char *host = strchr(url, ':') + 1;
    size_t len = strcspn(host, "?");
    const char *end = host + len, *colon = end;

    while (colon > host && *colon != ':' && *colon != ']')
        colon--;
    place.port = place.is_tls ? PORT_TLS : PORT_PLAIN;
    if (*colon == ':' && colon > host &&
        num_i64(arena_strndup(a, colon + 1, (size_t)(end - colon - 1)), 1, 65535, &place.port))
        len = (size_t)(colon - host);
    place.host = arena_strndup(a, host, len);
    return place;
}

const char *ice_coturn_conf(struct arena *a, const struct conf *conf)
{
    struct buf b = buf_new(a);
    size_t count;
    const char *const *urls = words(a, conf->turn_urls, &count);
    bool has_plain = false, has_tls = false;

    if (count == 0)
        return NULL;
    buf_str(&b,
            "# A coturn for this chatd, made by `chatd turn-config` from its configuration.\n"
            "# Start it with: turnserver -c FILE. Behind a router that translates addresses it\n"
            "# also needs external-ip=PUBLIC/PRIVATE, and UDP 49152 to 65535 let through.\n");
    for (size_t i = 0; i < count; i++) {
        struct place place = parse_url(a, urls[i]);
        if (i == 0)
            buf_printf(&b, "realm=%s\n", place.host);
        if (!(place.is_tls ? has_tls : has_plain))
            buf_printf(&b, "%s=%" PRId64 "\n",
                       place.is_tls ? "tls-listening-port" : "listening-port", place.port);
        has_tls = has_tls || place.is_tls;
        has_plain = has_plain || !place.is_tls;
    }
    buf_printf(&b, "use-auth-secret\nstatic-auth-secret=%s\n", conf->turn_secret);
    if (has_tls)
        buf_str(&b, "# the certificate and key of that name:\ncert=/etc/coturn/cert.pem\n"
                    "pkey=/etc/coturn/key.pem\nno-tlsv1\nno-tlsv1_1\n");
    else
        buf_str(&b, "no-tls\nno-dtls\n");
    buf_str(&b, "fingerprint\nstale-nonce=600\nno-multicast-peers\nno-cli\n"
                "user-quota=16\ntotal-quota=1200\n");
    return b.data;
}
