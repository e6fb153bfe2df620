/* The first administrator: made by whoever holds a one-time link that was printed where the server
 * runs. There is no default password and no account that is made by itself.
 *
 * A link is good for 24 hours and once; only its hash is stored. Each start without an administrator
 * prints another one, as does `chatd setup-link` at any time; those printed before stay good, so a
 * restart takes no link out of anybody's hands. Using one ends all others. */
#ifndef DOMAIN_SETUP_H
#define DOMAIN_SETUP_H

#include "db/types.h"
#include "domain/ctx.h"

#define SETUP_LIFE_MS (INT64_C(24) * 3600 * 1000)
#define SITE_NAME_CHARS_MAX 64

/* Is there no enabled administrator yet? */
enum err setup_is_needed(struct ctx *cx, bool *needed_r);
/* Makes a link's token; arena. Takes the writer. */
enum err setup_issue(struct ctx *cx, const char **token_r);

struct setup {
    const char *token;
    const char *username; /* of an account there is, whose password proves it, or of a new one */
    const char *password;
    const char *site_name; /* NULL or "": leave it */
};
/* Uses a link: the account is an administrator from now on, and made if there is none of that name.
 * ERR_BAD_SETUP; ERR_BAD_CREDENTIALS, ERR_ACCOUNT_DISABLED; ERR_BAD_FIELD, ERR_RESERVED_NAME,
 * ERR_ACCOUNT_EXISTS (the name is another's e-mail address or number); ERR_RATE_LIMITED, ERR_BUSY.
 * Nothing but ERR_DB uses the link up. Takes the writer. Opens no session. */
enum err setup_redeem(struct ctx *cx, const struct setup *in, struct user *user_r);

/* What the site is called: site_name of chat.conf if that says something of its own, else what was
 * set with the link. Arena. */
enum err site_name(struct ctx *cx, const char **name_r);

#endif
