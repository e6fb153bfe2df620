/* What a dialect's routes are, as OpenAPI 3.0.3: made from the very tables that match and bind, so that
 * it cannot say anything else. */
#ifndef HTTP_OPENAPI_H
#define HTTP_OPENAPI_H

#include "http/dialect.h"

/* Owned: the whole document of these dialects. title is what it is called, answer the schema of
 * every answer ("" for none): the name of one of components.schemas, which is adopted. */
cJSON *openapi_document(const struct dialect *const *dialects, size_t count, const char *title,
                        const char *answer, cJSON *schemas);

#endif
