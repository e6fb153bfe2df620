/* What is ours and in no document: the few things the web client needs beside freeim. Same token
 * and envelope as freeim. */
#ifndef HANDLERS_SITE_SITE_H
#define HANDLERS_SITE_SITE_H

#include "http/dialect.h"

struct file; /* db/files.h */

extern const struct dialect site_dialect;

extern const struct section site_calls_section;
extern const struct section site_invites_section;
extern const struct section site_messages_section;
extern const struct section site_conversations_section;
extern const struct section site_settings_section;
extern const struct section site_devices_section;
extern const struct section site_storage_section;
extern const struct section site_groups_section;
extern const struct section site_forward_section;
extern const struct section site_openapi_section;
extern const struct section site_export_section;
extern const struct section site_backup_section;

/* Does ope (enum scope) fit the id, which tells it already? ERR_BAD_FIELD and a fault if not. */
enum err site_check_place(struct req *rq, int ope, int64_t id);
/* What a flag asks of the domain: -1 leave it, 0, 1. */
int site_change_of(enum flag flag);
extern const struct section site_search_section;

/* An uploaded file of the caller's; origin as req_origin tells it. An owned tree. */
cJSON *site_file(struct arena *a, const char *origin, const struct file *file);

#endif
