/* What is ours and in no document: the few things the web client needs beside freeim. Same token
 * and envelope as freeim. */
#ifndef HANDLERS_SITE_SITE_H
#define HANDLERS_SITE_SITE_H

#include "http/dialect.h"

extern const struct dialect site_dialect;

extern const struct section site_calls_section;
extern const struct section site_messages_section;
extern const struct section site_search_section;

#endif
