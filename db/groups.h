/* Rows of groups, members and requests to join. */
#ifndef DB_GROUPS_H
#define DB_GROUPS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

struct stmt;

/* Binds what a group may be given anew, the first eighteen values of its insert and its update. */
void group_bind(struct stmt *s, const struct group *in, int64_t now_ms);
/* Runs s, which selects group_rows. */
enum err group_rows(struct stmt *s, struct arena *a, struct group **list_r, size_t *count_r);

/* Uses in's texts (a NULL one but the name and the handle is empty), flags, limit, place, creator and
 * created_at_ms. ERR_GROUP_EXISTS when its handle is taken. */
enum err db_group_insert(struct db_conn *c, const struct group *in, int64_t *id_r);
/* ERR_NO_GROUP when there is none or it is dissolved. */
enum err db_group_by_id(struct db_conn *c, struct arena *a, int64_t id, struct group *group_r);
/* ERR_NO_GROUP also when its name does not hold text, which is in lower case. */
enum err db_group_if_named(struct db_conn *c, struct arena *a, int64_t id, const char *text,
                           struct group *group_r);
enum err db_group_by_handle(struct db_conn *c, struct arena *a, const char *handle,
                            struct group *group_r);
/* *id_r: the newest living group of exactly that name; 0 when there is none. */
enum err db_group_id_by_name(struct db_conn *c, const char *name, int64_t *id_r);
/* The same among those in which user_id has at least that role. */
enum err db_group_id_of_member(struct db_conn *c, int64_t user_id, enum role least,
                               const char *name, int64_t *id_r);
/* As db_group_search, at most limit, newest first. */
enum err db_group_newest(struct db_conn *c, struct arena *a, const char *gram, const char *text,
                         int64_t limit, struct group **list_r, size_t *count_r);
/* The nicknames of two accounts (0: none, "") and the name of a group, at once. */
enum err db_group_names(struct db_conn *c, struct arena *a, int64_t group_id, int64_t actor_id,
                        int64_t subject_id, const char *names_r[3]);
/* Who owns the group when user_id goes; 0: nobody else is in it. */
enum err db_group_heir(struct db_conn *c, int64_t group_id, int64_t user_id, int64_t *heir_r);
/* Ordered by name. */
enum err db_group_list_of_user(struct db_conn *c, struct arena *a, int64_t user_id,
                               struct group **list_r, size_t *count_r);

/* Newest first, ids below before_id (0: all), names that hold text. */
enum err db_group_page_of_user(struct db_conn *c, struct arena *a, int64_t user_id,
                               const char *text, int64_t before_id, int64_t limit,
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
/* The last to join first, numbers below before (0: all). */
enum err db_member_page(struct db_conn *c, struct arena *a, int64_t group_id, int64_t before,
                        int64_t limit, struct member **list_r, size_t *count_r);
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

/* Writes in's name, avatar, intro, flags, limit and place. */
enum err db_group_update(struct db_conn *c, const struct group *in, int64_t now_ms);
/* Marks the group dissolved and removes its members and waiting requests. */
enum err db_group_dissolve(struct db_conn *c, int64_t id, int64_t now_ms);
/* Makes the group findable, everywhere and at its place, by this piece of its name; the other one: no
 * longer. */
enum err db_group_add_gram(struct db_conn *c, const struct group *group, const char *gram);
enum err db_group_delete_gram(struct db_conn *c, const struct group *group, const char *gram);
/* How many groups have this piece in their name. */
enum err db_group_gram_count(struct db_conn *c, const char *gram, int64_t *count_r);
/* At most 100 living groups that have gram and hold text (lower case) in their name. */
enum err db_group_search(struct db_conn *c, struct arena *a, const char *gram, const char *text,
                         struct group **list_r, size_t *count_r);
/* Groups both are in, by name. */
enum err db_group_list_common(struct db_conn *c, struct arena *a, int64_t user_id, int64_t peer_id,
                              struct group **list_r, size_t *count_r);
/* How many groups the two share, and in how many of them members may not befriend each other. */
enum err db_group_ties(struct db_conn *c, int64_t user_id, int64_t peer_id, int64_t *all_r,
                       int64_t *closed_r);
/* Ends a membership; what was said until now stays visible to nobody but the members. */
enum err db_member_delete(struct db_conn *c, int64_t group_id, int64_t user_id,
                          int64_t conversation_id, int64_t now_ms);
enum err db_member_set_role(struct db_conn *c, int64_t group_id, int64_t user_id, enum role role);

/* What user_id is called in the group; ERR_NOT_MEMBER. */
enum err db_member_set_remark(struct db_conn *c, int64_t group_id, int64_t user_id,
                              const char *remark);

/* What the managers of a group want everybody to know. */
struct group_notice {
    const char *body;  /* "": nothing */
    int64_t author_id; /* 0: there never was one */
    int64_t updated_at_ms;
};
enum err db_group_notice_find(struct db_conn *c, struct arena *a, int64_t group_id,
                              struct group_notice *notice_r);
enum err db_group_notice_put(struct db_conn *c, int64_t group_id, const struct group_notice *in);

#endif
