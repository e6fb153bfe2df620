/* The dialects of this server, in the order they are matched and listed. */
#ifndef HANDLERS_ALL_H
#define HANDLERS_ALL_H

#include "http/dialect.h"

extern const struct dialect *const dialects[];
extern const size_t dialect_count;

#endif
