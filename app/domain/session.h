/* Sessions: who is logged in, proven by a signed token AND a row, so that deleting the row ends it
 * at once. */
#ifndef DOMAIN_SESSION_H
#define DOMAIN_SESSION_H

#include "db/types.h"
#include "domain/ctx.h"

#define TOKEN_ISSUER "chatd"
/* Purposes: what a token opens. One of one purpose is refused wherever another is asked for. */
#define TOKEN_ACCESS "access" /* an API whose tokens live for token_days */
#define TOKEN_BRIEF                                                                                \
    "brief" /* an API whose tokens live for half an hour, renewed by a refresh token */
#define TOKEN_BRIEF_SECONDS 1800
#define TOKEN_SHORT "short" /* an API whose tokens live for ten minutes and are not renewed */
#define TOKEN_SHORT_SECONDS 600

/* Opens a session of user_id for the dialect in cx and notes the login. token_r arena. Takes the
 * writer. */
enum err session_open(struct ctx *cx, int64_t user_id, const char *platform, const char **token_r);

/* The same with a TOKEN_SHORT. */
enum err session_open_short(struct ctx *cx, int64_t user_id, const char **token_r);

/* The one check of every token: algorithm, signature, expiry, issuer, purpose, and a live session
 * of an enabled account. ERR_UNAUTHENTICATED for all that fail, without saying which. session_r
 * arena. */
enum err token_verify(struct ctx *cx, const char *text, const char *purpose,
                      struct session *session_r);

/* Is it a good token of ours whose account is gone? Asked where token_verify refused it. */
bool token_is_orphan(struct ctx *cx, const char *text, const char *purpose);

/* A fresh token for a session just verified, valid token_days from now; moves the session's expiry
 * along and notes that it was seen, at most every ten minutes (a read should not cost a write).
 * token_r arena. */
enum err session_renew(struct ctx *cx, const struct session *session, const char **token_r);

/* Does the actor's session still count? A socket asks once more after it is registered: only then
 * can it be found and closed by whoever ends the session meanwhile. false also when the store
 * cannot tell. */
bool session_is_live(struct ctx *cx);

/* Keeps the actor's session for token_days: a socket may outlive the token it was opened with, but
 * not its session. Takes the writer. */
enum err session_hold(struct ctx *cx);
/* Closes the sockets (4401) of all sessions the actor has in this dialect; the sessions go on. */
enum err session_hang_up(struct ctx *cx);

/* Ends the actor's session: its tokens die and its sockets are closed (4401). Takes the writer. */
enum err session_end(struct ctx *cx);
/* The actor's sessions on all dialects, the newest first. */
enum err session_list(struct ctx *cx, struct session **list_r, size_t *count_r);
/* Ends one of them, as above. ERR_NO_DEVICE. Takes the writer. */
enum err session_end_one(struct ctx *cx, int64_t id);
/* Ends all of them but this one. count_r: how many. Takes the writer. */
enum err session_end_others(struct ctx *cx, size_t *count_r);
/* Deletes the sessions that have expired and closes their sockets. Takes the writer. */
enum err session_expire(struct ctx *cx);
/* Ends all sessions of user_id. Takes the writer. */
enum err session_end_all(struct ctx *cx, int64_t user_id);

/* ---- sessions with refresh tokens ---- */

#define REFRESH_SECONDS 604800
#define REFRESH_GRACE_MS 10000

struct token_pair {
    const char *access;  /* a TOKEN_BRIEF */
    const char *refresh; /* 32 random bytes in hex. Only its hash is stored */
};

/* Opens a session of user that lives as long as it is refreshed at least every REFRESH_SECONDS.
 * pair_r arena. Takes the writer. Source: togetherchat user/login. */
enum err session_open_brief(struct ctx *cx, const struct user *user, struct token_pair *pair_r);
/* A new pair for a refresh token, which is used up. Used again within REFRESH_GRACE_MS, by a second
 * tab or after a lost answer, it gives the very pair's refresh token the first use gave, so that a
 * session never has two; later it is taken for stolen, and the session ends with its sockets.
 * ERR_BAD_REFRESH. pair_r arena. Takes the writer. */
enum err session_refresh(struct ctx *cx, const char *refresh, struct token_pair *pair_r);
/* Ends the session that a refresh token, used or not, belongs to; OK if there is none. Takes the
 * writer. */
enum err session_end_of_refresh(struct ctx *cx, const char *refresh);
/* Forgets the expired ones. Takes the writer. */
enum err session_expire_refresh(struct ctx *cx);

#endif
