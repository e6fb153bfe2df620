/* What the operator's page needs, below /api/v1/admin, and how the first administrator is made. See
 * README.md beside it. */
#ifndef HANDLERS_SITE_ADMIN_H
#define HANDLERS_SITE_ADMIN_H

#include "domain/admin.h"
#include "http/dialect.h"

extern const struct section site_admin_section;
extern const struct section site_setup_section;

/* Domain structs as JSON; owned. */
cJSON *admin_person(struct req *rq, const struct account *account);
cJSON *admin_group_json(struct req *rq, const struct admin_group *group);
cJSON *admin_member_json(struct req *rq, const struct member *member);
cJSON *admin_socket_json(struct req *rq, const struct admin_online *one);
cJSON *admin_storage_json(const struct admin_storage *storage);
cJSON *admin_server_json(struct req *rq);

#endif
