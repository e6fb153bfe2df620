/* Mail by SMTP. STARTTLS is used where the server offers it, and a certificate is always checked. */
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "post/carrier.h"

#define WORD_BYTES 45 /* of one encoded word: 60 characters of base64 in a line of 76 */
#define LINE_BYTES 57 /* of one line of the text: 76 characters of base64 */
#define ADDRESS_ENDS "<>,;:\"\\() \t\r\n"

/* RFC 2047. Nothing a name or subject holds can end the header: base64 has no line ends. */
static void add_words(struct buf *b, const char *text)
{
    for (size_t len = strlen(text), n; len > 0; text += n, len -= n) {
        n = len < WORD_BYTES ? len : WORD_BYTES;
        while (n < len && ((unsigned char)text[n] & 0xC0) == 0x80)
            n--; /* a character stays whole */
        buf_printf(b, "=?UTF-8?B?%s?=%s", base64_encode(b->arena, text, n), n < len ? "\r\n " : "");
    }
}

static void add_date(struct buf *b, int64_t now_ms)
{
    time_t now = (time_t)(now_ms / 1000);
    struct tm day;
    char text[64];

    if (gmtime_r(&now, &day) != NULL &&
        strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &day) > 0)
        buf_printf(b, "Date: %s\r\n", text);
}

static void add_text(struct buf *b, const char *text)
{
    struct buf lines = buf_new(b->arena);

    for (; *text != '\0'; text++)
        buf_add(&lines, *text == '\n' ? "\r\n" : text, *text == '\n' ? 2 : 1);
    for (size_t at = 0; at < lines.len; at += LINE_BYTES) {
        size_t n = lines.len - at < LINE_BYTES ? lines.len - at : LINE_BYTES;
        buf_printf(b, "%s\r\n", base64_encode(b->arena, lines.data + at, n));
    }
}

const char *mail_format(const struct trip *t)
{
    struct buf b = buf_new(t->arena);
    const char *from = t->conf->mail_from, *at = strrchr(from, '@');

    if (strpbrk(t->letter->to, ADDRESS_ENDS) != NULL || strpbrk(from, ADDRESS_ENDS) != NULL ||
        at == NULL)
        return NULL;
    buf_str(&b, "From: ");
    add_words(&b, t->letter->site);
    buf_printf(&b, " <%s>\r\nTo: <%s>\r\nSubject: ", from, t->letter->to);
    add_words(&b, t->letter->subject);
    buf_str(&b, "\r\n");
    add_date(&b, t->now_ms);
    buf_printf(&b, "Message-ID: <%s%s>\r\n", t->id, at);
    buf_str(&b, "MIME-Version: 1.0\r\n"
                "Content-Type: text/plain; charset=utf-8\r\n"
                "Content-Transfer-Encoding: base64\r\n"
                "Auto-Submitted: auto-generated\r\n"
                "\r\n");
    add_text(&b, t->letter->text);
    return b.data;
}

struct reading {
    const char *at;
    size_t left;
};

static size_t read_mail(char *out, size_t size, size_t count, void *arg)
{
    struct reading *r = arg;
    size_t n = size * count < r->left ? size * count : r->left;

    memcpy(out, r->at, n);
    r->at += n;
    r->left -= n;
    return n;
}

enum outcome mail_carry(struct trip *t)
{
    const char *mail = mail_format(t);
    struct reading reading = { mail, mail != NULL ? strlen(mail) : 0 };
    CURL *curl = mail != NULL ? trip_open(t, t->conf->mail_url, "smtp,smtps") : NULL;
    struct curl_slist *to = NULL;
    CURLcode code;
    long status;

    if (curl == NULL) {
        t->why = mail == NULL ? "an address cannot stand in a mail" : "out of memory";
        return REFUSED;
    }
    to = curl_slist_append(NULL, arena_printf(t->arena, "<%s>", t->letter->to));
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, arena_printf(t->arena, "<%s>", t->conf->mail_from));
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_mail);
    curl_easy_setopt(curl, CURLOPT_READDATA, &reading);
    code = trip_run(t, curl, &status);
    curl_easy_cleanup(curl);
    curl_slist_free_all(to);
    if (code == CURLE_OK)
        return CARRIED;
    return status >= 500 || code == CURLE_URL_MALFORMAT ? REFUSED : TRY_AGAIN;
}
