/* SMS: a signed request to the web hook of whoever can send them. */
#include <inttypes.h>
#include <string.h>

#include "base/crypto.h"
#include "base/str.h"
#include "post/carrier.h"

static void add_json_text(struct buf *b, const char *name, const char *text)
{
    buf_printf(b, "\"%s\":\"", name);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            buf_printf(b, "\\%c", *text);
        else if ((unsigned char)*text < 32)
            buf_printf(b, "\\u%04x", (unsigned)*text);
        else
            buf_add(b, text, 1);
    }
    buf_str(b, "\"");
}

const char *sms_body(const struct trip *t)
{
    struct buf b = buf_new(t->arena);

    buf_str(&b, "{");
    add_json_text(&b, "to", t->letter->to);
    buf_str(&b, ",");
    add_json_text(&b, "text", t->letter->text);
    buf_str(&b, ",");
    add_json_text(&b, "purpose", t->letter->purpose);
    buf_str(&b, "}");
    return b.data;
}

const char *sms_signature(const struct trip *t, const char *body)
{
    const char *signed_text = arena_printf(t->arena, "%" PRId64 ".%s", t->now_ms / 1000, body);
    const char *secret = t->conf->sms_secret;
    uint8_t mac[32];

    crypto_hmac_sha256(secret, strlen(secret), signed_text, strlen(signed_text), mac);
    return arena_printf(t->arena, "X-Chatd-Signature: t=%" PRId64 ",v1=%s", t->now_ms / 1000,
                        hex_encode(t->arena, mac, sizeof mac));
}

static struct curl_slist *make_headers(const struct trip *t, const char *body)
{
    struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");

    list = curl_slist_append(list, sms_signature(t, body));
    /* A lost answer makes us send again; whoever cares can tell by this that it is the same one. */
    return curl_slist_append(list, arena_printf(t->arena, "X-Chatd-Id: %s", t->id));
}

static enum outcome judge(struct trip *t, CURLcode code, long status)
{
    if (code == CURLE_URL_MALFORMAT)
        return REFUSED;
    if (code != CURLE_OK)
        return TRY_AGAIN;
    if (status >= 200 && status < 300)
        return CARRIED;
    t->why = arena_printf(t->arena, "answered with status %ld", status);
    return status >= 500 || status == 429 || status == 408 ? TRY_AGAIN : REFUSED;
}

enum outcome sms_carry(struct trip *t)
{
    const char *body = sms_body(t);
    CURL *curl = trip_open(t, t->conf->sms_url, "http,https");
    struct curl_slist *headers;
    CURLcode code;
    long status;

    if (curl == NULL) {
        t->why = "out of memory";
        return REFUSED;
    }
    headers = make_headers(t, body);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "chatd/" CHATD_VERSION);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    code = trip_run(t, curl, &status);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    return judge(t, code, status);
}
