/* The error list as an enum, and its meanings for the log. See err.def. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
#define X(name, meaning) name,
#include "base/err.def"
#undef X
};

/* The name of e ("ERR_NOT_FRIEND"), for logs and tests. Never NULL. Any thread. */
const char *err_name(enum err e);
/* The meaning of e from err.def, for logs. Never NULL. Any thread. */
const char *err_meaning(enum err e);

#endif
