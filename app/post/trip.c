/* libcurl as mail and SMS both want it; see carrier.h. */
#include "base/str.h"
#include "post/carrier.h"

#define CONNECT_MS 10000L
#define TOTAL_MS 30000L
#define ANSWER_BYTES_MAX 65536

static int ask_end(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct trip *t = arg;

    (void)a, (void)b, (void)c, (void)d;
    return t->must_end(t->arg);
}

/* Nobody reads what they answer, and nobody may fill our memory with it. */
static size_t ignore(char *data, size_t size, size_t count, void *arg)
{
    size_t *seen = arg;

    (void)data;
    *seen += size * count;
    return *seen > ANSWER_BYTES_MAX ? 0 : size * count;
}

CURL *trip_open(struct trip *t, const char *url, const char *protocols)
{
    CURL *curl = curl_easy_init();

    if (curl == NULL)
        return NULL;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TOTAL_MS);
    /* chat.conf says where things go; a stray http_proxy of the shell does not. */
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    /* A name server that is silent must not hold up the end of the process. */
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_end);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, ARENA_NEW(t->arena, size_t));
    if (t->conf->tls_ca[0] != '\0')
        curl_easy_setopt(curl, CURLOPT_CAINFO, t->conf->tls_ca);
    return curl;
}

CURLcode trip_run(struct trip *t, CURL *curl, long *status_r)
{
    CURLcode code = curl_easy_perform(curl);

    *status_r = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status_r);
    if (code != CURLE_OK)
        t->why = arena_printf(t->arena, "%s (the server's last code: %ld)",
                              curl_easy_strerror(code), *status_r);
    return code;
}
