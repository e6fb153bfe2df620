/* Contacts: asking, answering, listing, and the rule who may write to whom. */
#ifndef DOMAIN_CONTACT_H
#define DOMAIN_CONTACT_H

#include "db/types.h"
#include "domain/ctx.h"

/* Asks `to` to become a contact; both sides' devices hear of it. If `to` has asked already, the two
 * become contacts at once. ERR_SELF, ERR_NO_ACCOUNT, ERR_ALREADY_FRIEND, ERR_BLOCKED,
 * ERR_KEPT_APART, ERR_REQUEST_EXISTS. Takes the writer. Source: freeim friends/add; wukong friend/apply. */
enum err contact_apply(struct ctx *cx, int64_t to, const char *reason);
/* Answers the waiting request of `from`: with pass both directions become contacts. ERR_NO_REQUEST.
 * Takes the writer. Source: freeim friends/add/reply; wukong friend/sure. */
enum err contact_answer(struct ctx *cx, int64_t from, bool pass, const char *reason);
/* Requests waiting for the actor, newest first. */
enum err contact_requests(struct ctx *cx, struct contact_request **list_r, size_t *count_r);
/* The actor's friends, or with blocked the accounts they block. */
enum err contact_list(struct ctx *cx, bool blocked, struct contact **list_r, size_t *count_r);

/* One contact of the actor's, with its groups. ERR_NOT_FRIEND. */
enum err contact_look(struct ctx *cx, int64_t peer, struct contact *contact_r);
/* Forgets a contact, on the actor's side only: the other keeps theirs. ERR_NOT_FRIEND. Takes the
 * writer. */
enum err contact_remove(struct ctx *cx, int64_t peer);
/* Blocks peer, friend or stranger, or lifts the block; a friendship outlives both. ERR_SELF,
 * ERR_NO_ACCOUNT, ERR_NOT_BLOCKED. Takes the writer. */
enum err contact_block(struct ctx *cx, int64_t peer, bool on);
/* Sets what the actor calls a friend, or the free text they keep about one; "" clears it.
 * ERR_NOT_FRIEND. Takes the writer. */
enum err contact_set_remark(struct ctx *cx, int64_t peer, const char *remark);
enum err contact_set_label(struct ctx *cx, int64_t peer, const char *label);
/* Does peer count the actor as a friend, and has peer blocked them? ERR_NO_ACCOUNT. */
enum err contact_verify(struct ctx *cx, int64_t peer, bool *is_friend_r, bool *is_blocked_r);

/* Groups of contacts. ERR_BAD_FIELD (blank name), ERR_CONTACT_GROUP_EXISTS, ERR_NO_CONTACT_GROUP.
 * Accounts that are not friends are passed over. All but the last two take the writer. */
enum err contact_group_create(struct ctx *cx, const char *name, const int64_t *members,
                              size_t count);
enum err contact_group_remove(struct ctx *cx, int64_t id);
enum err contact_group_rename(struct ctx *cx, int64_t id, const char *name);
enum err contact_group_put(struct ctx *cx, int64_t id, const int64_t *members, size_t count,
                           bool in);
enum err contact_group_look(struct ctx *cx, int64_t id, struct contact_group *group_r);
enum err contact_group_list(struct ctx *cx, struct contact_group **list_r, size_t *count_r);

/* May the actor write to peer (message, typing)? ERR_SELF, ERR_NO_ACCOUNT, ERR_BLOCKED, and
 * ERR_NOT_FRIEND where the server (messages_from = friends) or the peer wants it so. Part of the one gate of every sending path; runs on
 * ctx_db(cx). */
enum err contact_may_write(struct ctx *cx, int64_t peer);

/* The two are contacts from now on, without a request, and hear of it: asker is told as if peer had
 * let them. Inside a transaction. ERR_ALREADY_FRIEND, ERR_BLOCKED (one has blocked the other). */
enum err contact_introduce(struct ctx *cx, int64_t asker, int64_t peer);

#endif
