/* Rows of contacts and contact requests. */
#ifndef DB_CONTACTS_H
#define DB_CONTACTS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

struct stmt;

/* Runs s, which selects id, is_friend, is_blocked, remark, label and user_rows. */
enum err contact_rows(struct stmt *s, struct arena *a, struct contact **list_r, size_t *count_r);

/* What user_id thinks of peer_id; both false when there is no row. */
enum err db_contact_find(struct db_conn *c, int64_t user_id, int64_t peer_id, bool *is_friend_r,
                         bool *is_blocked_r);
/* One direction. */
enum err db_contact_befriend(struct db_conn *c, int64_t user_id, int64_t peer_id, int64_t now_ms);
enum err db_contact_block(struct db_conn *c, int64_t user_id, int64_t peer_id, int64_t now_ms);
/* Friends, or with blocked the blocked ones. */
enum err db_contact_list(struct db_conn *c, struct arena *a, int64_t user_id, bool blocked,
                         struct contact **list_r, size_t *count_r);

/* ERR_REQUEST_EXISTS while one from from_id to to_id waits. */
enum err db_contact_request_insert(struct db_conn *c, int64_t from_id, int64_t to_id,
                                   const char *reason, int64_t now_ms);
enum err db_contact_request_waiting(struct db_conn *c, int64_t from_id, int64_t to_id,
                                    bool *waiting_r);
/* ERR_NO_REQUEST when none waits. */
enum err db_contact_request_answer(struct db_conn *c, int64_t from_id, int64_t to_id,
                                   enum request_status status, const char *deny_reason,
                                   int64_t now_ms);
/* Waiting ones addressed to to_id, newest first, at most 500. */
enum err db_contact_request_list(struct db_conn *c, struct arena *a, int64_t to_id,
                                 struct contact_request **list_r, size_t *count_r);

/* ERR_NOT_FRIEND when there is no row at all. */
enum err db_contact_by_peer(struct db_conn *c, struct arena *a, int64_t user_id, int64_t peer_id,
                            struct contact *contact_r);
/* Who counts user_id as a friend. *ids_r arena. */
enum err db_contact_holders(struct db_conn *c, struct arena *a, int64_t user_id, int64_t **ids_r,
                            size_t *count_r);
/* Forgets the person altogether, with remark and label. *gone_r: was there a row? */
enum err db_contact_delete(struct db_conn *c, int64_t user_id, int64_t peer_id, bool *gone_r);
/* ERR_NOT_BLOCKED when they were not. A person who was only blocked leaves no row. */
enum err db_contact_unblock(struct db_conn *c, int64_t user_id, int64_t peer_id, int64_t now_ms);
/* ERR_NOT_FRIEND unless peer_id is a friend. */
enum err db_contact_set_remark(struct db_conn *c, int64_t user_id, int64_t peer_id,
                               const char *remark, int64_t now_ms);
enum err db_contact_set_label(struct db_conn *c, int64_t user_id, int64_t peer_id,
                              const char *label, int64_t now_ms);

/* ERR_CONTACT_GROUP_EXISTS when the owner has one of that name. */
enum err db_contact_group_insert(struct db_conn *c, int64_t user_id, const char *name,
                                 int64_t now_ms, int64_t *id_r);
/* ERR_NO_CONTACT_GROUP, ERR_CONTACT_GROUP_EXISTS. */
enum err db_contact_group_rename(struct db_conn *c, int64_t id, int64_t user_id, const char *name);
enum err db_contact_group_delete(struct db_conn *c, int64_t id, int64_t user_id);
/* The group with its contacts. ERR_NO_CONTACT_GROUP. */
enum err db_contact_group_find(struct db_conn *c, struct arena *a, int64_t id, int64_t user_id,
                               struct contact_group *group_r);
/* All groups of user_id, without their contacts. */
enum err db_contact_group_list(struct db_conn *c, struct arena *a, int64_t user_id,
                               struct contact_group **list_r, size_t *count_r);
/* Puts peer_id in or takes them out; whom user_id does not count as a friend is passed over. */
enum err db_contact_group_put(struct db_conn *c, int64_t id, int64_t user_id, int64_t peer_id,
                              bool in);

/* Which contact is in which group. */
struct contact_group_row {
    int64_t contact_id;
    struct contact_group group; /* id and name */
};
/* Of all of user_id's contacts, ordered by contact. */
enum err db_contact_groups_of(struct db_conn *c, struct arena *a, int64_t user_id,
                              struct contact_group_row **list_r, size_t *count_r);

#endif
