/* See trust.h. Nothing here is secret: it is what the server's own handshake is signed by. */
#include "handlers/trust/trust.h"

#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "domain/setup.h"
#include "http/dispatch.h"

static enum err answer(struct req *rq, const char *type, const char *disposition, const void *data,
                       size_t len)
{
    rq->blob = ARENA_NEW(rq->cx.arena, struct blob);
    *rq->blob = (struct blob){
        .type = type, .disposition = disposition, .data = data, .len = len, .is_public = true
    };
    return OK;
}

/* ERR_NO_FILE where the owner has a certificate of their own, or there is no TLS. */
static enum err find(struct req *rq, const struct authority **ca_r)
{
    const struct services *sv = rq->cx.sv;

    *ca_r = sv->authority != NULL ? sv->authority(sv->tls) : NULL;
    return *ca_r != NULL ? OK : ERR_NO_FILE;
}

/* GET /ca.crt: DER, which browsers and phones offer to install. Not as an attachment: Firefox would
 * only save it. */
static enum err ca_crt(struct req *rq, const void *args)
{
    const struct authority *ca;
    enum err e = find(rq, &ca);

    (void)args; /* takes no fields */
    return e == OK ? answer(rq, "application/x-x509-ca-cert", "inline; filename=\"chatd-ca.crt\"",
                            ca->der, ca->der_len)
                   : e;
}

/* GET /ca.pem: for Linux, whose tools want that. */
static enum err ca_pem(struct req *rq, const void *args)
{
    const struct authority *ca;
    enum err e = find(rq, &ca);

    (void)args; /* takes no fields */
    return e == OK ? answer(rq, "application/x-pem-file", "attachment; filename=\"chatd-ca.pem\"",
                            ca->pem, strlen(ca->pem))
                   : e;
}

/* GET /ca.mobileconfig: for Apple's systems. */
static enum err ca_mobileconfig(struct req *rq, const void *args)
{
    const struct authority *ca;
    const char *profile, *site;
    enum err e = find(rq, &ca);

    (void)args; /* takes no fields */
    if (e == OK)
        e = site_name(&rq->cx, &site);
    if (e != OK)
        return e;
    profile = trust_profile(rq->cx.arena, ca, site);
    return answer(rq, "application/x-apple-aspen-config", NULL, profile, strlen(profile));
}

/* The host part of the URL the client came by; "localhost" if it told none. */
static const char *host_of(struct req *rq)
{
    const char *host = str_or_empty(req_in(rq, "Host"));
    size_t len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");

    return len > 0 && len <= strlen(host) ? arena_strndup(rq->cx.arena, host, len) : "localhost";
}

/* Where the same server answers by TLS, and whether its certificate is good for that. */
static void add_https(struct req *rq, cJSON *o)
{
    const struct services *sv = rq->cx.sv;
    const char *host = host_of(rq);
    const char *good = sv->https_host != NULL ? sv->https_host(sv->tls, rq->cx.arena, host) : NULL;
    const char *port =
        rq->io->https_port == 443 ? "" : arena_printf(rq->cx.arena, ":%d", rq->io->https_port);

    if (rq->io->https_port == 0)
        return;
    cJSON_AddStringToObject(
        o, "https", arena_printf(rq->cx.arena, "https://%s%s", good != NULL ? good : host, port));
    cJSON_AddBoolToObject(o, "covered", good != NULL);
}

/* GET /ca.json: what the landing page says and compares. Any page may read it, so that the one at
 * http can find out whether this browser trusts the one at https. */
static enum err ca_json(struct req *rq, const void *args)
{
    const struct authority *ca;
    const char *text, *site;
    enum err e = site_name(&rq->cx, &site);
    cJSON *o;

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "siteName", site);
    add_https(rq, o);
    if (find(rq, &ca) == OK) {
        cJSON_AddStringToObject(o, "name", ca->name);
        cJSON_AddStringToObject(o, "fingerprint", ca->fingerprint);
    }
    text = json_print(rq->cx.arena, o);
    return text == NULL ? ERR_INTERNAL
                        : answer(rq, "application/json; charset=utf-8", NULL, text, strlen(text));
}

static void envelope(struct req *rq, enum err e, struct reply *reply_r)
{
    (void)rq; /* nothing but the error is told */
    reply_r->status = e == ERR_NO_FILE      ? 404
                      : e == ERR_BAD_METHOD ? 405
                      : e == ERR_INTERNAL   ? 500
                                            : 400;
    reply_r->body = cJSON_CreateObject();
    cJSON_AddStringToObject(reply_r->body, "error", err_meaning(e));
}

static const struct route routes[] = {
    { GET, "/ca.crt", ACCESS_PUBLIC, ca_crt, NULL, NULL },
    { GET, "/ca.pem", ACCESS_PUBLIC, ca_pem, NULL, NULL },
    { GET, "/ca.json", ACCESS_PUBLIC, ca_json, NULL, NULL },
    { GET, "/ca.mobileconfig", ACCESS_PUBLIC, ca_mobileconfig, NULL, NULL },
};
static const struct section trust_section = SECTION(routes);
static const struct section *const sections[] = { &trust_section };

const struct dialect trust_dialect = {
    .name = "trust",
    .mount = "",
    .sections = sections,
    .section_count = 1,
    .envelope = envelope,
};
