/* Domain structs as freeim's JSON. Every function returns an owned tree that the caller attaches to
 * its answer. */
#ifndef HANDLERS_FREEIM_ENCODE_H
#define HANDLERS_FREEIM_ENCODE_H

#include <cjson/cJSON.h>

#include "domain/event.h"
#include "domain/group.h"
#include "http/dialect.h"

/* How much of a person is shown: strangers' addresses and everybody's place are their own
 * business. */
enum detail {
    DETAIL_HIDDEN,   /* 10 keys, only the names filled: the group hides its members' profiles */
    DETAIL_STRANGER, /* 10 keys, e-mail and mobile blank */
    DETAIL_FRIEND,   /* 10 keys */
    DETAIL_NEARBY,   /* as to a stranger, and the place: the person has chosen to be found */
    DETAIL_SELF,     /* all 16 keys */
};

cJSON *freeim_account(const struct user *user, enum detail detail);
cJSON *freeim_contact(const struct contact *contact);
/* A group of contacts with its contacts. */
cJSON *freeim_contact_group(const struct contact_group *group);
cJSON *freeim_contact_request(struct arena *a, const struct contact_request *request);
cJSON *freeim_group(const struct group *group);
/* The group with membersList and selfInfo; now_ms decides who is muted. */
cJSON *freeim_group_view(const struct group_view *view, int64_t now_ms);
cJSON *freeim_group_request(struct arena *a, const struct group_request *request);
/* All documented keys, both spellings of the read flag, and what is ours. */
cJSON *freeim_message(struct arena *a, const struct message *message);
/* What stands under it: an array of {emoji, count, mine}. */
cJSON *freeim_reactions(const struct message *message);
/* "distance": whole metres, "245948m". */
void freeim_add_distance(struct arena *a, cJSON *o, double distance_m);
/* {items, total} around an array the result adopts. */
cJSON *freeim_list(cJSON *items, int64_t total);

const char *freeim_scope_name(enum scope scope);
const char *freeim_kind_name(enum message_kind kind);
/* The first characters of text. Arena. */
const char *freeim_excerpt(struct arena *a, const char *text, size_t characters);
/* The same words as values of a field. */
extern const struct enum_name freeim_scopes[];

#endif
