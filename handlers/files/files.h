/* Uploaded files for whoever knows their key. Ours: freeim's document only says that a file's URL
 * is accessDomain/key, and ours ends with /files. */
#ifndef HANDLERS_FILES_FILES_H
#define HANDLERS_FILES_FILES_H

#include "http/dialect.h"

extern const struct dialect files_dialect;

#endif
