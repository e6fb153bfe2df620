/* The search indexes: filling the one of messages, and asking them. What a viewer may see is part of
 * every query here. Schema: migrations/NNNN_search.sql; texts to terms: tokenizer.h, phrases.h. */
#ifndef DB_SEARCH_H
#define DB_SEARCH_H

#include "db/phrases.h"
#include "db/types.h"

enum index_state { INDEX_COMPLETE, INDEX_GROWING, INDEX_DAMAGED };

/* Indexes the next messages, at most limit. *state_r: there was nothing to do; there may be more; or,
 * with ERR_DB, the index cannot be written and db_search_empty would help. Inside a transaction. */
enum err db_search_index(struct db_conn *c, int64_t limit, enum index_state *state_r);
/* Is there anything to index? For a reader. */
enum err db_search_is_due(struct db_conn *c, bool *due_r);
/* How many ids the index of messages is behind. */
enum err db_search_lag(struct db_conn *c, int64_t *lag_r);
/* Empties the index of messages, to be filled anew. Inside a transaction. */
enum err db_search_empty(struct db_conn *c);

/* A group somebody may search. */
struct search_group {
    int64_t group_id;
    int64_t first_id; /* of the first message they may see; 0: there is none yet */
    int64_t hidden;   /* messages before it they may not see */
};
enum err db_search_groups_of(struct db_conn *c, struct arena *a, int64_t user_id,
                             struct search_group **list_r, size_t *count_r);

/* The message ids that lie between two times, wide enough that clocks which were set back do no
 * harm: *above_r < id < *below_r. 0 for a time: no bound. */
enum err db_search_ids_between(struct db_conn *c, int64_t from_ms, int64_t to_ms, int64_t *above_r,
                               int64_t *below_r);

/* Kinds of messages to look among, or any of them. */
#define SEARCH_KIND(kind) (1u << (kind))
#define SEARCH_LINK (1u << 31) /* texts with a link in them */

/* Which part of what a viewer may see, and what to find there. */
struct message_search {
    int64_t viewer;
    bool direct;     /* their direct conversations */
    int64_t peer_id; /* with direct: only the one with this person; 0: all */
    const struct search_group *groups;
    size_t group_count;
    int64_t sender_id; /* 0: anybody */
    unsigned kinds;    /* SEARCH_KIND... together, or SEARCH_LINK; 0: all */
    const struct phrases *phrases;
    int64_t above_id, below_id; /* both exclusive */
    int64_t from_ms, to_ms;     /* created from .. before */
    size_t limit;               /* so many hits at most */
    size_t tries; /* so many messages at most are looked at that the index alone cannot judge */
};

struct message_hit {
    int64_t id;
    enum scope scope;
    int64_t target_id; /* the viewer's peer, or the group */
    const char *name;  /* as in the conversation list */
    const char *avatar;
    int64_t read_seq; /* the viewer's */
    const char *text; /* the words of the message, without marks */
};

/* Hits, newest first. *reached_r: the id down to which everything was looked at, where tries ran out;
 * 0: limit or the end was met before. scratch is reset on the way. */
enum err db_search_messages(struct db_conn *c, struct arena *a, struct arena *scratch,
                            const struct message_search *what, struct message_hit **list_r,
                            size_t *count_r, int64_t *reached_r);

/* Enabled people who share a group with viewer, neither friends nor blocked, whose username or
 * nickname may hold the phrases; at most limit. */
enum err db_search_mates(struct db_conn *c, struct arena *a, int64_t viewer,
                         const struct phrases *phrases, int64_t limit, struct user **list_r,
                         size_t *count_r);

#endif
