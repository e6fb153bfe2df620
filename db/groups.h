/* Rows of groups, members and requests to join. */
#ifndef DB_GROUPS_H
#define DB_GROUPS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

/* Uses in's texts, flags, limit, place, creator and created_at_ms. */
enum err db_group_insert(struct db_conn *c, const struct group *in, int64_t *id_r);
/* ERR_NO_GROUP when there is none or it is dissolved. */
enum err db_group_by_id(struct db_conn *c, struct arena *a, int64_t id, struct group *group_r);
/* Ordered by name. */
enum err db_group_list_of_user(struct db_conn *c, struct arena *a, int64_t user_id,
                               struct group **list_r, size_t *count_r);

/* ERR_ALREADY_MEMBER when there is a row. */
enum err db_member_insert(struct db_conn *c, int64_t group_id, int64_t user_id, enum role role,
                          int64_t now_ms);
/* ROLE_NONE when user_id is not a member. */
enum err db_member_find(struct db_conn *c, int64_t group_id, int64_t user_id, enum role *role_r,
                        int64_t *muted_until_ms_r);
/* Muted until then (0: not). ERR_NOT_MEMBER when there is no row. */
enum err db_member_mute(struct db_conn *c, int64_t group_id, int64_t user_id,
                        int64_t muted_until_ms);
/* Owner, managers, members; each in order of joining. */
enum err db_member_list(struct db_conn *c, struct arena *a, int64_t group_id,
                        struct member **list_r, size_t *count_r);
/* The account ids of all members, or of owner and managers only. */
enum err db_member_ids(struct db_conn *c, struct arena *a, int64_t group_id, bool managers_only,
                       int64_t **ids_r, size_t *count_r);

/* ERR_REQUEST_EXISTS while one waits. */
enum err db_group_request_insert(struct db_conn *c, int64_t group_id, int64_t user_id,
                                 const char *reason, int64_t now_ms);
enum err db_group_request_waiting(struct db_conn *c, int64_t group_id, int64_t user_id,
                                  bool *waiting_r);
/* ERR_NO_REQUEST when none waits. */
enum err db_group_request_answer(struct db_conn *c, int64_t group_id, int64_t user_id,
                                 enum request_status status, const char *deny_reason,
                                 int64_t now_ms, int64_t replied_by);
/* Waiting requests of the groups manager_id owns or manages, oldest first, at most 500. group.id is
 * set, the rest of group is for the caller to fill. */
enum err db_group_request_list(struct db_conn *c, struct arena *a, int64_t manager_id,
                               struct group_request **list_r, size_t *count_r);

#endif
