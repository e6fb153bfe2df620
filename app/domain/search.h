/* Search: messages, people, groups and uploads the actor may see. What is typed means the same
 * everywhere (db/phrases.h): every word must be there, in any order; quotation marks, or no space
 * between, make a phrase. Source: product.md 3.14. */
#ifndef DOMAIN_SEARCH_H
#define DOMAIN_SEARCH_H

#include "base/limit.h"
#include "db/phrases.h"
#include "db/types.h"
#include "domain/ctx.h"

#define SEARCH_TEXT_MAX 200 /* characters */
#define SEARCH_LIMIT_MAX 100
#define SEARCH_RANGES_MAX 20

/* What a message must have. */
enum search_has {
    HAS_ANYTHING = 0,
    HAS_PICTURE,
    HAS_FILE,
    HAS_VOICE,
    HAS_VIDEO,
    HAS_LINK,
    HAS_UPLOAD, /* a picture, a file, a voice or a video */
};

struct search {
    const char *text;            /* "": only the rest decides */
    int64_t sender_id;           /* 0: anybody */
    int64_t target_id;           /* a peer or a group; 0: everywhere */
    int64_t after_ms, before_ms; /* sent from .. before; 0: no bound */
    enum search_has has;
    int64_t below_id; /* only messages with a smaller id; 0: from the newest on */
    size_t limit;     /* 1..SEARCH_LIMIT_MAX */
};

/* A text with what was found in it; ranges in characters (code points) of text. */
struct highlight {
    const char *text;
    bool cut_start, cut_end; /* there was more */
    struct span ranges[SEARCH_RANGES_MAX];
    size_t range_count;
};

struct found_message {
    struct message message; /* is_read is set as the actor sees it */
    enum scope scope;       /* the conversation, as in the actor's list */
    int64_t target_id;
    const char *name, *avatar;
    struct highlight highlight; /* of the body, or of an upload's name and caption, a line each */
};

struct search_page {
    struct found_message *items;
    size_t count;
    int64_t
        next_below_id; /* where to go on; 0: that was all. A page may be short, or empty, before the end */
    bool is_building; /* old messages are still being indexed */
};

/* Messages, newest first. Of direct conversations all; of groups the actor is in what they may read
 * there. Somebody else's conversation is an empty one. Recalled messages and notices are never found.
 * page_r arena. ERR_BAD_FIELD: neither text nor sender nor kind. */
enum err search_messages(struct ctx *cx, const struct search *what, struct search_page *page_r);

enum relation { RELATION_STRANGER, RELATION_MATE, RELATION_FRIEND };

struct found_person {
    struct user user;
    enum relation relation;
    const char *remark;
    struct highlight highlight; /* of the remark, else the nickname */
};

/* The actor's friends by remark, nickname or username, then people who share a group with them, then,
 * with strangers, who else goes by exactly this name: as user_search, and as often as it may be asked
 * (over that, nobody). A word may be the beginning of one. At most limit. */
enum err search_people(struct ctx *cx, const char *text, bool strangers, size_t limit,
                       struct found_person **list_r, size_t *count_r);

struct found_group {
    struct group group;
    bool is_member;
    struct highlight highlight; /* of the name */
};

/* The actor's groups by name, then others as group_search finds them. At most limit. */
enum err search_groups(struct ctx *cx, const char *text, size_t limit, struct found_group **list_r,
                       size_t *count_r);

/* How often somebody may look for strangers: this is how a directory is scraped. */
extern const struct limit_rule search_strangers_rule;

/* Puts what was sent since into the index; called by cron. Gives up after a while, to be called
 * again. Takes the writer, for a few milliseconds at a time. */
enum err search_index(struct ctx *cx);

#endif
