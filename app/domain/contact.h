/* Contacts: asking, answering, listing, and the rule who may write to whom. */
#ifndef DOMAIN_CONTACT_H
#define DOMAIN_CONTACT_H

#include "db/types.h"
#include "domain/ctx.h"

/* Asks `to` to become a contact; both sides' devices hear of it. If `to` has asked already, the two
 * become contacts at once. ERR_SELF, ERR_NO_ACCOUNT, ERR_ALREADY_FRIEND, ERR_BLOCKED,
 * ERR_REQUEST_EXISTS. Takes the writer. Source: freeim friends/add; wukong friend/apply. */
enum err contact_apply(struct ctx *cx, int64_t to, const char *reason);
/* Answers the waiting request of `from`: with pass both directions become contacts. ERR_NO_REQUEST.
 * Takes the writer. Source: freeim friends/add/reply; wukong friend/sure. */
enum err contact_answer(struct ctx *cx, int64_t from, bool pass, const char *reason);
/* Requests waiting for the actor, newest first. */
enum err contact_requests(struct ctx *cx, struct contact_request **list_r, size_t *count_r);
/* The actor's friends, or with blocked the accounts they block. */
enum err contact_list(struct ctx *cx, bool blocked, struct contact **list_r, size_t *count_r);

/* May the actor write to peer (message, typing)? ERR_SELF, ERR_NO_ACCOUNT, ERR_BLOCKED, and
 * ERR_NOT_FRIEND where messages_from = friends. Part of the one gate of every sending path; runs on
 * ctx_db(cx). */
enum err contact_may_write(struct ctx *cx, int64_t peer);

#endif
