/* What creating and changing a group have in common: the fields of 群组 in the document's spelling. */
#ifndef HANDLERS_FREEIM_GROUP_FORM_H
#define HANDLERS_FREEIM_GROUP_FORM_H

#include "handlers/freeim/freeim.h"

struct group_form {
    int64_t group_id; /* of a change only */
    const char *name, *intro, *avatar;
    enum flag no_member_contacts, no_member_profiles, no_join_requests, history_before_join;
    double longitude, latitude;
    const char *country, *province, *city, *district, *address;
};

#define GROUP_FORM_FIELDS                                                                          \
    F_STR(group_form, name, IN_ANY, "name", REQUIRED, 1, 50),                                      \
        F_STR(group_form, intro, IN_ANY, "intro", OPTIONAL, 0, 1000),                              \
        F_STR(group_form, avatar, IN_ANY, "avatar", OPTIONAL, 0, 500),                             \
        F_FLAG(group_form, no_member_contacts, IN_ANY, "disableAddMember", OPTIONAL),              \
        F_FLAG(group_form, no_member_profiles, IN_ANY, "disableViewMember", OPTIONAL),             \
        F_FLAG_ALIAS(group_form, no_join_requests, IN_ANY, "disbaleAddGroup", "disableAddGroup",   \
                     OPTIONAL),                                                                    \
        F_FLAG_ALIAS(group_form, history_before_join, IN_ANY, "enbaleBeforeMsg",                   \
                     "enableBeforeMsg", OPTIONAL),                                                 \
        F_F64(group_form, longitude, IN_ANY, "longitude", OPTIONAL, -180, 180),                    \
        F_F64(group_form, latitude, IN_ANY, "latitude", OPTIONAL, -90, 90),                        \
        F_STR(group_form, country, IN_ANY, "country", OPTIONAL, 0, 50),                            \
        F_STR(group_form, province, IN_ANY, "province", OPTIONAL, 0, 50),                          \
        F_STR(group_form, city, IN_ANY, "city", OPTIONAL, 0, 50),                                  \
        F_STR(group_form, district, IN_ANY, "district", OPTIONAL, 0, 50),                          \
        F_STR(group_form, address, IN_ANY, "address", OPTIONAL, 0, 10000)

#endif
