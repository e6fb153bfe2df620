/* What the server writes to people outside of chatd: the domain words it, post/ carries it. */
#ifndef DOMAIN_LETTER_H
#define DOMAIN_LETTER_H

#include <stdint.h>

/* How it travels; also what kind of address a code was sent to (stored in `codes`). */
enum medium { BY_MAIL = 1, BY_SMS = 2 };

struct letter {
    enum medium medium;
    const char *to;        /* an address that address_normalise let pass */
    const char *purpose;   /* "login", "reset" or "code" */
    const char *site;      /* what the site is called: whom a mail is from */
    const char *subject;   /* of a mail; one line */
    const char *text;      /* UTF-8; lines end with \n */
    int64_t useless_at_ms; /* wall time after which nobody needs it any more */
};

#endif
