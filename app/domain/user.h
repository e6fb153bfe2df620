/* Accounts: making one, proving who one is, finding others. One routine of each under all
 * dialects. */
#ifndef DOMAIN_USER_H
#define DOMAIN_USER_H

#include "db/types.h"
#include "db/users.h"
#include "domain/ctx.h"

#define USERNAME_CHARS_MAX 50
/* Who speaks where the server itself does, in dialects that know people by their nickname. */
#define SYSTEM_NAME "system"

struct new_user {
    const char *username; /* 1..50 characters, no control characters, no space at either end */
    const char *password; /* NULL: none yet, the account is entered by codes */
    const char *nickname; /* NULL: the username; not SYSTEM_NAME */
    const char *email;    /* NULL: none; not proven to be theirs, see user_enter */
    const char *mobile;   /* NULL: none */
    const char *invite;   /* token of an invitation (domain/invite.h); NULL or "": none */
};

/* Makes an account. user_r in the arena. ERR_REGISTRATION_CLOSED, ERR_TOO_LATE (the invitation), ERR_BAD_FIELD, ERR_RESERVED_NAME,
 * ERR_ACCOUNT_EXISTS (the name is somebody's username, e-mail or mobile), ERR_RATE_LIMITED (per
 * address), ERR_BUSY, ERR_DB. Takes the writer. Source: freeim register/basic; togetherchat, room,
 * wukong and node register the same way. */
enum err user_register(struct ctx *cx, const struct new_user *in, struct user *user_r);

/* For setup.c: may an account be called so? ERR_BAD_FIELD, ERR_RESERVED_NAME. */
enum err user_check_username(const char *name);
/* For setup.c: the row of a new account with the password's hash. Inside a transaction.
 * ERR_ACCOUNT_EXISTS. */
enum err user_insert(struct ctx *cx, const struct new_user *in, const char *hash, int64_t *id_r);

/* Proves an account by password: login is a username, e-mail address or mobile number. Tries are
 * throttled per account and per address over all dialects together; a right password forgives the
 * account's wrong ones. ERR_NO_ACCOUNT and ERR_BAD_CREDENTIALS take equally long;
 * ERR_ACCOUNT_DISABLED is told only to who knows the password; ERR_RATE_LIMITED sets
 * cx->retry_after_ms. Does not open a session. */
enum err user_login(struct ctx *cx, const char *login, const char *password, struct user *user_r);

/* The account that an address belongs to, made if there is none (without a password). The caller has
 * proven to own the address (domain/code.h). An account whose e-mail address nobody had proven
 * before is theirs alone from then on, whoever made it: its password, mobile number and sessions are
 * gone. invite: as in struct new_user, for a new one. ERR_BAD_FIELD, ERR_REGISTRATION_CLOSED and
 * ERR_TOO_LATE for a new one, ERR_ACCOUNT_DISABLED. Takes the writer for a new one or one that is
 * proven now. Does not open a session. */
enum err user_enter(struct ctx *cx, enum medium medium, const char *address, const char *invite,
                    struct user *user_r);

/* Sets the actor's password and ends their other sessions. ERR_BUSY as password_hash. Takes the
 * writer. */
enum err user_set_password(struct ctx *cx, const char *password);
/* For admin.c: sets anybody's password and ends all their sessions. Errors as above. */
enum err user_replace_password(struct ctx *cx, int64_t user_id, const char *password);
/* Sets the password of the account a proven address belongs to and ends all its sessions; of one whose
 * e-mail address nobody had proven before the mobile number too, see user_enter.
 * ERR_BAD_FIELD, ERR_NO_ACCOUNT, ERR_ACCOUNT_DISABLED, ERR_BUSY. Takes the writer. */
enum err user_reset_password(struct ctx *cx, enum medium medium, const char *address,
                             const char *password);

/* Changes what the actor tells about themselves; "" or NULL, and 0 for a coordinate, leave what
 * there is. With both coordinates known the actor can be found nearby. ERR_BAD_FIELD: birth is no
 * day of the past, YYYY-MM-DD, or a name holds control characters. Takes the writer. */
enum err user_update(struct ctx *cx, const struct profile *in);

/* Changes the actor's nickname and e-mail address; "" or NULL leave what there is. ERR_BAD_FIELD,
 * ERR_RESERVED_NAME, ERR_ACCOUNT_EXISTS (somebody else goes by that address). Takes the writer.
 * Source: room PUT /user/update. */
enum err user_set_names(struct ctx *cx, const char *nickname, const char *email);
/* May somebody call themselves so? ERR_BAD_FIELD, ERR_RESERVED_NAME. */
enum err user_check_nickname(const char *nickname);

/* The account called name where ids are text: its username, or its uid. ERR_NO_ACCOUNT. */
enum err user_find(struct ctx *cx, const char *name, struct user *user_r);
/* ERR_NO_ACCOUNT. */
enum err user_get(struct ctx *cx, int64_t id, struct user *user_r);
/* Enabled accounts other than the actor that go by exactly this name: id, username, nickname,
 * e-mail or mobile. At most 100. */
enum err user_search(struct ctx *cx, const char *text, struct user **users_r, size_t *count_r);
/* Full years since user->birth at now_ms; 0 when no birthday is known. */
int user_age(const struct user *user, int64_t now_ms);
/* What strangers may know as the username: accounts made by a code are called by the address it went
 * to, so that it is the nickname then. Borrowed from user. */
const char *user_public_name(const struct user *user);
/* Does the name hold Chinese characters? freeim refuses such usernames. */
bool user_name_has_han(const char *name);

#endif
