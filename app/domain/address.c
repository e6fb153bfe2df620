/* See address.h. */
#include "domain/address.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"

/* What RFC 5322 allows in an unquoted local part, and nothing that could end or join addresses. */
static bool is_local_part(const char *text, size_t len)
{
    static const char allowed[] = LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~.";

    return len > 0 && len <= 64 && strspn(text, allowed) >= len && text[0] != '.' &&
           text[len - 1] != '.' && memmem(text, len, "..", 2) == NULL;
}

/* Labels of letters, digits and inner hyphens. */
static bool is_domain(const char *text)
{
    for (const char *label = text;; label++) {
        size_t len = strspn(label, LETTERS DIGITS "-");
        if (len == 0 || len > 63 || label[0] == '-' || label[len - 1] == '-')
            return false;
        label += len;
        if (*label != '.')
            return *label == '\0';
    }
}

static bool is_mail(const char *text)
{
    const char *at = strchr(text, '@');

    return at != NULL && is_local_part(text, (size_t)(at - text)) && is_domain(at + 1);
}

static bool is_mobile(const char *text)
{
    size_t len = strlen(text), sign = text[0] == '+';

    return len >= 5 && len <= 20 && strspn(text + sign, DIGITS) == len - sign;
}

enum err address_normalise(struct arena *a, enum medium medium, const char *text,
                           const char **address_r)
{
    char *address = arena_strdup(a, text);

    for (char *p = address; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    if (strlen(address) > ADDRESS_MAX ||
        !(medium == BY_MAIL ? is_mail(address) : is_mobile(address)))
        return ERR_BAD_FIELD;
    *address_r = address;
    return OK;
}

const char *address_mask(struct arena *a, enum medium medium, const char *address)
{
    size_t len = medium == BY_MAIL ? strcspn(address, "@") : strlen(address);
    int shown = len >= 6 ? 3 : 1;

    if (medium == BY_MAIL)
        return arena_printf(a, "%.*s***%s", shown, address, address + len);
    return arena_printf(a, "%.*s****%s", shown, address, address + len - (len >= 9 ? 4 : 1));
}
