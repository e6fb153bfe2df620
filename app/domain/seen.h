/* When people were last seen. Requests and sockets come by the thousand, so they are noted in
 * memory and written once a minute, all in one transaction. */
#ifndef DOMAIN_SEEN_H
#define DOMAIN_SEEN_H

#include "domain/ctx.h"

/* Owned: seen_free. */
struct seen *seen_new(void);
void seen_free(struct seen *seen);

/* user_id has just proven who they are. Any thread; never waits for the store. */
void seen_note(const struct ctx *cx, int64_t user_id);
/* Cron: writes down who was noted since the last call, and who is connected now. Takes the writer. */
enum err seen_write(struct ctx *cx);

#endif
